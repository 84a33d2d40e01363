"""What the checker refuses in content that parses: dangling steps, loops that never wait, slots nobody may fill,
messages that are missing or say another thing than English."""

from collections.abc import Mapping

from agent.content.check_messages import check_messages
from agent.content.faults import Fault
from agent.model.content import Content
from agent.model.flow import Flow, Step

_TASK_KINDS = frozenset(
    "booking reschedule cancel intake refill message callback handoff urgent waitlist records referral billing".split()
)


def check(
    content: Content, files: Mapping[str, str], lines: Mapping[str, Mapping[str, int]], actions: frozenset[str]
) -> list[Fault]:
    """Every defect of flows and messages; empty when the content may go into service."""
    faults: list[Fault] = []
    claimed: dict[str, str] = {}
    for id, flow in content.flows.items():
        name = files.get(id, "workflows")
        faults += _flow(content, flow, name, actions)
        for intent in flow.starts_on:
            if intent in claimed:
                faults.append(Fault(name, 0, f"{intent} also starts {claimed[intent]}", "One intent starts one flow"))
            if intent not in content.intents:
                faults.append(
                    Fault(name, 0, f"starts_on: there is no intent {intent}", "Declare it in intents/intents.yaml")
                )
            claimed[intent] = id
    for tag in content.live:
        if tag not in content.rows.get("safety", {}):
            faults.append(
                Fault(
                    f"intents/{tag}/_safety.yaml",
                    0,
                    "a live language needs safety phrases",
                    "Add them, or make it a draft",
                )
            )
    return faults + check_messages(content, lines)


def _flow(content: Content, flow: Flow, name: str, actions: frozenset[str]) -> list[Fault]:
    faults: list[Fault] = []
    ids = [s.id for s in flow.steps]
    for dup in {i for i in ids if ids.count(i) > 1}:
        faults.append(Fault(name, 0, f"two steps are called {dup}", "Give each step its own id"))
    for step in flow.steps:
        faults += _step(content, flow, step, name, actions, ids)
    if faults:
        return faults
    reached = _reach(flow, ids[0])
    faults += [
        Fault(name, 0, f"step {i} is never reached", "Lead a `next` to it or delete it")
        for i in ids
        if i not in reached
    ]
    faults += [
        Fault(
            name, 0, f"the steps {' → '.join(loop)} go round without waiting for anybody", "Ask or end within the loop"
        )
        for loop in _busy_loops(flow)
    ]
    for slot, spec in flow.slots.items():
        if not spec.propose:
            faults.append(Fault(name, 0, f"nobody may fill the slot {slot}", "Name at least one source in `propose`"))
        for need in (*spec.requires, *((spec.options_from,) if spec.options_from else ())):
            if need not in flow.slots:
                faults.append(
                    Fault(name, 0, f"slot {slot} names {need}, which is not a slot here", "Declare it or mend the name")
                )
    return faults


def _step(content: Content, flow: Flow, step: Step, name: str, actions: frozenset[str], ids: list[str]) -> list[Fault]:
    faults: list[Fault] = []

    def bad(what: str, fix: str) -> None:
        faults.append(Fault(name, 0, f"step {step.id}: {what}", fix))

    slots = [
        step.collect,
        step.fills,
        step.ask_by,
        step.supersedes,
        step.withdraw,
        *step.forget,
        *step.set,
        *step.from_,
    ]
    slots += [c.slot for c in [step.when, *(b.if_ for b in step.next)] if c is not None]
    for slot in slots:
        if slot is not None and slot not in flow.slots:
            bad(f"there is no slot {slot}", "Declare it under slots or mend the name")
    for branch in step.next:
        if branch.then not in ids:
            bad(f"next: there is no step {branch.then}", "Mend the name")
    if step.action and actions and step.action not in actions:
        bad(f"there is no action {step.action}", f"Known: {', '.join(sorted(actions))}")
    if step.task and (step.task not in _TASK_KINDS or step.task not in content.tasks):
        bad(f"unknown task kind {step.task}", "Declare it in workflows/tasks.yaml")
    if step.start and step.start not in content.flows:
        bad(f"there is no flow {step.start}", "Mend the name")
    if step.collect and not step.ask:
        bad("it collects but has no question", "Add `ask: <message key>`")
    for key in (step.ask, step.say, step.again):
        if key and key not in content.messages.get("en", {}):
            bad(f"there is no message {key}", "Write it in locales/en/LC_MESSAGES/messages.po")
    return faults


def _after(flow: Flow, step: Step) -> list[str]:
    ids = [s.id for s in flow.steps]
    at = ids.index(step.id)
    following = ids[at + 1 : at + 2]
    out = [b.then for b in step.next]
    always = any(b.if_ is None for b in step.next)
    if (not always and not step.end and not step.start) or step.when is not None:
        out += following
    return out


def _reach(flow: Flow, first: str) -> set[str]:
    reached, todo = set[str](), [first]
    while todo:
        at = todo.pop()
        if at not in reached:
            reached.add(at)
            todo += _after(flow, flow.step(at))
    return reached


def _busy_loops(flow: Flow) -> list[list[str]]:
    """Cycles made of steps that never wait (a question or an action waits)."""
    quiet = {s.id for s in flow.steps if not s.collect and not s.action}
    loops: list[list[str]] = []
    for start in sorted(quiet):
        path, at = [start], start
        while True:
            onward = [n for n in _after(flow, flow.step(at)) if n in quiet]
            if len(onward) != 1:
                break
            at = onward[0]
            if at in path:
                if at == start:
                    loops.append([*path, start])
                break
            path.append(at)
    return loops[:1]
