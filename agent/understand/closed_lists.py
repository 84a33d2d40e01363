"""Names from the clinic's own lists, spelt as patients spell them: providers, places, visit types, plans."""

from collections.abc import Mapping
from typing import Any

from agent.model.clinic import Clinic
from agent.understand.by_sound import BySound
from agent.understand.found import Found
from agent.understand.listed import Hit, Listed, name_forms, plan_forms
from agent.understand.words import Phrases, Word, phrase, singles, words_of

_SHORT = 4  # words; a message this short may be a name from the list and nothing else
_NO_VISIT = ""  # "lab results" is no kind of visit
_NEAR = 4  # words between "not" and what it denies


class Lists:
    """Lookups in one clinic's lists, for one language and English."""

    def __init__(self, rows: Mapping[str, Any], clinic: Clinic, lang: str, common: frozenset[str]) -> None:
        """`common`: `ordinary(rows)`."""
        self._titles = singles(rows, "title_words", "honorifics")
        self._with, self._given = singles(rows, "with_words"), singles(rows, "given_names")
        self._deny = singles(rows, "negators")
        self._any = Phrases(rows.get("any_provider", ()))
        self._common = common
        self._or = singles(rows, "or_words")
        tags = tuple(dict.fromkeys((lang, "en")))
        self._providers = Listed(
            ((p.id, f) for p in clinic.providers for f in name_forms(p.name, p.aliases, self._titles)),
            common,
            self._titles,
        )
        self._by_sound = BySound(clinic, rows.get("title_words", ()), common)
        names = [p.name.partition(",")[0] for p in clinic.providers]  # without “, NP”
        self._surnames = frozenset(w for name in names for w in phrase(name)[-1:])
        self._places = Listed(_place_forms(clinic, common | singles(rows, "place_words")), common)
        self._plans = Listed(plan_forms(clinic.insurance, rows.get("plan_aliases", {}), common), common)
        kinds = [
            (v.id, phrase(x))
            for v in clinic.kinds
            for x in (*(v.name[t] for t in tags if t in v.name), *(a for t in tags for a in v.aliases.get(t, ())))
        ]
        forms = {form for _, form in kinds}
        others = [(_NO_VISIT, f) for p in rows.get("not_visits", ()) if (f := phrase(p)) not in forms]
        self._visits = Listed([*kinds, *others], common)
        self._general = clinic.visit_types[0].id if clinic.visit_types else ""

    def provider(self, text: str, taken: tuple[int, int] | None = None) -> Found | None:
        """A provider's id, or "any". `taken` is where a patient's own name stands: no provider there without title."""
        words = words_of(text)
        named = self._providers.hits(words)
        wanted = [h for h in named if not self._denied(text, words, h)]
        hits = [h for h in wanted if self._meant(text, words, h, taken)]
        hits = [h for h in hits if h.size > 1] or hits  # "u doktor Nguyen w czwartek" names no "Dr. W"
        if len({h.id for h in hits}) > 1:
            return None
        if not hits and wanted == named and (heard := self._by_sound.find(text, words)) is not None:
            at = next(n for n, word in enumerate(words) if word.start == heard.start)
            return None if self._denies(text, words, at) else heard
        if hits:
            best = max(hits, key=lambda h: (h.exact, h.size))
            led = self._led(text, words, best)
            return _found(words, best, sure=(best.exact or led) and (led or best.whole or len(words) <= _SHORT))
        anyone = self._any.first(words)
        if anyone is None or (anyone[1] == 1 and len(words) > _SHORT):  # "has anyone called me back"
            return None
        return Found("any", words[anyone[0]].start, words[anyone[0] + anyone[1] - 1].end)

    def location(self, text: str) -> Found | None:
        return self._only(text, self._places)

    def insurance(self, text: str) -> Found | None:
        return self._only(text, self._plans)

    def visit_type(self, text: str) -> Found | None:
        """A particular kind beats the general one ("see the doctor for a physical" is a physical); where two
        particular kinds are named the longer, not sure."""
        words = words_of(text)
        hits = [h for h in self._visits.hits(words) if h.id != _NO_VISIT and not self._denied(text, words, h)]
        hits = [h for h in hits if h.id != self._general] or hits
        if not hits:
            return None
        best = max(hits, key=lambda h: (h.exact, h.size))
        return _found(words, best, sure=len({h.id for h in hits}) == 1 and (best.exact or best.close))

    def _only(self, text: str, listed: Listed) -> Found | None:
        words = words_of(text)
        hits = [h for h in listed.hits(words) if not self._denied(text, words, h)]
        if len({h.id for h in hits}) != 1:
            return None
        best = max(hits, key=lambda h: (h.exact, h.size))
        return _found(words, best, sure=best.exact or best.close)

    def _denied(self, text: str, words: tuple[Word, ...], hit: Hit) -> bool:
        """ "Not a cleaning": a denial shortly before, in the same clause."""
        return self._denies(text, words, hit.at)

    def _denies(self, text: str, words: tuple[Word, ...], at: int) -> bool:
        near = (w for w in words[max(0, at - _NEAR) : at] if w.text in self._deny)
        return any(not set(text[w.end : words[at].start]) & set(".,;:!?") for w in near)

    def _led(self, text: str, words: tuple[Word, ...], hit: Hit) -> bool:
        end = hit.at + hit.size_words
        if self._by_sound.titled(text, words, end) or self._by_sound.ends_titled(words[hit.at : end]):
            return True
        before = [w.text for w in words[max(0, hit.at - 2) : hit.at]]
        return hit.titled or any(b in self._titles for b in before) or any(b in self._with for b in before[-1:])

    def _meant(self, text: str, words: tuple[Word, ...], hit: Hit, taken: tuple[int, int] | None) -> bool:
        """Whether the name is the provider's and not the patient's own."""
        after = words[hit.at + hit.size_words] if hit.at + hit.size_words < len(words) else None
        if hit.size == 1 and after and words[hit.at].text in self._or and text[words[hit.at].start].islower():
            return False  # "doctor o enfermera" is no "Dr. O"
        if self._led(text, words, hit):
            return True
        if hit.needs_title:
            return False
        if taken and words[hit.at].start < taken[1] and taken[0] < words[hit.at + hit.size_words - 1].end:
            return False
        before = words[hit.at - 1].text if hit.at else ""
        if hit.size_words == 1 and before in self._given:  # "Priya Patel" is somebody else
            return False
        surname = words[hit.at + hit.size_words - 1].text in self._surnames or not hit.exact
        return not self._goes_on(text, words, hit, after, surname) and (surname or len(words) <= _SHORT)

    def _goes_on(self, text: str, words: tuple[Word, ...], hit: Hit, after: Word | None, surname: bool) -> bool:
        """Whether another name follows at once: "Nguyen Thi Mai" and "María José López" are patients."""
        last = words[hit.at + hit.size_words - 1]
        if after is None or text[last.end : after.start].strip() or not after.text[0].isalpha():
            return False
        unknown = after.text not in self._common and not self._deny & {after.text}
        return after.text in self._given or (unknown and (not surname or text[after.start].isupper() > text.isupper()))


def _place_forms(clinic: Clinic, common: frozenset[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Whole names, and the words that only one place has."""
    whole = [(x.id, phrase(x.name)) for x in clinic.places]
    owners: dict[str, set[str]] = {}
    for id, words in whole:
        for w in words:
            owners.setdefault(w, set()).add(id)
    own = [
        (next(iter(ids)), (w,)) for w, ids in owners.items() if len(ids) == 1 and len(w) >= _SHORT and w not in common
    ]
    return [*whole, *own]


def _found(words: tuple[Word, ...], hit: Hit, *, sure: bool) -> Found:
    first, last = words[hit.at], words[hit.at + hit.size_words - 1]
    return Found(hit.id, first.start, last.end, 0.95 if sure else 0.6, sure)
