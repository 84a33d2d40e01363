"""`frontdesk draft-note` as others call it: the contract's shape, line by line, whatever the line is."""

import json

from tests.documents.knee_visit import record, talk
from tests.verbs.frontdesk import frontdesk

DIALOGUE = [{"speaker": u.speaker, "text": u.text} for u in talk()]


def test_each_line_is_answered_in_the_contracts_shape() -> None:
    lines = [
        json.dumps({"id": "a", "dialogue": DIALOGUE, "record": record(), "intake": {"smoker": "no"}, "more": 1}),
        json.dumps({"id": "b", "dialogue": []}),
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "dialogue": [1]}),
        json.dumps({"id": "e", "dialogue": DIALOGUE, "record": []}),
        "{broken",
    ]
    for kind in ("visit_note", "after_visit_summary", "referral_letter", "prior_authorization"):
        done = frontdesk("draft-note", "--kind", kind, given="\n".join(lines).encode())
        assert (done.returncode, done.stderr) == (0, b"")
        first, empty, *bad = [json.loads(line) for line in done.stdout.splitlines()]
        assert sorted(first) == ["id", "note", "sentences"]
        assert (first["id"], empty) == ("a", {"id": "b", "note": "", "sentences": []})
        for sentence in first["sentences"]:
            assert set(sentence) == {"text", "section", "evidence", "confidence"}
            assert sentence["text"] in first["note"]
            assert 0 <= sentence["confidence"] <= 1
            assert sentence["evidence"]
            for source in sentence["evidence"]:
                assert set(source) >= {"turn", "start", "end"}
                assert source["turn"] < len(DIALOGUE)
        assert [set(row) for row in bad] == [{"id", "error"}] * 4


def test_a_kind_must_be_named() -> None:
    assert frontdesk("draft-note").returncode == 2
    assert frontdesk("draft-note", "--kind", "poem").returncode == 2
