"""Planted errors in the console: ended by what somebody presses, and told to that person alone."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from fastapi import Response
from fastapi.responses import RedirectResponse

from agent.desk.desk import Desk
from agent.desk.planted import CalendarOver, end, fits, laid_over, shown_in
from agent.desk.planting import plant
from agent.dialogue.spoken import Voice, clock, day
from agent.model.plant import Plant, PlantState
from agent.model.task import Task
from agent.model.wording import N_
from agent.ports import Calendar, Tx
from agent.web.console_board import Drawn, Look
from agent.web.console_door import Door
from agent.web.console_tongue import tr
from agent.web.console_words import spoken, staff_voice, what
from agent.web.signin import Form, Signed

_BY: dict[str, PlantState] = {"confirm": "missed", "change": "caught", "offer": "caught", "decline": "caught"}
_SILENT = ("take", "give-back", "undo")  # nothing is decided by these, and nothing is written
_TOLD: dict[PlantState, str] = {
    "missed": N_(
        "This was a planted error: the patient had said %(true)s, the screen showed %(shown)s. Nothing was sent or "
        "booked. It happens to everybody who reads all day. Here is the true request: please decide again."
    ),
    "caught": N_(
        "Well seen: this was a planted error. The patient had said %(true)s, the screen showed %(shown)s. Nothing was "
        "sent or booked. Here is the true request: please decide."
    ),
    "undecided": N_(
        "This page had held a planted error: the patient had said %(true)s, the screen showed %(shown)s. Nothing was "
        "done. Here is the true request."
    ),
}


def shown(desk: Desk, tx: Tx, task: Task, signed: Signed, *, decides: bool) -> Plant | None:
    """What is planted in this person's copy of the card; nearly always nothing."""
    now = desk.clock()
    found = shown_in(desk, tx, task, signed.user.id, now)
    return found or (plant(desk, tx, task, signed.user, now) if decides else None)


def as_shown(desk: Desk, plant: Plant | None, task: Task) -> tuple[Desk, Task]:
    """The desk and the task that a preview for this person is made of; both are forgotten afterwards."""
    if plant is None:
        return desk, task
    return replace(desk, calendar=cast(Calendar, CalendarOver(desk.calendar, plant))), laid_over(plant, task)


def in_the_queue(door: Door, signed: Signed) -> list[Plant]:
    """What this person is being shown; asked only where the clinic plants errors."""
    if not door.desk.clinic.planted_errors.one_in:
        return []
    with door.desk.store.begin(write=False) as tx:
        return tx.plants.open_of(signed.user.id)


def rows_as_shown(door: Door, look: Look, plants: list[Plant]) -> Look:
    """The queue of somebody who is being shown a planted error: its row says the same, and is in no batch."""
    by = {p.task: p for p in plants}
    if not any(row.task.id in by for row in look.rows):
        return look
    return replace(look, rows=tuple(_row(door, row, look, by.get(row.task.id)) for row in look.rows))


def _row(door: Door, drawn: Drawn, look: Look, plant: Plant | None) -> Drawn:
    if plant is None or not fits(plant, drawn.task):
        return drawn
    task = laid_over(plant, drawn.task)
    row = replace(drawn.row, task=task, what=what(staff_voice(door.desk, look.now), task), batch=False)
    return replace(drawn, row=row, html=door.rows()(row, drawn.section))


def seen_on(tx: Tx, task: Task, signed: Signed, view: str) -> Plant | None:
    """The plant that the page held from which this form came."""
    found = tx.plants.get(view) if view else None
    return found if found and (found.task, found.staff) == (task.id, signed.user.id) else None


def before_acting(door: Door, task: Task, signed: Signed, form: Form, act: str) -> Response | None:
    """Refuses what is pressed on a page whose planted error has ended, and what would carry it elsewhere: a call, or
    a note to a colleague."""
    if act in _SILENT:
        return None
    with door.desk.store.begin(write=False) as tx:
        seen = seen_on(tx, task, signed, form.get("view")) or tx.plants.of_task(task.id)
    if seen is None or seen.staff != signed.user.id:
        return None
    carries = act == "call" or (act == "hand-over" and bool(form.get("note").strip()))
    if seen.state == "open":
        return ended(door, seen, act) if carries else None
    return told_on_card(seen) if form.get("view") == seen.id else None


def ended(door: Door, plant: Plant, act: str) -> Response:
    """Counted, and on to the card, which tells the person."""
    with door.desk.store.begin() as tx:
        end(door.desk, tx, plant, _BY.get(act, "undecided"), door.desk.clock())
    return told_on_card(plant)


def reported(door: Door, signed: Signed, subject: str) -> Response | None:
    """ "This was wrong" on a card that holds a planted error is how it is caught; nothing is reported then."""
    task = subject.removeprefix("/console/tasks/").partition("/")[0]
    with door.desk.store.begin(write=False) as tx:
        found = tx.plants.of_task(task)
    if found is None or found.staff != signed.user.id or found.state != "open":
        return None
    return ended(door, found, "decline")


def said_elsewhere(door: Door, signed: Signed, conversation: str) -> str:
    """Before somebody writes in a conversation about what a planted error has shown them: what was true; else empty."""
    desk = door.desk
    with desk.store.begin(write=False) as tx:
        found = [p for p in tx.plants.open_of(signed.user.id) if p.conversation == conversation]
    if not found:
        return ""
    ended(door, found[0], "reply")
    return " ".join((_told(desk, found[0], "undecided"), tr("What you typed is kept.")))


def told_on_card(plant: Plant) -> Response:
    return RedirectResponse(f"/console/tasks/{plant.task}?planted={plant.id}", 303)


def notice(desk: Desk, tx: Tx, task: Task, signed: Signed, id: str) -> tuple[str, str] | None:
    """(how it ended, the words) for the person to whom it was shown."""
    found = seen_on(tx, task, signed, id)
    return None if found is None or found.state == "open" else (found.state, _told(desk, found, found.state))


def _told(desk: Desk, plant: Plant, state: PlantState) -> str:
    voice = staff_voice(desk, desk.clock())
    true, wrong = (_value(voice, plant, values) for values in (plant.before, plant.shown))
    return tr(_TOLD[state], true=true, shown=wrong)


def _value(voice: Voice, plant: Plant, values: dict[str, Any]) -> str:
    if plant.facet == "dob":
        return voice.almanac.long_date(date.fromisoformat(str(values["dob"])))
    opening = values["opening"]
    local = datetime.fromisoformat(opening["local"])
    if plant.facet == "day":
        return day(voice, local.date())
    if plant.facet == "time":
        return clock(voice, local.time())
    if plant.facet == "provider":
        return spoken(voice, "provider", opening["provider"])
    return spoken(voice, "appointment_type", opening["visit_type"])
