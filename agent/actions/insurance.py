"""Whether the clinic takes a plan that a patient names; a guess would cost the patient money, so it never guesses."""

from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from agent.actions.words import plain

# words that people put around a plan's name; a plan that is called so itself keeps them
_AROUND = frozenset(
    "insurance plan the my i have we with do you take accept by from a of and health seguro de salud medico mi el la "
    "los las tengo aceptan plan con y cobertura coverage card".split()
)
SAME = 87.0


def accepted_plan(said: str, plans: Sequence[str]) -> str | None:
    """The clinic's name of the one plan that holds every word that was said, allowing for typing errors; else None."""
    words = [w for w in plain(said).split() if w not in _AROUND]
    if not words:
        return None
    joined = "".join(words)
    exact = [p for p in plans if joined in {"".join(name.split()) for name in _names(p)}]
    if len(exact) == 1:
        return exact[0]
    held = [p for p in plans if any(_holds(name.split(), words) for name in _names(p))]
    return held[0] if len(held) == 1 else None


def _names(plan: str) -> tuple[str, ...]:
    """ "Blue Cross Blue Shield (BCBS)" goes by either name."""
    long, _, short = plan.partition("(")
    return tuple(n for n in (plain(long), plain(short)) if n)


def _holds(name: list[str], words: list[str]) -> bool:
    parts = [*name, *(a + b for a, b in pairwise(name)), "".join(name)]
    return all(any(fuzz.ratio(w, part) >= SAME for part in parts) for w in words) or (
        fuzz.ratio("".join(words), "".join(name)) >= SAME
    )
