"""Templates are compiled once for each source; another source, other rules or a spoiled file are compiled anew."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from agent.web.kept_templates import KeptTemplates


@pytest.fixture(autouse=True)
def written_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "page.html").write_text("Hello {{ name }}")
    (tmp_path / "rules.py").write_text("one")


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Environment, list[str]]:
    """An environment of a fresh process, and which templates it compiled."""
    compiled = list[str]()
    compile_source = Environment.compile

    def watched(self: Environment, source: str, name: str, *more: object) -> object:
        compiled.append(name)
        return compile_source(self, source, name, *more)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", watched)
    kept = KeptTemplates(tmp_path, [tmp_path / "rules.py"])
    return Environment(loader=FileSystemLoader(tmp_path), autoescape=True, bytecode_cache=kept), compiled


def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    with monkeypatch.context() as here:
        environment, compiled = made(tmp_path, here)
        return environment.get_template("room/page.html").render(name="<you>"), len(compiled)


def test_a_template_is_compiled_once_and_again_when_it_or_the_rules_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 1)
    assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 0)
    (tmp_path / "room" / "page.html").write_text("Good day {{ name }}")
    assert said(tmp_path, monkeypatch) == ("Good day &lt;you&gt;", 1)
    (tmp_path / "rules.py").write_text("two")
    assert said(tmp_path, monkeypatch) == ("Good day &lt;you&gt;", 1)
    assert said(tmp_path, monkeypatch) == ("Good day &lt;you&gt;", 0)


def test_a_spoiled_file_and_a_folder_that_nobody_may_write_to_cost_time_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(tmp_path, monkeypatch)
    (file,) = (tmp_path / "room" / "__pycache__").iterdir()
    whole = file.read_bytes()
    for spoiled in (b"", whole[:-1], whole[:40], whole[:32] + b"\0" + whole[33:]):
        file.write_bytes(spoiled)
        assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 1)
        assert file.read_bytes() == whole
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("in the way")
    assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 1)
    assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 1)


def test_nothing_is_written_where_python_was_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said(tmp_path, monkeypatch) == ("Hello &lt;you&gt;", 1)
    assert not (tmp_path / "room" / "__pycache__").exists()
