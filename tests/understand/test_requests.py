"""Where a message may fall into two requests."""

import pytest

from agent.understand.requests import Joints, Place
from tests.growth import assert_linear
from tests.understand.spoken import ALL, spoken

ENGLISH = Joints(["and also", "by the way"], ["and"])


def cut(joints: Joints, text: str) -> list[str]:
    return [text[place.at :] for place in joints.places(text)]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("cancel my visit, what are your hours", ["what are your hours"]),
        ("cancel my visit and what are your hours", ["and what are your hours"]),
        ("I need a refill. When is my next visit", ["When is my next visit"]),
        ("my balance please + a visit on monday", ["a visit on monday"]),
        ("I saw Dr. Lee and Dr. Shah", ["and Dr. Shah"]),
        ("call 555-0144", []),
        ("and also", []),
        ("", []),
    ],
)
def test_a_message_is_cut_at_marks_and_small_words_that_leave_words_on_both_sides(text: str, rest: list[str]) -> None:
    assert cut(ENGLISH, text) == rest


def test_a_cut_knows_whether_a_sentence_ends_there() -> None:
    assert [place.ends for place in ENGLISH.places("I need a refill. My bill is wrong, what now")] == [True, False]


@pytest.mark.parametrize(
    ("joints", "text", "rest"),
    [
        (Joints(["también"]), "quiero cancelar TAMBIEN quiero saber", ["TAMBIEN quiero saber"]),
        (Joints([], ["و-"]), "الرابط ما يشتغل والخميس الغوه", ["والخميس الغوه"]),
        (Joints([], ["-고"]), "약이 다 떨어졌고 예약도 바꾸고 싶어요", ["예약도 바꾸고 싶어요"]),
        (Joints(["另外"]), "周二的取消另外你们几点开门", ["另外你们几点开门"]),
    ],
)
def test_accents_do_not_matter_and_words_may_be_written_together(joints: Joints, text: str, rest: list[str]) -> None:
    assert cut(joints, text) == rest


@pytest.mark.parametrize("lang", ALL)
def test_no_message_is_cut_at_more_than_a_dozen_places_and_long_ones_take_time_in_proportion(lang: str) -> None:
    joints = spoken(lang).joints
    word = next(each for each in joints.joints if not each.startswith("-")).removesuffix("-")
    assert len(joints.places(f"ab cd, {word} ef gh. " * 40)) == 12
    assert_linear(lambda n: joints.places(f"ab cd, {word} ef gh. " * n), 100)


def test_a_place_is_never_at_the_edge() -> None:
    assert Place(0, True) not in ENGLISH.places("\n\nhello there\n\n")
