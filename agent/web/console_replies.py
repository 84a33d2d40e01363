"""What goes beside a person's reply in the console: documents by link and how far they got."""

import re
from collections.abc import Sequence
from datetime import datetime

from agent.desk.desk import Desk
from agent.desk.enclosures import Choice, choices
from agent.dialogue.spoken import Voice
from agent.model.conversation import Conversation
from agent.model.enclosure import Enclosure
from agent.model.message import Line
from agent.model.patient import StaffUser
from agent.ports import Tx
from agent.web.console_tongue import language, tr
from agent.web.console_words import at

_TOKEN = re.compile(r"(/(?:document|form|visit)/)[\w-]{16,}")


def masked(lines: Sequence[Line]) -> list[Line]:
    """What staff see of links that are for the patient alone."""
    return [x.model_copy(update={"text": _TOKEN.sub(r"\1…", x.text)}) if "/" in x.text else x for x in lines]


def offered(
    desk: Desk, tx: Tx, voice: Voice, held: Conversation, by: StaffUser
) -> dict[str, list[tuple[str, str]]]:  # fmt: skip
    """Patient's name -> (value, label) of each document that this person may put to a reply."""
    found: dict[str, list[tuple[str, str]]] = {}
    for choice in choices(desk, tx, held, by):
        found.setdefault(choice.patient.name, []).append((choice.value, _label(desk, voice, choice, held.locale)))
    return found


def _label(desk: Desk, voice: Voice, choice: Choice, locale: str) -> str:
    parts = [choice.title]
    if choice.nth:
        parts.append(tr("version %(n)s", n=choice.nth))
    if choice.moment is not None:
        said = tr("signed by %(name)s") if choice.kind == "document" else tr("approved by %(name)s")
        parts.append(f"{said % {'name': choice.by}}, {at(voice, choice.moment)}")
    if choice.language != locale:
        known = desk.content.languages.get(choice.language)
        parts.append(language(choice.language, known.english if known else ""))
    return " · ".join(parts)


def how_far(rows: Sequence[Enclosure], voice: Voice, now: datetime) -> dict[str, dict[str, object]]:
    """Id of the outgoing line -> the document that went with it: `title`, `id`, `said`, and whether its link `opens`
    something still."""
    return {
        row.outbound: {"id": row.id, "title": row.title, "said": _said(row, voice, now), "opens": _opens(row, now)}
        for row in rows
    }


def _opens(row: Enclosure, now: datetime) -> bool:
    if row.state == "opened":
        return row.closes_at is not None and now < row.closes_at
    return row.state == "sent" and now < row.expires_at


def _said(row: Enclosure, voice: Voice, now: datetime) -> str:
    opened = tr("opened %(when)s", when=at(voice, row.opened_at)) if row.opened_at is not None else ""
    if row.state == "withdrawn":
        return ", ".join(x for x in (opened, tr("taken back")) if x)
    if opened:
        return opened
    if row.state == "locked":
        return tr("locked: somebody gave a wrong name, date or code too often")
    if now >= row.expires_at:
        return tr("not opened, the link has run out")
    return tr("not opened yet, until %(when)s", when=at(voice, row.expires_at))
