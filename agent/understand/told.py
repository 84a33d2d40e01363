"""What the first message of a short request names already: the medicine and the pharmacy, the papers, the test. The
desk asks for the rest only."""

import re

from agent.understand.repairs import Repairs
from agent.understand.said import Said

_DOSE = re.compile(
    r"\d\s?(?:mg|mcg|µg|ug|ml|iu|units?|мг|мкг|мл|ед|مل?غ(?:م|رام)?|مل?ج(?:م|رام)?|مجم|ملل?|मिग्रा|एमजी|mg|毫克|微克|毫升|밀리그램|미리)"
    r"(?![a-zа-я])", re.IGNORECASE,
)  # fmt: skip
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_NUMBER = re.compile(r"\d(?:[\s().-]{0,2}\d){6}")
_FIGURES = re.compile(r"\d[\d.,/]*\d|[$€£₩¥₱₹]\s?\d|\d\s?[$€£₩¥₱₹元]")
_WHOLE = 12  # words: a question about a bill that is this long says what it is about
_WHOLE_UNSPACED = 18  # characters, in a script without spaces
_TELLS, _TELLS_UNSPACED = 6, 8  # words, characters: a clause this long says what happened
_PARTS = re.compile(r"[.,;:!?\n،؛。，！？؟।]|\s[-–—]\s")
_A_MEDICINE = 4  # words
_ENDS = ".,;:!?،؛。，！？"
_BETWEEN = 2  # words between "pharmacy" and its name


class Told:
    """Reads by the tables `told_…` of `_repairs.yaml`."""

    def __init__(self, repairs: Repairs) -> None:
        self._repairs = repairs

    def of(self, flow: str, said: Said) -> str | None:
        """Empty where the message says all that the flow would ask; else the part that it names, None without one."""
        match flow:
            case "refill":
                medicine = bool(_DOSE.search(said.text)) or self._holds(said, "medicine")
                return _of(medicine, "medicine", self._names(said, "pharmacy"), "pharmacy")
            case "records":
                place = bool(_EMAIL.search(said.text) or _NUMBER.search(said.text)) or self._names(said, "place")
                return _of(self._holds(said, "record"), "what", place, None)
            case "referral":
                return _of(self._holds(said, "specialist"), "specialist", self._reason(said), None)
            case "results":
                dated = any(e.kind in ("date", "datetime", "daterange", "datetimerange") for e in said.expressions)
                return _of(self._holds(said, "test"), "test", dated, None)
            case "billing":
                long = said.size >= _WHOLE or (said.size <= 2 and _unspaced(said.text) >= _WHOLE_UNSPACED)
                return "" if long or _FIGURES.search(said.text) or self._holds(said, "charge") else None
            case "complaint":
                return "" if self._tells_all(said) else None
            case "intake":
                return "" if re.search(r"\d\D{0,3}\d", said.text) or _EMAIL.search(said.text) else None
        return None

    def only_medicine(self, said: Said) -> bool:
        """ "10 mg", "lisinopril 10": and no pharmacy."""
        named = bool(_DOSE.search(said.text)) or self._holds(said, "medicine")
        elsewhere = self._holds(said, "pharmacy") or self._holds(said, "pharmacy_noun")
        return named and not elsewhere and said.size <= _A_MEDICINE and not set(",;\n") & set(said.text)

    def begins(self, said: Said) -> bool:
        """Does it begin with a medicine, or with something and its dose?"""
        first = " ".join(said.text.split()[:_A_MEDICINE])
        return bool(_DOSE.search(first)) or self._repairs.holds(said.text.split()[0], said.lang, "told_medicine")

    def _holds(self, said: Said, what: str) -> bool:
        return self._repairs.holds(said.text, said.lang, f"told_{what}")

    def _reason(self, said: Said) -> bool:
        """ "To a dermatologist for a mole"; "for my daughter" is no reason."""
        if self._holds(said, "because"):
            return True
        end = self._repairs.end_of(said.text, said.lang, "told_specialist")
        rest = said.text[end:] if end else ""
        return "relation" not in said.entities and len(rest) > 2 and self._repairs.holds(rest, said.lang, "told_for")

    def _tells_all(self, said: Said) -> bool:
        """ "I want to complain. I waited two hours and nobody apologised": what happened, beside that they complain; "I
        want to make a complaint about my visit with Dr. Okafor" tells nothing of it."""
        parts = [p for p in _PARTS.split(said.text) if p.strip()]
        told = [p for p in parts if not self._repairs.holds(p, said.lang, "told_complaint")]
        return any(len(p.split()) >= _TELLS or _unspaced(p) >= _TELLS_UNSPACED for p in told)

    def _names(self, said: Said, what: str) -> bool:
        """Is the place named by a name that is known, or by one that stands beside the word for such a place?"""
        if self._holds(said, what):
            return True
        words = said.text[:400].split()
        if said.text.isupper():
            return False
        for at, word in enumerate(words):
            if not self._repairs.holds(word, said.lang, f"told_{what}_noun"):
                continue
            behind = words[at + 1 : at + 2 + _BETWEEN] if word[-1] not in _ENDS else []
            before = words[at - 1 : at] if at > 1 and said.lang != "de" else []
            if any(_proper(w) for w in behind) or any(_proper(w) and w[-1] not in _ENDS for w in before):
                return True
        return False


def _of(first: bool, name: str, second: bool, other: str | None) -> str | None:
    if first and second:
        return ""
    return name if first else other if second else None


def _proper(word: str) -> bool:
    """A name, or the number of a house or street."""
    return len(word) > 1 and (word[0].isupper() or word[0].isdecimal())


def _unspaced(text: str) -> int:
    return sum("\u3040" <= c <= "\u9fff" for c in text)
