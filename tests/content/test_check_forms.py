"""A clinic's own form is read with the rest of the content, and a broken one is told with file and line."""

from pathlib import Path

from agent.content.load import read_content, revision_of
from agent.settings import ROOT
from tests import shared
from tests.intake.forms import item, questionnaire

NAME = "workflows/intake/zz-own.json"


def test_a_broken_form_is_a_fault_of_its_file_and_line() -> None:
    text = questionnaire(item("a"), item("b", "colour"), name="zz-own").replace(", {", ",\n{")
    found = read_content(ROOT, like=shared.reading(), edited={NAME: text})
    (fault,) = [f for f in found.faults if f.file == NAME]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"b"' in row)
    assert str(fault).startswith(f"{NAME}:{line}: b: unknown type colour. Use one of ")


def test_a_good_form_is_there_and_what_is_not_translated_is_a_notice() -> None:
    found = read_content(ROOT, like=shared.reading(), edited={NAME: questionnaire(item("a"), name="zz-own")})
    assert found.faults == ()
    assert found.content.forms["zz-own"].items[0].link == "a"
    (notice,) = [f for f in found.notices if f.file == NAME]
    assert "the question is missing in es" in notice.what


def test_a_changed_form_is_another_revision(tmp_path: Path) -> None:
    (tmp_path / "workflows" / "intake").mkdir(parents=True)
    path = tmp_path / "workflows" / "intake" / "a.json"
    path.write_text(questionnaire(item("a")))
    before = revision_of(tmp_path)
    path.write_text(questionnaire(item("b")))
    assert revision_of(tmp_path) != before
