"""What an answer to a form brings along: a yes what it is about ("yes, penicillin"), a complaint since when it is there
("knee pain since Monday")."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from agent.intake.engine import fits
from agent.model.content import Content
from agent.model.form import Form, Item, medicines
from agent.understand.form_choices import AND, SPLIT, joints
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.shelf import Shelf
from agent.understand.times import Expression
from agent.understand.times.values import OPEN
from agent.understand.told import Told
from agent.understand.words import Phrases, singles, words_of

FREE = ("string", "text")
_ELIDED = re.compile("^(?:d|l|dell|all)['’](?=\\w)", re.IGNORECASE)  # "d'insuline"
_BEGAN = (".onset[x]", ".performed[x]")  # elements that say since when something is there, or when it was done
_REACHED = ".contact.telecom.value"  # the number of whoever was just named
_TAKEN = ".dosage.text"  # the element that says how a medicine is taken
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FEW = 8  # words that may stand for a yes and its answer
_SENTENCE = 24  # … where they say so: "I take lisinopril, ten milligrams in the morning"
_OF_A_YES = ("agree", "agree_weakly", "agree_tail", "politeness", "fillers")  # tables of _values.yaml
_NAMES_NOTHING, _KINDS = "with_yes", "with_yes_kinds"  # in _repairs.yaml

Beside = tuple[str, dict[str, list[Any]]]  # words, with what they are to each of some questions


class Opened(NamedTuple):
    """A yes or a no, and what else the words answer."""

    yes: bool
    more: tuple[Beside, ...] = ()


class Brought:
    """Looks past the answer to the question that was asked, at what else the words hold."""

    def __init__(self, content: Content, repairs: Repairs) -> None:
        self._content, self._repairs, self._told = content, repairs, Told(repairs)
        tags = content.rows.get("values", {})
        self._small, self._kinds = Shelf(tags, self._beside), Shelf(tags, self._kind_words)
        self._how = Shelf(tags, self._how_often)
        self._unsure, self._none = Shelf(tags, self._unknown), Shelf(tags, self._nothing)

    def heard(self, form: Form, item: Item, said: Said, yes: bool | None) -> Opened | None:
        """To "are you allergic to anything?" or "anything more?": "penicillin", "yes, penicillin", "I'm allergic to
        penicillin" are a yes and the answer to what it asks next; "several", "no allergies", "that's all" a yes or a no
        and nothing besides. `yes`: what the words are by themselves. None where they ask, or do not know."""
        first, words = first_inside(form, item), words_of(said.text)
        if first is None or said.asks or not words:
            return None
        if self._repairs.is_whole(said.text, said.lang, "has_some"):
            return Opened(True)
        if self._repairs.is_whole(said.text, said.lang, "has_none"):
            return Opened(False)
        if self._of(self._unsure, said.lang).first(words):
            return None
        small, kinds, none = (
            {at + n for at, count, _ in self._of(shelf, said.lang).found(words) for n in range(count)}
            for shelf in (self._small, self._kinds, self._none)
        )
        no = self.denials(said.lang)
        none |= {n for n, word in enumerate(words) if word.text in no and n not in small}
        left = [n for n in range(len(words)) if n not in small | none]
        bare = all(n in kinds or words[n].text.isdecimal() for n in left)
        if none:
            return Opened(False) if bare and yes is not True and len(words) <= _FEW else None
        if bare:
            return Opened(True) if yes or (len(words) > 1 and not any(w.text.isdecimal() for w in words)) else None
        at_once = left[0] == 0 and yes is None and not (medicines(form, item) and self._told.begins(said))
        if yes is False or len(words) > (_FEW if at_once else _SENTENCE):
            return None
        end = words[left[-1]].end if left[-1] + 1 < len(words) else len(said.text.rstrip(" .!。！।"))
        named = said.text[words[left[0]].start if left[0] else 0 : end].strip()[: first.longest]
        named = _ELIDED.sub("", named) if left[0] and said.lang in ("fr", "it") else named
        if first.kind not in FREE or not fits(first, named):
            return None
        return Opened(True, ((said.text, {first.link: [named]}), *self.since(form, first, said)))

    def since(self, form: Form, item: Item, said: Said) -> list[Beside]:
        """When it began, or was done, where the next question asks just that: "for two weeks", of "knee pain for two
        weeks"; "2010", of "appendix 2010". So with how a medicine is taken, "once a day", of "aspirin once a day"; and
        with the number of whoever is named, "my sister Ana, 718 555 0199"."""
        asked = [i for i, _ in form.walk() if i.asks]
        at = next((n for n, i in enumerate(asked) if i.link == item.link), len(asked))
        after = asked[at + 1] if at + 1 < len(asked) else None
        if item.kind not in FREE or after is None or after.kind not in FREE:
            return []
        if after.definition.endswith(_TAKEN):
            return self._taken(after, said)
        if after.definition.endswith(_REACHED):
            number = said.entities.get("phone")
            return [(said.text, {after.link: [number]})] if number and fits(after, number) else []
        if not after.definition.endswith(_BEGAN):
            return []
        found = [(e.start, e.end) for e in said.expressions if _gone_by(e, said.now)]
        found = found or [m.span() for m in _YEAR.finditer(said.text) if int(m[0]) <= said.now.year]
        if len(found) != 1 or not any(c.isalpha() for c in said.text[: found[0][0]] + said.text[found[0][1] :]):
            return []
        when = said.text[found[0][0] : found[0][1]].strip()
        return [(said.text, {after.link: [when]})] if fits(after, when) else []

    def _taken(self, after: Item, said: Said) -> list[Beside]:
        """How often, where it is told once, at the end, and of one medicine; staff read all the words as its name."""
        words, joined = words_of(said.text), self._content.rows.get("repairs", {}).get(said.lang, {}).get(AND, ())
        ways = (SPLIT, *(joints(tuple(map(str, joined)), glued) for glued in (False, True)))
        if any(way.search(said.text) for way in ways):
            return []
        found = self._of(self._how, said.lang).found(words)
        if not found or found[0][0] == 0 or len(found) > 1:
            return []
        at, size, _ = found[0]
        if at + size < len(words):
            return []
        how = said.text[words[at].start : words[at + size - 1].end]
        return [(said.text, {after.link: [how]})] if fits(after, how) else []

    def denials(self, lang: str) -> frozenset[str]:
        """Words that deny, refuse or do not know, in the language and in English."""
        rows = self._rows()
        tables = (rows.get(tag, {}) for tag in (lang, "en"))
        return frozenset().union(*(singles(row, "negators", "refuse", "unknown", "refuse_weakly") for row in tables))

    def _beside(self, tag: str) -> Phrases:
        values, own = self._rows().get(tag, {}), self._content.rows.get("repairs", {}).get(tag, {})
        return Phrases([p for rows, table in (*((values, t) for t in _OF_A_YES), (own, _NAMES_NOTHING))
                        for p in rows.get(table, ())])  # fmt: skip

    def _kind_words(self, tag: str) -> Phrases:
        """Words that stand for the kind of thing, and numbers: "several pills", "two"."""
        own = self._content.rows.get("repairs", {}).get(tag, {})
        return Phrases([*own.get(_KINDS, ()), *self._rows().get(tag, {}).get("numbers", ())])

    def _how_often(self, tag: str) -> Phrases:
        return Phrases(self._content.rows.get("repairs", {}).get(tag, {}).get("taken_how", ()))

    def _nothing(self, tag: str) -> Phrases:
        return Phrases(self._content.rows.get("repairs", {}).get(tag, {}).get("has_none", ()))

    def _unknown(self, tag: str) -> Phrases:
        return Phrases(self._rows().get(tag, {}).get("unknown", ()))

    def _rows(self) -> dict[str, Any]:
        return dict(self._content.rows.get("values", {}))

    @staticmethod
    def _of(shelf: "Shelf[Phrases]", lang: str) -> Phrases:
        return shelf.get(lang) or shelf.get("en") or Phrases(())


def _gone_by(e: Expression, now: datetime) -> bool:
    """A day gone by, "since Monday", "for two weeks"."""
    today = now.date().isoformat()
    match e.kind:
        case "duration":
            return True
        case "date" | "datetime":
            return str(e.value)[:10] < today
        case "daterange":
            return e.value[1] == OPEN or str(e.value[1])[:10] <= today  # on a Monday "since Monday" looks ahead
        case _:
            return False


def first_inside(form: Form, item: Item) -> Item | None:
    """The first question of a group, or of what a yes to this question opens."""
    if item.kind == "group":
        return next((i for i in item.items if i.asks), None)
    inside = [i for i, _ in form.walk() if any((w.question, w.answer) == (item.link, True) for w in i.whens)]
    return (inside[0].items[0] if inside[0].items else inside[0]) if inside else None
