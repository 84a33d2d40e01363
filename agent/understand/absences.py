"""Messages that tell nothing but who cannot come on a day, or that somebody else is at the patient's telephone: there
is no danger in them, whatever their words resemble."""

from collections.abc import Set

from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.words import phrase

_LONG = 16  # words
_KINDS = ("they_cannot", "cannot_come", "they_come", "kin_words", "late_beside", "absent_beside")
_CANNOT = frozenset({"they_cannot", "cannot_come"})
_ELSEWHERE = ("not_here_now", "kin_words", "on_the_line", "bare_no", "late_beside")
_KIN_WORDS = (1, 2, 3)  # "her son", 她儿子, "con trai"
_AMBIGUOUS = frozenset({"zh"})  # of somebody who is dying the same is said: 不行了


def cannot_come(said: Said, repairs: Repairs) -> bool:
    """ "My husband can't come tomorrow but I can": a day, who they are, and nothing else."""
    if not said.expressions or said.lang in _AMBIGUOUS or said.size > _LONG:
        return False
    rest = said.text
    for e in sorted(said.expressions, key=lambda e: -e.start):
        rest = f"{rest[: e.start]} {rest[e.end :]}"
    return bool(made_of(rest, said.lang, _KINDS, repairs) & _CANNOT)


def elsewhere(said: Said, repairs: Repairs, kin: Set[tuple[str, ...]]) -> bool:
    """ "No, I'm her son", "this is her daughter, she is asleep", to a text of ours. `kin`: the words for relatives;
    "no, sorry" and "I was in the hospital" are about themselves."""
    words = phrase(said.text) if said.size <= _LONG else ()
    if not any(words[at : at + size] in kin for size in _KIN_WORDS for at in range(len(words))):
        return False
    return not made_of(said.text, said.lang, _ELSEWHERE, repairs).isdisjoint(("not_here_now", "bare_no"))


def made_of(text: str, lang: str, kinds: tuple[str, ...], repairs: Repairs) -> set[str]:
    """The kinds of phrases that it is made of, first come first served; empty where something else is said."""
    words, found = phrase(text), set[str]()
    while words:
        kind, size = max(((k, repairs.at_start(words, lang, k)) for k in kinds), key=lambda each: each[1])
        if not size:
            return set()
        found.add(kind)
        words = words[size:]
    return found
