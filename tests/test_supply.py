"""What the desk is made of is listed whole, and a known weakness of any of it stops the check."""

import json
from pathlib import Path

import pytest

from tests.supply.__main__ import bill, judge, locked


def test_the_bill_names_every_locked_library() -> None:
    libraries = locked()
    told = json.loads(bill(libraries))
    assert told["specVersion"] == "1.6"
    assert {(c["name"], c["version"]) for c in told["components"]} == set(libraries.items())
    assert {c["purl"] for c in told["components"]} >= {f"pkg:pypi/twilio@{libraries['twilio']}"}


def test_a_library_that_is_not_pinned_is_named(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("twilio>=9\n")
    with pytest.raises(ValueError, match="twilio>=9"):
        locked(tmp_path / "lock")


def test_a_known_weakness_fails_and_an_unreachable_source_does_not() -> None:
    two = {"jinja2": "2.0", "babel": "2.18.0"}
    weak = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
    fine = {"name": "babel", "version": "2.18.0", "vulns": []}
    assert judge(two, [weak, fine]) == (1, ["jinja2 2.0: PYSEC-1, mended in 2.1"])
    assert judge({"babel": "2.18.0"}, [fine]) == (0, [])
    for told in (None, [{"name": "jinja2", "skip_reason": "not found"}, {"name": "babel", "skip_reason": "not found"}]):
        status, lines = judge(two, told)
        assert status == 0
        assert lines[0].startswith("2 of 2 libraries could not be looked up")
