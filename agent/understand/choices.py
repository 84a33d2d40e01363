"""A choice among what the desk has offered: by number, by name, by time, by person or place, or none of it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from agent.understand.fits import hour_test, labels_named, time_tests, told_by_name
from agent.understand.found import Found, Option
from agent.understand.words import Phrases, Word, singles, words_of
from agent.understand.yes_no import YesNo

NONE_OF_THESE = -1
_LONG = 12  # words; a longer message is about something else
_EARLIEST, _LATEST = "earliest", "latest"
Pick = tuple[int, bool]


class Choices:
    """Reads choices with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any], yes_no: YesNo) -> None:
        self._yes_no = yes_no
        self._ordinals = Phrases(rows.get("ordinals", {}))
        self._alone = Phrases({**rows.get("ordinals", {}), **rows.get("sounds_like", {})})
        around = ("option_words", "politeness", "fillers", "agree", "agree_weakly", "agree_tail")
        self._around = Phrases([p for table in around for p in rows.get(table, ())])
        told: dict[Any, Any] = dict.fromkeys(rows.get("any_option", ()), "any")
        told |= dict.fromkeys(rows.get("earliest_option", ()), _EARLIEST)
        told |= dict.fromkeys(rows.get("latest_option", ()), _LATEST)
        told |= dict.fromkeys(rows.get("none_of_these", ()), "none")
        self._special = Phrases(told)
        self._no, self._denying = Phrases(rows.get("refuse", ())), Phrases(rows.get("negators", ()))
        self._hour = singles(rows, "hour_lead")
        self._titles = singles(rows, "title_words")

    def read(self, text: str, options: Sequence[Option], expressions: Sequence[Any] = ()) -> Found | None:
        """The index of the chosen option, or NONE_OF_THESE; None where the message does not say, or says two."""
        words = words_of(text)
        if not words or not options:
            return None
        pick = self._pick(text, words, options, expressions)
        if pick is None:
            return None
        return Found(pick[0], words[0].start, words[-1].end, 0.95 if pick[1] else 0.6, pick[1])

    def _pick(
        self, text: str, words: Sequence[Word], options: Sequence[Option], expressions: Sequence[Any]
    ) -> Pick | None:
        if len(words) == 1 and (hit := self._alone.match(words, 0)) and 1 <= int(hit[1]) <= len(options):
            return int(hit[1]) - 1, True  # "one", and by telephone "for" where "four" was said
        left = self._told(words)
        special = self._special.found(words) if len(words) <= _LONG else []
        numbered = self._by_number(text, words, left, options, bool(special))
        if numbered is not None:
            return numbered if numbered[0] < len(options) else None
        named = labels_named(left, options)
        if len(named) == 1 and len(words) <= _LONG:
            return named[0], True
        spans = [(words[i].start, words[i + n - 1].end) for i, n, _ in special]  # "más tarde" is no afternoon
        timed = [e for e in expressions if not any(a <= getattr(e, "start", -1) < b for a, b in spans)]
        tests = [*time_tests(text, timed), *told_by_name(words, options, self._titles)]
        tests += [hour_test(int(b.text)) for a, b in pairwise(words) if a.text in self._hour and _is_hour(b.text)][
            : not timed
        ]
        fits = [i for i, o in enumerate(options) if tests and all(t(o) for t in tests)]
        denied = bool(self._denying.first(words))
        if len(fits) == 1 and not denied:
            return fits[0], len(words) <= _LONG and not special
        if special and not tests:
            return self._by_kind(special, options)
        return None if tests else self._by_answer(text, words, options)

    def _told(self, words: Sequence[Word]) -> list[Word]:
        """The words that are not merely around a choice."""
        out: list[Word] = []
        at = 0
        while at < len(words):
            skip = self._around.at(words, at)
            named = max(self._ordinals.at(words, at), self._special.at(words, at))
            if not skip or named > skip:
                skip = max(named, 1)
                out += words[at : at + skip]
            at += skip
        return out

    def _by_number(
        self, text: str, words: Sequence[Word], left: Sequence[Word], options: Sequence[Option], special: bool
    ) -> Pick | None:
        """ "2", "option two", "no, the second one", "the last"; "10" is ten o'clock where there is no tenth option."""
        skip = self._no.at(left, 0) if left else 0
        rest = list(left[skip:])
        if skip and not any(c in text[left[0].end : words[-1].end] for c in ",.;"):
            return None  # "not the second"; "no, the second" is a choice
        places, at = [], 0
        while at < len(rest):
            hit = self._ordinals.match(rest, at)
            bare = rest[at].text.isdigit() and len(rest[at].text) <= 2
            if not hit and not bare:
                return None
            places.append(int(hit[1]) if hit else int(rest[at].text))
            at += hit[0] if hit else 1
        if len(set(places)) != 1 or special:
            return None
        place = len(options) if places[0] == -1 else places[0]
        if 1 <= place <= len(options):
            return place - 1, True
        hours = [
            i for i, o in enumerate(options) if o.local and (o.local.hour - place) % 12 == 0 and not o.local.minute
        ]
        return (hours[0], True) if len(hours) == 1 and place <= 12 else None

    @staticmethod
    def _by_kind(special: Sequence[tuple[int, int, Any]], options: Sequence[Option]) -> Pick:
        kinds = [kind for _, _, kind in special]
        if "none" in kinds:
            return NONE_OF_THESE, True
        timed = [(o.local, i) for i, o in enumerate(options) if o.local is not None]
        if timed and kinds[0] in (_EARLIEST, _LATEST):
            return (min(timed) if kinds[0] == _EARLIEST else max(timed))[1], False
        return (len(options) - 1 if kinds[0] == _LATEST else 0), False

    def _by_answer(self, text: str, words: Sequence[Word], options: Sequence[Option]) -> Pick | None:
        """ "Yes" takes the only option; "no" none of several."""
        said = None if self._ordinals.first(words) else self._yes_no.read(text)
        if said is None or not said.sure or len(words) > _LONG // 2:
            return None
        if not said.value:
            return NONE_OF_THESE, True
        return (0, True) if len(options) == 1 else None


def _is_hour(word: str) -> bool:
    return word.isdigit() and 1 <= int(word[:3]) <= 23
