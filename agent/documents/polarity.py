"""Which words of a text are denied: the reach of "no" before them and of "negative" after them."""

from agent.documents.lexicon import words
from agent.documents.tokens import Token

_SCOPE = 9  # words that a "no" reaches without a comma
_PERSONS = frozenset("i we you he she it they there that this it's i'm i've she's he's you're we're they're".split())
_STATES = frozenset({"is", "was", "are", "were", ":", "be", "been"})
_DENIED = frozenset({"negative", "denied", "absent", "none", "nil"})
_AVOIDING = frozenset({"avoid", "avoids", "avoiding", "avoided"})
_UNDONE = _AVOIDING | {"failed", "fails"}  # "avoid late meals", "failed to improve"
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
    negations = words("negations")
    for n, word in enumerate(all):
        if word.text in _UNDONE and (word.text in _AVOIDING or (n + 1 < len(all) and all[n + 1].text == "to")):
            for k in range(n + 1, min(_reach(all, clause, n), n + _BACK) + 1):
                polarity[k] = -1
            continue
        if not (word.text in negations or word.text.endswith("n't")):
            continue
        if word.text in ("no", "not", "none", "nothing", "never") and _answers(all, n):
            continue
        after = all[n + 1].text if n + 1 < len(all) else "."
        onward = after in ("for", "of")
        before = all[n - 1].text if n else ""
        if _ends_a_part(all, n, before, after):
            for k in range(n - 1, -1, -1):
                if clause[k] != clause[n]:
                    break
                polarity[k] = -1
            if after not in _FOUND:
                continue
        if word.text == "negative" and n and not onward and after in _ENDS | {"."}:
            _backward(all, clause, polarity, n)
            continue
        if word.text == "negative" and not onward and any(w.text in _TESTS for w in all[n + 1 : n + 5]):
            continue  # "a negative mammogram" was done
        if (word.text == "not" and after in ("only", "sure")) or (word.text == "don't" and before == "why"):
            continue
        if word.text in ("denied", "deny") and before in ("i", "we"):
            continue  # a request was refused
        for k in range(n + 1, _reach(all, clause, n) + 1):
            polarity[k] = -1
    return polarity


def _ends_a_part(all: list[Token], n: int, before: str, after: str) -> bool:
    """What stands before it is denied: "edema was absent", "drug use: never", "ulceration is not seen"."""
    word = all[n].text
    if word in _DENIED:
        return after not in ("for", "of") and bool(before) and before in _STATES | {"all"}
    if word in ("never", "no"):
        return before == ":" and after in _ENDS
    return word == "not" and after in _FOUND and before in _STATES


def _reach(all: list[Token], clause: list[int], n: int) -> int:
    """The last word that a denial at `n` reaches."""
    stops, raising = words("stops"), n + 1 < len(all) and all[n + 1].text in _RAISING
    if all[n].text == "non":  # "non-healing ulcer": there is one
        return min(n + (2 if n + 1 < len(all) and all[n + 1].text == "-" else 1), len(all) - 1)
    reach = 0
    for k in range(n + 1, len(all)):
        text, before = all[k].text, all[k - 1].text
        if clause[k] != clause[n] or text in stops:
            return k - 1
        person = text in _PERSONS and k > n + 1 and all[n].text != "denies" and before != "what"
        if person and not (raising and k <= n + 4):
            return k - 1
        if text in ("your", "my") and k > n + 1:
            return k - 1
        if text == "in" and k > n + 1 and any(w.text in _TROUBLE for w in all[n + 1 : k]):
            return k - 1  # "no problem in rehab": she was there
        if text in _STATES - {":", "be", "been"} and k > n + 2 and not _told_found(all, k):
            return k - 2  # "no drift, sensation is intact"
        reach += 0 if text in (",", "or", "and") else 1
        if reach > _SCOPE and not _list_goes_on(all, n, k):
            return k - 1
    return len(all) - 1


def _told_found(all: list[Token], k: int) -> bool:
    """ "No calf tenderness is noted"."""
    return any(w.text in _FOUND or w.text == "there" for w in all[k + 1 : k + 3])


_RAISING = frozenset({"think", "believe", "feel", "suspect", "recommend"})  # "I don't think you need it": not needed
_FOUND = frozenset("identified seen present noted detected appreciated found observed reported".split())
_TESTS = frozenset(
    "test tests mammogram x-ray ray ct mri scan screen screening culture biopsy ekg ultrasound mammography panel "
    "titer swab colonoscopy".split()
)
_TROUBLE = frozenset("problem problems issue issues trouble difficulty".split())
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
