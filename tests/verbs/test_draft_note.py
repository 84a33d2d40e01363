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


def test_a_record_of_somebody_else_is_refused_as_at_the_desk() -> None:
    def about(name: str, *more: dict[str, object]) -> dict[str, object]:
        person = {"resourceType": "Patient", "id": "p", "name": [{"family": name}], "birthDate": "1950-01-01"}
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (person, *more)]}

    plain = [{"speaker": "Doctor", "text": "What is it?"}, {"speaker": "Patient", "text": "My knee hurts."}]
    greeting = [{"speaker": "Doctor", "text": "Good morning, Mrs. Reyes, what brings you in?"}, *plain]
    mother = [*greeting, {"speaker": "Patient's mother", "text": "It hurts him."}]
    other = {"resourceType": "Condition", "subject": {"reference": "Patient/q"}, "code": {"text": "asthma"}}
    me = {"name": "Ana Okoro", "birth_date": "1950-01-01"}
    lines: list[dict[str, object]] = [
        {"id": "mine", "dialogue": plain, "record": about("Okoro"), "patient": me},
        {"id": "misspelt", "dialogue": greeting, "record": about("Reyez")},
        {"id": "a relative is greeted", "dialogue": mother, "record": about("Okoro")},
        {"id": "greeted by another name", "dialogue": greeting, "record": about("Okoro")},
        {"id": "entries of another", "dialogue": plain, "record": about("Okoro", other)},
        {"id": "two people", "dialogue": plain, "record": about("Okoro", {"resourceType": "Patient", "id": "q"})},
        {"id": "birth", "dialogue": plain, "record": about("Okoro"), "patient": me | {"birth_date": "1950-02-01"}},
        {"id": "no date", "dialogue": plain, "record": about("Okoro"), "patient": {"name": "Ana Okoro"}},
    ]  # fmt: skip
    done = frontdesk("draft-note", "--kind", "visit_note", given="\n".join(map(json.dumps, lines)).encode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["error" in a for a in answers] == [False] * 3 + [True] * 5
    assert all("somebody else" in a["error"] for a in (answers[3], answers[4], answers[6]))
