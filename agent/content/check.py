"""What the checker refuses in content that parses: flows that cannot run, languages that cannot go live, messages
that are missing, unused or say another thing than English."""

from agent.content.check_flows import check_flow
from agent.content.check_keys import check_keys
from agent.content.check_loops import check_loops
from agent.content.check_messages import check_messages
from agent.content.faults import Fault, instead_of
from agent.content.sources import Sources
from agent.model.content import Content

TASK_KINDS = frozenset(
    "booking reschedule cancel intake refill message callback handoff urgent waitlist records referral billing"
    " results".split()
)
_NEEDED = {"safety": "_safety.yaml", "values": "_values.yaml", "times": "_times.yaml", "repairs": "_repairs.yaml"}
_TASKS = "workflows/tasks.yaml"


def check(content: Content, sources: Sources, actions: frozenset[str]) -> list[Fault]:
    """Every defect of flows, languages and messages; without any but notices the content may go into service."""
    faults: list[Fault] = []
    for flow in content.flows.values():
        document = sources.flow(flow.flow)
        own = check_flow(content, flow, document, actions)
        faults += own or check_loops(flow, document)
    faults += _starts(content, sources) + _tasks(content, sources) + _live(content, sources)
    return faults + check_keys(content, sources) + check_messages(content, sources)


def _starts(content: Content, sources: Sources) -> list[Fault]:
    faults: list[Fault] = []
    claimed: dict[str, str] = {}
    for id, flow in content.flows.items():
        document = sources.flow(id)
        for at, intent in enumerate(flow.starts_on):
            place = ("starts_on", at)
            if intent in claimed:
                what = f"{intent} also starts {claimed[intent]} ({sources.flows[claimed[intent]]})"
                faults.append(document.fault(what, "Let one intent start one flow.", *place))
            if intent not in content.intents:
                what = f"starts_on: there is no intent {intent}"
                faults.append(document.fault(what, instead_of(intent, content.intents), *place))
            claimed[intent] = id
    return faults


def _tasks(content: Content, sources: Sources) -> list[Fault]:
    document = sources.documents[_TASKS]
    faults = [
        document.fault(f"unknown task kind {kind}", instead_of(kind, TASK_KINDS), kind)
        for kind in content.tasks
        if kind not in TASK_KINDS
    ]
    faults += [
        Fault(_TASKS, 0, f"there is nobody for tasks of kind {kind}", f"Add `{kind}: {{title: …, role: …}}`.")
        for kind in sorted(TASK_KINDS - set(content.tasks))
    ]
    for kind, policy in content.tasks.items():
        if policy.due_minutes < 1 or policy.urgent_due_minutes < 1:
            faults.append(document.fault(f"{kind}: a task is due in one minute or later", "Write 1 or more.", kind))
        if policy.urgent_due_minutes > policy.due_minutes:
            what = f"{kind}: urgent ones would be due later than the others"
            faults.append(document.fault(what, "Make urgent_due_minutes the smaller one.", kind, "urgent_due_minutes"))
        for flow, minutes in policy.soon.items():
            if flow not in content.flows:
                what = f"{kind}: soon: there is no flow {flow}"
                faults.append(document.fault(what, instead_of(flow, content.flows), kind, "soon"))
            if not 1 <= minutes <= policy.urgent_due_minutes:
                what = f"{kind}: soon: {flow} would not be due sooner than others"
                faults.append(document.fault(what, "Write 1 to urgent_due_minutes.", kind, "soon"))
    return faults


def _live(content: Content, sources: Sources) -> list[Fault]:
    document = sources.documents["intents/languages.yaml"]
    faults: list[Fault] = []

    def bad(tag: str, what: str, fix: str) -> None:
        place = ("languages", tag, "state") if "languages" in document.data else (tag, "state")
        faults.append(document.fault(f"{tag} is live: {what}", fix, *place))

    if "en" not in content.live:
        bad("en", "English must be", "Set `state: live`.")
    for tag in content.live:
        for kind, file in _NEEDED.items():
            if tag not in content.rows.get(kind, {}):
                bad(tag, f"it needs intents/{tag}/{file}", "Write it, or make the language a draft.")
        if tag not in content.rows.get("honest", {}):
            bad(tag, f"it needs locales/{tag}/honest.yaml", "Write it, or make the language a draft.")
        if tag not in content.messages:
            bad(tag, "it has no messages", f"Write locales/{tag}/LC_MESSAGES/messages.po, or make it a draft.")
        said = content.rows.get("corpus", {}).get(tag, {})
        missing = sorted(set(content.intents) - set(said))
        if missing:
            bad(tag, f"nobody wrote what people say for {', '.join(missing)}", f"Add intents/{tag}/{missing[0]}.yaml.")
    return faults
