"""Templates of documents as data: which sections, in which order, filled from what, under which title."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.content.faults import ContentFault, instead_of
from agent.content.read_yaml import read_yaml
from agent.documents.fill import FILLS
from agent.model.note import NoteKind
from agent.model.value import Value

FILE = "workflows/documents.yaml"


class Section(Value):
    """`fill`: what may stand here (one of `agent.documents.fill.FILLS`); `title`: one, or one per language."""

    id: str
    fill: str
    title: str | dict[str, str]

    def titled(self, lang: str) -> str:
        """The title in that language, else in English."""
        return self.title if isinstance(self.title, str) else self.title.get(lang, self.title.get("en", self.id))


class Template(Value):
    """One kind of document."""

    kind: NoteKind
    sections: tuple[Section, ...]
    reading_grade: float | None = None


@cache
def templates(root: Path) -> dict[str, Template]:
    """Kind -> template, from a content folder. Raises ValueError with one line for what is wrong in the file."""
    try:
        data: Any = read_yaml(root / FILE, FILE)
    except ContentFault as fault:
        raise ValueError(str(fault)) from None
    if not isinstance(data, dict):
        raise ValueError(f"{FILE}: a table of kinds is expected")
    found: dict[str, Template] = {}
    for kind, row in data.items():
        try:
            sections = tuple(
                Section(id=s["id"], fill=s["from"], title="" if s["title"] is None else s["title"])
                for s in row["sections"]
            )
            found[kind] = Template(kind=kind, sections=sections, reading_grade=row.get("reading_grade"))
        except (ValidationError, KeyError, TypeError) as wrong:
            line = str(wrong).splitlines()[0]
            raise ValueError(f"{FILE}: {kind}: {line}") from None
        if unknown := next((s.fill for s in sections if s.fill not in FILLS), ""):
            raise ValueError(f"{FILE}: {kind}: nothing is called “{unknown}”. {instead_of(unknown, FILLS)}")
    return found
