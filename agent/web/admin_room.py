"""What every admin room works with: the door, the workbench, and how a page of theirs is filled."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response

from agent.content import ContentFault
from agent.desk import editing
from agent.desk.desk import Desk
from agent.model.edit import Edit, Item
from agent.model.fault import Busy, Refused
from agent.ports import Tx
from agent.web.console_door import Door, NotThere
from agent.web.console_words import at as moment
from agent.web.console_words import staff_voice
from agent.web.signin import Form, Signed
from agent.workbench import Workbench

FORM_BYTES = 1_000_000  # a language's sentences of one intent, percent-encoded, are some 150 kB
FIELDS = 2000


class Admin:
    """The admin rooms of one desk."""

    def __init__(self, door: Door) -> None:
        self.door, self.desk, self.bench = door, door.desk, Workbench(door.desk)

    def page(self, request: Request, name: str, signed: Signed, status: int = 200, /, **values: Any) -> Response:
        """A page under the tabs of the admins."""
        desk: Desk = self.desk
        voice = staff_voice(desk, desk.clock())
        with desk.store.begin(write=False) as tx:
            edits = tx.content.edits(desk.clinic.id)
            names = names_of(desk, tx)
        return self.door.page(
            request, f"admin/{name}", signed, status, edits={e.key: e for e in edits}, names=names,
            at=lambda when: moment(voice, when), tags=self.tags(), **values,
        )  # fmt: skip

    def tags(self) -> dict[str, Any]:
        """The languages that are written in, the clinic's own first."""
        languages, spoken = self.desk.content.languages, self.desk.clinic.languages
        order = sorted(languages, key=lambda t: (spoken.index(t) if t in spoken else len(spoken), t))
        return {t: languages[t] for t in order if t in self.desk.content.messages}

    def edit(self, key: str) -> Edit | None:
        with self.desk.store.begin(write=False) as tx:
            return tx.content.edit(self.desk.clinic.id, key)

    def edits(self) -> list[Edit]:
        with self.desk.store.begin(write=False) as tx:
            return tx.content.edits(self.desk.clinic.id)

    def published(self, key: str) -> Item | None:
        """Raises NotThere for what is no key, Busy where the files cannot be read."""
        try:
            return self.bench.published(key)
        except Refused:
            raise NotThere from None
        except ContentFault:
            raise Busy("the content files are faulty: run frontdesk check") from None

    def keep(self, desk: Desk, signed: Signed, key: str, value: Item, form: Form) -> None:
        """Saves the item in the draft. Raises Refused with why not, Clash where somebody was faster."""
        given = form.get("version")
        version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
        was = self.published(key)
        if value != was and (wrong := self.bench.faults_at(key, value)):
            raise Wrong(wrong)
        editing.save(desk, signed.user, key, value, was, version)

    def kept(self, keep: Callable[[], None], done: Response, again: Callable[..., Response], version: str) -> Response:
        """`done` where `keep` saves it; else the page as it was typed, `again`, with why it is not saved. `version`: of
        what was before whoever typed it."""
        try:
            keep()
        except editing.Clash as clash:
            return again(409, clash=clash.kept, version=clash.kept.version if clash.kept else 0)
        except Wrong as wrong:
            return again(422, lines=wrong.lines, version=version)
        except Refused as refused:
            return again(422, lines=[f"Not saved: {refused}."], version=version)
        return done


class Wrong(Refused):
    """What was typed has faults; `lines` says each to whoever typed it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


def names_of(desk: Desk, tx: Tx) -> dict[str, str]:
    """Staff id -> name."""
    return {u.id: u.name for u in tx.staff.all(desk.clinic.id)}


def lines_of(text: str, most: int = 5000) -> list[str]:
    """One entry a line, without blank ones and twins; spaces within are made single."""
    found = dict.fromkeys(" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    found.pop("", None)
    if len(found) > most:
        raise Refused("at most %(most)s lines", most=most)
    return list(found)


Show = Callable[..., Response]
