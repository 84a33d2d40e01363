"""How names are written: their letters, their capitals, surname first; no word of any language."""

import re
import unicodedata
from collections.abc import Iterable

from agent.understand.found import Found
from agent.understand.words import Word

_MARKS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
LETTERS = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+(?:'(?:[^\W\d_]|[{_MARKS}])+)*", re.UNICODE)
ADDRESS = re.compile(r"@\w|\.\w+(?:[.-]\w+)*@")  # follows a word that begins an e-mail address
BREAKS = frozenset(".;:!?¿¡\n\t(){}[]/|。！？；，、")

_OWN_LETTERS = frozenset({"ar", "hi", "ko", "ru", "zh"})


def name_words(taken: Iterable[Word], particles: frozenset[str]) -> int:
    """How many names were given; a Chinese or Korean name of two syllables or more counts as whole."""
    count = 0
    for word in taken:
        if word.text not in particles:
            count += len(word.text) if "\uac00" <= word.text[0] <= "\ud7a3" else 1
    return count


def is_cased(text: str, taken: list[Word]) -> bool:
    """Written as a name is: capitals at both ends, or a script that has none."""
    return all(not text[w.start].islower() for w in (taken[0], taken[-1]))


def tidy(raw: str, particles: frozenset[str]) -> str:
    """As given, NFC; capitals set where a name was all small or all of it large; "Lopez, Maria" is turned round, and
    "Maria, Maria Lopez" is she."""
    raw = " ".join(unicodedata.normalize("NFC", raw).replace("’", "'").replace("`", "'").split())
    if raw.count(",") == 1:
        last, first = (p.strip() for p in raw.split(","))
        again = last.casefold() in first.casefold().split()
        raw = first if again else f"{first} {last}" if first else last
    if raw.isupper() or raw.islower():
        words = raw.lower().split()
        return " ".join(w if i and w in particles else _capital(w) for i, w in enumerate(words))
    return " ".join(_capital(w) if w.islower() and w not in particles else w for w in raw.split())


def _capital(word: str) -> str:
    return re.sub(r"(^|['-])(\w)", lambda m: m.group(1) + m.group(2).upper(), word)


def is_only_name(text: str, lang: str) -> bool:
    """ "Ana Torres", heard as a language that has letters of its own, is a name, and no Arabic in Latin letters."""
    return lang in _OWN_LETTERS and text.isascii() and capitalised(text) is not None


def capitalised(text: str, before: int | None = None) -> Found | None:
    """Nothing but two to four words with capitals stand `before` that place: a name to be read back."""
    words = text[:before].strip(" ,.;:-")
    parts = words.split()
    if not 2 <= len(parts) <= 4 or not all(p[0].isupper() and p.replace("'", "").isalpha() for p in parts):
        return None
    start = text.index(words)
    return Found(words, start, start + len(words), 0.6, False)
