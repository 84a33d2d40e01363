"""The honest-speech guard: nothing may say booked, held, cancelled or passed on unless the row exists.

First belt: a message that asserts a fact must carry the id of a row that shows it. Second belt: the words of such
facts, in every live language, may not stand in a text that carries no such claim. Both are checked again at sending.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from agent.model.content import Content, Message
from agent.model.message import Claim
from agent.model.task import Task
from agent.ports import Tx

_SHOWN_BY = {"booked": "booked", "cancelled": "cancelled", "held": "held", "prepared": "prepared", "told": "told"}
_UNANSWERED = frozenset({"requested", "accepted", "in-progress", "rejected"})  # a bare no says nothing of the visit


class Dishonest(Exception):
    """A text asserts what no committed row shows."""


def claims_for(message: Message, values: Mapping[str, Any], task: Task | None, row: str | None) -> tuple[Claim, ...]:
    """The rows behind what a message asserts. Raises Dishonest when there is none."""
    fact = message.asserts
    if fact is None:
        return ()
    rows: list[str] = []
    if fact in ("booked", "cancelled"):
        rows = [row] if row else _appointments(values)
    elif fact == "held":
        rows = [task.appointment] if task and task.appointment else []
    elif fact in ("prepared", "told", "withdrawn"):
        rows = [row or (task.id if task else "")]
    rows = [r for r in rows if r]
    if not rows:
        raise Dishonest(f"{message.key} asserts {fact}, and no row shows it")
    return tuple(Claim.model_validate({"fact": _SHOWN_BY.get(fact, "told"), "row": r}) for r in rows)


def check_words(content: Content, text: str, claims: Iterable[Claim], spoken_values: Iterable[str] = ()) -> None:
    """Raises Dishonest when words of a fact stand in the text without a claim of that fact."""
    facts: set[str] = {c.fact for c in claims}
    folded = text.casefold()
    if _unshown(content, folded, facts) is None:
        return
    for value in spoken_values:  # a clinic named "Confirmed Care" asserts nothing
        folded = folded.replace(value.casefold(), " ")
    if (phrase := _unshown(content, folded, facts)) is not None:
        raise Dishonest(f"the text says “{phrase}” without a row that shows it")


def _unshown(content: Content, folded: str, facts: set[str]) -> str | None:
    for fact, phrases in content.words_of_facts.items():
        if fact in facts or (fact == "cancelled" and "told" in facts) or (fact == "booked" and "held" in facts):
            continue
        for phrase in phrases:
            if phrase in folded:
                return phrase
    return None


def still_true(tx: Tx, claims: Iterable[Claim], now: datetime) -> bool:
    """Does every claimed row still show its fact?"""
    return all(_shown(tx, c, now) for c in claims)


def _shown(tx: Tx, claim: Claim, now: datetime) -> bool:
    if claim.fact in ("prepared", "told"):
        return tx.tasks.get(claim.row) is not None
    if claim.fact == "awaits":
        task = tx.tasks.get(claim.row)
        return task is not None and task.status in _UNANSWERED
    if claim.fact == "released":
        return tx.bulk.going(claim.row)
    appointment = tx.appointments.get(claim.row)
    if appointment is None:
        return False
    if claim.fact == "held":
        until = appointment.hold_expires_at
        alive = appointment.status == "pending" and (until is None or until > now)
        return alive or appointment.status == "booked"
    if claim.fact == "took_place":
        return appointment.status in ("booked", "fulfilled")
    if claim.fact == "missed":
        return appointment.status == "noshow"
    return appointment.status == claim.fact


def _appointments(values: Mapping[str, Any]) -> list[str]:
    for name in ("appointment", "appointments"):
        held = values.get(name)
        inner = held.get("value") if isinstance(held, Mapping) else None
        if isinstance(inner, Mapping) and inner.get("id"):
            return [str(inner["id"])]
        if isinstance(inner, list):
            return [str(x["id"]) for x in inner if isinstance(x, Mapping)]
    return []
