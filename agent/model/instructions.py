"""Instructions for after a visit, as clinicians write and approve them: sheets in versions, made of short passages."""

import re
from datetime import datetime, time
from typing import Literal

from pydantic import Field

from agent.model.value import Value

SheetState = Literal["draft", "approved", "replaced", "withdrawn"]
_HEAD = re.compile(r"^\[(!?)([^\]\n]*)\]\s*$")


class Passage(Value):
    """What is quoted, whole. `asked`: words that patients ask with; `nurse`: whoever asks with them needs a nurse, and
    the passage is shown to staff alone."""

    text: str
    asked: tuple[str, ...] = ()
    nurse: bool = False


class SheetText(Value):
    """A sheet in one language. `body`: paragraphs between empty lines; above each may stand `[words, patients, use]`,
    or `[! words]` for what needs a nurse."""

    title: str
    about: tuple[str, ...] = ()  # other names of the visit or treatment in this language
    body: str
    origin: Literal["human", "machine"] = "human"

    def passages(self) -> tuple[Passage, ...]:
        found = []
        for block in re.split(r"\n[ \t]*\n", self.body.strip()):
            first, _, rest = block.strip().partition("\n")
            head = _HEAD.match(first.strip())
            text = " ".join((rest if head else block).split())
            words = tuple(w.strip() for w in re.split(r"[,،、，]", head[2]) if w.strip()) if head else ()
            if text:
                found.append(Passage(text=text, asked=words, nurse=bool(head and head[1])))
        return tuple(found)


class CheckInRule(Value):
    """The patient is asked how they are so many days after the visit, at a wall-clock time of its place. `must_answer`:
    silence for so many `hours` is told to a nurse."""

    day: int = Field(ge=1, le=90)
    at: time = time(10)
    must_answer: bool = False
    hours: int = Field(24, ge=1, le=240)

    @property
    def name(self) -> str:
        return f"d{self.day}"


class Sheet(Value):
    """One version of the instructions for a kind of visit, or for one visit of one patient (`appointment`): the texts
    of the latter are the patient's and are sealed with their key."""

    id: str
    clinic: str
    version: int = Field(1, ge=1)
    state: SheetState = "draft"
    visit_type: str = ""
    patient: str | None = None
    appointment: str | None = None
    texts: dict[str, SheetText]
    check_ins: tuple[CheckInRule, ...] = ()
    written_by: str
    written_at: datetime
    approved_by: str = ""  # the member of staff's id
    approved_name: str = ""  # as patients read it
    approved_at: datetime | None = None
    since: datetime | None = None  # the first approval of all; a schedule counts for visits that ended after it

    def text_in(self, language: str) -> tuple[str, SheetText]:
        """The language and text that a speaker of `language` is given: theirs, else English, else the first."""
        for tag in (language, language.split("-", maxsplit=1)[0], "en"):
            if tag in self.texts:
                return tag, self.texts[tag]
        return next(iter(self.texts.items()))
