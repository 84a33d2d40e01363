"""Which approved instructions stand for a patient or for anybody, and which passage of them is nearest to words."""

from datetime import datetime, timedelta

from agent.model.calendar import Appointment
from agent.model.instructions import Sheet
from agent.ports import Tx
from agent.understand.passages import NEAR, Hit, Index, Passages

AFTER = timedelta(days=90)  # a visit's instructions are asked about for so long


def sheets_of(tx: Tx, clinic: str, patient: str, now: datetime) -> list[Sheet]:
    """In force for this patient's visits of the last while: their own, and those of the kinds of visits; the newest
    visit first. For somebody who knows that the visits took place."""
    visits = [v for v in tx.appointments.all_of(patient) if v.clinic == clinic and now - AFTER <= v.end <= now]
    took_place = sorted((v for v in visits if v.status in ("booked", "fulfilled")), key=lambda v: v.start, reverse=True)
    order = {v.id: n for n, v in enumerate(took_place)}
    own = [s for s in tx.instructions.of_patient(patient) if s.clinic == clinic and s.appointment in order]
    kinds = {v.visit_type: n for n, v in reversed(list(enumerate(took_place)))}
    general = [s for s in tx.instructions.approved(clinic) if s.visit_type in kinds]
    at = {s.id: order[str(s.appointment)] for s in own} | {s.id: kinds[s.visit_type] for s in general}
    return sorted([*own, *general], key=lambda s: (at[s.id], s.patient is None))


def index_of(tx: Tx, passages: Passages, clinic: str) -> Index:
    """Everything in force for kinds of visits."""
    stamp = tx.instructions.stamp(clinic)
    return passages.index(clinic, stamp, lambda: tx.instructions.approved(clinic))


def nearest(
    tx: Tx, passages: Passages, clinic: str, patient: str, words: str, language: str, now: datetime,
    visit: Appointment | None = None,
) -> Hit | None:  # fmt: skip
    """The passage of this patient's instructions that these words are about, if any is near: for a nurse to see. Those
    of `visit` first, where it is known which one they speak of."""
    sheets = sheets_of(tx, clinic, patient, now)
    of_visit = [
        s for s in sheets if visit is not None and (s.appointment == visit.id or s.visit_type == visit.visit_type)
    ]
    for some in (of_visit, sheets):
        index = Index(some, passages.small)
        alarming = index.needs_nurse(words, language)
        hit = alarming or next((h for h in index.find(words, language, most=1) if h.score >= NEAR), None)
        if hit is not None:
            return hit
    return None


def told(hit: Hit) -> str:
    """As staff read it: the sheet, its version and the passage."""
    return f"{hit.sheet.texts[hit.language].title} (v{hit.sheet.version}): “{hit.passage.text}”"
