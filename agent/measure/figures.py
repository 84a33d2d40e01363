"""Figures with their uncertainty from what was heard; knows no language and reads no file."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

from agent.measure.cases import ROUTINE, URGENT
from agent.measure.drift import UNSURE
from agent.measure.hearing import Heard
from agent.understand.normalize import words

_Z = 1.96  # 95 %
_RESAMPLES = 200
_BINS = 10
_FEW, _MORE = 2, 4  # words
_OWN_DIGITS = 9
_VISIT = frozenset({"book", "reschedule", "cancel", "waitlist", "check_appointment"})  # where it matters whose
KINDS = ("name", "dob", "phone", "provider", "appointment_type", "relation")
"""The values that are measured apart, as tests name them."""
_CALM = frozenset({"none", "routine"})


class Figure(NamedTuple):
    """A share (0 to 1) of `messages`, and its 95 % interval. None of them: there was nothing to measure on."""

    value: float
    low: float
    high: float
    messages: int


Figures = dict[str, Figure]


def share(hits: Iterable[bool]) -> Figure:
    """The share of true ones with Wilson's interval."""
    seen = list(hits)
    n, k = len(seen), sum(seen)
    if not n:
        return Figure(0.0, 0.0, 1.0, 0)
    p, z = k / n, _Z
    middle, spread = (p + z * z / (2 * n)) / (1 + z * z / n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    half = spread / (1 + z * z / n)
    return Figure(p, max(0.0, middle - half), min(1.0, middle + half), n)


def resampled(heard: Sequence[Heard], of: Callable[[Sequence[Heard]], float]) -> Figure:
    """A figure that is no share, with the interval of 200 seeded resamples."""
    if not heard:
        return Figure(0.0, 0.0, 1.0, 0)
    chance = random.Random(7)  # noqa: S311 (repeatable figures, no secret)
    drawn = sorted(of(chance.choices(heard, k=len(heard))) for _ in range(_RESAMPLES))
    return Figure(of(heard), drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES) - 1], len(heard))


def macro_f1(heard: Sequence[Heard]) -> float:
    """The mean of the F1 of every intent that is tested."""
    meant, guessed, right = _counts(heard)
    f1 = [2 * right[i] / (meant[i] + guessed[i]) for i in meant]
    return sum(f1) / max(len(f1), 1)


def calibration(heard: Sequence[Heard]) -> float:
    """Expected calibration error over ten bins: how far confidence and truth lie apart, on average."""
    gaps = (abs(sum(h.confidence - (h.intent == h.case.intent) for h in some)) for some in _binned(heard).values())
    return sum(gaps) / max(len(heard), 1)


