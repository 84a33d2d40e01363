"""An index of names that stands misspellings: exact words first, then the nearest word of the list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.understand.words import Word, phrase

_FUZZY, _LONG = 5, 8  # letters from which one may be wrong, and two
_MISSING = 4  # letters said where the listed word has one more, with the same first and last: "patl", "cros"
_TITLED = 4  # ... from which one may be wrong after a title
_READ = 120  # words of a message
_REMEMBERED = 4096  # corrections kept
Form = tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One entry of the list in a message. `titled`: it was said with its title; `close`: one letter is wrong."""

    id: str
    at: int
    size_words: int
    size: int  # letters
    exact: bool
    close: bool = True
    whole: bool = False  # two names or more
    needs_title: bool = False
    titled: bool = False


class Listed:
    """Finds entries in messages; `common` words are never taken for misspelt ones."""

    def __init__(
        self, entries: Iterable[tuple[str, Form]], common: frozenset[str], titles: frozenset[str] = frozenset()
    ) -> None:
        self._forms: dict[str, list[tuple[Form, str, bool]]] = {}
        owners: dict[Form, set[str]] = {}
        for id, form in entries:
            if form:
                owners.setdefault(tuple(_plain(w) for w in form), set()).add(id)
        for form, ids in owners.items():
            if len(ids) == 1:  # what two entries share names neither
                key, titled = (form[1:], True) if form[0] == "*" and len(form) > 1 else (form, False)
                self._forms.setdefault(key[0], []).append((key, next(iter(ids)), titled))
        for group in self._forms.values():
            group.sort(key=lambda x: -len(x[0]))
        self._ids: dict[str, set[str]] = {}
        for form, id, _ in (entry for group in self._forms.values() for entry in group):
            for word in form:
                self._ids.setdefault(word, set()).add(id)
        self._words, self._known = sorted(w for w in self._ids if len(w) >= _TITLED), frozenset(self._ids)
        self._titles = titles
        self._common, self._corrected = common, dict[str, tuple[str, int]]()

    def hits(self, words: Sequence[Word]) -> list[Hit]:
        """Entries in reading order, none inside another."""
        said = [
            self._correct(w.text, _TITLED if i and words[i - 1].text in self._titles else _FUZZY)
            for i, w in enumerate(words[:_READ])
        ]
        out, at = [], 0
        while at < len(said):
            hit = self._at(said, at)
            if hit:
                out.append(hit)
            at += hit.size_words if hit else 1
        return out

    def _at(self, said: Sequence[tuple[str, int]], at: int) -> Hit | None:
        for form, id, titled in self._forms.get(said[at][0], ()):
            size = len(form)
            if size <= len(said) - at and all(said[at + k][0] == form[k] for k in range(1, size)):
                wrong = max(said[at + k][1] for k in range(size))
                letters = sum(map(len, form))
                close = wrong <= 1 and letters > _FUZZY
                return Hit(id, at, size, letters, not wrong, close, size > 1, titled)
        return None

    def _correct(self, word: str, least: int) -> tuple[str, int]:
        """(the word of the list that is meant, how many letters were wrong)."""
        plain = _plain(word)
        if plain.endswith("'s") and plain not in self._known:
            plain = plain[:-2]
        if plain in self._known or len(plain) < min(least, _MISSING) or plain in self._common or word in self._common:
            return plain.replace("'", "") if plain.replace("'", "") in self._known else plain, 0
        found = self._corrected.get(plain)
        if found is None:
            allowed = 2 if len(plain) >= _LONG else 1
            near = process.extract(plain, self._words, scorer=OSA.distance, score_cutoff=allowed + 1, limit=4)
            near = [n for n in near if n[0][0] == plain[0] and len(n[0]) >= least]
            if len(plain) < least:
                near = [n for n in near if len(n[0]) == least and n[1] == 1 and n[0][-1] == plain[-1]]
            close = near and near[0][1] <= (allowed if len(near[0][0]) >= _LONG else 1)
            rivals = [n for n in near[1:] if n[1] <= near[0][1] + 1 and self._ids[n[0]] != self._ids[near[0][0]]]
            found = (near[0][0], int(near[0][1])) if close and not rivals else (plain, 0)
            if len(self._corrected) >= _REMEMBERED:
                self._corrected.clear()
            self._corrected[plain] = found
        return found


def name_forms(name: str, aliases: Sequence[str], titles: frozenset[str]) -> Iterator[Form]:
    """A provider's name and aliases without titles; "*" first where the alias counts only after a title."""
    bare = {f for a in (name, *aliases) if (f := phrase(a)) and f[0] not in titles}
    whole = tuple(w for w in phrase(name) if w not in titles)
    forms = {whole, whole[-1:], *bare}
    for form in [f for f in forms if any("'" in w for w in f)]:
        forms |= {tuple(w.replace("'", "") for w in form), tuple(p for w in form for p in w.split("'"))}
    yield from sorted(forms)
    for alias in aliases:
        form = phrase(alias)
        rest = tuple(w for w in form if w not in titles)
        if rest and form[0] in titles and rest not in forms:  # of "la dentiste" no "la" is left
            yield ("*", *rest)


def plan_forms(plans: Sequence[str], aliases: Mapping[str, str], common: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """A plan's name, with and without what stands in brackets, its beginning, its initials, and table aliases."""
    for plan in plans:
        outside, _, inside = plan.partition("(")
        words, short = phrase(outside), phrase(inside)
        forms = {words, short, words[:2], ("".join(words[:2]),)}
        if words and len(words[0]) >= _FUZZY and words[0] not in common:
            forms.add(words[:1])
        if len(words) >= 3:
            forms.add(("".join(w[0] for w in words),))
        forms |= {phrase(said) for said, meant in aliases.items() if phrase(meant)[:2] == words[:2]}
        yield from ((plan, f) for f in sorted(forms) if f)


def _plain(word: str) -> str:
    return word if word.isascii() else anyascii(word).lower() or word
