"""What is written to the record: labelled as software's, preliminary until signed, then final in a person's name."""

import base64
from typing import Any

from agent.documents.out import preview, written_out
from agent.model.document import Document
from tests.contracts.samples import NOW
from tests.documents.knee_visit import drafted, record, talk


def document(**more: Any) -> Document:
    given = {"id": "doc-1", "clinic": "k", "patient": "p1", "key": "x", "kind": "visit_note", "state": "drafted",
             "patient_name": "Ana Reyes", "dialogue": talk(), "record": record(), "draft": drafted(record=record()),
             "created_at": NOW, "drafted_at": NOW}  # fmt: skip
    return Document.model_validate(given | more)


def signed(**more: Any) -> Document:
    text = drafted(record=record()).note.replace("<", "") + "\n\nADDED IN REVIEW\nBP < 120 & stable."
    return document(state="signed", final=text, signed_by="s-1", signed_name="Dr. Okafor", signed_at=NOW,
                    signed_hash="abc", **more)  # fmt: skip


def resources(bundle: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def test_before_a_signature_everything_is_preliminary_and_nobodys() -> None:
    made = resources(written_out(document(), "Linden"))
    (composition,), (reference,), (provenance,) = made["Composition"], made["DocumentReference"], made["Provenance"]
    assert (composition["status"], reference["docStatus"]) == ("preliminary", "preliminary")
    assert "attester" not in composition
    assert "authenticator" not in reference
    assert all(r["meta"]["security"][0]["code"] == "AIAST" for r in (composition, reference, provenance))
    assert provenance["agent"][0]["type"]["text"] == "author-assistant (software)"
    assert provenance["reason"][0]["coding"][0]["code"] == "AIAST"


def test_after_a_signature_a_person_verifies_and_the_label_stays() -> None:
    made = resources(written_out(signed(), "Linden"))
    composition, reference = made["Composition"][0], made["DocumentReference"][0]
    assert (composition["status"], reference["docStatus"]) == ("final", "final")
    assert composition["attester"][0]["party"]["display"] == "Dr. Okafor"
    assert reference["authenticator"]["identifier"]["value"] == "s-1"
    assert composition["meta"]["security"][0]["code"] == "AIAST"
    verified = made["Provenance"][1]["agent"]
    assert [a["type"]["coding"][0]["code"] for a in verified] == ["verifier", "assembler"]
    text = base64.b64decode(reference["content"][0]["attachment"]["data"]).decode()
    assert text == signed().final
    added = composition["section"][-1]
    assert added["title"] == "ADDED IN REVIEW"
    assert "<p>BP &lt; 120 &amp; stable.</p>" in added["text"]["div"]
    codes = {s["code"]["coding"][0]["code"] for s in composition["section"] if "code" in s}
    assert {"51847-2", "29545-1", "10160-0", "48765-2"} <= codes


def test_writing_it_twice_has_one_effect_and_an_amendment_replaces() -> None:
    first, again = written_out(signed(), "Linden"), written_out(signed(), "Linden")
    assert first == again
    for entry in first["entry"]:
        request = entry["request"]
        assert request["method"] == "PUT" or "doc-1" in request["ifNoneExist"] or "worker" in request["ifNoneExist"]
    urls = [e["fullUrl"] for e in first["entry"]]
    assert len(set(urls)) == len(urls)
    inside = str(first)
    for url in urls[:3]:
        assert inside.count(url) >= 2  # each is referred to within the Bundle
    made = resources(written_out(signed(amends="doc-0"), "Linden"))
    assert made["DocumentReference"][0]["relatesTo"][0]["code"] == "replaces"
    assert made["Composition"][0]["relatesTo"][0]["targetIdentifier"]["value"] == "doc-0-Composition"
    assert any("amends" in words for _, words, _gaps in preview(signed(amends="doc-0"), "Linden"))
