"""What a process remembers of what people wrote is little, and soon full: it does not grow for as long as it runs."""

import functools
import importlib
import pkgutil
from random import Random
from types import ModuleType

import pytest

import agent.dialogue
import agent.understand
import channels
from agent.dialogue import gate_words
from agent.dialogue.gate_words import Words
from agent.understand.times.lexicon import REMEMBERED, Lexicon
from tests import shared

MOST = 8_192  # entries that a cache of words or letters may hold
OF_PHRASES = {"agent.dialogue.gate_pattern._folded"}  # fed by content alone, as it is compiled


def _caches(*rooms: ModuleType) -> dict[str, int | None]:
    """Name -> most entries, of every cache of a module's function."""
    found = dict[str, int | None]()
    for room in rooms:
        for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            module = importlib.import_module(each.name)
            for name, held in vars(module).items():
                if _is_fed(held, each.name):
                    found[f"{each.name}.{name}"] = held.cache_parameters()["maxsize"]
    return found


def _is_fed(held: object, module: str) -> bool:
    """A cache of that module whose function takes something."""
    if not isinstance(held, functools._lru_cache_wrapper) or held.__module__ != module:
        return False
    return held.__wrapped__.__code__.co_argcount > 0


def test_no_cache_of_what_people_write_holds_more_than_some_thousand_words() -> None:
    most = _caches(agent.understand, agent.dialogue, channels)
    assert len(most) > 15
    large = {name for name, size in most.items() if size is not None and size > MOST}
    assert large == OF_PHRASES


def _made_up(count: int) -> list[str]:
    random = Random(5)
    return ["".join(random.choices("abdegiklmnoprstu", k=8)) for _ in range(count)]


def test_the_gate_remembers_so_many_words_of_a_language_and_reads_the_rest_just_as_well() -> None:
    words, fresh = Words(), Words()
    said = _made_up(3_000)
    for each in (words, fresh):
        for word in said:
            each.number(frozenset({word}))
    for word in said:
        assert words.read(word) == fresh._literal(word) != frozenset()
    assert len(words._memory) == len(words._same) == gate_words.REMEMBERED < 500


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_reading_times_remembers_so_many_words_of_a_language(language: str) -> None:
    rows = shared.content().rows["times"][language]
    read, said = Lexicon(rows, set()), _made_up(3_000)
    assert {read.slip(word) for word in said} == {None}
    assert len(read.known) == REMEMBERED <= 500
    assert read.slip(said[-1]) is None
