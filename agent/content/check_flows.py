"""Checks of one flow: names that lead nowhere, slots that nobody may fill, steps that do nothing or two things."""

from agent.content.faults import Fault, instead_of
from agent.content.read_yaml import Document, Key
from agent.model.content import Content
from agent.model.flow import Condition, Flow, Slot, Step

_DEEDS = ("collect", "action", "say", "task", "handoff", "start", "withdraw", "over_to_text", "spells", "form", "alarm",
          "offer")  # fmt: skip
_CHANNELS = frozenset({"sms", "chat", "voice"})
_IDENTITIES = frozenset({"unknown", "claimed", "verified"})
_NUMBERS = frozenset({"unknown", "hidden"})
_PRIORITIES = frozenset({"routine", "urgent", "asap", "stat"})
_MOST_STEPS = 200


class _Flow:
    """One flow under check; gathers its faults."""

    def __init__(self, content: Content, flow: Flow, document: Document, actions: frozenset[str]) -> None:
        self.content, self.flow, self.document, self.actions = content, flow, document, actions
        self.ids = [s.id for s in flow.steps]
        self.faults: list[Fault] = []

    def bad(self, what: str, fix: str, *place: Key) -> None:
        self.faults.append(self.document.fault(what, fix, *place))


def check_flow(content: Content, flow: Flow, document: Document, actions: frozenset[str]) -> list[Fault]:
    """Every defect of a flow but its loops. `actions`: the registered ones; empty leaves them unchecked."""
    seen = _Flow(content, flow, document, actions)
    if not flow.steps:
        seen.bad(f"the flow {flow.flow} has no steps", "Add `steps:` with at least one.", "steps")
    if len(flow.steps) > _MOST_STEPS:
        seen.bad(f"the flow {flow.flow} has more than {_MOST_STEPS} steps", "Make two flows of it.", "steps")
        return seen.faults
    for name, slot in flow.slots.items():
        _slot(seen, name, slot)
    for at, step in enumerate(flow.steps):
        if step.id in seen.ids[:at]:
            seen.bad(f"two steps are called {step.id}", "Give each step its own id.", "steps", at, "id")
        _step(seen, at, step)
    return seen.faults


def _slot(seen: _Flow, name: str, slot: Slot) -> None:
    place = ("slots", name)
    if not slot.propose:
        fix = "Name at least one source in `propose`."
        seen.bad(f"slot {name}: nobody may fill it", fix, *place, "propose")
    named = [("requires", x) for x in slot.requires]
    named += [("options_from", slot.options_from)] if slot.options_from else []
    for key, other in named:
        if other not in seen.flow.slots:
            seen.bad(f"slot {name}: {key} names {other}, which is no slot here", _known(seen, other), *place, key)
    if name in slot.requires:
        seen.bad(f"slot {name}: it requires itself", "Delete it from `requires`.", *place, "requires")
    if slot.type == "choice" and not slot.options and not slot.options_from:
        seen.bad(f"slot {name}: a choice without choices", "Add `options:` or `options_from:`.", *place)


def _step(seen: _Flow, at: int, step: Step) -> None:
    def bad(what: str, fix: str, *place: Key) -> None:
        seen.bad(f"step {step.id}: {what}", fix, "steps", at, *place)

    deeds = [d for d in _DEEDS if getattr(step, d)]
    if len(deeds) > 1 and deeds != ["say", "withdraw"]:
        bad(f"it does two things ({' and '.join(deeds)})", "Make two steps of it.", deeds[1])
    if not deeds and not (step.set or step.forget or step.next or step.end):
        bad("it does nothing", "Give it collect, say, action, task or next, or delete it.")
    _names(seen, at, step)
    for key in ("ask", "say", "again"):
        message = getattr(step, key)
        if message and message not in seen.content.messages.get("en", {}):
            fix = instead_of(message, ()) if "." not in message else "Write it in locales/en/LC_MESSAGES/messages.po."
            bad(f"there is no message {message}", fix, key)
    if step.collect and not step.ask:
        bad("it collects but has no question", "Add `ask: <message key>`.", "collect")
    for key in ("ask", "again", "ask_by"):
        if getattr(step, key) and not step.collect:
            bad(f"`{key}` without `collect`", "Say which slot the answer fills.", key)
    slot = seen.flow.slots.get(step.collect or "")
    if slot is not None and not {"patient", "payload"} & set(slot.propose):
        fix = f"Add patient to `propose` of the slot {step.collect}."
        bad(f"it asks for {step.collect}, which the patient may not fill", fix, "collect")
    if step.fills and not step.action:
        bad("`fills` without `action`", "Name the action that fills it.", "fills")
    slot = seen.flow.slots.get(step.fills or "")
    if slot is not None and "action" not in slot.propose:
        fix = f"Add action to `propose` of the slot {step.fills}."
        bad(f"the action may not fill {step.fills}", fix, "fills")
    if step.end and step.next:
        bad("it ends the flow and goes on", "Keep `end` or `next`.", "next")
    if step.priority and step.priority not in _PRIORITIES:
        bad(f"there is no priority {step.priority}", instead_of(step.priority, _PRIORITIES), "priority")


