"""Rows on a shelf are the rows that were put there."""

import pytest

from agent.content.load import load_content
from agent.content.sources import Sources
from agent.model.shelf import Shelf
from agent.settings import ROOT


def test_a_look_gives_what_was_put_there() -> None:
    rows = {"en": {"book": {"examples": ["a", "ünï\u200f", '"'], "n": 3, "x": None}}, "ar": {"b": [1.5, True]}}
    shelf = Shelf(rows)
    assert dict(shelf) == rows
    assert (list(shelf), len(shelf), "en" in shelf, "fr" in shelf) == (["en", "ar"], 2, True, False)
    with pytest.raises(KeyError):
        shelf["fr"]


def test_shelves_are_equal_when_the_same_lies_on_them() -> None:
    assert Shelf({"en": {"a": 1}}) == Shelf({"en": {"a": 1}})
    assert Shelf({"en": {"a": 1}}) != Shelf({"en": {"a": 2}})
    assert Shelf({}) != {}


def test_every_phrase_of_the_content_comes_back_as_it_was_written() -> None:
    content, sources = load_content(ROOT), Sources(ROOT, {})
    for tag, intents in content.rows["corpus"].items():
        for name, row in intents.items():
            document = sources.table(f"intents/{tag}/{name}.yaml")
            assert document is not None
            assert row == document.data, (tag, name)
    for tag, row in content.rows["tests"].items():
        document = sources.table(f"intents/{tag}/_tests.yaml")
        assert document is not None
        assert row == document.data, tag
