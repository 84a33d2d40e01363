"""Values and polarity: what a reader hears in numbers, times and a "no"."""

import pytest

from agent.documents.heard import said, talk
from agent.documents.lengths import same_length
from agent.documents.rates import rates
from agent.documents.sentences import sentences
from agent.documents.tokens import tokens
from agent.documents.values import quantities
from agent.model.note import Utterance


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("five hundred milligrams", "dose", 500, "mg"),
        ("one oh eight milligrams", "dose", 108, "mg"),
        ("thirty-six eight percent", "measure", 36.8, "%"),
        ("thirty eight grand", "count", 38_000, ""),
        ("ring nine nine nine", "count", 999, ""),
        ("twelve two in october", "count", 12.2, ""),
        ("two-oh-four milligrams", "dose", 204, "mg"),
        ("one oh two over sixty four", "count", 102, ""),
        ("a thousand milligrams", "dose", 1000, "mg"),
        ("point six m g", "dose", 0.6, "mg"),
        ("ten to fourteen days", "duration", 14, "day"),
        ("3/7 hx", "duration", 3, "day"),
        ("for 3-4/7", "duration", 3, "day"),
        ("Review in 5-7d INB", "duration", 5, "day"),
        ("Review in 5-7d INB", "duration", 7, "day"),
        ("back in 6w", "duration", 6, "week"),
        ("in her early sixties", "count", 60, ""),
        ("about a week ago", "duration", 1, "week"),
        ("a 58-year-old man", "age", 58, "year"),
        ("three and a half pounds", "measure", 3.5, "lb"),
        ("twelve . five milligrams", "dose", 12.5, "mg"),
        ("seen 02/19/2007", "date", 2007, "year"),
        ("a . five centimeter stone", "measure", 0.5, "cm"),
        ("zero . zero five percent", "measure", 0.05, "%"),
        ("point two five milligrams", "dose", 0.25, "mg"),
        ("the first four five six days", "duration", 4, "day"),
        ("a minimum of seven, eight hours of sleep", "duration", 7, "hour"),
        ("145 mg/dL", "measure", 145, "mg/dl"),
        ("in two thousand eight", "count", 2008, ""),
        ("seen in March two thousand and four", "count", 2004, ""),
        ("seen in March two thousand and four", "date", 3, "month"),
        ("it was March two thousand and four", "date", 3, "month"),
        ("it was done on March eighth two thousand six", "date", 3, "month"),
        ("on May third of two thousand and eight", "date", 5, "month"),
        ("two thousand five hundred", "count", 2500, ""),
        ("three thousand two hundred and ten", "count", 3210, ""),
    ],
)
def test_values_with_their_units(text: str, kind: str, value: float, unit: str) -> None:
    found = quantities(tokens(text), text)
    assert (kind, value, unit) in {(q.kind, q.value, q.unit) for q in found}


@pytest.mark.parametrize(
    "text", ["two times a day", "every 6 hours", "1 a day", "two a week", "7-8/10 pain is 3/10 now"]
)
def test_a_frequency_holds_no_other_value_and_a_range_of_ten_is_no_date(text: str) -> None:
    assert not {"duration", "date"} & {q.kind for q in said(text).quantities}
    assert 10 not in [q.value for q in said(text).quantities]
    assert 2 not in [q.value for q in said(text).quantities]


@pytest.mark.parametrize(
    ("note", "room", "same"),
    [
        ("in 2 weeks", "in fourteen days", True), ("for 1 year", "for twelve months", True),
        ("in 1 week", "next week", True), ("in 1 week", "next month", False), ("for 2 weeks", "for twelve days", False),
        ("3/7 hx", "for a few days", True), ("3/7 hx", "for a few weeks", False), ("9/7 hx", "a few days ago", False),
    ],
)  # fmt: skip
def test_a_length_of_time_is_the_same_in_another_unit(note: str, room: str, same: bool) -> None:
    (mine,) = said(note).quantities
    heard = talk([Utterance(speaker="doctor", text=room)])
    assert any(same_length(mine, other) for _, other in heard.values) is same


def test_a_number_in_a_name_is_no_value() -> None:
    assert quantities(tokens("C6 and type 2, stage 3"), "C6 and type 2, stage 3") == []


@pytest.mark.parametrize(
    ("text", "per_day"),
    [
        ("twice a day", 2), ("b.i.d.", 2), ("TID", 3), ("every six hours", 4), ("q8h", 3), ("every other week", 1 / 14),
        ("3 times weekly", 3 / 7), ("once daily", 1), ("at bedtime", 1), ("QDS", 4),
        ("five to six times a day", 5), ("q.6 h. with food", 4), ("two times a day", 2), ("1 a day", 1),
        ("two puffs morning and night", 2), ("one in morning one in evening", 2),
        ("two with breakfast, two with dinner", 2),
        ("4-hourly feeds", 6), ("then 3-monthly", 1 / 91.2), ("alternate days", 0.5), ("every second day", 0.5),
        ("four times in the week", 4 / 7), ("ten at night and ten in the morning and ten at lunch", 3),
        ("on Sundays", 1 / 7), ("every saturday", 1 / 7), ("18u nocte", 1), ("every two hours", 12),
        ("two three times in the week", 2 / 7),
        ("three, four times a day", 3), ("five hundred three times a day", 3), ("2-3 times a week", 2 / 7),
    ],
)  # fmt: skip
def test_how_often(text: str, per_day: float) -> None:
    assert per_day in [pytest.approx(r.per_day, rel=0.01) for r in rates(tokens(text))]


def _signs(text: str) -> dict[str, int]:
    taken = said(text)
    return {w.text: taken.polarity[n] for n, w in enumerate(taken.words)}


def test_a_no_reaches_over_a_list_and_stops_at_but() -> None:
    signs = _signs("No fever, chills, or cough but reports nausea.")
    assert [signs[w] for w in ("fever", "chills", "cough", "nausea")] == [-1, -1, -1, 1]
    assert _signs("Homans sign is negative.")["homans"] == -1
    assert _signs("Negative for fever.")["fever"] == -1


@pytest.mark.parametrize(
    ("question", "answer", "sign"),
    [
        ("Any fever?", "No.", -1), ("Any fever?", "Yeah, since Monday.", 1),
        ("have you had any fever", "no i have not", -1),
        ("You have no fever, right?", "Right.", -1), ("Any fever?", "Let me think.", 0),
    ],
)  # fmt: skip
def test_a_question_takes_the_sign_of_its_answer(question: str, answer: str, sign: int) -> None:
    turns = [Utterance(speaker="doctor", text=question), Utterance(speaker="patient", text=answer)]
    assert talk(turns).places["f:fever"][0].polarity == sign


def test_sentences_keep_their_places_and_sections() -> None:
    text = "HPI:\nSeen by Dr. Lee at 9 a.m. today. Takes 0.5 mg b.i.d. of it.\n- No cough\n\nPLAN\n1. Rest. Return!"
    found = sentences(text)
    assert [p.text for p in found if not p.header] == [
        "Seen by Dr. Lee at 9 a.m. today.", "Takes 0.5 mg b.i.d. of it.", "No cough", "Rest.", "Return!",
    ]  # fmt: skip
    assert [p.section for p in found if not p.header] == ["hpi", "hpi", "hpi", "plan", "plan"]
    assert all(text[p.start : p.end] == p.text for p in found)
