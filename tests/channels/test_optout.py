"""Whoever wants no more texts is heard in any words, and nobody is cut off who only sounds like it."""

from pathlib import Path

import pytest

from channels.optout import by_language, decide, provider_keyword
from channels.sms_data import table
from tests import shared
from tests.shared import read_quickly

SAID = read_quickly((Path(__file__).parent / "optout.yaml").read_text(encoding="utf-8"))
CASES = [(wish, text) for wish, languages in SAID.items() for texts in languages.values() for text in texts]
FCC = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]


@pytest.mark.parametrize("wish", SAID)
def test_promise_24_people_say_it_in_their_own_words(wish: str) -> None:
    heard = [(text, decide(text).wish) for each, text in CASES if each == wish]
    assert [row for row in heard if row[1] != wish] == []


@pytest.mark.parametrize("word", [*FCC, *table("optout/_provider")["provider"]["stop"]])
def test_promise_24_every_word_of_the_law_and_of_twilio_is_heard(word: str) -> None:
    for spelled in (word, word.upper(), word.title(), f" {word}\n", f"{word}."):
        decision = decide(spelled)
        assert (decision.wish, decision.word) == ("stop", word.upper())


def test_promise_24_twilios_list_is_exactly_twilios() -> None:
    assert table("optout/_provider")["provider"]["stop"] == [
        "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL",
    ]  # fmt: skip
    assert [provider_keyword(x) for x in ("stop", " Stop\n", "stop please", "YES", "info")] == [
        "stop", "stop", "text", "start", "help",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["CANCEL", "END", "QUIT"])
def test_promise_25_a_lone_cancel_is_a_stop_that_names_its_word(word: str) -> None:
    assert (decide(word.lower()).wish, decide(word.lower()).word) == ("stop", word)
    assert decide(f"{word.lower()} my visit on Monday").wish == "text"


def test_yes_never_opts_anybody_in_by_itself() -> None:
    for yes in ("YES", "yes", "Yes."):
        decision = decide(yes)
        assert decision.wish == "text"
        assert decision.maybe_start
    assert not decide("yes please").maybe_start
    assert decide("sí").wish == "text"


def test_no_word_at_all_is_only_a_text() -> None:
    for text in ("", "  ", "🙂", "1", "...", "\n"):
        assert decide(text).wish == "text"


def test_a_very_long_message_is_still_judged_at_once() -> None:
    assert decide("stop please " * 5000).wish in ("stop", "text")
    assert decide("I will come. " * 100 + "Please stop texting me").wish == "stop"


def test_every_language_block_has_the_same_parts() -> None:
    for language, block in by_language().items():
        assert set(block) <= {"spaced", "polite", "alone", "exact", "phrases", "unless", "help"}, language
        assert block["alone"], language
        assert block["phrases"], language


def test_promise_24_nobody_is_cut_off_by_the_words_of_another_language() -> None:
    rows = shared.content().rows["corpus"].items()
    said = [
        str(t) for _, row in rows for intent, each in row.items() if intent != "stop_messages" for t in each["examples"]
    ]
    assert len(said) > 30_000
    assert [text for text in said if decide(text).wish == "stop" and text.casefold() != "cancel"] == []
