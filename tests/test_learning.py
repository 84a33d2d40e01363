"""What was trained is found again by name, and only while the sentences it was trained from are the same."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent import learning
from agent.learning import gate_for
from agent.model.content import Content
from agent.model.shelf import Shelf
from tests import shared


@pytest.fixture(scope="module")
def house() -> Content:
    return shared.content()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, house: Content) -> Path:
    """Where the phrases of every language were compiled and their names written down."""
    folder = tmp_path_factory.mktemp("made")
    gate_for(house, folder)
    return folder


@pytest.fixture
def kept(tmp_path: Path, made: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "models")


def with_rows(content: Content, kind: str, tag: str, **changed: Any) -> Content:
    rows = dict(content.rows[kind])
    return replace(content, rows={**content.rows, kind: Shelf({**rows, tag: {**rows[tag], **changed}})})


def names(cache: Path) -> dict[str, Any]:
    return dict(json.loads((cache / "names.json").read_text(encoding="utf-8")))


def test_the_names_of_models_are_kept_and_not_made_again(
    kept: Path, house: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = names(kept)
    assert set(first["intents"]) == set(first["safety"]) == set(house.live)
    assert all((kept / name).exists() for name in first["safety"].values())
    monkeypatch.setattr(learning, "_key", lambda *parts: pytest.fail("made again") if len(parts) == 1 else "k")
    monkeypatch.setattr(learning, "_read_by_training", lambda _: first["of"])
    assert gate_for(house, kept).read("I have chest pain", "en").urgency == "emergency"


@pytest.mark.parametrize(("kind", "of"), [("safety", "safety"), ("corpus", "intents")])
def test_other_sentences_have_other_names(kept: Path, house: Content, kind: str, of: str) -> None:
    first = names(kept)
    more = {"hard_negatives": ["zzz"]} if kind == "safety" else {"book": {"examples": ["zzz zzz"]}}
    gate_for(with_rows(house, kind, "es", **more), kept)
    second = names(kept)
    assert second[of]["es"] != first[of]["es"]
    assert {tag: name for tag, name in second[of].items() if tag != "es"} == {
        tag: name for tag, name in first[of].items() if tag != "es"
    }


def test_phrases_that_were_kept_and_are_broken_are_made_anew(kept: Path, house: Content) -> None:
    file = kept / names(kept)["safety"]["en"]
    file.write_text("{", encoding="utf-8")
    assert gate_for(house, kept).read("I have chest pain", "en").urgency == "emergency"
    assert len(file.read_text(encoding="utf-8")) > 1000


@pytest.mark.parametrize("held", ["", "{", "[]", '{"of": 1}'])
def test_names_that_cannot_be_read_are_made_anew(kept: Path, house: Content, held: str) -> None:
    before = names(kept)
    (kept / "names.json").write_text(held, encoding="utf-8")
    gate_for(house, kept)
    assert names(kept) == before
