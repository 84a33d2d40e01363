"""The clinic's record over HTTP: the same promises on a real FHIR server and on one that does what a test tells it."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.adapters.chart_fhir import FhirChart
from agent.model.wording import Sayable
from agent.ports.chart import ChartAway, ChartChanged, ChartRefuses, ChartUnsure, OpenChart
from tests.fhir.fake_server import Fake, Fault, fake_server
from tests.fhir.server_process import TOKEN, real_server

SYSTEM = "urn:frontdesk:record"


@pytest.fixture(scope="module", params=["fake", "real"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "real":
        with real_server() as url:
            yield url
    else:
        with fake_server() as fake:
            yield fake.url


@pytest.fixture
def record(address: str) -> Iterator[OpenChart]:
    with FhirChart(address, TOKEN).opened() as opened:
        yield opened


def person(n: int, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": f"p-{n}"}],
            "name": [{"text": "Marie Joseph"}], "birthDate": "1980-03-12", **more}  # fmt: skip


def of(n: int) -> dict[str, str]:
    return {"identifier": f"{SYSTEM}|p-{n}"}


def test_what_is_written_is_found_and_written_once(record: OpenChart) -> None:
    assert record.search("Patient", of(1)) == []
    made = record.create(person(1), f"identifier={SYSTEM}|p-1")
    again = record.create(person(1), f"identifier={SYSTEM}|p-1")
    assert (made["id"], made["name"]) == (again["id"], [{"text": "Marie Joseph"}])
    assert [p["id"] for p in record.search("Patient", of(1))] == [made["id"]]
    assert made["id"] in {p["id"] for p in record.search("Patient", {"birthdate": "1980-03-12"})}


def test_a_change_counts_only_on_what_was_seen(record: OpenChart) -> None:
    made = record.create(person(2), f"identifier={SYSTEM}|p-2")
    seen = made["meta"]["versionId"]
    changed = record.update({**made, "gender": "female"}, seen)
    assert (changed["gender"], changed["id"]) == ("female", made["id"])
    with pytest.raises(ChartChanged):
        record.update({**made, "gender": "male"}, seen)
    assert record.search("Patient", of(2))[0]["gender"] == "female"
    with pytest.raises(ChartRefuses, match="no version"):
        record.update(made, "")


def test_facts_are_found_by_their_patient(record: OpenChart) -> None:
    whose = record.create(person(3), f"identifier={SYSTEM}|p-3")
    active = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]
    }
    allergy = {"resourceType": "AllergyIntolerance", "clinicalStatus": active, "code": {"text": "penicillin"},
               "patient": {"reference": f"Patient/{whose['id']}"}}  # fmt: skip
    record.create(allergy, f"identifier={SYSTEM}|a-3")
    found = record.search("AllergyIntolerance", {"patient": f"Patient/{whose['id']}"})
    assert [a["code"]["text"] for a in found] == ["penicillin"]


def test_a_provenance_is_found_by_what_it_is_of_and_when(record: OpenChart) -> None:
    whose = record.create(person(4), f"identifier={SYSTEM}|p-4")
    target, at = f"Patient/{whose['id']}", "2026-03-02T15:00:00Z"
    made = {"resourceType": "Provenance", "target": [{"reference": target}], "recorded": at,
            "agent": [{"who": {"display": "Dr. Okafor"}}]}  # fmt: skip
    first, again = (record.create(made, f"target={target}&recorded={at}") for _ in range(2))
    assert first["id"] == again["id"]
    assert len(record.search("Provenance", {"target": target, "recorded": at})) == 1


def test_a_wrong_token_is_said(address: str) -> None:
    with pytest.raises(ChartRefuses, match="FRONTDESK_FHIR_TOKEN"), FhirChart(address, "wrong").opened():
        pass


def test_nobody_there_is_said_and_tried_again() -> None:
    with pytest.raises(ChartAway, match="does not answer"), FhirChart("http://127.0.0.1:9", TOKEN).opened():
        pass


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_server() as made:
        yield made


OUTCOME = {"resourceType": "OperationOutcome",
           "issue": [{"details": {"text": "no such status"}, "expression": ["Patient.gender"]}]}  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault(401), ChartRefuses, "does not let the desk in (401)"),
        (Fault(302, headers={"Location": "http://127.0.0.1:9/"}), ChartRefuses, "another address (302)"),
        (Fault(404, "<html>not here</html>"), ChartRefuses, "no FHIR server"),
        (Fault(412), ChartChanged, "changed since you looked (412)"),
        (Fault(409), ChartChanged, "changed since you looked (409)"),
        (Fault(422, OUTCOME), ChartRefuses, "does not accept it (422): no such status Patient.gender"),
        (Fault(400, OUTCOME), ChartRefuses, "does not accept it (400)"),
        (Fault(429), ChartAway, "busy (429)"),
        (Fault(503), ChartAway, "busy (503)"),
        (Fault(500), ChartUnsure, "not known"),
        (Fault(0, after=True), ChartUnsure, "not known"),
        (Fault(201, "[]"), ChartUnsure, "not known"),
        (Fault(201, "x" * 9_000_000), ChartRefuses, "more than the desk reads"),
    ],
)
def test_each_way_to_fail_says_what_to_do_next(fake: Fake, fault: Fault, kind: type[Sayable], words: str) -> None:
    with FhirChart(fake.url, TOKEN).opened() as record:
        fake.faults.append(fault)
        with pytest.raises(kind) as raised:
            record.create(person(1), f"identifier={SYSTEM}|p-1")
        assert words in str(raised.value)
        assert len(fake.of("Patient")) == int(fault.after)


@pytest.mark.parametrize(
    ("version", "page", "words"),
    [("5.0.0", None, "speaks FHIR 5.0.0"), ("4.0.1", "<html>", "no FHIR server"), ("4.0.1", "{}", "no FHIR server")],
)
def test_a_server_of_another_kind_is_not_written_to(fake: Fake, version: str, page: str | None, words: str) -> None:
    fake.version = version
    if page is not None:
        fake.faults.append(Fault(200, page, writes=False))
    with pytest.raises(ChartRefuses, match=words), FhirChart(fake.url, TOKEN).opened():
        pass


def test_no_link_leads_elsewhere_and_no_address_holds_a_patient(fake: Fake) -> None:
    with FhirChart(fake.url, TOKEN).opened() as record:
        onward = {"resourceType": "Bundle", "link": [{"relation": "next", "url": "http://127.0.0.1:9/steal"}]}
        fake.faults.append(Fault(200, onward, writes=False))
        with pytest.raises(ChartRefuses, match="another address"):
            record.search("Patient", {"birthdate": "1980-03-12"})
        record.create(person(1), f"identifier={SYSTEM}|p-1")
        record.search("Patient", {"birthdate": "1980-03-12", "name": "Joseph"})
    lines = " ".join(f"{path} {headers}" for _, path, headers in fake.asked)
    assert "1980" not in lines
    assert "Joseph" not in lines
    assert "?" not in " ".join(path for _, path, _ in fake.asked)
