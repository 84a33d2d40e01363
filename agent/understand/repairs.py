"""Short turns that mend or steer a conversation ("never mind", "say that again"), from intents/<lang>/_repairs.yaml."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from agent.understand.normalize import fold, fold_with_offsets
from agent.understand.shelf import Shelf
from agent.understand.words import phrase, words_of

_TOLD = (
    "medicine",
    "pharmacy",
    "pharmacy_noun",
    "record",
    "place",
    "place_noun",
    "specialist",
    "for",
    "because",
    "charge",
    "complaint",
    "test",
    "rx",
)
# words and parts of words that a message may hold
_STEMS = ("services", "no_more", "no_more_but", "no_code", "offer_told", "offer_freed", *(f"told_{t}" for t in _TOLD))
_LISTS = ("fillers", "joins", "and_words", *_STEMS)  # not phrases that a message may be
_HALF_AT = 6  # words
_STOPS = re.compile(r"\s*[.,;!?\n。，！？；،؟।]+\s*")
_A_FEW = 5  # words; a word of Chinese has two or three
_AGE_WORDS, _OLDEST, _SIBLINGS, _FIGURES = 10, 120, 3, "0123456789"
_MOST_TOLD = 18  # words
_UNSPACED = re.compile("[\u3400-\u9fff]")


def _joins(words: Sequence[Any]) -> re.Pattern[str]:
    spaced = "|".join(re.escape(str(w)) for w in words if not _UNSPACED.match(str(w)))
    glued = "|".join(re.escape(str(w)) for w in words if _UNSPACED.match(str(w)))
    patterns = [_STOPS.pattern, *([rf"\s+(?:{spaced})\s+"] if spaced else []), *([f"(?:{glued})"] if glued else [])]
    return re.compile("|".join(patterns), re.IGNORECASE)


def _phrases(row: Mapping[str, Sequence[Any]]) -> dict[str, set[tuple[str, ...]]]:
    return {kind: {phrase(p) for p in phrases} for kind, phrases in row.items() if kind not in _LISTS}


def _stems(words: Sequence[Any]) -> re.Pattern[str]:
    return re.compile("|".join(_stem(fold(str(word))) for word in words))


def _stem(word: str) -> str:
    inner = r"\w{0,20}".join(re.escape(part) for part in word.strip("*").split("*"))
    return ("" if word.startswith("*") else r"(?<!\w)") + inner + ("" if word.endswith("*") else r"(?!\w)")


# A message is looked through for a dozen kinds in turn. Small, as `words_of` is: patients' words soon go again.
@lru_cache(maxsize=32)
def _words(text: str) -> tuple[str, ...]:
    return phrase(text)


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for each in phrases:
        if each:
            found.setdefault(each[0], []).append(each)
    return found


class Repairs:
    """`is_whole`: the message is nothing but such a phrase and courtesies; `within`: it holds one."""

    def __init__(self, rows: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        self._phrases = Shelf(rows, lambda tag: _phrases(rows[tag]))
        self._inside = Shelf(rows, lambda tag: {kind: _by_first(each) for kind, each in self._phrases[tag].items()})
        self._stems = Shelf(rows, lambda tag: {kind: _stems(rows[tag][kind]) for kind in _STEMS if rows[tag].get(kind)})
        self._joins = Shelf(rows, lambda tag: _joins(rows[tag].get("joins", ())))
        self._fillers = Shelf(rows, lambda tag: [phrase(p) for p in rows[tag].get("fillers", ())])
        self._bare = lru_cache(maxsize=32)(self._stripped)

    def is_whole(self, text: str, lang: str, kind: str, *, mixed: bool = True) -> bool:
        """`mixed`: English counts, too, as everywhere."""
        said = _words(text[:200])
        for tag in self._tags(lang) if mixed or lang == "en" else [t for t in self._tags(lang) if t != "en"]:
            known = self._phrases[tag].get(kind, set())
            if said in known or self._bare(said, tag) in known:
                return True
        return kind == "repeat" and self._one_after_another(said, lang, kind)

    def is_whole_of(self, text: str, lang: str, before: str, kind: str) -> bool:
        """A phrase of `kind` and nothing else, but for one of `before` ahead of it: "nvm, keep it"."""
        if self.is_whole(text, lang, kind):
            return True
        parts = text[:200].split()
        halves = ((" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, min(len(parts), _HALF_AT)))
        return any(self.is_whole(a, lang, before) and self.is_whole(b, lang, kind) for a, b in halves)

    def tongues_of(self, text: str, kinds: Sequence[str], languages: Sequence[str]) -> list[str]:
        """The languages of these in which the message is one of `kinds` of phrases, in a word."""
        said = _words(text[:60])
        few = 0 < len(said) <= _A_FEW
        return [
            tag for tag in languages
            if few and tag in self._phrases and any(said in self._phrases[tag].get(kind, ()) for kind in kinds)
        ]  # fmt: skip

    def _one_after_another(self, said: tuple[str, ...], lang: str, kind: str) -> bool:
        """Several such phrases and fillers, and nothing else: "sorry, I didn't hear that, say it again"."""
        any_of_it, tags = False, self._tags(lang)
        while said:
            known = [p for tag in tags for p in self._inside[tag].get(kind, {}).get(said[0], ())]
            fillers = [f for tag in tags for f in self._fillers[tag] if f and f[0] == said[0]]
            fitting = [(len(p), of_it) for of_it, ps in ((True, known), (False, fillers)) for p in ps
                       if said[: len(p)] == p]  # fmt: skip
            if not fitting:
                return False
            size, of_it = max(fitting)
            any_of_it, said = any_of_it or of_it, said[size:]
        return any_of_it

    def only(self, text: str, lang: str, kind: str) -> bool:
        """One or several such phrases and fillers, and nothing else: "twice a day, with food"."""
        return self._one_after_another(_words(text[:200]), lang, kind)

    def without_joint(self, text: str, lang: str) -> str:
        """Without the small joining word, or the comma, that it ends or begins with."""
        pattern = self._joins.get(lang.split("-", maxsplit=1)[0]) or _STOPS
        padded = f" {text.strip()} "
        cuts = [(m.start(), m.end()) for m in pattern.finditer(padded)]
        first = max((b for a, b in cuts if not padded[:a].strip()), default=0)
        last = min((a for a, b in cuts if not padded[b:].strip()), default=len(padded))
        return padded[first:last].strip()

    def within(self, text: str, lang: str, kind: str, most_words: int = 12, *, fewest: int = 1) -> bool:
        """`fewest`: shorter phrases, in words, count only where they are the whole message. A word that is written
        without spaces is two characters."""
        said = _words(text[:400])
        if not said or len(said) - sum(bool(_UNSPACED.match(w)) for w in said) // 2 > most_words:
            return False
        for tag in self._tags(lang):
            known = self._inside[tag].get(kind, {})
            for at, word in enumerate(said) if known else ():
                for each in known.get(word, ()):
                    if len(each) >= fewest and said[at : at + len(each)] == each:
                        return True
        return False

    def is_age(self, text: str, lang: str) -> bool:
        """Nothing but how old somebody is: "she's 6", "one is 4 and the other is 6"."""
        said = _words(text[:200])
        if not 1 < len(said) + sum(not w.isdecimal() and w[0].isdecimal() for w in said) <= _AGE_WORDS:
            return False
        beside = [w.lstrip(_FIGURES) for w in said]
        figures = [w[: len(w) - len(rest)] for w, rest in zip(said, beside, strict=True) if w != rest]
        if not 0 < len(figures) <= _SIBLINGS or not all(f.isascii() and 0 < int(f) <= _OLDEST for f in figures):
            return False
        return any(
            all((w,) in self._phrases[tag].get("age_words", ()) for w in beside if w) for tag in self._tags(lang)
        )

    def is_kin(self, text: str, lang: str) -> bool:
        """Nothing but who somebody is to whoever writes: "she's my grandmother", "ich bin ihre Betreuerin"."""
        said = _words(text[:200])
        if not 1 < len(said) <= _AGE_WORDS:
            return False
        return any(all((w,) in self._phrases[tag].get("kin_words", ()) for w in said) for tag in self._tags(lang))

    def is_told(self, text: str, lang: str, kind: str) -> bool:
        """Nothing but a phrase of `<kind>_told`, figures, and words of `<kind>_beside`: "I'm running 10 min late".
        Where there are `<kind>_things`, one of them, too: "I left my glasses"."""
        said = tuple(bare for w in _words(text[:200]) if (bare := w.lstrip(_FIGURES)))
        if not 0 < len(said) <= _MOST_TOLD:
            return False
        for tag in self._tags(lang):
            things = self._phrases[tag].get(f"{kind}_things", set())
            if things and not any((w,) in things for w in said):
                continue
            beside = self._phrases[tag].get(f"{kind}_beside", set()) | things
            for told in self._phrases[tag].get(f"{kind}_told", ()):
                at = next((i for i in range(len(said)) if said[i : i + len(told)] == told), None)
                if at is not None and all((w,) in beside for w in (*said[:at], *said[at + len(told) :])):
                    return True
        return False

    def at_start(self, said: tuple[str, ...], lang: str, kind: str) -> int:
        """How many words the longest phrase of this kind has that the message begins with."""
        known = (p for tag in self._tags(lang) for p in self._inside[tag].get(kind, {}).get(said[0], ()))
        return max((len(p) for p in known if said[: len(p)] == p), default=0)

    def longest(self, said: Sequence[str], lang: str, kind: str) -> tuple[str, ...]:
        """The longest phrase of this kind among some words; empty without one."""
        words = tuple(said)
        best: tuple[str, ...] = ()
        for tag in self._tags(lang):
            for known in self._phrases[tag].get(kind, ()):
                size = len(known)
                if size > len(best) and any(words[i : i + size] == known for i in range(len(words) - size + 1)):
                    best = known
        return best

    def holds(self, text: str, lang: str, kind: str) -> bool:
        """Does the message hold such a word? A star stands for any letters: "unsub*", "*拒*"."""
        said = fold(text[:400])
        return any(p is not None and p.search(said) for p in (self._stems[tag].get(kind) for tag in self._tags(lang)))

    def end_of(self, text: str, lang: str, kind: str) -> int:
        """Where in the message the first such word ends; 0 without one."""
        said = fold_with_offsets(text[:400])
        patterns = (self._stems[tag].get(kind) for tag in self._tags(lang))
        found = next((m for p in patterns if p is not None and (m := p.search(said.text))), None)
        return said.raw_span(found.start(), found.end())[1] if found is not None else 0

    def after(self, text: str, lang: str, kind: str) -> str:
        """What stands behind a phrase of this kind at the start of the message, fillers aside; empty without one."""
        words = words_of(text[:400])
        said = tuple(w.text for w in words)
        for tag in self._tags(lang):
            start = len(said) - len(self._led(said, tag))
            for known in sorted(self._phrases[tag].get(kind, ()), key=len, reverse=True):
                for at in dict.fromkeys((0, start)):
                    if known and said[at : at + len(known)] == known and len(said) > at + len(known):
                        return text[words[at + len(known)].start :].strip()
        return ""

    def _led(self, said: tuple[str, ...], tag: str) -> tuple[str, ...]:
        """Without the fillers in front."""
        for _ in range(len(said)):
            size = max((len(f) for f in self._fillers[tag] if f and said[: len(f)] == f), default=0)
            if not size:
                break
            said = said[size:]
        return said

    def beside(self, text: str, start: int, end: int, lang: str, before: str, after: str) -> bool:
        """Does a phrase of `before` end just before this place, or one of `after` begin within two words after it?"""
        ahead, behind = _words(text[max(0, start - 40) : start]), _words(text[end : end + 40])
        for tag in self._tags(lang):
            lead, trail = self._phrases[tag].get(before, ()), self._phrases[tag].get(after, ())
            if any(ahead[-len(p) :] == p for p in lead if p):
                return True
            if any(behind[i : i + len(p)] == p for p in trail for i in range(3)):
                return True
        return False

    def only_fillers(self, text: str, lang: str) -> bool:
        """Nothing but small words ("ok") of this language, or no words at all."""
        said = _words(text[:200])
        tag = lang.split("-", maxsplit=1)[0]
        known = {w for filler in self._fillers.get(tag, ()) for w in filler}
        return all(w in known or w.isdecimal() for w in said)

    def parts(self, text: str, lang: str, least: int = 2) -> list[str]:
        """The message cut at the language's small joining words ("and", "but") and at commas and ends of sentences;
        those of `least` words."""
        pattern = self._joins.get(lang.split("-", maxsplit=1)[0])
        return [p for p in (pattern or _STOPS).split(text[:1000]) if p and len(phrase(p)) >= least]

    def _tags(self, lang: str) -> list[str]:
        """The message's language, and English, which is mixed into all; words of others mean other things there."""
        tags = [tag for tag in dict.fromkeys((lang, lang.split("-", maxsplit=1)[0], "en")) if tag in self._phrases]
        return tags or list(self._phrases)

    def _stripped(self, said: tuple[str, ...], tag: str) -> tuple[str, ...]:
        """Without the fillers at both ends."""
        changed = True
        while changed and said:
            changed = False
            for filler in self._fillers[tag]:
                size = len(filler)
                if len(said) > size and said[:size] == filler:
                    said, changed = said[size:], True
                elif len(said) > size and said[-size:] == filler:
                    said, changed = said[:-size], True
        return said
