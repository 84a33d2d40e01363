"""Which of a question's choices were named, one or several; what is none of them stays in the person's own words."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from agent.model.content import Content
from agent.model.form import Item
from agent.understand.found import Option
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.values import ValueReader
from agent.understand.words import phrase, words_of

SPLIT = re.compile(r"\s*[,;\n、،，；]\s*")
AND = "and_words"  # in _repairs.yaml
_A_NAME = 3  # words, of an illness that is not among the choices; more of them are looked at by staff
_STAR = "*"
NOT_AT_ALL = "LA6568-5"  # LOINC's answer, of the PHQ and the GAD
_OFTEN = {  # tables of _repairs.yaml
    "never": NOT_AT_ALL, "some_days": "LA6569-3", "most_days": "LA6570-1", "every_day": "LA6571-9",
}  # fmt: skip


def how_often(item: Item, text: str, lang: str, repairs: Repairs) -> str:
    """ "Most days", in answer to how often: the choice that means it; empty where there is none."""
    codes = {c.code for c in item.choices}
    kinds = (kind for kind, code in _OFTEN.items() if code in codes)
    return next((_OFTEN[kind] for kind in kinds if repairs.is_whole(text, lang, kind)), "")


class FormChoices:
    """ "Diabetes, high blood pressure and lupus": two choices, and a third thing in these words."""

    def __init__(self, content: Content, values: ValueReader, denials: Callable[[str], frozenset[str]]) -> None:
        self._content, self._values, self._denials = content, values, denials

    def read(self, item: Item, text: str, said: Said, *, may_be_own: bool) -> list[Any] | None:
        """Codes, and words where the question takes them; None where the words are no answer to it."""
        whole = [text.strip()[: item.longest]]
        free = may_be_own and item.kind == "open-choice" and any(c.isalpha() for c in text)
        if not item.repeats:
            code = self._one(item, text, said)
            return [code] if code is not None else whole if free else None
        found = [each for part in SPLIT.split(text) if part for each in self._part(item, part, said, free)]
        known = [code for code, _ in found if code is not None]
        if found and len(known) == len(found):
            return list(dict.fromkeys(known))
        if not free:
            return None
        if not known or any(code is None and self._denies(words, said.lang) for code, words in found):
            return whole
        return list(dict.fromkeys(code or words[: item.longest] for code, words in found))

    def half(self, item: Item, values: list[Any], lang: str) -> bool:
        """Are there words among these values that staff should look at: a denial, or more than a name?"""
        own = [str(v) for v in values if item.kind == "open-choice" and v not in {c.code for c in item.choices}]
        long = (len(values) > 1 and (len(words_of(v)) > _A_NAME or any(c.isdecimal() for c in v)) for v in own)
        return any(long) or any(self._denies(v, lang) for v in own)

    def _part(self, item: Item, part: str, said: Said, free: bool) -> Iterator[tuple[str | None, str]]:
        """What stands between two commas: a choice as it is written, several joined by "and", or one."""
        if self._exact(item, part, said.lang) is None:
            for glued in (False, True):
                pieces = [p for p in joints(self._and(said.lang), glued).split(part) if p.strip()]
                codes = [None if self._denies(p, said.lang) else self._one(item, p, said) for p in pieces]
                some = any(codes) if free and not glued else all(codes)
                if len(pieces) > 1 and some:
                    yield from zip(codes, (p.strip() for p in pieces), strict=True)
                    return
        code = self._one(item, part, said)
        label = next((c.text for c in item.choices if c.code == code), {})
        denied = self._denies(part, said.lang) and not any(self._denies(t, said.lang) for t in label.values())
        yield None if denied and code not in ("yes", "no") else code, part

    def _holds_nothing_of_it(self, text: str, lang: str, labels: list[Option]) -> bool:
        """ "All the time" shares a word with "not at all", and denies nothing; "the first one" is a place in a list."""
        bare = [Option((), None, None, None, o.payload) for o in labels]
        placed = self._values.choice(text, lang, bare)
        return not self._denies(text, lang) and (placed is None or placed.value < 0)

    def _and(self, lang: str) -> tuple[str, ...]:
        rows = self._content.rows.get("repairs", {})
        return tuple(str(w) for tag in dict.fromkeys((lang, "en")) for w in rows.get(tag, {}).get(AND, ()))

    def _denies(self, text: str, lang: str) -> bool:
        return any(word.text in self._denials(lang) for word in words_of(text))

    @staticmethod
    def _exact(item: Item, text: str, lang: str) -> str | None:
        tags = dict.fromkeys((lang, "en"))
        same = (c.code for c in item.choices if any(phrase(c.text.get(t, "")) == phrase(text) for t in tags))
        return next(same, None)

    def _one(self, item: Item, text: str, said: Said) -> str | None:
        bare = text.strip().strip("#.)( ")
        if bare.isdecimal() and 1 <= int(bare[:3]) <= len(item.choices):
            return item.choices[int(bare) - 1].code
        exact = self._exact(item, text, said.lang)
        if exact is not None:
            return exact
        tags = dict.fromkeys((said.lang, "en"))
        labels = [Option(tuple(c.text[t] for t in tags if t in c.text), None, None, None, c.code) for c in item.choices]
        found = self._values.choice(text, said.lang, labels)
        if found is not None and found.sure and found.value >= 0:
            code = item.choices[int(found.value)].code
            return None if code == NOT_AT_ALL and self._holds_nothing_of_it(text, said.lang, labels) else code
        plain = self._values.yes_no(text, said.lang)
        side = ("yes" if plain.value else "no") if plain is not None and plain.sure else None
        return next((c.code for c in item.choices if c.code == side), None)


@lru_cache(maxsize=64)
def joints(words: tuple[str, ...], glued: bool) -> re.Pattern[str]:
    """Between what is joined. A star stands for the word that it is written together with: "و*", "*하고", "*和*"."""
    rules = []
    for word in words:
        bare = re.escape(word.strip(_STAR))
        before = r"(?<=\w)" if word.startswith(_STAR) else r"(?<=\s)"
        after = r"(?=\w)" if word.endswith(_STAR) else r"(?=\s)"
        if (_STAR in word) == glued:
            rules.append(before + bare + after)
    return re.compile(rf"(?:{'|'.join(rules)})" if rules else r"(?!)", re.IGNORECASE)
