"""Content that was found in order is kept for the next start: the same content, or none."""

from pathlib import Path

import pytest

from agent.content import ContentFault, kept, load_content
from agent.content.kept import Kept
from agent.content.load import revision_of
from agent.model.content import Content
from agent.model.shelf import Shelf
from agent.settings import ROOT
from tests.content.tree import Tree

ACTIONS = frozenset({"find_openings"})


@pytest.fixture(scope="module")
def house() -> Content:
    return load_content(ROOT)


def test_the_content_of_the_house_is_the_same_either_way(tmp_path: Path, house: Content) -> None:
    file = tmp_path / "models" / "content.json"
    Kept(file).keep(house, ACTIONS)
    again = Kept(file).find(house.revision, ACTIONS)
    assert again == house
    assert list(again.languages) == list(house.languages)
    assert {kind for kind, row in again.rows.items() if isinstance(row, Shelf)} == {
        kind for kind, row in house.rows.items() if isinstance(row, Shelf)
    }


def test_a_start_reads_nothing_anew(tmp_path: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "content.json"
    first = load_content(tree.root, kept=file)
    monkeypatch.setattr("agent.content.load.read_content", lambda *_: pytest.fail("read again"))
    assert load_content(tree.root, kept=file) == first


def test_other_files_other_actions_and_other_rules_are_read(
    tmp_path: Path, house: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "content.json"
    Kept(file).keep(house, ACTIONS)
    assert Kept(file).find("0" * 16, ACTIONS) is None
    assert Kept(file).find(house.revision, frozenset()) is None
    monkeypatch.setattr(kept, "_rules", lambda: "other rules")
    assert Kept(file).find(house.revision, ACTIONS) is None


def test_an_edit_is_seen_and_a_fault_is_told_though_the_former_content_is_kept(tmp_path: Path, tree: Tree) -> None:
    file = tmp_path / "content.json"
    before = load_content(tree.root, kept=file)
    flow = tree.root / "workflows" / "tasks.yaml"
    whole = flow.read_text(encoding="utf-8")
    flow.write_text(whole + "# a remark\n", encoding="utf-8")
    assert load_content(tree.root, kept=file).revision == revision_of(tree.root) != before.revision
    flow.write_text("booking: [\n", encoding="utf-8")
    with pytest.raises(ContentFault, match=r"tasks\.yaml"):
        load_content(tree.root, kept=file)


@pytest.mark.parametrize("at", [0.0, 0.2, 0.5, 0.9, 0.9999])
def test_a_file_that_was_cut_or_changed_is_as_none(tmp_path: Path, house: Content, at: float) -> None:
    file = tmp_path / "content.json"
    Kept(file).keep(house, ACTIONS)
    whole = file.read_bytes()
    place = int(len(whole) * at)
    file.write_bytes(whole[:place])
    assert Kept(file).find(house.revision, ACTIONS) is None
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    assert Kept(file).find(house.revision, ACTIONS) is None


@pytest.mark.parametrize("held", [b"", b"{", b"\n\n\n", b"\xff\xfe", b"a\nb\nc\nd"])
def test_a_strange_file_is_as_none_and_is_written_anew(tmp_path: Path, house: Content, held: bytes) -> None:
    file = tmp_path / "content.json"
    file.write_bytes(held)
    assert Kept(file).find(house.revision, ACTIONS) is None
    Kept(file).keep(house, ACTIONS)
    assert Kept(file).find(house.revision, ACTIONS) == house


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, house: Content) -> None:
    (tmp_path / "a").write_text("a file")
    Kept(tmp_path / "a" / "content.json").keep(house, ACTIONS)
    assert (tmp_path / "a").read_text() == "a file"
    assert Kept(tmp_path / "a" / "content.json").find(house.revision, ACTIONS) is None
