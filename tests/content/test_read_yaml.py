"""An admin's YAML stays what was typed, cannot run, cannot hang, and is refused with its line."""

import os
from pathlib import Path

import pytest

from agent.content import ContentFault
from agent.content.read_yaml import parse_document, parse_yaml, read_yaml

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "an alias bomb": (BOMB, 1, "anchors and aliases"),
    "an alias": ("a: 1\nb: *a", 2, "anchors and aliases"),
    "a merge": ("a: 1\n<<: *b", 2, "anchors and aliases"),
    "a python object": ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tags"),
    "a tag": ("a: !x 1", 1, "tags"),
    "a deep list": ("a: 1\nb: " + "[" * 10_000, 2, "nested too deeply"),
    "a deep table": ("\n".join(" " * n + "a:" for n in range(500)), None, "nested too deeply"),
    "too many entries": ("- a\n" * 70_000, None, "too long"),
    "too large a file": ("a" * 1_000_001, None, "larger than"),
    "two of one key": ("a: 1\nb: 2\na: 3", 3, "stands twice (first on line 1)"),
    "two documents": ("a: 1\n---\nb: 2", None, "a second document"),
    "a list as key": ("? [a]\n: 1", 1, "a key must be plain text"),
    "an open list": ("a: [1, 2\nb: 3", None, ""),
    "an open quote": ('a: "x\nb: 1\n', None, "a quote that is never closed"),
    "a second colon": ("a: b: c", 1, "a second colon"),
    "a tab": ("a:\n\t- b", 2, "a value begins with a tab"),
    "a null byte": ("a: 1\nb: \x00", 2, "an invisible character (U+0000)"),
    "an escape character": ("a: \x1b[0m", 1, "an invisible character (U+001B)"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_promise_49_bad_yaml_is_refused_with_its_line(why: str) -> None:
    text, line, words = REFUSED[why]
    with pytest.raises(ContentFault) as refused:
        parse_yaml(text, "file.yaml")
    (fault,) = refused.value.faults
    assert words in fault.what
    assert fault.file == "file.yaml"
    assert line is None or fault.line == line
    assert "\n" not in str(fault)
    assert fault.fix


def test_promise_49_ten_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(ContentFault, match="larger than 1000000 bytes"):
        read_yaml(path, "big.yaml")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("12:30", "12:30"), ("2026-01-01", "2026-01-01"),
        ("0x10", "0x10"), ("1e3", "1e3"), ("010", "010"), ("1_000", "1_000"), ("true", True), ("null", None),
        ("~", None), ("", None), ("12", 12), ("-3", -3), ("1.50", 1.5), ('"12"', "12"), ("'true'", "true"),
        ("=", "="), ("<<", "<<"),
        ("9" * 5000, "9" * 5000), ("|\n  12\n", "12\n"),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_is_kept(typed: str, kept: object) -> None:
    assert parse_yaml(f"a: {typed}", "f.yaml") == {"a": kept}


def test_norwegian_is_a_language_not_a_refusal() -> None:
    assert parse_yaml("languages: [en, no]", "f.yaml") == {"languages": ["en", "no"]}


def test_every_key_and_entry_remembers_its_line() -> None:
    document = parse_document("a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n", "f.yaml")
    assert [document.line(*p) for p in (("a",), ("a", "b"), ("a", "c", 1), ("a", "c", 1, "d"))] == [1, 2, 5, 5]
    assert document.line("a", "c", 9, "z") == 3


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: 1\nb: año\n".encode("latin-1"))
    with pytest.raises(ContentFault) as refused:
        read_yaml(path, "f.yaml")
    assert str(refused.value) == "f.yaml:2: this is not UTF-8 text. Save the file as UTF-8."


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path, "f.yaml") == {"a": 1}


def test_a_file_that_is_not_there_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(ContentFault, match=r"gone\.yaml: the file cannot be read"):
        read_yaml(tmp_path / "gone.yaml", "gone.yaml")
    os.mkdir(tmp_path / "folder.yaml")
    with pytest.raises(ContentFault, match="cannot be read"):
        read_yaml(tmp_path / "folder.yaml", "folder.yaml")
