"""A machine's proposals of wording: each kept with what our checks said of it, decided by a named person, once."""

from collections.abc import Sequence

from agent.desk.desk import Desk
from agent.model.patient import StaffUser
from agent.model.suggestion import Became, Suggestion
from agent.ports import Tx
from agent.ports.suggestions import DraftedWording

Proposed = tuple[tuple[str, ...], str]  # texts, and why they are refused ("": they may be shown)


def keep(
    desk: Desk, by: StaffUser, key: str, told: DraftedWording, proposed: Sequence[Proposed], source: str = "", *,
    anew: bool,
) -> list[Suggestion]:  # fmt: skip
    """What the model answered, on record: those that may be shown wait for a person. `anew`: they take the place of
    those that waited there. Returns what is kept of this answer, the refused ones too."""
    assert desk.wording is not None  # it has just answered
    now, kept = desk.clock(), list[Suggestion]()
    with desk.store.begin() as tx:
        for old in tx.suggestions.open(desk.clinic.id, key) if anew and proposed else ():
            tx.suggestions.decide(_decided(old, "declined", by, desk))
        for texts, why in proposed:
            row = Suggestion(
                id=desk.new_id(), clinic=desk.clinic.id, key=key, texts=texts, source=source, model=desk.wording.name,
                prompt=told.prompt, ms=told.ms, by=by.id, at=now, state="refused" if why else "open", why=why,
            )  # fmt: skip
            tx.suggestions.add(row)
            kept.append(row)
        data: dict[str, object] = {"model": desk.wording.name, "outcome": told.outcome, "ms": told.ms}
        shown = sum(not why for _, why in proposed)
        data |= {"prompt": told.prompt, "shown": shown, "refused": len(proposed) - shown}
        desk.record(tx, f"staff:{by.id}", "content:suggested", key, now, data=data)
    return kept


def decide(desk: Desk, tx: Tx, by: StaffUser, rows: Sequence[Suggestion], became: Became) -> None:
    """A person has taken or declined them. Raises Conflict where a colleague was faster."""
    for row in rows:
        tx.suggestions.decide(_decided(row, became, by, desk))
        data = {"suggestion": row.id, "model": row.model, "prompt": row.prompt}
        desk.record(tx, f"staff:{by.id}", f"content:suggestion-{became}", row.key, desk.clock(), data=data)


def _decided(row: Suggestion, became: Became, by: StaffUser, desk: Desk) -> Suggestion:
    return row.model_copy(update={"state": became, "decided_by": by.id, "decided_at": desk.clock()})
