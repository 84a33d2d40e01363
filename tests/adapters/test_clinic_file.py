"""The clinic file: the demo's own is sound, and every mistake is told in one line that says how to mend it."""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.adapters.clinic_file import ClinicFileError, load_clinic, parse_clinic

DEMO = Path(__file__).parents[2] / "agent" / "demo" / "clinic.yaml"


WEEK = {"mon": ["08:00-12:00"]}


def small(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": "c",
        "name": "Clinic",
        "country": "US",
        "zone": "America/New_York",
        "numbers": ["+17185550100"],
        "phone": "+17185550101",
        "locations": [{"id": "here", "name": "Here", "zone": "America/New_York", "address": "1 A St", "hours": WEEK}],
        "providers": [{"id": "p", "name": "Dr. P", "location": "here", "visit_types": ["v"], "hours": WEEK}],
        "visit_types": [{"id": "v", "name": {"en": "Visit", "es": "Visita"}, "minutes": 20}],
    }  # fmt: skip
    plain: dict[str, Any] = json.loads(json.dumps(facts | changes))  # no shared parts, so no aliases
    return plain


def lines(facts: Any, name: str = "clinic.json") -> list[str]:
    with pytest.raises(ClinicFileError) as fault:
        parse_clinic(json.dumps(facts).encode(), name)
    return fault.value.lines


def test_the_demo_clinic_can_be_opened_tomorrow() -> None:
    demo = load_clinic(DEMO)
    assert (len(demo.locations), len(demo.providers), len(demo.visit_types), len(demo.insurance)) == (2, 6, 9, 10)
    assert len({place.zone for place in demo.locations}) == 2
    assert [v.id for v in demo.visit_types if not v.desk_may_prepare] == ["procedure"]
    assert {c.day.year for c in demo.closures} == {2026, 2027}
    assert any(c.provider for c in demo.closures)
    assert min(v.minutes for v in demo.visit_types) == 10
    assert max(v.minutes for v in demo.visit_types) == 60


def test_every_text_of_the_demo_clinic_is_written_in_every_language_it_speaks() -> None:
    demo = load_clinic(DEMO)
    texts = [v.name for v in demo.visit_types] + [v.bring for v in demo.visit_types] + list(demo.answers.values())
    texts += (
        [c.name for c in demo.closures] + [p.parking for p in demo.locations] + [p.directions for p in demo.locations]
    )
    assert all(set(text) == set(demo.languages) for text in texts)
    assert all(v.aliases[tag] for v in demo.visit_types for tag in demo.languages)
    assert {"telehealth", "prepare", "billing", "records", "cost", "after_hours"} <= set(demo.answers)


def test_the_demo_clinic_can_ring_nobody_real() -> None:
    demo = load_clinic(DEMO)
    for number in (*demo.numbers, demo.phone, *(p.phone for p in demo.locations)):
        assert number[-7:-2] == "55501", number


def test_every_kind_of_visit_has_somebody_who_does_it() -> None:
    demo = load_clinic(DEMO)
    assert {k for p in demo.providers for k in p.visit_types} == {v.id for v in demo.visit_types}


def test_no_word_of_a_patient_means_two_kinds_of_visit() -> None:
    demo = load_clinic(DEMO)
    for language in ("en", "es"):
        said = [alias.casefold() for v in demo.visit_types for alias in v.aliases[language]]
        assert len(said) == len(set(said)), [s for s in said if said.count(s) > 1]


def test_the_same_facts_may_be_written_as_json() -> None:
    clinic = parse_clinic(json.dumps(small()).encode(), "clinic.json")
    assert clinic == parse_clinic(yaml.safe_dump(small(), allow_unicode=True).encode(), "clinic.yaml")
    assert clinic.providers[0].hours == {"mon": ((time(8), time(12)),)}


def test_days_and_spans_may_be_written_short() -> None:
    place = small()["locations"][0] | {"hours": {"mon-wed": ["8:00–12:00", "13:00-17:00"], "sat": "09:00-13:00"}}
    hours = parse_clinic(json.dumps(small(locations=[place])).encode(), "c.json").locations[0].hours
    assert list(hours) == ["mon", "tue", "wed", "sat"]
    assert hours["tue"] == ((time(8), time(12)), (time(13), time(17)))
    assert hours["sat"] == ((time(9), time(13)),)


def test_times_without_quotes_are_read_as_times_and_no_stays_a_word() -> None:
    raw = (
        yaml.safe_dump(small(), allow_unicode=True)
        .replace("08:00-12:00", "[08:00, 12:30]")
        .replace("'[", "[")
        .replace("]'", "]")
    )
    raw += "answers: {no: {en: no}}\n"
    clinic = parse_clinic(raw.encode(), "clinic.yaml")
    assert clinic.providers[0].hours["mon"] == ((time(8), time(12, 30)),)
    assert clinic.answers == {"no": {"en": "no"}}


