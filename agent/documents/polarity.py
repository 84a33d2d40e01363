"""Which words of a text are denied: the reach of "no" before them and of "negative" after them."""

from agent.documents.lexicon import words
from agent.documents.tokens import Token

_SCOPE = 9  # words that a "no" reaches without a comma
_PERSONS = frozenset(
    {"i", "we", "you", "he", "she", "it", "they", "there", "that", "this", "it's", "i'm", "i've", "she's", "he's"}
)
_STATES = frozenset({"is", "was", "are", "were", ":", "be", "been"})
_DENIED = frozenset({"negative", "denied", "absent", "none", "nil"})
_BACK = 6  # words that a "negative" at the end of a part denies
_WINDOW, _LONG = 26, 60  # words of a unit where nobody put a full stop, and where somebody did


def clauses(all: list[Token]) -> list[int]:
    found, now, length = [], 0, 0
    most = _LONG if sum(w.text in "?." for w in all) > len(all) / _LONG else _WINDOW
    for n, word in enumerate(all):
        found.append(now)
        length += 1
        ends = word.text in "?!;" or (
            word.text == "."
            and not (n and all[n - 1].text[-1:].isdigit() and n + 1 < len(all) and all[n + 1].text[:1].isdigit())
        )
        if ends or (length >= most and word.text in ("and", "so", "okay", "but", "um", ",")):
            now, length = now + 1, 0
    return found


def polarity(all: list[Token], clause: list[int]) -> list[int]:
    """Denied by a "no" before it in its clause, or by "negative", "denied", "none" after it."""
    polarity = [1] * len(all)
    negations, stops = words("negations"), words("stops")
    for n, word in enumerate(all):
        cue = word.text in negations or word.text.endswith("n't")
        if not cue:
            continue
        if word.text in ("no", "not", "none", "nothing", "never") and _answers(all, n):
            continue
        onward = n + 1 < len(all) and all[n + 1].text in ("for", "of")
        if word.text in _DENIED and not onward and n and all[n - 1].text in _STATES | {"all"}:
            for k in range(n - 1, -1, -1):
                if clause[k] != clause[n]:
                    break
                polarity[k] = -1
            continue
        if word.text == "negative" and n and not onward and (n + 1 == len(all) or all[n + 1].text in _ENDS):
            _backward(all, clause, polarity, n)
            continue
        if word.text == "not" and n + 1 < len(all) and all[n + 1].text in ("only", "sure"):
            continue
        reach = 0
        for k in range(n + 1, len(all)):
            if clause[k] != clause[n] or all[k].text in stops:
                break
            if all[k].text in _PERSONS and k > n + 1 and word.text != "denies":
                break
            if all[k].text in ("your", "my") and k > n + 2:
                break
            reach += 0 if all[k].text in (",", "or", "and") else 1
            if reach > _SCOPE and not _list_goes_on(all, n, k):
                break
            polarity[k] = -1
    return polarity


_ENDS = frozenset({",", ".", ";", "and"})


def _backward(all: list[Token], clause: list[int], polarity: list[int], n: int) -> None:
    """ "Deep margin, uh, negative": back to the last comma before a word."""
    words = 0
    for k in range(n - 1, -1, -1):
        if clause[k] != clause[n] or words >= _BACK or (words and all[k].text in _ENDS):
            break
        words += bool(all[k].stem) and all[k].text not in ("uh", "um")
        polarity[k] = -1


def _answers(all: list[Token], n: int) -> bool:
    """A "no" that answers and denies nothing after it: "no, I have", "no okay", "no ."."""
    after = all[n + 1].text if n + 1 < len(all) else "."
    if after in (
        ",",
        ".",
        "?",
        "!",
        ";",
        "okay",
        "no",
        "yeah",
        "um",
        "uh",
        "i",
        "it's",
        "it",
        "just",
        "but",
        "he",
        "she",
    ):
        return n == 0 or all[n - 1].text in (",", ".", "um", "uh", "okay", "no", "?", "oh", "yeah", ";")
    return False


def _list_goes_on(all: list[Token], first: int, k: int) -> bool:
    return any(w.text in (",", "or", "nor") for w in all[max(first, k - 4) : k + 1])
