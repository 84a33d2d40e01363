"""Whoever does not want to be called again is heard as whoever wants no more texts, not put through to staff."""

import pytest

from tests.desk.test_phrases import FIRST
from tests.understand.test_hear import NOW

NOT_AGAIN = {
    "en": "please don't call me again", "es": "por favor no me llamen más", "fr": "ne m'appelez plus",
    "zh": "不要再打给我了", "ht": "pa rele m ankò", "ru": "не звоните мне больше",
}  # fmt: skip


@pytest.mark.parametrize("lang", sorted(NOT_AGAIN))
def test_promise_24_who_does_not_want_to_be_called_again_is_not_put_through(lang: str) -> None:
    heard = FIRST.desk.ears.hear(NOT_AGAIN[lang], now=NOW, prior=lang, current=lang, question=None, open_flows=())
    assert (heard.intent, heard.confidence >= 0.8) == ("stop_messages", True)


@pytest.mark.parametrize("words", ["don't call me again before nine", "don't call me again, text me", "don't call me"])
def test_who_says_more_than_that_is_heard_as_before(words: str) -> None:
    heard = FIRST.desk.ears.hear(words, now=NOW, prior="en", current="en", question=None, open_flows=())
    assert heard.intent != "stop_messages" or heard.confidence < 0.8
