"""Folding: what people type and what the desk compares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.normalize import fold, fold_with_offsets


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("CITA PARA MAÑANA", "cita para manana"),
        ("¿Cómo está, señorita?", "¿como esta, senorita?"),
        ("Je suis malade à Noël, œdème", "je suis malade a noel, oedeme"),
        ("Łódź, đau đầu", "lodz, dau dau"),
        ("Ёлка й", "елка й"),
        ("أريد موعداً", "اريد موعدا"),
        ("मुझे डॉक्टर चाहिए", "मुझे डॉक्टर चाहिए"),
        ("예약하고 싶어요", "예약하고 싶어요"),
        ("Ｈｅｌｌｏ １２", "hello 12"),
        ("𝐡𝐞𝐥𝐩", "help"),
        ("٣:٣٠", "3:30"),
        ("I can’t — “sorry”", 'i can\'t - "sorry"'),
    ],
)
def test_case_accents_and_widths_do_not_change_what_the_desk_compares(typed: str, read: str) -> None:
    assert fold(typed) == read


def test_accents_stay_where_they_tell_languages_apart() -> None:
    assert fold("Mañana SÍ", keep_accents=True) == "mañana sí"


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\ufe0f"])
def test_characters_nobody_sees_do_not_hide_a_word(hidden: str) -> None:
    assert fold(f"su{hidden}ici{hidden}de") == "suicide"


def test_letters_of_other_alphabets_do_not_hide_a_word() -> None:
    assert fold("I want to \u0441\u0430ncel, h\u0435lp") == "i want to cancel, help"


def test_russian_stays_russian() -> None:
    assert fold("Он сказал ок") == "он сказал ок"


def test_an_emoji_is_kept_without_its_skin_tone() -> None:
    assert fold("Sí 👍🏽 💊") == "si 👍 💊"


def test_a_match_is_quoted_from_the_words_the_patient_wrote() -> None:
    raw = "Señora: su\u200bici\u200bde — ﬁn"
    folded = fold_with_offsets(raw)
    start = folded.text.index("suicide")
    begin, end = folded.raw_span(start, start + len("suicide"))
    assert raw[begin:end] == "su\u200bici\u200bde"
    begin, end = folded.raw_span(folded.text.index("fin"), len(folded.text))
    assert raw[begin:end] == "ﬁn"


def test_nothing_matched_quotes_nothing() -> None:
    folded = fold_with_offsets("é")
    assert folded.raw_span(0, 0) == (0, 0)
    assert folded.raw_span(9, 9) == (1, 1)


@given(st.text(max_size=200))
def test_any_text_folds_once_and_keeps_its_way_back(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    for at in range(len(folded.text)):
        begin, end = folded.raw_span(at, at + 1)
        assert 0 <= begin < end <= len(text)
