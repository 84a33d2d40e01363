"""What the clinic's approved instructions say to a question after a visit: quoted whole, or not at all."""

from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.desk.leaflets import index_of, sheets_of, told
from agent.model.instructions import Sheet
from agent.understand.passages import NEAR, Hit, Index, Shelf

NONE = "none"
MOST = 4  # sheets that are offered to choose from


class FindInstruction(ClinicAction):
    """`request` or `message` (and `sheet`, where one was chosen) -> `looked`:

    "quoted" with `quote`, `by`, `approved_on` and, where the text is not in the patient's language, `quoted_in`;
    "which" with `sheets` to choose from, found by the words alone: nothing of the patient's own visits is told to
    somebody who is not verified; "nurse" for what a heading marks so; "missing" where nothing is asked yet; "none".
    `nearest` is a passage for staff to see beside the words.
    """

    called = "action_find_instruction"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        question = str(slots.get("message") or slots.get("request") or "")
        language, chosen = at.conversation.locale, slots.get("sheet")
        if chosen == NONE:
            return {"looked": "none"}
        general = index_of(at.tx, at.passages, at.clinic.id)
        mine = self._mine(at)
        index = Shelf(Index([s for s in mine if s.patient], at.passages.small), general)
        if not at.passages.small.content(question, language) and not slots.get("message"):
            return {"looked": "missing"}
        named = index.named(question, language)
        only = named or ({str(chosen)} if chosen else {s.id for s in mine} if mine else None)
        hits = index.find(question, language, only=only)
        alarming = index.needs_nurse(question, language, only)
        near = alarming or next((h for h in hits if h.score >= NEAR), None)
        beside = {"nearest": told(near)} if near is not None else {}
        if alarming is not None:
            return {"looked": "nurse", **beside}
        close = [h for h in hits if h.close]
        known = chosen or named or mine
        if not close:
            bare = not slots.get("message") and named and not _asks(at, index, question, language, named)
            return {"looked": "missing" if bare else "none", **beside}
        sheets = list({h.sheet.id: h.sheet for h in close}.values())
        if known and len(sheets) == 1:
            return {"looked": "quoted", **_quoted(at, close[0], language), **beside}
        options = [{"id": s.id, "title": s.text_in(language)[1].title} for s in sheets[:MOST]]
        return {"looked": "which", "sheets": [*options, {"id": NONE}], **beside}

    def _mine(self, at: Context) -> list[Sheet]:
        if at.conversation.identity != "verified" or not at.conversation.patient:
            return []
        return sheets_of(at.tx, at.clinic.id, at.conversation.patient, at.now)


def _asks(at: Context, index: Shelf, question: str, language: str, named: set[str]) -> bool:
    """Is there more in it than the name of the visit?"""
    return any(w for w in at.passages.small.content(question, language) if not index.names(w, language, named))


def _quoted(at: Context, hit: Hit, language: str) -> dict[str, Any]:
    """The passage with who approved it, called as patients of that language hear the name elsewhere."""
    approved, by = hit.sheet.approved_at, hit.sheet.approved_name
    return {
        "quote": hit.passage.text,
        "by": next((p.called.get(language, by) for p in at.clinic.providers if p.name == by), by),
        "approved_on": approved.date().isoformat() if approved else None,
        "quoted_in": "english" if hit.language != language and not language.startswith("en") else None,
    }
