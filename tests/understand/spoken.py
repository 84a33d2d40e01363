"""The corpora of the repository as the tests read them: sentences to train on, and sentences never trained on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agent.content.read_yaml import read_yaml
from agent.understand.asked import AskedLanguage
from agent.understand.requests import Joints

INTENTS = Path(__file__).parents[2] / "intents"
LIVE = ("en", "es")  # the two that the slower tests train on
ALL = tuple(sorted(path.parent.name for path in INTENTS.glob("*/_values.yaml")))


@dataclass(frozen=True)
class Spoken:
    """Of one language: (text, intent) to train on and to test with, and the rows beside them."""

    examples: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]
    swaps: tuple[tuple[str, ...], ...]
    joints: Joints
    two: tuple[tuple[str, frozenset[str]], ...]


def rows(name: str) -> Any:
    """One YAML file under intents/."""
    return read_yaml(INTENTS / name, name)


def one_errand() -> set[frozenset[str]]:
    """Pairs of intents that are never two requests of one message."""
    return {frozenset((a, b)) for a, row in rows("intents.yaml").items() for b in row.get("one_errand_with", ())}


@cache
def spoken(lang: str) -> Spoken:
    """Everything of one language."""
    examples: list[tuple[str, str]] = []
    tests: list[tuple[str, str]] = []
    for path in sorted((INTENTS / lang).glob("[!_]*.yaml")):
        row = rows(f"{lang}/{path.name}")
        examples += [(text, path.stem) for text in row["examples"]]
        examples += [(near["text"], near["intent"]) for near in row.get("not_this", [])]
        tests += [(text, path.stem) for text in row["tests"]]
    two = rows(f"{lang}/_two.yaml")
    return Spoken(
        examples=tuple(examples),
        tests=tuple(tests),
        swaps=tuple(tuple(group) for group in rows(f"{lang}/_swaps.yaml")["swaps"]),
        joints=Joints(two["connectors"], two["joints"]),
        two=tuple((row["text"], frozenset(row["intents"])) for row in two["tests"]),
    )


def asked() -> AskedLanguage:
    """What tells which language is asked for."""
    courtesies = [each for lang in ALL for each in rows(f"{lang}/_values.yaml")["politeness"]]
    return AskedLanguage(rows("languages.yaml")["languages"], courtesies)
