"""Words of a text with their places: folded, stemmed, numbers in words turned into digits."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+|[^\W\d_]+(?:['’.](?=[^\W\d_])[^\W\d_]+)*|[%/#?!.,;:+°-]", re.UNICODE
)
_STEM = Stemmer.Stemmer("english")
ONES = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
TENS |= {w[:-1] + "ies": value for w, value in TENS.items()}  # "in her sixties"
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_HALVES = {"half": 0.5, "quarter": 0.25}


class Token(NamedTuple):
    """A word or sign at characters `start` to `end`; `stem` is what is compared. Signs have no stem."""

    text: str
    stem: str
    start: int
    end: int


class Number(NamedTuple):
    """A number said at the tokens `first` to `last` (included)."""

    value: float
    first: int
    last: int


def tokens(text: str) -> list[Token]:
    return [
        Token(m[0].casefold().replace("’", "'"), stem(m[0]) if m[0][0].isalnum() else "", m.start(), m.end())
        for m in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """The stem of a word, accents and case folded; a number is itself."""
    folded = fold(word)
    if folded == "quite":  # not a form of quit
        return folded
    if folded[:1].isdigit() or not folded.isascii():
        return folded.replace(",", "") if folded[:1].isdigit() else folded
    for tail in ("'s", "'ll", "'ve", "'re", "'d", "'m", "."):
        folded = folded.removesuffix(tail)
    return str(_STEM.stemWord(folded.replace(".", "").replace("'", "")))


@lru_cache(maxsize=60_000)
def fold(word: str) -> str:
    """Lower case, without accents: é and e are one; letters of other scripts stay."""
    spread = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(c for c in spread if not unicodedata.combining(c))


def numbers(words: list[Token]) -> list[Number]:
    """Every number that the words may mean, digits or spelled out; `one twenty` is 1, 20 and 120 at once."""
    found: list[Number] = []
    n = 0
    while n < len(words):
        if words[n].text[0].isdigit() or (words[n].text[0] == "." and words[n].text[1:].isdigit()):
            value = float(words[n].text.replace(",", ""))
            last = n
            if _follows(words, n, "and", "a", "half"):
                found.append(Number(value + 0.5, n, n + 3))
            _decimals(words, n, n, value, found)
            if n + 1 < len(words) and words[n + 1].text in _SCALES:
                found.append(Number(value * _SCALES[words[n + 1].text], n, n + 1))
            found.append(Number(value, n, last))
            n = last + 1
        elif _small(words[n].text) is not None:
            n = _spelled(words, n, found)
        else:
            if words[n].text in ORDINALS:
                found.append(Number(float(ORDINALS[words[n].text]), n, n))
            elif words[n].text in _HALVES and n and words[n - 1].text in ("a", "and", "one"):
                found.append(Number(_HALVES[words[n].text], n, n))
            elif words[n].text == "point":
                n += max(0, _decimals(words, n, n - 1, 0, found) - n)
            elif words[n].text == "." and n and words[n - 1].end < words[n].start:  # "a . five centimeter stone"
                _decimals(words, n, n - 1, 0, found)
            elif words[n].text == "o" and n + 1 < len(words) and words[n + 1].text in ONES:  # "July O eight"
                found.append(Number(2000.0 + ONES[words[n + 1].text], n, n + 1))
            elif words[n].text == "couple":
                found.append(Number(2.0, n, n))
            elif words[n].text in ("once", "twice"):
                found.append(Number(1.0 if words[n].text == "once" else 2.0, n, n))
            elif words[n].text in ("a", "an") and n + 1 < len(words) and words[n + 1].text in _SCALES:
                n = _spelled(words, n, found)
                continue
            n += 1
    return found


def _digit(word: str) -> str:
    return word if word.isdigit() else str(ONES[word]) if word in ONES else ""


def _small(word: str) -> int | None:
    return ONES.get(word, TENS.get(word))


def _follows(words: list[Token], n: int, *next_ones: str) -> bool:
    return [w.text for w in words[n + 1 : n + 1 + len(next_ones)]] == list(next_ones)


def _spelled(words: list[Token], first: int, found: list[Number]) -> int:
    """One run of number words; each group of it, and groups said side by side, are values."""
    groups: list[tuple[float, int, int]] = []
    n, total, current, at, some = first, 0.0, 0.0, first, False
    while n < len(words):
        word = words[n].text
        small = _small(word)
        if small is not None:
            tens = current % 100
            opens = (current and tens == 0) or (total and not current)  # after "hundred" or "thousand"
            if some and not opens and not (tens >= 20 and tens % 10 == 0 and small < 10):
                groups.append((total + current, at, n - 1))
                total, current, at = 0.0, 0.0, n
            current += small
            some = True
        elif word in _SCALES and (some or word == "hundred" or (n > first and words[n - 1].text in ("a", "an"))):
            if word == "hundred" and current >= 100 and 0 < current % 100 < 10:  # "six hundred six hundred"
                again = current % 100
                groups.append((total + current - again, at, n - 2))
                total, current, at = 0.0, again, n - 1
            current = max(current, 1.0) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
            some = True
        elif word in ("a", "an") and not some:
            pass
        elif word in ORDINALS and some and current % 10 == 0 and ORDINALS[word] < 10:
            current += ORDINALS[word]
        elif word in ("and", "-") and some and n + 1 < len(words) and _small(words[n + 1].text) is not None:
            if word == "and" and current % 100:
                break
        else:
            break
        n += 1
    last = n - 1
    groups.append((total + current, at, last))
    for value, a, b in groups:
        found.append(Number(value, a, b))
    _run_together(words, groups, found)
    value = groups[-1][0]
    if _follows(words, last, "and", "a", "half"):
        found.append(Number(value + 0.5, groups[-1][1], last + 3))
    _decimals(words, groups[-1][1], last, value, found)
    return max(last + 1, first + 1)


def _run_together(words: list[Token], groups: list[tuple[float, int, int]], found: list[Number]) -> None:
    """What groups may mean together: "one twenty", "nine nine nine", "thirty-six eight" (36.8), "one oh eight"."""
    for (x, a, _), (y, _, b) in pairwise(groups):
        if 0 < x < 100 and 10 <= y < 100:
            found.append(Number(x * 100 + y, a, b))
        if (x < 10 and y < 10) or (x >= 10 and x % 10 == 0 and y < 10):
            found.append(Number(float(f"{int(x)}{int(y)}") if y == int(y) else y, a, b))
        elif 10 < x < 1000 and 0 < y < 10:
            found.append(Number(x + y / 10, a, b))
    for (x, a, _), (y, _, _), (z, _, b) in zip(groups, groups[1:], groups[2:], strict=False):
        if max(x, y, z) < 10:
            found.append(Number(x * 100 + y * 10 + z, a, b))
    for value, first, last in groups:
        small = _small(words[last].text) or 0
        if value > 100 and 0 < small < 20 and last > first and words[last - 1].text == "hundred":
            found.append(Number(value - small, first, last - 1))  # "four hundred three times a day"
            found.append(Number(float(small), last, last))
    value, first, last = groups[-1]
    after = [(w.text, n) for n, w in enumerate(words[last + 1 : last + 5], last + 1) if w.text != "-"][:2]
    if 0 < value < 100 and len(after) == 2 and after[0][0] in ("oh", "o") and ONES.get(after[1][0], 10) < 10:
        found.append(Number(value * 100 + ONES[after[1][0]], first, after[1][1]))


def _decimals(words: list[Token], first: int, last: int, whole: float, found: list[Number]) -> int:
    """ "Point two five" after `last`: every value that may be meant; gives the last word of the longest."""
    if whole > 1e6 or last + 1 >= len(words) or words[last + 1].text not in (".", "point"):
        return last
    digits, n = "", last + 2
    while n < len(words) and len(digits) < 3 and (digit := _digit(words[n].text)):
        digits += digit
        found.append(Number(float(f"{int(whole)}.{digits}"), first, n))
        n += 1
    return n - 1 if digits else last