def _names(seen: _Flow, at: int, step: Step) -> None:
    """Everything that a step names must be there."""

    def bad(what: str, fix: str, *place: Key) -> None:
        seen.bad(f"step {step.id}: {what}", fix, "steps", at, *place)

    one = {k: (getattr(step, k),) for k in ("collect", "fills", "ask_by", "joins", "supersedes", "withdraw", "alarm")}
    many = {"forget": step.forget, "set": tuple(step.set), "from": step.from_, "claim": tuple(step.claim.values())}
    for key, slots in (one | many).items():
        for slot in slots:
            if slot is not None and slot not in seen.flow.slots:
                bad(f"there is no slot {slot}", _known(seen, slot), key)
    for number, branch in enumerate(step.next):
        place = ("next", number)
        if branch.then not in seen.ids:
            bad(f"next: there is no step {branch.then}", instead_of(branch.then, seen.ids), *place, "then")
        if branch.if_ is not None:
            _condition(seen, step, branch.if_, "steps", at, *place, "if")
        elif number < len(step.next) - 1:
            bad("a branch without `if` hides the ones after it", "Put it last.", *place)
    if step.when is not None:
        _condition(seen, step, step.when, "steps", at, "when")
    if step.action and seen.actions and step.action not in seen.actions:
        bad(f"there is no action {step.action}", instead_of(step.action, seen.actions), "action")
    if step.task and step.task not in seen.content.tasks:
        bad(f"unknown task kind {step.task}", instead_of(step.task, seen.content.tasks), "task")
    if step.start and step.start not in seen.content.flows:
        bad(f"there is no flow {step.start}", instead_of(step.start, seen.content.flows), "start")


def _condition(seen: _Flow, step: Step, condition: Condition, *place: Key) -> None:
    def bad(what: str, fix: str) -> None:
        seen.bad(f"step {step.id}: {what}", fix, *place)

    tested = [k for k in ("slot", "channel", "identity", "number") if getattr(condition, k) is not None]
    if not tested:
        bad("a condition tests slot, channel, identity or number", "Write e.g. `{slot: day, empty: true}`.")
    if condition.slot is not None:
        if condition.slot not in seen.flow.slots:
            bad(f"there is no slot {condition.slot}", _known(seen, condition.slot))
        if condition.is_ is None and condition.empty is None and condition.any_of is None:
            bad(f"the condition on {condition.slot} tests nothing", "Add `is`, `empty` or `any_of`.")
    if condition.channel is not None and condition.channel not in _CHANNELS:
        bad(f"there is no channel {condition.channel}", instead_of(condition.channel, _CHANNELS))
    if condition.identity is not None and condition.identity not in _IDENTITIES:
        bad(f"identity is never {condition.identity}", instead_of(condition.identity, _IDENTITIES))
    if condition.number is not None and condition.number not in _NUMBERS:
        bad(f"a number is never {condition.number}", instead_of(condition.number, _NUMBERS))


def _known(seen: _Flow, slot: str) -> str:
    return instead_of(slot, seen.flow.slots) if seen.flow.slots else "Declare it under `slots`."
