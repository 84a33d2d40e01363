"""Flows as a picture that can be read: each step in words, where it goes on, and the wording that is edited there."""

from typing import Any

from fastapi import APIRouter, Request, Response

from agent.desk.due import policy_of
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.flow import Branch, Condition, Flow, Step
from agent.web.admin_room import Admin
from agent.web.console_door import NotThere
from agent.web.signin import Signed

KINDS = {
    "task": "What patients ask for", "answer": "Answers given at once", "pattern": "What may come up at any time",
}  # fmt: skip
DOES = {
    "action_answer_offer": "Takes or passes on the time that was offered",
    "action_call_window": "Looks when somebody is there to call as the patient wishes",
    "action_check_code": "Checks the code that was sent to the number on file",
    "action_clinic_facts": "Looks up what the clinic has approved to be said",
    "action_find_instruction": "Looks for the passage of an approved instruction",
    "action_find_openings": "Looks for times that are free",
    "action_hold_opening": "Holds the chosen time for the patient",
    "action_identify": "Finds out who this is, and sends a code where one is needed",
    "action_leave_waitlist": "Takes the patient off the waitlist",
    "action_find_offer": "Looks for the time that was offered to the patient, and sends a code where it was offered",
    "action_offer_facts": "Looks up with whom and where the offered time is, and until when it is kept",
    "action_open_offer": "Checks the code that was sent where a time was offered",
    "action_match_visit_type": "Works out the kind of visit from the patient’s words",
    "action_may_text": "Looks whether this number may be texted",
    "action_my_appointments": "Looks up the patient’s own visits",
    "action_note_attendance": "Notes whether the patient comes",
    "action_note_bulk": "Notes the answer to a text that went to many",
    "action_note_number": "Notes where the number is somebody else's",
    "action_note_told": "Notes whom a call of a bulk send told",
    "action_note_wish": "Sees to it that a person calls, where an answer to a reminder is left unfinished",
    "action_note_check_in": "Notes how the patient is",
    "action_note_asked": "Notes that the question after a visit is put on the telephone",
    "action_note_offered": "Notes that the free time is offered on the telephone, and until when it is kept",
    "action_note_missed": "Notes that they are asked on the telephone about the visit that was missed",
    "action_note_reached": "Notes that the patient was reached",
    "action_pending_request": "Looks for a request that is still open",
    "action_request_status": "Looks what became of a request",
    "action_release_hold": "Lets the held time go",
    "action_stop_texts": "Ends the texts to this number",
    "action_end_calls": "Ends automated calls to this number",
}


def routes(admin: Admin) -> APIRouter:
    """`/admin/flows`."""
    router = admin.door.router()

    @router.get("/admin/flows")
    def listed(request: Request) -> Response:
        return _list(admin, request, admin.door.signed(request))

    @router.get("/admin/flows/{name}")
    def one(request: Request, name: str, lang: str = "en") -> Response:
        return _one(admin, request, admin.door.signed(request), name, lang)

    return router


def _list(admin: Admin, request: Request, signed: Signed) -> Response:
    content = admin.bench.shelf().reading.content
    groups = {
        title: sorted((f for f in content.flows.values() if f.kind == kind), key=lambda f: (-f.importance, f.flow))
        for kind, title in KINDS.items()
    }
    return admin.page(request, "flows.html", signed, groups=groups, texts=content.messages["en"])


def _one(admin: Admin, request: Request, signed: Signed, name: str, lang: str) -> Response:
    shelf = admin.bench.shelf()
    content, clinic = shelf.reading.content, shelf.clinic
    flow = content.flows.get(name)
    if flow is None or lang not in content.messages:
        raise NotThere
    steps = [step_in_words(content, clinic, flow, at, lang) for at in range(len(flow.steps))]
    return admin.page(
        request, "flow.html", signed, flow=flow, lang=lang, steps=steps, texts=content.messages["en"],
        meant=[i for i in flow.starts_on if i in content.intents],
    )  # fmt: skip


