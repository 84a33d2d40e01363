"""Silent failure is noticed: less sure than on the tests, other requests than before; and a few turns say nothing."""

from typing import Any

from agent.measure.drift import drifts

PUBLISHED = {"en": {"confidence": [0.9, 0.88, 0.92, 400], "unsure": [0.04, 0.02, 0.06, 400]}}


def turns(count: int, confidence: float, *intents: str, lang: str = "en") -> list[dict[str, Any]]:
    kinds = intents or ("book", "cancel")
    return [
        {"lang": lang, "channel": "sms", "confidence": confidence, "intent": kinds[n % len(kinds)]}
        for n in range(count)
    ]


def test_a_desk_that_hears_as_on_the_tests_is_left_alone() -> None:
    (found,) = drifts(turns(200, 0.9), PUBLISHED)
    assert (found.turns, found.why) == (200, ())
    assert found.expected == 0.9


def test_less_confidence_than_on_the_tests_is_told() -> None:
    (found,) = drifts(turns(200, 0.5), PUBLISHED)
    assert found.why == ("less sure than on the tests", "more often unsure than on the tests")


def test_other_requests_than_before_are_told() -> None:
    (found,) = drifts(turns(100, 0.9, "book") + turns(100, 0.9, "refill_request"), PUBLISHED)
    assert found.why == ("people ask for other things than before",)
    assert found.psi > 0.25


def test_a_handful_of_turns_says_nothing_and_languages_and_channels_are_apart() -> None:
    few = turns(20, 0.3) + turns(20, 0.3, lang="es")
    found = drifts([*few, {"intent": "book"}], PUBLISHED)
    assert [(d.lang, d.turns, d.why) for d in found] == [("en", 20, ()), ("es", 20, ())]
    assert found[1].expected is None
    assert drifts([], PUBLISHED) == []


def test_requests_of_other_kinds_than_the_training_had_are_told_by_language_and_channel() -> None:
    trained = {"en": {"book": 50, "cancel": 50}}
    (same,) = drifts(turns(200, 0.9), PUBLISHED, trained)
    assert (same.from_training, same.why) == (0.0, ())
    (other,) = drifts(turns(200, 0.9, "out_of_scope"), PUBLISHED, trained)
    assert (other.from_training or 0) > 3
    assert other.why == ("people ask for other things than the desk was trained on",)
    (unknown,) = drifts(turns(200, 0.9, lang="ht"), PUBLISHED, trained)
    assert unknown.from_training is None


def test_less_confidence_than_on_held_out_training_is_told_by_language_and_channel() -> None:
    held = {"en": [0.95] * 80 + [0.5] * 20}
    (same,) = drifts([*turns(160, 0.95), *turns(40, 0.5)], {}, None, lambda lang: held[lang])
    assert (round(same.trained or 0, 2), same.trained_unsure, same.sureness, same.why) == (0.86, 0.2, 0.0, ())
    (less,) = drifts(turns(200, 0.6), {}, None, lambda lang: held[lang])
    assert (less.sureness or 0) > 1
    assert less.why == (
        "less sure than of what the desk was trained on",
        "confidence is spread otherwise than in training",
    )
    (unknown,) = drifts(turns(200, 0.6), {}, None, lambda lang: [])
    assert (unknown.trained, unknown.trained_unsure, unknown.sureness, unknown.why) == (None, None, None, ())
