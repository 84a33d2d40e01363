"""A wish for a language, and the refusal of one."""

import pytest

from agent.understand.asked import AskedLanguage
from tests.understand.spoken import asked


@pytest.fixture(scope="module")
def known() -> AskedLanguage:
    return asked()


@pytest.mark.parametrize(
    "text",
    [
        "not in Tagalog please",
        "huwag sa tagalog",
        "nicht auf deutsch",
        "pas en français",
        "не на русском",
        "不要说中文",
    ],
)
def test_a_language_that_is_refused_is_not_asked_for(text: str, known: AskedLanguage) -> None:
    assert known.of(text) is None


@pytest.mark.parametrize(
    ("text", "lang"),
    [("no, en español por favor", "es"), ("sa tagalog po", "tl"), ("auf deutsch bitte", "de"), ("说中文", "zh")],
)
def test_a_wish_is_still_a_wish(text: str, lang: str, known: AskedLanguage) -> None:
    assert known.of(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("العربية من فضلك", "ar"),
        ("لو سمحت، بالعربية", "ar"),
        ("الإنجليزية لو سمحتم", "en"),
        ("한국어로 해 주세요", "ko"),
        ("영어로 부탁드립니다", "en"),
        ("Russisch bitte", "ru"),
        ("auf Russisch, bitte", "ru"),
        ("po angielsku proszę", "en"),
        ("на испанском, пожалуйста", "es"),
        ("xin nói tiếng Anh", "en"),
        ("请用英语", "en"),
        ("an angle tanpri", "en"),
    ],
)
def test_a_language_is_asked_for_with_a_courtesy_and_by_what_it_is_called_elsewhere(
    text: str, lang: str, known: AskedLanguage
) -> None:
    assert known.of(text) == lang


@pytest.mark.parametrize("text", ["papiery są po hiszpańsku", "please", "por favor", "من فضلك", "russo", "???"])
def test_a_courtesy_alone_a_surname_and_a_word_within_a_message_ask_for_no_language(
    text: str, known: AskedLanguage
) -> None:
    assert known.of(text) is None
