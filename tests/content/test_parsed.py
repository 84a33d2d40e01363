"""What YAML files said is kept between two starts, and never stands for a text that has changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.content import read_yaml
from agent.content.faults import ContentFault
from agent.content.load import load_content
from agent.content.parsed import Parsed
from agent.content.read_po import parse_po
from agent.content.read_yaml import parse_document
from agent.settings import ROOT

TEXT = "a:\n  b: 1\n  c:\n    - x\n    - {d: 2.5, e: yes, f: true, g: null}\n"


def saved(file: Path, *texts: str) -> Parsed:
    first = Parsed(file)
    for text in texts:
        parse_document(text, "f.yaml", first)
    first.save()
    return Parsed(file)


def test_a_known_text_is_the_same_document_with_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = parse_document(TEXT, "f.yaml")
    known = saved(tmp_path / "deep" / "parsed.json", TEXT)
    with monkeypatch.context() as patch:
        patch.setattr(read_yaml, "_Builder", None)  # nothing is parsed now
        again = parse_document(TEXT, "g.yaml", known)
    assert again.data == plain.data
    assert again.name == "g.yaml"
    assert dict(again.lines) == dict(plain.lines)
    assert len(again.lines) == len(plain.lines)
    assert again.line("a", "c", 1, "d") == 5


def test_another_text_is_parsed_and_its_faults_are_told(tmp_path: Path) -> None:
    known = saved(tmp_path / "parsed.json", TEXT)
    assert parse_document(TEXT + "h: 3\n", "f.yaml", known).data["h"] == 3
    with pytest.raises(ContentFault):
        parse_document(TEXT + "a: 3\n", "f.yaml", known)


def test_keys_that_are_numbers_stay_numbers(tmp_path: Path) -> None:
    known = saved(tmp_path / "parsed.json", "x:\n  - {1: one}\n")
    assert parse_document("x:\n  - {1: one}\n", "f.yaml", known).data == {"x": [{1: "one"}]}


def test_what_is_no_longer_there_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "parsed.json"
    known = saved(file, TEXT, "b: 1\n")
    parse_document(TEXT, "f.yaml", known)
    known.save()
    assert Parsed(file).find(TEXT)[0]
    assert not Parsed(file).find("b: 1\n")[0]


def test_a_book_is_the_same(tmp_path: Path) -> None:
    text = (ROOT / "locales/pl/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    first = Parsed(tmp_path / "parsed.json")
    plain = parse_po(text, "a.po", first)
    first.save()
    known = Parsed(tmp_path / "parsed.json")
    assert known.find(text)[0]
    again = parse_po(text, "b.po", known)
    assert again.name == "b.po"
    assert replace(again, name="a.po") == plain


@pytest.mark.parametrize("held", [b"", b"{", b"[]", b'{"rules": "others", "texts": {}}', b"\xff\xfe", b'{"rules": 1}'])
def test_a_broken_file_is_as_none(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "parsed.json"
    file.write_bytes(held)
    known = Parsed(file)
    assert parse_document(TEXT, "f.yaml", known).data == parse_document(TEXT, "f.yaml").data
    known.save()
    assert Parsed(file).find(TEXT)[0]


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    known = Parsed(tmp_path / "a" / "parsed.json")
    parse_document(TEXT, "f.yaml", known)
    known.save()
    assert (tmp_path / "a").read_text() == "a file"


def test_the_content_of_the_house_is_the_same_either_way(tmp_path: Path) -> None:
    first, second = (load_content(ROOT, parsed=tmp_path / "parsed.json") for _ in range(2))
    assert first.revision == second.revision
    assert first == second
