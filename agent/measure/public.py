"""Public intent sets (CLINC150, BANKING77): how the desk takes messages that are no business of a clinic, and how its
classifier fares when it is trained on them; knows only their files, lines of `{text, intent}`."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from agent.dialogue.gate import SafetyGate
from agent.measure.cases import ROUTINE, Case
from agent.measure.figures import Figure, share
from agent.measure.hearing import Heard, listen
from agent.understand.classifier import OUT_OF_SCOPE
from agent.understand.hear import Ears

MOST = 3_000  # messages of one set that are heard; which ones, a seed says
_FIFTH = 5
OUTSIDE = frozenset({"oos", "out_of_scope"})  # how the sets name what is none of their kinds
SAME = {
    "yes": "affirm", "no": "deny", "thank_you": "thanks", "goodbye": "goodbye", "greeting": "greeting",
    "change_language": "language_switch",
}  # fmt: skip
"""Kinds of CLINC150 that mean at a clinic what they mean anywhere."""
_EITHER = frozenset({
    "repeat", "cancel", "cancel_reservation", "insurance", "insurance_change", "vaccines", "directions",
    "confirm_reservation", "schedule_meeting", "meeting_schedule", "are_you_a_bot", "what_can_i_ask_you", "make_call",
    "bill_balance", "bill_due", "pay_bill", "current_location", "restaurant_reservation", "accept_reservations",
    "calendar", "calendar_update", "maybe",
})  # fmt: skip
"""Kinds that a clinic may well take for its own: their answer is neither right nor wrong."""
Row = tuple[str, str]  # text, intent


class Set(NamedTuple):
    """One public set. `train` and `held` have no message in common."""

    name: str
    train: Sequence[Row]
    held: Sequence[Row]


def sets(folder: Path) -> Iterator[Set]:
    """Every `NAME_train.jsonl` of a folder with its `NAME_val.jsonl`, or a fifth of itself held out where there is
    none. Raises OSError and ValueError for what cannot be read."""
    for file in sorted(folder.glob("*_train.jsonl")):
        name, rows = file.name.removesuffix("_train.jsonl"), list(_rows(file))
        beside = file.with_name(f"{name}_val.jsonl")
        if beside.exists():
            yield Set(name, rows, list(_rows(beside)))
        else:
            random.Random(7).shuffle(rows)  # noqa: S311 (repeatable figures, no secret)
            yield Set(name, rows[len(rows) // _FIFTH :], rows[: len(rows) // _FIFTH])


def heard(rows: Sequence[Row], ears: Ears, gate: SafetyGate) -> dict[str, Figure]:
    """As first messages in English: those that are none of a clinic's business and start nothing, those that raise an
    alarm, and those of a kind that we have too and that are heard as it."""
    chosen = random.Random(7).sample(rows, min(MOST, len(rows)))  # noqa: S311 (repeatable figures, no secret)
    case = {text: Case(text, "en", SAME.get(kind, OUT_OF_SCOPE), (), "public", ROUTINE, {}) for text, kind in chosen}
    kinds = dict(chosen)
    found = list(listen(case.values(), ears, gate, "en"))
    strange = [h for h in found if kinds[h.case.text] not in _EITHER and kinds[h.case.text] not in SAME]
    return {
        "nothing started": share(not _starts(h) for h in strange),
        "out of scope": share(h.intent == OUT_OF_SCOPE for h in strange),
        "false alarms": share(h.urgency not in ("none", "routine") for h in strange),
        "in English": share(h.lang == "en" for h in found if len(h.case.text.split()) > 3),
        "shared kinds": share(h.intent == h.case.intent for h in found if kinds[h.case.text] in SAME),
    }


def trained(each: Set) -> dict[str, Figure]:
    """Our classifier, trained on the set's own sentences without copies and asked about those held out."""
    from agent.understand.fitting import Example, fit  # scikit-learn: only where something is trained

    model = fit([Example(text, kind, at) for at, (text, kind) in enumerate(each.train)], 7).model
    guessed = [(kind, _best(model.labels, model.probabilities(text))) for text, kind in each.held]
    return {
        "accuracy": share(kind == guess for kind, guess in guessed if kind not in OUTSIDE),
        "outside, recognised": share(guess in OUTSIDE for kind, guess in guessed if kind in OUTSIDE),
    }


def table(found: dict[str, dict[str, Figure]]) -> str:
    """A line for each figure, with its interval and how many messages it is of."""
    lines = []
    for name, figures in found.items():
        lines.append(name)
        lines += [f"  {what:<36} {_told(figure)}" for what, figure in figures.items() if figure.messages]
    return "\n".join(lines)


def _told(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f}, {figure.messages})"


def _starts(h: Heard) -> bool:
    return h.intent != OUT_OF_SCOPE and h.route == "answer"


def _best(labels: Sequence[str], probabilities: Iterable[float] | None) -> str:
    return "" if probabilities is None else max(zip(probabilities, labels, strict=True))[1]


def _rows(file: Path) -> Iterator[Row]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield str(row["text"]), str(row["intent"])
