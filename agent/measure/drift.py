"""How the desk hears in service, against how it heard the tests and what it was trained on: confidence and kinds of
requests, by language and channel; knows no patient, only what the audit trail keeps of a turn."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

from agent.model.wording import N_

UNSURE = 0.55
FEWEST = 50  # turns before a figure may say anything
_LESS_SURE, _TWICE, _SHIFTED = 0.1, 2.0, 0.25  # PSI above a quarter is commonly read as a real shift
_SPREAD = 1.0  # the tests, heard as well as ever, are 0.43 (en) and 0.10 (ht) away
_SMALL = 0.005
_FAR = 3.0  # examples are spread evenly over the kinds of requests, and patients ask mostly for visits


class Drift(NamedTuple):
    """One language on one channel. `psi`: population stability index of the kinds of requests, the newer half of the
    turns against the older; `from_training`: the same, all turns against the examples the model was trained on, None
    where there are none; `trained` and `trained_unsure`: how sure the model was of its training sentences while they
    were held out, `sureness`: PSI of the confidence of all turns against that, None where the model does not say;
    `why`: what is out of the ordinary, empty when nothing is."""

    lang: str
    channel: str
    turns: int
    confidence: float
    expected: float | None
    unsure: float
    expected_unsure: float | None
    psi: float
    why: tuple[str, ...]
    from_training: float | None = None
    trained: float | None = None
    trained_unsure: float | None = None
    sureness: float | None = None


def drifts(
    turns: Iterable[Mapping[str, Any]], published: Mapping[str, Any],
    trained: Mapping[str, Mapping[str, int]] | None = None, sure_of: Callable[[str], Sequence[float]] | None = None,
) -> list[Drift]:  # fmt: skip
    """`turns`: data of `turn:decided`, oldest first; `published`: figures by language as `evaluate --publish` keeps;
    `trained`: how many examples each kind of request has, by language; `sure_of`: how sure the model of a language was
    of its training sentences while they were held out."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for turn in turns:
        if turn.get("lang") and turn.get("intent"):
            groups[str(turn["lang"]), str(turn.get("channel", ""))].append(turn)
    return [
        _drift(
            lang,
            channel,
            each,
            published.get(lang, {}),
            Counter((trained or {}).get(lang, {})),
            sure_of(lang) if sure_of is not None else (),
        )
        for (lang, channel), each in sorted(groups.items())
    ]


def _drift(
    lang: str, channel: str, turns: Sequence[Mapping[str, Any]], published: Mapping[str, Any], trained: Counter[str],
    held: Sequence[float],
) -> Drift:  # fmt: skip
    sure = [float(t.get("confidence", 0.0)) for t in turns]
    mean, unsure = sum(sure) / len(sure), sum(c < UNSURE for c in sure) / len(sure)
    expected, often = _told(published, "confidence"), _told(published, "unsure")
    half = len(turns) // 2
    kinds = Counter(str(t["intent"]) for t in turns)
    away = _psi(trained, kinds) if trained else None
    psi = _psi(Counter(str(t["intent"]) for t in turns[:half]), Counter(str(t["intent"]) for t in turns[half:]))
    sure_then = sum(held) / len(held) if held else None
    unsure_then = sum(c < UNSURE for c in held) / len(held) if held else None
    sureness = _psi(_tenths(held), _tenths(sure)) if held else None
    why: list[str] = []
    if len(turns) >= FEWEST:
        if expected is not None and mean < expected - _LESS_SURE:
            why.append(N_("less sure than on the tests"))
        if often is not None and unsure > max(_TWICE * often, 0.1):
            why.append(N_("more often unsure than on the tests"))
        if psi > _SHIFTED and half >= FEWEST:
            why.append(N_("people ask for other things than before"))
        if away is not None and away > _FAR:
            why.append(N_("people ask for other things than the desk was trained on"))
        if sure_then is not None and mean < sure_then - _LESS_SURE:
            why.append(N_("less sure than of what the desk was trained on"))
        if sureness is not None and sureness > _SPREAD:
            why.append(N_("confidence is spread otherwise than in training"))
    return Drift(
        lang, channel, len(turns), mean, expected, unsure, often, psi, tuple(why), away,
        sure_then, unsure_then, sureness,
    )  # fmt: skip


def _tenths(sure: Iterable[float]) -> Counter[str]:
    return Counter(str(min(int(c * 10), 9)) for c in sure)


def _told(published: Mapping[str, Any], name: str) -> float | None:
    found = published.get(name)
    return float(found[0]) if found else None


def _psi(before: Counter[str], after: Counter[str]) -> float:
    if not before or not after:
        return 0.0
    total = 0.0
    for kind in {*before, *after}:
        a = max(before[kind] / before.total(), _SMALL)
        b = max(after[kind] / after.total(), _SMALL)
        total += (b - a) * log(b / a)
    return total
