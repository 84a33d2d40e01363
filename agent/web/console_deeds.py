"""From a form of the card to a decision of the desk; the desk's own rules decide whether it holds."""

from collections.abc import Callable

from agent.actions.openings import opening_dict
from agent.desk import decide
from agent.desk.approving import approve
from agent.desk.booking import put_on_file
from agent.desk.desk import Desk
from agent.desk.hand_over import hand_over
from agent.desk.undo import undo
from agent.model.calendar import Opening
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.model.wording import N_
from agent.web.console_form_card import mended
from agent.web.console_openings import find_opening
from agent.web.console_rights import WORKS
from agent.web.console_words import nameless
from agent.web.signin import Form

DEEDS = ("confirm", "change", "offer", "decline", "close", "take", "give-back", "hand-over", "undo")
BECAUSE = {  # why staff book another time than the prepared one
    "their-wish": N_("The patient wants another time"),
    "provider": N_("The provider or the room"),
    "kind": N_("Another kind of visit"),
    "misheard": N_("The desk misheard"),
    "other": N_("Another reason"),
}
OFFERED = 3  # times at most
_LONGEST_NAME = 80
Doing = Callable[[Desk], Task]


def doing(act: str, task: Task, by: StaffUser, form: Form) -> Doing:
    """The decision that this form asks for, to be carried out on a desk. Raises Refused for an incomplete form."""
    version = _version(form)
    if act == "confirm" and task.proposal.get("form"):
        return lambda desk: approve(desk, task.id, version, by, _patient(desk, task, form), mended(desk, task, form))
    if act == "confirm":
        return lambda desk: decide.confirm(
            desk, task.id, version, by, _patient(desk, task, form), overbook=form.get("overbook") == "yes"
        )
    if act == "change":
        return lambda desk: decide.change(
            desk,
            task.id,
            version,
            by,
            _openings(desk, task, form.all("instead"), 1)[0],
            _patient(desk, task, form),
            because=form.get("because") if form.get("because") in BECAUSE else "",
        )
    if act == "offer":
        return lambda desk: decide.offer(
            desk, task.id, version, by,
            [opening_dict(desk.clinic, o) for o in _openings(desk, task, form.all("opening"), OFFERED)],
        )  # fmt: skip
    if act == "decline":
        why, words = form.get("why"), form.get("words")
        return lambda desk: decide.decline(desk, task.id, version, by, (words.strip() and "words") or why, words)
    if act == "close":
        return lambda desk: decide.close(desk, task.id, version, by, form.get("done_words"))
    if act == "take":
        return lambda desk: decide.claim(desk, task.id, version, by)
    if act == "hand-over":
        to, role = colleague_or_role(form)
        return lambda desk: hand_over(desk, task.id, version, by, to, role, form.get("note"))
    if act == "undo":
        return lambda desk: undo(desk, task.id, version, by)
    return lambda desk: decide.give_up(desk, task.id, version, by)


def colleague_or_role(form: Form) -> tuple[str | None, str | None]:
    """(staff id, None) or (None, role) of a chooser whose values begin with "staff:" or "role:"."""
    kind, _, whom = form.get("to").partition(":")
    if kind == "role" and whom not in WORKS:
        raise Refused("choose a colleague or a role")
    return (whom, None) if kind == "staff" else (None, whom if kind == "role" else None)


def _version(form: Form) -> int:
    given = form.get("version")
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise Refused("this page is out of date: open it again")
    return int(given)


def _patient(desk: Desk, task: Task, form: Form) -> str | None:
    """The patient on file whom staff picked; None: somebody new, or nothing to pick."""
    picked = form.get("patient")
    if picked in ("", "new"):
        if not picked and form.get("pick") == "needed":
            raise Refused("choose which patient this is, or “new patient”")
        return _new_patient(desk, task, form) if nameless(task) else None
    with desk.store.begin(write=False) as tx:
        found = tx.patients.get(picked)
    if found is None or found.clinic != task.clinic:
        raise Refused("there is no such patient")
    return found.id


def _new_patient(desk: Desk, task: Task, form: Form) -> str | None:
    """Whoever booked without a name goes on file with the one that staff have asked for."""
    name = " ".join(form.get("name").split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("write the patient's name first")
    named = task.model_copy(update={"proposal": {**task.proposal, "name": name}})
    with desk.store.begin() as tx:
        return put_on_file(desk, tx, named, desk.clock())


def _openings(desk: Desk, task: Task, picked: list[str], most: int) -> list[Opening]:
    ids = list(dict.fromkeys(picked))
    if not ids:
        raise Refused("choose a time first")
    if len(ids) > most:
        raise Refused("choose at most %(most)s times", most=most) if most > 1 else Refused("choose one time")
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        found = [find_opening(desk, tx, task, id, now) for id in ids]
    free = [o for o in found if o is not None]
    if len(free) < len(ids):
        raise Conflict("a time that you chose has just been taken; choose another")
    return free
