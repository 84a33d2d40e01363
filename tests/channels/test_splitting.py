"""Texts fit: segments are counted as carriers count them, and a long text is cut where a reader would cut it."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.splitting import encoding, segments, split, units

# The GSM 03.38 alphabet as its code chart prints it, column by column; the second table follows an escape.
CHART = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑ\u00dc\u00a7" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip
ESCAPED = "\f^{}\\[~]|€"


def oracle(text: str) -> int:
    """Writes the text out unit by unit and fills segments, without the code under test."""
    if not text:
        return 0
    if all(c in CHART + ESCAPED for c in text):
        written = [["esc", c] if c in ESCAPED else [c] for c in text]
        one, each = 160, 153
    else:
        written = [[c] * (len(c.encode("utf-16-le")) // 2) for c in text]
        one, each = 70, 67
    if sum(map(len, written)) <= one:
        return 1
    filled: list[int] = [0]
    for parts in written:
        if filled[-1] + len(parts) > each:
            filled.append(0)
        filled[-1] += len(parts)
    return len(filled)


EDGES = [
    ("", 0), ("a", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("a" * 152 + "€" + "a" * 20, 2), ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("🙂" * 35, 1),
    ("🙂" * 36, 2), ("á" + "a" * 69, 1), ("á" + "a" * 70, 2), ("é" + "a" * 159, 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count"), EDGES)
def test_promise_28_segments_at_every_edge(text: str, count: int) -> None:
    assert segments(text) == count == oracle(text)


def test_promise_28_spanish_keeps_gsm_with_some_accents_only() -> None:
    assert encoding("Su cita es el mié 3 de jun a las 9:00 ¿Le va bien? ñ ü") == "GSM-7"
    assert [encoding(c) for c in "áíóú"] == ["UCS-2"] * 4


@given(st.text(alphabet=st.one_of(st.sampled_from(CHART + ESCAPED), st.characters(codec="utf-16")), max_size=400))
@settings(max_examples=300, deadline=None)
def test_promise_28_segments_agree_with_the_charts(text: str) -> None:
    assert segments(text) == oracle(text)


def test_there_are_128_characters_less_the_escape_in_the_alphabet() -> None:
    assert len(set(CHART)) == 127
    assert all(encoding(c) == "GSM-7" for c in CHART + ESCAPED)


WORDS = st.one_of(
    st.sampled_from(
        [
            "👩\u200d👩\u200d👧\u200d👦",
            "e\u0301",
            "नमस्ते",
            "🇲🇽",
            "한국어",
            "https://desk.example/a/b?c=d",
            "1.",
            "cita",
            "ya.",
            "\n",
            "  ",
            "\u3000",
        ]
    ),
    st.text(max_size=12),
)


@given(st.lists(WORDS, max_size=60), st.integers(30, 120))
@settings(max_examples=300, deadline=None)
def test_promise_28_a_cut_text_fits_and_loses_nothing(words: list[str], limit: int) -> None:
    text = " ".join(words)
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    graphemes = set(regex.findall(r"\X", text))
    for part in parts:
        assert set(regex.findall(r"\X", part.strip())) <= graphemes | {g.strip() for g in graphemes}


def test_promise_28_links_and_words_stay_whole() -> None:
    link = "https://desk.example/visit/01J9ZK3X2Y"
    text = "Your visit is on Monday. " * 3 + link + " Reply 1 to keep it."
    for limit in range(len(link), 140):
        parts = split(text, limit)
        assert sum(link in part for part in parts) == 1
        assert [word for part in parts for word in part.split()] == text.split()


def test_a_long_text_is_cut_after_a_line_or_a_sentence() -> None:
    assert split("One line here.\nAnother line is here.", 22) == ["One line here.", "Another line is here."]
    assert split("We are open. Come at nine today.", 24) == ["We are open.", "Come at nine today."]


def test_a_family_is_never_parted() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert split(family * 10, 30) == [family * 2] * 5
    assert split(family, 4)  # longer than a whole part: it must go somewhere
    assert "".join(split(family, 4)) == family


def test_a_text_that_fits_is_sent_as_it_is() -> None:
    assert split("x" * 1600) == ["x" * 1600]
    assert [len(part) for part in split("x" * 1601)] == [1600, 1]
    assert split(" \n ") == []
    with pytest.raises(ValueError, match="one character"):
        split("hello", 1)