def figures(heard: Sequence[Heard]) -> Figures:
    """Every figure of one language."""
    told = [h for h in heard if h.case.intent is not None and not h.case.also]
    routine = [h for h in heard if h.case.danger == ROUTINE]
    alarming = [h for h in routine if h.case.style == "alarming"]
    plain = [h for h in routine if h.case.style != "alarming"]
    spoken = [h for h in heard if h.case.intent not in ("language_switch", "out_of_scope")]  # not "english pls", "asdf"
    elsewhere = [h for h in told if h.case.intent == "out_of_scope"]
    return {
        "macro_f1": resampled(told, macro_f1),
        "confidence": resampled(told, lambda some: _mean(h.confidence for h in some)),
        "unsure": share(h.confidence < UNSURE for h in told),
        "accuracy": share(h.intent == h.case.intent for h in told),
        "ece": resampled(told, calibration),
        "two_requests": share({h.intent, *h.also} >= {h.case.intent, *h.case.also} for h in heard if h.case.also),
        "one_as_two": share(bool(h.also) for h in told if h.case.danger == ROUTINE),
        "rejection": share(h.intent == "out_of_scope" or h.route in ("ask", "handoff") for h in elsewhere),
        "emergency_recall": share(is_raised(h) for h in heard if h.case.danger == "emergency"),
        "emergency": share(is_raised(h) for h in heard if h.case.intent == "emergency"),
        "self_harm": share(is_raised(h) for h in heard if h.case.intent == "self_harm"),
        "urgent": share(h.urgency in URGENT for h in heard if h.case.danger == "urgent"),
        "to_a_person": share(h.route in ("handoff", "emergency") for h in heard if h.case.danger == "person"),
        "false_alarming": share(h.urgency not in _CALM for h in alarming),
        "false_plain": share(h.urgency not in _CALM for h in plain),
        "language_2": share(h.lang == h.case.lang for h in spoken if _FEW <= words(h.case.text) < _MORE),
        "language_4": share(h.lang == h.case.lang for h in spoken if words(h.case.text) >= _MORE),
        "times": share(_same(h, k) for h in heard for k in ("date", "time") if k in h.case.values),
        "values": share(_same(h, k) for h in heard for k in h.case.values if k not in ("date", "time", "relation")),
        **{name: share(_same(h, name) for h in heard if name in h.case.values) for name in KINDS},
        "relation": share(
            _same(h, "relation") for h in heard if h.case.intent in _VISIT and "relation" in h.case.values
        ),
    }


def is_raised(h: Heard) -> bool:
    """Whether danger was not missed: the emergency wording, or a person with an urgent task."""
    return h.route == "emergency" or (h.route == "handoff" and h.urgency in URGENT)


def slices(heard: Sequence[Heard], fewest: int = 5) -> list[tuple[str, Figure]]:
    """Accuracy by intent and by style, the worst first; slices of fewer messages than `fewest` are left out."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for h in heard:
        if h.case.intent is not None and not h.case.also:
            hit = h.intent == h.case.intent
            groups[f"intent {h.case.intent}"].append(hit)
            groups[f"style {h.case.style}"].append(hit)
    found = [(name, share(hits)) for name, hits in groups.items() if len(hits) >= fewest]
    return sorted(found, key=lambda each: (each[1].value, each[0]))


def confusions(heard: Sequence[Heard]) -> list[tuple[str, str, int]]:
    """(meant, heard as, how often), the most frequent first."""
    wrong = Counter((h.case.intent, h.intent) for h in heard if h.case.intent not in (None, h.intent, *h.case.also))
    return [(str(meant), guessed, count) for (meant, guessed), count in wrong.most_common()]


def reliability(heard: Sequence[Heard]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, how many) of every bin that holds a message."""
    bins = [some for _, some in sorted(_binned(heard).items())]
    return [(_mean(h.confidence for h in b), _mean(h.intent == h.case.intent for h in b), len(b)) for b in bins]


def _mean(values: Iterable[float]) -> float:
    seen = list(values)
    return sum(seen) / len(seen)


def _binned(heard: Sequence[Heard]) -> dict[int, list[Heard]]:
    bins: dict[int, list[Heard]] = defaultdict(list)
    for h in heard:
        bins[min(int(h.confidence * _BINS), _BINS - 1)].append(h)
    return bins


def _counts(heard: Sequence[Heard]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    meant = Counter(str(h.case.intent) for h in heard)
    guessed = Counter(h.intent for h in heard)
    return meant, guessed, Counter(h.intent for h in heard if h.intent == h.case.intent)


def _same(h: Heard, name: str) -> bool:
    """Exact, but for case, spaces and the end of a range of one."""
    said, meant = h.values.get(name), h.case.values[name]
    if name == "phone":
        return _number(said) == _number(meant)
    return bool(_plain(said) == _plain(meant))


def _number(value: Any) -> str:
    """The last digits of a telephone number: the country is the clinic's, whatever the test supposed."""
    return "".join(c for c in str(value) if c.isdigit())[-_OWN_DIGITS:]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return " ".join(str(value).casefold().split()) if value is not None else None
