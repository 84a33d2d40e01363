"""Nuance: what was only thought, what goes the other way, what was denied next to where it is reported."""

import pytest

from agent.documents.case import Case, Person
from agent.documents.cases import cases
from agent.documents.heard import said, talk
from agent.model.note import Utterance

_TALK = (
    ("Doctor", "What brings you in?"),
    ("Patient", "My shoulder hurts, it gets worse when I lift my arm."),
    ("Doctor", "Any numbness?"),
    ("Patient", "No, no numbness at all."),
    ("Doctor", "I think this is possibly a tendinopathy. You have bursitis too."),
    ("Doctor", "Let's stop the naproxen. I will increase your gabapentin."),
    ("Doctor", "Come back if it does not get better."),
)


def _case(sentence: str, *others: str) -> Case:
    heard = talk([Utterance(speaker=who, text=text) for who, text in _TALK])
    return cases([said(sentence), *map(said, others)], heard, Person())[0]


@pytest.mark.parametrize(
    ("wrong", "right", "mark"),
    [
        ("Tendinopathy of the shoulder.", "Possible tendinopathy of the shoulder.", "hedge_word"),
        ("Continue naproxen.", "Stop naproxen.", "bound_against"),
        ("Decrease gabapentin.", "Increase gabapentin.", "bound_against"),
        ("She reports numbness.", "She denies numbness.", "last_word_denies"),
        ("Return if it gets better.", "Return if it does not get better.", "return_better"),
    ],
)
def test_what_was_said_otherwise_is_marked_and_what_was_said_so_is_not(wrong: str, right: str, mark: str) -> None:
    assert mark in _case(wrong).features
    assert mark not in _case(right).features


def test_a_word_that_was_also_said_as_a_fact_is_none_that_was_only_thought() -> None:
    assert "hedge_word" not in _case("Bursitis of the shoulder.").features


def test_a_doubt_elsewhere_in_the_note_is_remembered() -> None:
    assert "hedge_word_note" in _case("Tendinopathy.", "This is possibly a tendinopathy.").features
    assert "hedge_word_note" not in _case("Tendinopathy.", "Shoulder pain.").features


def test_each_mark_tells_the_reader_why_with_the_words_that_were_said() -> None:
    flags = [f for f in _case("Tendinopathy of the shoulder.").flags if f.kind == "certainty"]
    assert [f.tier for f in flags] == ["amber"]
    assert "only thought possible" in flags[0].detail
    assert [s.turn for s in flags[0].evidence] == [4]
    flags = [f for f in _case("Continue naproxen.").flags if f.kind == "action"]
    assert [s.turn for s in flags[0].evidence] == [5]
