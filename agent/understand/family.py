"""Several of a family were asked the same at one number: for whom is what the message answers? "Both", "neither", "Leo
can't, Rosa yes", "1 and 3". Each part is heard by itself, by the ears that hear whole messages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.model.alike import alike
from agent.model.command import CannotHandle, ChangeLanguage, Command, SetSlot
from agent.model.content import Content
from agent.model.question import Question
from agent.model.understanding import Understanding
from agent.understand.answering import by_digit
from agent.understand.repairs import Repairs
from agent.understand.said import SURE
from agent.understand.words import Phrases, Word, phrase, words_of

Hears = Callable[[str], Sequence[SetSlot]]
_FEW, _A_WORD = 5, 2  # words of a part
_LONG = 24  # words; a longer message is about something else
_ASKS = frozenset("?¿？؟")
_STOPS = re.compile(r"[.,;:!\n。，、！；،؛।]+\s*")
_LETTERS = 3  # of a name in another script
_ENDS = frozenset(".,;:!\n。，、！；،؛।")
_ENDING = re.compile("[\uac00-\ud7a3]{1,2}")
_COMING, _NOT_COMING, _OTHER = "coming", "not_coming", "other_time"
_WISHES = frozenset({"date", "time"})


@dataclass
class _Part:
    """Some of the people who were asked, and what is said of them."""

    whom: list[int] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    asks: bool = False  # "can Leo come at three?"


def heard_for_each(
    text: str, q: Question, whole: Understanding, hears: Callable[[str], Understanding], content: Content,
    repairs: Repairs,
) -> Understanding:  # fmt: skip
    """`whole`, which was heard of the message, with an answer for each whom it answers for instead of one."""
    said, told = (content.rows.get(kind, {}).get(whole.lang, {}) for kind in ("repairs", "values"))

    def values(part: str) -> list[SetSlot]:
        return [c for c in hears(part).commands if isinstance(c, SetSlot)]

    answers = Family(said, told, repairs, whole.lang).read(text, q, values)
    if answers == []:
        return whole
    kept: list[Command] = [c for c in whole.commands if isinstance(c, ChangeLanguage)]
    kept += answers if answers else [CannotHandle()]
    return whole.model_copy(update={"commands": tuple(kept)})


class Family:
    """Reads whom an answer is for with the words of one language's tables."""

    def __init__(self, repairs: Mapping[str, Any], values: Mapping[str, Any], whole: Repairs, lang: str) -> None:
        told: dict[Any, Any] = dict.fromkeys(repairs.get("none_of_them", ()), False)
        self._all = Phrases(told | dict.fromkeys(repairs.get("all_of_them", ()), True))
        self._joins = Phrases(repairs.get("joins", ()))
        around = ("fillers", "politeness", "articles", "relation_for", "possessives", "with_words")
        self._small = Phrases([p for table in around for p in values.get(table, ())])
        answers = ("agree", "agree_weakly", "refuse", "refuse_weakly")
        said = [p for table in answers for p in values.get(table, ())]
        self._told = Phrases([*said, *repairs.get("they_come", ()), *repairs.get("they_cannot", ())])
        self._no = Phrases([p for table in ("negators", "refuse") for p in values.get(table, ())])
        self._repairs, self._lang = whole, lang

    def read(self, text: str, q: Question, hears: Hears) -> list[SetSlot] | None:
        """An answer for each person whom the message answers for, with `of` telling the run in which they were asked
        and wholly sure where nothing else is said; empty where it says nothing of whom it is for, None where it
        answers and nobody knows for whom."""
        words = words_of(text)
        if not words or len(words) > _LONG:
            return []
        named = self._named(words, q)
        found: dict[int, list[SetSlot]] | None
        if self._all.first(words) is not None and len(set(named.values())) < len(q.people):
            found = self._for_all_but(text, words, named, q, hears) or self._for_all(text, words, q, hears)
        else:
            found = self._by_name(text, words, named, q, hears) if named else self._in_order(words, q)
        if found is None:
            return None
        whole = {"quote": text.strip(), "span": None}
        return [a.model_copy(update={**whole, "of": q.people[who][0]}) for who in _in_turn(found) for a in found[who]]

    def _by_name(
        self, text: str, words: Sequence[Word], named: Mapping[int, int], q: Question, hears: Hears
    ) -> dict[int, list[SetSlot]]:  # fmt: skip
        found, unheard = dict[int, list[SetSlot]](), False
        for part in self._parts(text, words, named):
            answers = self._wished(text, part, q, hears) or self._answers(_text(text, part.words), q, hears)
            unheard = unheard or not answers
            found |= {who: answers for who in part.whom if answers}
        less = {"confidence": SURE}
        return {who: [a.model_copy(update=less) if unheard else a for a in each] for who, each in found.items()}

    def _for_all_but(
        self, text: str, words: Sequence[Word], named: Mapping[int, int], q: Question, hears: Hears
    ) -> dict[int, list[SetSlot]]:  # fmt: skip
        """ "Yes to both, but can Leo come at three?": who is named after all wishes for another time."""
        told = min((at + size for at, size, _ in self._all.found(words)), default=0)
        after = min((at for at in named if at >= told), default=0)
        cuts = [at for at in range(told, after + 1) if self._cut_before(text, words, at)]
        if not after or not cuts:
            return {}
        found = self._for_all(text[: words[cuts[0] - 1].end], words[: cuts[0]], q, hears)
        for part in self._parts(text, words[cuts[0] :], {at - cuts[0]: who for at, who in named.items()}):
            part.asks = True
            wished = self._wished(text, part, q, hears) if found else []
            found = {who: wished if who in part.whom else each for who, each in (found or {}).items()} if wished else {}
        return found or {}

    def _cut_before(self, text: str, words: Sequence[Word], at: int) -> bool:
        """Does something new begin at this word?"""
        return at > 0 and bool(
            self._joins.at(words, at) or (_ENDS | _ASKS) & set(text[words[at - 1].end : words[at].start])
        )

    def _wished(self, text: str, part: _Part, q: Question, hears: Hears) -> list[SetSlot]:
        """Another time, where these words ask for one."""
        if not part.words or not any(o.value == _OTHER for o in q.options):
            return []
        heard = hears(_text(text, part.words) + ("?" if part.asks else ""))
        wishes = [c for c in heard if c.slot in _WISHES]
        moves = part.asks or any(c.slot == q.slot and c.value == _OTHER for c in heard)
        return [SetSlot(slot=q.slot, value=_OTHER, confidence=SURE), *wishes] if moves and wishes else []

    def _for_all(
        self, text: str, words: Sequence[Word], q: Question, hears: Hears
    ) -> dict[int, list[SetSlot]] | None:  # fmt: skip
        hits = sorted(self._all.found(words), key=lambda hit: bool(hit[2]))  # "we are both ill, neither can come"
        if not hits or _ASKS & set(text):
            return {}
        at, size, everybody = hits[0]
        if everybody and any(n + count == at for n, count, _ in self._no.found(words[:at])):
            return None  # "not both": one of them, nobody knows who
        if everybody:
            rest = [*words[:at], *words[at + size :]]
            answers = self._answers(_text(text, rest), q, hears) if self._says_more(rest) else self._said(q, _COMING)
            answers = answers or self._answers(text, q, hears)
        else:
            answers = self._said(q, _NOT_COMING)
        return {who: answers for who in range(len(q.people)) if answers}

    def _in_order(self, words: Sequence[Word], q: Question) -> dict[int, list[SetSlot]]:
        """ "1 and 3": a digit for each of them, in the order in which they were asked."""
        said = [w for i, w in enumerate(words) if not self._around(words, i)]
        digits = [by_digit(w.text, q.options) for w in said] if len(said) == len(q.people) else [None]
        last_first = range(len(q.people))[::-1]
        pairs = zip(last_first, digits, strict=False)
        return {who: [SetSlot(slot=q.slot, value=d.value.value)] for who, d in pairs if d is not None and all(digits)}

    def _named(self, words: Sequence[Word], q: Question) -> dict[int, int]:
        """Place of a word -> whose name it is. A name in another script counts where it sounds alike."""
        names = [phrase(name) for _, name in q.people]
        found: dict[int, int] = {}
        for at, word in enumerate(words):
            exact = [
                who
                for who, name in enumerate(names)
                if word.text.removesuffix("'s") in name or _with_ending(word.text, name)
            ]
            foreign = len(word.text) >= _LETTERS and not (self._around(words, at) or self._told.at(words, at))
            near = [who for who, (_, name) in enumerate(q.people) if foreign and _sounds_like(word.text, name)]
            fitting = exact or near
            if len(fitting) == 1:
                found[at] = fitting[0]
        return found

    def _parts(self, text: str, words: Sequence[Word], named: Mapping[int, int]) -> list[_Part]:
        """What is said of whom: cut at commas, at joining words and, where neither stands between, at the names."""
        last_named = bool(named) and max(named) == len(words) - 1 and 0 not in named
        parts, part = list[_Part](), _Part()
        for at, word in enumerate(words):
            ended = at > 0 and bool(_ENDS & set(text[words[at - 1].end : word.start]))
            after_name = last_named and at - 1 in named and at not in named
            if (
                part.whom
                and (ended or after_name or at in named or self._joins.at(words, at))
                and (self._says_more(part.words))
            ):
                parts.append(part)
                part = _Part()
            if at in named and ended and parts and not part.whom:  # "Leo can't, he has a cold. Rosa can"
                parts[-1].words += part.words
                part = _Part()
            if at in named:
                part.whom.append(named[at])
            else:
                part.words.append(word)
            after = text[word.end : words[at + 1].start] if at + 1 < len(words) else text[word.end :]
            part.asks = part.asks or bool(_ASKS & set(after))
        if part.whom and self._says_more(part.words):
            parts.append(part)
        elif parts:  # "yes for Rosa, and for Leo"
            parts[-1].whom += part.whom
            parts[-1].words += part.words if not part.whom else []
        else:
            parts.append(part)
        return parts

    def _answers(self, text: str, q: Question, hears: Hears) -> list[SetSlot]:
        """What these words answer; surest where they are nothing else."""
        found = self._by_table(text, q)
        if found:
            return found
        sure = {"confidence": 1.0} if len(words_of(text)) <= _A_WORD else {}
        heard = [c.model_copy(update=sure) for c in hears(text)]
        if any(c.slot == q.slot for c in heard):
            return heard
        clause = _STOPS.split(text, maxsplit=1)  # "can't, he has a cold"
        return [c.model_copy(update={"confidence": SURE}) for c in self._by_table(clause[0], q) if len(clause) > 1]

    def _by_table(self, text: str, q: Question) -> list[SetSlot]:
        words = words_of(text)
        bare = " ".join(w.text for i, w in enumerate(words) if not self._around(words, i))
        digit = by_digit(bare, q.options)
        if digit is not None:
            return [SetSlot(slot=q.slot, value=digit.value.value)]
        for kind, value in (("they_cannot", _NOT_COMING), ("they_come", _COMING)):
            if any(self._repairs.is_whole(each, self._lang, kind) for each in (text, bare)):
                return self._said(q, value)
        near = len(words) <= _FEW and not _ASKS & set(text) and not self._no.first(words)
        comes = near and self._repairs.within(text, self._lang, "they_come", _FEW)  # "only Rosa is coming"
        return self._said(q, _COMING) if comes else []

    def _said(self, q: Question, value: str) -> list[SetSlot]:
        return [SetSlot(slot=q.slot, value=value)] if any(o.value == value for o in q.options) else []

    def _says_more(self, words: Sequence[Word]) -> bool:
        return any(not self._around(words, i) and not self._all.at(words, i) for i in range(len(words)))

    def _around(self, words: Sequence[Word], at: int) -> bool:
        """Is it a small word that stands beside an answer?"""
        return not self._told.at(words, at) and bool(self._small.at(words, at) or self._joins.at(words, at))


def _sounds_like(word: str, name: str) -> bool:
    """Of two scripts, letter by letter."""
    return word.isascii() != name.isascii() and alike(word, name)


def _with_ending(word: str, name: Sequence[str]) -> bool:
    """ "Leo는": a Korean ending is written on to the name."""
    return any(n and word.startswith(n) and _ENDING.fullmatch(word[len(n) :]) for n in name)


def _text(text: str, words: Sequence[Word]) -> str:
    """These words with what stands between neighbours of them, and a space where something was left out."""
    out = ""
    for n, word in enumerate(words):
        gap = text[words[n - 1].end : word.start] if n else ""
        out += (gap if len(gap.strip()) <= 1 else " ") + text[word.start : word.end]
    return out


def _in_turn(found: Mapping[int, Sequence[SetSlot]]) -> list[int]:
    """Whoever comes last, since that is settled without another question; the last one comes on top."""
    return sorted(found, key=lambda who: any(a.value == _COMING for a in found[who]))
