"""One reader over every kind of value: never raises, reads no more than a message, stays quick."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.values import ValueReader
from tests.understand.reading import OFFERED, TODAY, clinic, reader
from tests.understand.spoken import ALL, rows

PIECES = [
    "3/12/80",
    "my name is",
    "soy",
    "Maria",
    "no",
    "sí",
    "dr",
    "O'Brien",
    "123 456",
    "+1",
    "2️⃣",
    "für",
    "我叫",
    "~",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join),
)


def readings(lang: str) -> dict[str, Callable[[str], Any]]:
    r = reader()
    return {
        "name": partial(r.name, lang=lang, asked=False),
        "name asked": partial(r.name, lang=lang, asked=True),
        "dob": partial(r.dob, lang=lang, asked=True, today=TODAY, order="mdy"),
        "phone": partial(r.phone, lang=lang, region="US"),
        "code": partial(r.code, lang=lang),
        "yes_no": partial(r.yes_no, lang=lang),
        "choice": partial(r.choice, lang=lang, options=OFFERED),
        "provider": partial(r.provider, lang=lang),
        "location": partial(r.location, lang=lang),
        "insurance": partial(r.insurance, lang=lang),
        "visit_type": partial(r.visit_type, lang=lang),
        "relation": partial(r.relation, lang=lang),
        "reason": partial(r.reason, lang=lang, asked=False),
        "reason asked": partial(r.reason, lang=lang, asked=True),
    }


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, lang=st.sampled_from(["en", "es", "es-MX", "zh", ""]))
def test_whatever_is_typed_the_reader_answers_and_quotes_from_it(text: str, lang: str) -> None:
    for read in readings(lang).values():
        found = read(text)
        assert found is None or (0 <= found.start < found.end <= len(text) and 0 < found.confidence <= 1)


@pytest.mark.parametrize("kind", readings("en"))
def test_a_very_long_message_takes_no_longer_than_its_length(kind: str) -> None:
    for piece in ("a", "1", "my name is ", "3/12/", "no ", "maria, ", "'", "👍", "for my ", "王", "1 2 3 "):
        text = (piece * 10_000)[:10_000]
        started = time.perf_counter()
        readings("en")[kind](text)
        assert time.perf_counter() - started < 0.5, piece


def test_without_any_table_nothing_is_read_and_nothing_breaks() -> None:
    bare = ValueReader({}, clinic())
    assert bare.yes_no("yes", "en") is None
    assert bare.relation("for my son", "en") is None
    assert bare.code("123456", "en") is not None


def test_a_region_of_a_language_reads_as_the_language() -> None:
    found = reader().yes_no("órale", "es-MX")
    assert found is not None
    assert found.value is True


@pytest.mark.parametrize("lang", ALL)
def test_the_tables_hold_words_and_nothing_that_yaml_turned_into_something_else(lang: str) -> None:
    table = rows(f"{lang}/_values.yaml")
    assert all(isinstance(key, str) for key in table)
    for entries in table.values():
        for entry in entries if isinstance(entries, list) else (k for k in entries):
            assert isinstance(entry, str)


@pytest.mark.parametrize("lang", ALL)
def test_no_language_has_a_table_that_english_does_not_know(lang: str) -> None:
    assert rows(f"{lang}/_values.yaml").keys() <= rows("en/_values.yaml").keys()