def step_in_words(content: Content, clinic: Clinic, flow: Flow, at: int, lang: str) -> dict[str, Any]:
    """A step as the page shows it: `does`, `says` [(key, text)], `options`, `only`, `ways` [(when, to, number)]."""
    step = flow.steps[at]
    numbers = {s.id: n for n, s in enumerate(flow.steps, 1)}
    book = content.messages[lang]
    keys = [k for k in (step.ask, step.say, step.again) if k]
    if step.ask and step.ask_by:
        keys += sorted(k for k in book if k.startswith(f"{step.ask}.") and "@" not in k)
    ways = [(_when(b), b.then, numbers.get(b.then, 0)) for b in step.next]
    says = [(k, book[k].text) for k in dict.fromkeys(keys) if k in book]
    return {
        "id": step.id, "number": at + 1, "title": step.id.replace("_", " "), "does": _does(content, clinic, flow, step),
        "says": says, "options": _options(content, flow, step, lang),
        "only": _condition(step.when) if step.when else "", "ways": ways, "end": step.end,
        "skip": step.optional,
    }  # fmt: skip


def _does(content: Content, clinic: Clinic, flow: Flow, step: Step) -> list[str]:
    """What happens here, one sentence each."""
    said: list[str] = []
    if step.collect:
        said.append(f"Asks: {_plain(step.collect)}")
    if step.action:
        said.append(DOES.get(step.action, _plain(step.action.removeprefix("action_")).capitalize()))
    if step.say:
        said.append("Says")
    if step.task:
        said.append(_task(content, clinic, flow, step))
    if step.handoff:
        said.append("Hands over to a person")
    if step.withdraw:
        said.append("Takes the open request back")
    if step.start:
        said.append(f"Goes over to “{_plain(step.start)}”")
    if step.over_to_text:
        said.append("Goes on by text")
    if step.offer:
        said.append("Answers the offer where it was made")
    if step.form:
        said.append("Asks the next question of a form" if step.form == "open" else "Keeps the answer to the form")
    if step.spells:
        said.append("Mends a word by its letters")
    if step.forget:
        said.append(f"Forgets {_list_of(step.forget)}")
    said += [f"Notes {_plain(name)}: {_value(value)}" for name, value in step.set.items()]
    return said or ["Decides how to go on" if step.next else "Goes on"]


def _task(content: Content, clinic: Clinic, flow: Flow, step: Step) -> str:
    """Who gets it, and by when."""
    policy = content.tasks[str(step.task)] if step.task in content.tasks else None
    if policy is None:
        return f"Prepares a task: {_plain(str(step.task))}"
    own = policy_of(clinic, policy, str(step.task), flow.flow)
    urgent = step.priority in ("urgent", "stat", "asap")
    minutes = own.urgent_due_minutes if urgent else own.due_minutes
    return (
        f"Prepares a task for {_plain(step.role or own.role)}: {_plain(str(step.task))}, "
        f"{'urgent, ' if urgent else ''}due within {span(minutes)}"
    )


def span(minutes: int) -> str:
    """ "4 hours", "1 day": staffed time in words."""
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0 and minutes >= size:
            return f"{minutes // size} {word}{'' if minutes == size else 's'}"
    return f"{minutes} minutes"


def _options(content: Content, flow: Flow, step: Step, lang: str) -> list[tuple[str, str]]:
    """(message key, words) of the choices that are offered with the question."""
    slot = flow.slots.get(step.collect or "")
    if slot is None:
        return []
    names = slot.options or (("yes", "no") if slot.type == "bool" else ())
    keys = [f"option.{n}" for n in names]
    return [(k, content.messages[lang][k].text) for k in keys if k in content.messages[lang]]


def _when(branch: Branch) -> str:
    return f"If {_condition(branch.if_)}" if branch.if_ else "Otherwise"


def _condition(test: Condition) -> str:
    if test.channel is not None:
        return f"it is by {test.channel}"
    if test.identity is not None:
        return f"the patient is {_plain(test.identity)}"
    name = _plain(str(test.slot))
    if test.empty is not None:
        return f"“{name}” is {'' if test.empty else 'not '}empty"
    if test.any_of is not None:
        return f"“{name}” is {' or '.join(_value(v) for v in test.any_of)}"
    return f"“{name}” is {_value(test.is_)}"


def _plain(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    return "several" if isinstance(value, list | dict | tuple) else _plain(str(value))


def _list_of(names: tuple[str, ...]) -> str:
    words = [_plain(n) for n in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
