"""Names from the clinic's own lists, spelt as patients spell them: providers, places, visit types, plans."""

from collections.abc import Iterable, Mapping
from typing import Any

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from agent.model.clinic import Clinic
from agent.understand.found import Found
from agent.understand.words import Phrases, Word, phrase, words_of

_FUZZY = 5  # letters from which one may be wrong; eight: two


class Lists:
    """Fuzzy lookups in one clinic's lists, for one language and English."""

    def __init__(self, rows: Mapping[str, Any], clinic: Clinic, lang: str) -> None:
        titles = {w for p in rows.get("title_words", ()) for w in phrase(str(p))[:1]}
        self._titles = titles
        self._any = Phrases(rows.get("any_provider", ()))
        tags = dict.fromkeys((lang, "en"))
        self._providers = _index((p.id, [p.name, *p.aliases, _surname(p.name)]) for p in clinic.providers)
        self._places = _index((x.id, [x.name]) for x in clinic.locations)
        self._visits = _index(
            (v.id, [*(v.name[t] for t in tags if t in v.name), *(a for t in tags for a in v.aliases.get(t, ()))])
            for v in clinic.visit_types
        )
        self._plans = _index((name, [name, name.split()[0]]) for name in clinic.insurance)
        self._general = clinic.visit_types[0].id if clinic.visit_types else ""

    def provider(self, text: str) -> Found | None:
        words = words_of(text)
        told = tuple(w for w in words if w.text not in self._titles)
        found = _best(self._providers, told, titled=len(told) < len(words))
        if found is not None:
            return found
        hit = self._any.first(words)
        return Found("any", words[hit[0]].start, words[hit[0] + hit[1] - 1].end) if hit else None

    def location(self, text: str) -> Found | None:
        return _best(self._places, words_of(text), titled=False)

    def insurance(self, text: str) -> Found | None:
        return _best(self._plans, words_of(text), titled=False)

    def visit_type(self, text: str) -> Found | None:
        """A particular kind beats the general one ("see the doctor for a physical" is a physical)."""
        words = words_of(text)
        particular = {k: v for k, v in self._visits.items() if v != {self._general}}
        return _best(particular, words, titled=False) or _best(self._visits, words, titled=False)


def _surname(name: str) -> str:
    return name.split()[-1]


def _index(rows: Iterable[tuple[str, list[str]]]) -> dict[tuple[str, ...], set[str]]:
    out: dict[tuple[str, ...], set[str]] = {}
    for id, names in rows:
        for name in names:
            key = tuple(anyascii(w).lower() for w in phrase(name) if w not in ("dr", "dra"))
            if key:
                out.setdefault(key, set()).add(id)
    return out


def _best(index: Mapping[tuple[str, ...], set[str]], words: tuple[Word, ...], *, titled: bool) -> Found | None:
    """The longest phrase that stands in the message; exact before misspelt; None where two fit alike."""
    plain = [anyascii(w.text).lower() for w in words[:120]]
    hits: list[tuple[bool, int, set[str], int, int]] = []
    for key, ids in index.items():
        size = len(key)
        for at in range(len(plain) - size + 1):
            exact = all(a == b for a, b in zip(key, plain[at : at + size], strict=True))
            if exact or all(_near(a, b, titled) for a, b in zip(key, plain[at : at + size], strict=True)):
                hits.append((exact, sum(map(len, key)), ids, at, size))
    if not hits:
        return None
    hits.sort(key=lambda h: (h[0], h[1]), reverse=True)
    best = hits[0]
    rivals = [h for h in hits if (h[0], h[1]) == (best[0], best[1]) and h[2] != best[2]]
    if rivals or len(best[2]) != 1:
        return None
    first, last = words[best[3]], words[best[3] + best[4] - 1]
    return Found(next(iter(best[2])), first.start, last.end, 0.95 if best[0] else 0.7, True)


def _near(known: str, said: str, titled: bool) -> bool:
    if known == said:
        return True
    if len(known) < _FUZZY or len(said) < 4 or known[0] != said[0]:
        return titled and len(said) >= 4 and len(known) >= 4 and fuzz.ratio(known, said) >= 80
    allowed = 2 if titled or len(known) >= 8 else 1
    return OSA.distance(known, said, score_cutoff=allowed) <= allowed
