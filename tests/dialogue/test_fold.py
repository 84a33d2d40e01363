"""The gate's own folding: plain words that remember where they stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue.fold import fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I CAN'T breathe", ["i", "cant", "breathe"]),
        ("I can’t breathe", ["i", "cant", "breathe"]),
        ("¿Mamá está bien?", ["mama", "esta", "bien"]),
        ("сhest", ["chest"]),  # its first letter is Cyrillic
        ("инсульт", ["инсульт"]),
        ("self-harm", ["self", "harm"]),
        ("ch\u200best", ["chest"]),
        ("💊help", ["emojipill", "help"]),
        ("胸痛", ["胸", "痛"]),
        ("सीने में दर्द", ["सीने", "में", "दर्द"]),
        ("ｐａｉｎ", ["pain"]),
    ],
)
def test_a_word_is_the_same_word_however_it_is_typed(text: str, words: list[str]) -> None:
    assert [w.text for w in fold(text)] == words


def test_a_full_stop_ends_a_sentence_and_a_comma_only_a_clause() -> None:
    assert [(w.clause, w.sentence) for w in fold("one, two. three")] == [(0, 0), (1, 0), (2, 1)]


@given(st.text(max_size=200))
def test_every_word_stands_where_it_says(text: str) -> None:
    end = 0
    for word in fold(text):
        assert end <= word.start < word.end <= len(text)
        assert word.text
        end = word.end


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_plain_text_folds_alike_beside_other_scripts(text: str) -> None:
    assert [w.text for w in fold(text)] == [w.text for w in fold(text + " é")][:-1]
