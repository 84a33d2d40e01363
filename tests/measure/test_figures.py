"""The arithmetic of the figures is right, and says how sure it is."""

import pytest

from agent.measure.cases import Case
from agent.measure.figures import Figure, calibration, confusions, figures, macro_f1, share, slices, words
from agent.measure.floors import bounds, fallen
from agent.measure.hearing import Heard
from agent.measure.words import as_json, changes, table


def heard(intent: str, guess: str, sure: float = 0.9, text: str = "some words here too", **more: object) -> Heard:
    case = Case(text, "en", intent, (), "plain", "routine", {})._replace(
        **{k: v for k, v in more.items() if k in Case._fields}  # type: ignore[arg-type]
    )
    said = {k: v for k, v in more.items() if k in ("urgency", "route", "values")}
    return Heard(case, "en", guess, sure, (), {}, "none", "none", "answer")._replace(**said)  # type: ignore[arg-type]


def test_scores_are_what_the_books_say() -> None:
    four = [
        heard("book", "book"),
        heard("book", "cancel"),
        heard("cancel", "cancel", 0.5),
        heard("cancel", "cancel", 0.5),
    ]
    assert macro_f1(four) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert calibration(four) == pytest.approx((abs(1.8 - 1) + abs(1.0 - 2)) / 4)
    assert confusions(four) == [("book", "cancel", 1)]
    assert figures(four)["accuracy"].value == 0.75


def test_a_share_comes_with_wilsons_interval() -> None:
    figure = share([True] * 8 + [False] * 2)
    assert (figure.value, figure.messages) == (0.8, 10)
    assert (figure.low, figure.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert share([]) == Figure(0.0, 0.0, 1.0, 0)


def test_a_missed_emergency_is_counted_apart_from_a_false_alarm() -> None:
    found = figures([
        heard("emergency", "emergency", danger="emergency", route="emergency", urgency="emergency"),
        heard("book", "book", danger="emergency", route="handoff", urgency="urgent"),
        heard("book", "book", danger="emergency", route="handoff", urgency="routine"),
        heard("billing_question", "billing_question", style="alarming", urgency="urgent"),
        heard("distress", "distress", danger="person", route="handoff", urgency="routine"),
        heard("thanks", "thanks"),
    ])  # fmt: skip
    assert found["emergency_recall"].value == pytest.approx(2 / 3)
    assert found["false_alarming"].value == 1.0
    assert found["false_plain"].value == 0.0
    assert found["to_a_person"].value == 1.0


def test_a_value_counts_when_it_is_exact() -> None:
    meant = {"date": "2026-03-12", "time": ["14:00", "17:00"], "name": "Ana Ruiz"}
    right = heard("book", "book", values=meant)._replace(
        values={**meant, "name": "ana  ruiz", "time": ("14:00", "17:00")}
    )
    found = figures([right._replace(case=right.case._replace(values=meant))])
    assert (found["times"].value, found["times"].messages, found["values"].value) == (1.0, 2, 1.0)


def test_short_messages_are_told_from_long_ones_in_every_script() -> None:
    assert [words(t) for t in ("hola", "quiero una cita mañana", "我想预约明天下午", "¿?")] == [1, 4, 4, 1]


def test_the_worst_slice_comes_first() -> None:
    found = slices([heard("book", "book")] * 5 + [heard("cancel", "book")] * 5 + [heard("thanks", "deny")] * 4)
    assert [name for name, _ in found][:2] == ["intent cancel", "style plain"]


def test_a_figure_below_its_floor_is_named_once_enough_was_measured() -> None:
    rows = {
        "all": {"macro_f1": 0.9, "false_plain": 0.01},
        "languages": {"ht": {"macro_f1": 0.7, "why": "few examples"}},
    }
    found = {"macro_f1": Figure(0.8, 0.7, 0.9, 300), "false_plain": Figure(0.05, 0.0, 0.1, 100)}
    assert [name for name, *_ in fallen(found, bounds(rows, "en"))] == ["macro_f1", "false_plain"]
    assert [name for name, *_ in fallen(found, bounds(rows, "ht"))] == ["false_plain"]
    assert fallen({"macro_f1": Figure(0.0, 0.0, 1.0, 3)}, bounds(rows, "en")) == []


def test_what_moved_is_told_the_largest_move_first() -> None:
    before = {"en": {"accuracy": [0.9, 0.8, 1.0, 100], "ece": [0.05, 0.0, 0.1, 100]}}
    now = as_json({"en": {"accuracy": Figure(0.88, 0.8, 0.95, 100), "ece": Figure(0.01, 0, 0.1, 100)}, "fr": {}})
    assert changes(now, before) == ["fr: not measured before", "en ece: 0.050 → 0.010 (-0.040)",
                                    "en accuracy: 0.900 → 0.880 (-0.020)"]  # fmt: skip


def test_a_figure_that_is_not_there_is_a_dash() -> None:
    assert table({"fr": figures([])}).splitlines()[1].split()[:3] == ["fr", "–", "–"]
