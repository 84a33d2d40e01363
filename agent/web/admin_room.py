"""What every admin room works with: the door, the workbench, and how a page of theirs is filled."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from agent.content import ContentFault
from agent.desk import editing
from agent.desk.desk import Desk
from agent.model.edit import Edit, Item, Items
from agent.model.fault import Busy, Refused
from agent.model.suggestion import Suggestion, Typed
from agent.ports import Tx
from agent.trial import Trial
from agent.web.console_door import Door, NotThere
from agent.web.console_words import at as moment
from agent.web.console_words import staff_voice
from agent.web.signin import Form, Signed
from agent.workbench import Workbench

FORM_BYTES = 1_000_000  # a language's sentences of one intent, percent-encoded, are some 150 kB
FIELDS = 2000
MOST_LINES = 5000
_NOW = timedelta(minutes=1)  # who has typed since then is at it


class Admin:
    """The admin rooms of one desk."""

    def __init__(self, door: Door) -> None:
        self.door, self.desk, self.bench = door, door.desk, Workbench(door.desk)
        self.trial = Trial(door.desk.settings)
        self.counting = threading.Lock()
        self.counted: tuple[object, list[dict[str, Any]]] = (None, [])  # of which content, how far each language is

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.desk.clinic.zone)

    def page(self, request: Request, name: str, signed: Signed, status: int = 200, /, **values: Any) -> Response:
        """A page under the tabs of the admins."""
        desk: Desk = self.desk
        voice = staff_voice(desk, desk.clock())
        with desk.store.begin(write=False) as tx:
            edits = tx.content.edits(desk.clinic.id)
            names, newest = names_of(desk, tx), next(iter(tx.content.proposals(desk.clinic.id, 1)), None)
        unpublished = newest if newest is not None and newest.state == "checked" and newest.refused else None
        return self.door.page(
            request, f"admin/{name}", signed, status, edits={e.key: e for e in edits}, names=names,
            unpublished=unpublished,
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

    def suggested(self, key: str) -> list[Suggestion]:
        """What a machine has proposed there and nobody has decided about."""
        with self.desk.store.begin(write=False) as tx:
            return tx.suggestions.open(self.desk.clinic.id, key)

    def typed(self, key: str, signed: Signed) -> Typed | None:
        """What this person has typed there and not saved."""
        with self.desk.store.begin(write=False) as tx:
            return next((t for t in tx.typings.of(self.desk.clinic.id, key) if t.by == signed.user.id), None)

    def others(self, key: str, signed: Signed) -> list[tuple[str, datetime, bool]]:
        """(name, when, is it now) of colleagues who have typed there and not saved."""
        now = self.desk.clock()
        with self.desk.store.begin(write=False) as tx:
            found, names = tx.typings.of(self.desk.clinic.id, key), names_of(self.desk, tx)
        return [(names.get(t.by, "A colleague"), t.at, now - t.at < _NOW) for t in found if t.by != signed.user.id]

    def forget(self, desk: Desk, signed: Signed, key: str) -> None:
        """What this person was typing there is of no use any more."""
        with desk.store.begin() as tx:
            tx.typings.drop(desk.clinic.id, key, signed.user.id)

    def published(self, key: str) -> Item | None:
        """Raises NotThere for what is no key, Busy where the files cannot be read."""
        try:
            return self.bench.published(key)
        except Refused:
            raise NotThere from None
        except ContentFault:
            raise Busy("the content files are faulty: run frontdesk check") from None

    def keep(
        self, desk: Desk, signed: Signed, key: str, value: Item | None, form: Form, also: Items | None = None,
        then: editing.Then = editing.nothing,
    ) -> None:  # fmt: skip
        """Saves the item in the draft, and `also` what was said of others on the same page; `then` is done with it, and
        what this person was typing is forgotten. Raises Refused with why not, Clash where somebody was faster."""
        given = form.get("version")
        version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
        was, drafted = self.published(key), {e.key: e for e in self.edits() if e.key.startswith("clinic/")}
        beside = {**{k: e.value for k, e in drafted.items()}, **(also or {})}
        if value is not None and value != was and (wrong := self.bench.faults_at(key, value, beside)):
            raise Wrong(wrong)

        def settled(tx: Tx) -> None:
            then(tx)
            tx.typings.drop(desk.clinic.id, key, signed.user.id)

        if value is None or not also:
            editing.save(desk, signed.user, key, value, was, version, settled)
            return
        others = [editing.Arrival(k, v, self.published(k), drafted[k].version if k in drafted else 0)
                  for k, v in also.items()]  # fmt: skip
        editing.save_together(desk, signed.user, [editing.Arrival(key, value, was, version), *others], settled)

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


def lines_of(text: str, most: int = MOST_LINES) -> list[str]:
    """One entry a line, without blank ones and twins; spaces within are made single."""
    found = dict.fromkeys(" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    found.pop("", None)
    if len(found) > most:
        raise Refused("at most %(most)s lines", most=most)
    return list(found)


Show = Callable[..., Response]
