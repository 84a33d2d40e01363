"""Yes and no, and a choice among what the desk has offered."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anyascii import anyascii

from agent.understand.found import Found, Option
from agent.understand.words import Phrases, Word, phrase, words_of

NONE_OF_THESE = -1
_LONG = 12  # words; a longer message is about something else


class Choices:
    """Reads answers with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._yes, self._no = Phrases(rows.get("yes", ())), Phrases(rows.get("no", ()))
        self._but = Phrases(rows.get("but", ()))
        self._ordinals = {phrase(str(k))[0]: int(v) for k, v in rows.get("ordinals", {}).items()}
        self._around = {w for p in rows.get("option_words", ()) for w in phrase(str(p))}
        self._any, self._none = Phrases(rows.get("any_option", ())), Phrases(rows.get("none_of_these", ()))
        self._polite = {w for p in rows.get("politeness", ()) for w in phrase(str(p))}

    def yes_no(self, text: str) -> Found | None:
        words = words_of(text)
        if not words or len(words) > _LONG:
            return None
        no, yes = self._no.first(words), self._yes.first(words)
        said = [x for x in (no, yes) if x is not None]
        if not said:
            return None
        index, count = min(said, key=lambda x: (x[0], -x[1]))
        value = (index, count) != no
        skipped = [w for w in words[:index] if w.text not in self._polite]
        rest = [w for w in words[index + count :] if w.text not in self._polite]
        if skipped and len(words) > 4:
            return None
        sure = not self._but.first(words) and not (no and yes and no[0] != yes[0]) and len(rest) <= 5
        return Found(value, words[index].start, words[index + count - 1].end, 0.97 if sure else 0.6, sure)

    def choice(self, text: str, options: Sequence[Option], expressions: Sequence[Any] = ()) -> Found | None:
        """The index of the chosen option, or NONE_OF_THESE; None where the message does not say."""
        words = words_of(text)
        if not words or not options:
            return None
        whole = (0, len(text))
        for read in (self._by_number, self._by_label, self._by_none, self._by_any):
            found = read(words, options)
            if found is not None:
                return Found(found[0], *whole, 0.95 if found[1] else 0.6, found[1])
        index = self._by_facts(words, options, expressions)
        return Found(index, *whole, 0.9) if index is not None else None

    def _by_number(self, words: Sequence[Word], options: Sequence[Option]) -> tuple[int, bool] | None:
        told = [w for w in words if w.text not in self._around and w.text not in self._polite]
        numbers = [w for w in told if w.text.isdigit() and len(w.text) <= 2]
        if len(told) == 1 and len(numbers) == 1 and 1 <= int(numbers[0].text) <= len(options):
            return int(numbers[0].text) - 1, True
        named = {self._ordinals[w.text] for w in words if w.text in self._ordinals}
        left = [w for w in told if w.text not in self._ordinals]
        if len(words) <= _LONG and len(named) > 1 and 1 in named:
            named.discard(1)  # "the second one": one is no number here
        if len(named) == 1 and not left:
            place = named.pop()
            place = len(options) if place == -1 else place
            if 1 <= place <= len(options):
                return place - 1, True
        return None

    def _by_label(self, words: Sequence[Word], options: Sequence[Option]) -> tuple[int, bool] | None:
        said = " ".join(w.text for w in words)
        fits = [
            i
            for i, o in enumerate(options)
            if any(
                label and (" ".join(phrase(label)) in said or said in " ".join(phrase(label)).split("|"))
                for label in o.labels
            )
        ]
        return (fits[0], True) if len(fits) == 1 else None

    def _by_none(self, words: Sequence[Word], options: Sequence[Option]) -> tuple[int, bool] | None:  # noqa: ARG002
        return (NONE_OF_THESE, True) if len(words) <= _LONG and self._none.first(words) else None

    def _by_any(self, words: Sequence[Word], options: Sequence[Option]) -> tuple[int, bool] | None:  # noqa: ARG002
        return (0, False) if len(words) <= 8 and self._any.first(words) else None

    def _by_facts(self, words: Sequence[Word], options: Sequence[Option], expressions: Sequence[Any]) -> int | None:
        """By day, time, provider or place, where exactly one option fits all that was said."""
        tests: list[Callable[[Option], bool]] = [t for e in expressions if (t := _time_test(e)) is not None]
        said = {anyascii(w.text).lower() for w in words}
        for facet in ("provider_name", "location_name"):
            names = {getattr(o, facet) for o in options if getattr(o, facet)}
            hit = {n for n in names if said & {p for p in phrase(anyascii(n)) if len(p) > 2 and p not in ("dr", "the")}}
            if len(hit) == 1:
                name = hit.pop()
                tests.append(lambda o, facet=facet, name=name: getattr(o, facet) == name)  # type: ignore[misc]
        fits = [i for i, o in enumerate(options) if tests and all(t(o) for t in tests)]
        return fits[0] if len(fits) == 1 else None


def _time_test(expression: Any) -> Callable[[Option], bool] | None:
    """A test of an option's wall time from one date or time expression; None for durations and repeats."""
    kind, value = expression.kind, expression.value
    if kind == "date":
        return lambda o: o.local is not None and o.local.date().isoformat() == value
    if kind == "time":
        return lambda o: o.local is not None and f"{o.local:%H:%M}" == value
    if kind == "datetime":
        return lambda o: o.local is not None and o.local.isoformat()[:16] == str(value)[:16]
    if kind == "timerange":
        low, high = value
        return lambda o: (
            o.local is not None
            and (low == ".." or low <= f"{o.local:%H:%M}")
            and (high == ".." or f"{o.local:%H:%M}" < high)
        )
    if kind == "datetimerange":
        low, high = (str(v)[:16] for v in value)
        return lambda o: o.local is not None and (low == ".." or low <= o.local.isoformat()[:16]) and (
            high == ".." or o.local.isoformat()[:16] < high
        )  # fmt: skip
    if kind == "daterange":
        first, last = (str(v)[:10] for v in value)
        return lambda o: o.local is not None and (first == ".." or first <= o.local.date().isoformat()) and (
            last == ".." or o.local.date().isoformat() < last
        )  # fmt: skip
    return None
