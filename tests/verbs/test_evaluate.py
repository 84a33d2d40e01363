"""`frontdesk evaluate` measures only on what nothing is trained on, and refuses a language below its floor."""

import json
from pathlib import Path

import pytest

from agent.content.load import corpus
from agent.measure.cases import cases
from tests import shared
from tests.verbs.frontdesk import frontdesk


def test_no_sentence_that_is_measured_is_trained_on() -> None:
    content = shared.content()
    for lang, pairs in corpus(content).items():
        taught = {text.casefold() for text, _ in pairs}
        for final in (False, True):
            assert not taught & {case.text.casefold() for case in cases(content, lang, final=final)}


def test_the_final_half_is_no_part_of_daily_work() -> None:
    content = shared.content()
    for lang in corpus(content):
        daily, final = ({c.text for c in cases(content, lang, final=f)} for f in (False, True))
        assert not daily & final


@pytest.mark.parametrize("lang", ["en", "es"])
def test_one_language_alone_is_measured_told_and_drawn(lang: str, tmp_path: Path) -> None:
    page = tmp_path / "figures.html"
    done = frontdesk("evaluate", "--language", lang, "--json", "--html", str(page))
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)["languages"]
    assert set(told) == {lang}
    value, low, high, messages = told[lang]["macro_f1"]
    assert 0.8 < low <= value <= high < 1
    assert messages > 300
    assert "<script" not in page.read_text("utf-8")
    assert page.read_text("utf-8").count("<svg") == 2


def test_a_language_that_nobody_wrote_is_named() -> None:
    done = frontdesk("evaluate", "--language", "tlh")
    assert (done.returncode, b"tlh" in done.stderr) == (2, True)
