"""`frontdesk verify-note` keeps its contract, line by line."""

import json
from typing import Any

import pytest

from agent.verbs.verify_note import verified
from tests.documents.visit import TALK, note, record, visit
from tests.verbs.frontdesk import answers

TURNS = [{"speaker": u.speaker, "text": u.text} for u in visit()]


def _told(**line: Any) -> dict[str, Any]:
    (answer,) = answers(verified, json.dumps({"id": "n1", "dialogue": TURNS, **line}))
    return dict(answer)


def test_the_answer_has_the_shape_of_the_contract() -> None:
    text = note(s3="She takes metformin 850 mg twice daily.", s4="")
    answer = _told(note=text, record=record(), unknown="key")
    assert set(answer) == {"id", "sentences", "omissions"}
    assert any(s["flags"] for s in answer["sentences"])
    for s in answer["sentences"]:
        assert set(s) == {"start", "end", "text", "support", "evidence", "flags"}
        assert text[s["start"] : s["end"]] == s["text"]
        assert 0 <= s["support"] <= 1
        for flag in s["flags"]:
            assert set(flag) == {"kind", "detail", "evidence"}
        for sources in (s["evidence"], *(f["evidence"] for f in s["flags"])):
            for e in sources:
                assert set(e) == {"turn", "start", "end"}
                assert e["turn"] == -1 or 0 <= e["start"] < e["end"] <= len(TURNS[e["turn"]]["text"])
    assert any(s["evidence"] and not s["flags"] for s in answer["sentences"])
    assert answer["omissions"]
    assert all(set(o) == {"turn", "text", "kind"} for o in answer["omissions"])


def test_a_transcript_as_text_gives_the_same_answer() -> None:
    assert _told(note=note(), dialogue=TALK) == _told(note=note())


BAD: tuple[dict[str, Any], ...] = (
    {}, {"note": 3}, {"note": None}, {"note": "x", "dialogue": 7}, {"note": "x", "dialogue": [3]},
    {"note": "x", "record": []},
)  # fmt: skip


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_says_so_and_the_run_goes_on(line: dict[str, Any]) -> None:
    good_line = json.dumps({"id": "good", "note": "Pain.", "dialogue": []})
    bad, good = answers(verified, json.dumps({"id": "bad", "dialogue": TURNS, **line}), good_line)
    assert set(bad) == {"id", "error"}
    assert bad["id"] == "bad"
    assert "\n" not in bad["error"]
    assert good["id"] == "good"
    assert good["sentences"]
