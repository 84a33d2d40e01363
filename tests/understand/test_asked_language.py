"""A wish for a language, and the refusal of one."""

import pytest

from agent.understand.language import LanguageDetector
from agent.understand.ngrams import LinearModel
from tests.understand.spoken import ask_for, rows

REFUSING = [words for row in rows("languages.yaml")["languages"].values() for words in row.get("refusing", ())]


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    model: LinearModel = None  # type: ignore[assignment]  # wishes are read without it
    return LanguageDetector((), model, ask_for(), REFUSING)


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
def test_a_language_that_is_refused_is_not_asked_for(text: str, detector: LanguageDetector) -> None:
    assert detector.asked_language(text) is None


@pytest.mark.parametrize(
    ("text", "lang"),
    [("no, en español por favor", "es"), ("sa tagalog po", "tl"), ("auf deutsch bitte", "de"), ("说中文", "zh")],
)
def test_a_wish_is_still_a_wish(text: str, lang: str, detector: LanguageDetector) -> None:
    assert detector.asked_language(text) == lang
