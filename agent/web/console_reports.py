"""Reports: how long patients wait, by language, and how often what was prepared was right; never about one person."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from agent.desk.desk import Desk
from agent.desk.planted import COUNTED, FEWEST_PEOPLE, FEWEST_PLANTS
from agent.desk.planted import total as planted_total
from agent.measure.service import service
from agent.model.message import Line
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_door import Door
from agent.web.console_rights import may
from agent.web.console_says import OUTCOMES
from agent.web.console_tongue import each, span
from agent.web.console_waitlist import results
from agent.web.console_words import WHY_NOT

_TASKS, _TALKS, _DAYS, _REMINDERS = 2000, 200, 30, 10_000


def routes(door: Door) -> APIRouter:
    """`/console/reports`."""
    router = door.router()

    @router.get("/console/reports")
    def reports(request: Request) -> Response:
        signed, desk = door.signed(request), door.desk
        since = desk.clock() - timedelta(days=_DAYS)
        with desk.store.begin(write=False) as tx:
            tasks = [*tx.tasks.open(desk.clinic.id), *tx.tasks.done(desk.clinic.id, _TASKS)]
            seen = [t for t in tasks if t.created_at >= since and (signed.user.role == "auditor" or
                    may(signed.user, "see", t))]  # fmt: skip
            answers = _first_answers(desk, tx)
            waitlist = results(desk, tx)
            late = sorted(tx.reminders.late(desk.clinic.id, desk.clock(), _REMINDERS))
            planted = tx.plants.tasks(desk.clinic.id, since)
            caught = planted_total(desk, tx) if signed.user.role == "admin" else None
        return door.page(
            request, "reports.html", signed, found=service(seen, answers, planted), waitlist=waitlist,
            days=_DAYS, talks=_TALKS, late=late, pace=desk.clinic.reminders.per_minute,
            planting=signed.user.role == "admin" and bool(desk.clinic.planted_errors.one_in), caught=caught,
            counted=COUNTED.days, people=FEWEST_PEOPLE, plants=FEWEST_PLANTS,
            said=lambda much: span(much) if much is not None else "",
            WHY=each(WHY_NOT | {"words": N_("in their own words")}), OUTCOMES=each(OUTCOMES),
        )  # fmt: skip

    return router


def _first_answers(desk: Desk, tx: Tx) -> list[tuple[str, timedelta]]:
    """Of the newest conversations: how long the first message waited for the first words."""
    found = []
    for held, _ in tx.conversations.recent(desk.clinic.id, _TALKS):
        lines = tx.conversations.thread(held.id, limit=20)
        asked: Line | None = next((x for x in lines if x.direction == "in"), None)
        told = next((x for x in lines if asked and x.direction == "out" and x.at >= asked.at
                     and not x.author.startswith("note:")), None)  # fmt: skip
        if asked is not None and told is not None:
            found.append((held.locale, told.at - asked.at))
    return found