def one(kind: str, **changes: Any) -> dict[str, Any]:
    """The small clinic's only location, provider or visit type, changed."""
    return {kind: [small()[kind][0] | changes]}


@pytest.mark.parametrize(
    ("changes", "key", "advice"),
    [
        (one("providers", location="hare"), "providers[0].location", "use one of here"),
        (one("providers", visit_types=["w"]), "providers[0].visit_types[0]", "use one of v"),
        (one("providers", parallel=0), "providers[0].parallel", "write 1 to 20"),
        ({"providers": small()["providers"] * 2}, "providers[1].id", "rename one"),
        ({"zone": "New York"}, "zone", "e.g. America/New_York"),
        ({"country": "USA"}, "country", "e.g. US"),
        ({"numbers": ["718-555-0100"]}, "numbers[0]", "E.164"),
        ({"numbers": []}, "numbers", "at least one"),
        ({"default_language": "fr"}, "default_language", "add it there"),
        (one("visit_types", minutes=7), "visit_types[0].minutes", "multiple of 5"),
        (one("visit_types", name={"es": "V"}), "visit_types[0].name.en", "always needed"),
        (one("visit_types", minuets=7), "visit_types[0].minuets", "correct its spelling"),
        ({"closures": [{"day": "2026-13-01"}]}, "closures[0].day", "write 2026-12-25"),
        ({"closures": [{"day": "2026-12-01", "until": "2026-11-01"}]}, "closures[0].until", "correct one"),
        ({"closures": [{"day": "2026-12-01", "provider": "q"}]}, "closures[0].provider", "use one of p"),
        ({"booking": {"step_minutes": 0}}, "booking.step_minutes", "e.g. 15"),
        ({"phone": "+17185550100"}, "phone", "would ring itself"),
        ({"booking": {"horizon_days": 0}}, "booking.horizon_days", "1 to 366"),
        ({"reminders": {"rules": [{"days": 2, "hours": 3}]}}, "reminders.rules[0]", "either days"),
        ({"reminders": {"rules": [{"hours": 0}]}}, "reminders.rules[0]", "1 to 168 hours"),
        ({"reminders": {"rules": [{"days": 1}, {"days": 1}]}}, "reminders.rules[1]", "stands twice"),
        ({"reminders": {"quiet_from": "08:00"}}, "reminders.quiet_until", "quiet_from 20:00"),
        ({"due": [{"kind": "urgent"}]}, "due[0]", "urgent_minutes or both"),
        ({"due": [{"kind": "urgent", "minutes": 0}]}, "due[0].minutes", "1 to 43200"),
        ({"due": [{"kind": "refill", "minutes": 9}, {"kind": "refill", "minutes": 8}]}, "due[1]", "stands twice"),
        (one("locations", hours={"mon": ["12:00-08:00"]}), "locations[0].hours.mon", "two days"),
        (one("locations", hours={"mon": ["08:00-12:00", "11:00-13:00"]}), "locations[0].hours.mon", "join them"),
        (one("locations", hours={"mon": ["8 to 12"]}), "locations[0].hours.mon[0]", "hours are written"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_naming_file_key_and_remedy(changes: dict[str, Any], key: str, advice: str) -> None:
    found = lines(small(**changes))
    assert any(line.startswith(f"clinic.json: {key}: ") and advice in line for line in found), found
    assert all("\n" not in line for line in found)


def test_a_missing_key_is_named() -> None:
    facts = small()
    del facts["phone"]
    assert lines(facts) == ["clinic.json: phone: this key is missing; add it (see the demo clinic's file)"]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(lines(small(zone="X", country="usa", default_language="fr"))) >= 3


@pytest.mark.parametrize(
    ("raw", "name", "told"),
    [
        (b"a: [1", "c.yaml", "line 1"),
        (b"a: &x [1]\nb: *x\n", "c.yaml", "aliases"),
        (b'{"a": }', "c.json", "line 1"),
        (b"\xff\xfe", "c.yaml", "UTF-8"),
        (b"[]", "c.yaml", "holds no keys"),
        (b"", "c.yaml", "holds no keys"),
        (b"a: " + b"x" * 1_000_001, "c.yaml", "larger"),
        (b"[" * 5000, "c.yaml", "correct" ),
        (b"[" * 50000, "c.json", "nesting"),
        (b"a: !!python/object:os.system {}", "c.yaml", "correct the YAML"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_clinic_is_refused_in_one_line(raw: bytes, name: str, told: str) -> None:
    with pytest.raises(ClinicFileError) as fault:
        parse_clinic(raw, name)
    assert len(fault.value.lines) == 1
    assert told in fault.value.lines[0] or "nesting" in fault.value.lines[0]
    assert fault.value.lines[0].startswith(f"{name}: ")


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match=r"^none\.yaml: No such file") as fault:
        load_clinic(tmp_path / "none.yaml")
    assert len(fault.value.lines) == 1
