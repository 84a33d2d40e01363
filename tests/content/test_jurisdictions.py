"""What the law of each place asks: cited, proved by a test that exists, and kept by every clinic that is in it."""

import ast
from datetime import time
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.adapters.clinic_file import ClinicFileError
from agent.content.check_packs import laxer
from agent.house import open_desk
from agent.model.jurisdiction import RULES, Clause, profile_of
from agent.settings import Settings
from tests import shared
from tests.clinics import clinic_of
from tests.content.tree import HOUSE, Tree, copied

content = shared.content()
clinic = clinic_of(Settings().clinic_file)
CLAUSES = [c for pack in content.packs.values() for c in pack.clauses]
US, ANY = "workflows/jurisdictions/us.yaml", "workflows/jurisdictions/_any.yaml"


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((HOUSE / file).read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda c: c.id)
def test_every_clause_is_cited_and_names_a_test_that_exists(clause: Clause) -> None:
    file, _, name = clause.test.partition("::")
    assert (HOUSE / file).is_file(), clause.test
    assert name in _tests_in(file), clause.test
    assert any(c.isdigit() for c in clause.cite) or clause.cite.startswith(("This desk's", "Ministerio", "Secretar"))


def test_every_rule_is_asked_somewhere_and_read_by_the_desk() -> None:
    assert {c.rule for c in CLAUSES} == set(RULES)
    rooms = [p for f in ("desk", "dialogue", "content") for p in (HOUSE / "agent" / f).glob("*.py")]
    said = "\n".join(p.read_text(encoding="utf-8") for p in rooms)
    read = {
        "emergency": "content.emergency", "crisis": '"crisis"', "disclosure": "law.disclosed", "share": "law.share",
        "optout": "law.stop_words", "quiet": 'law.of("quiet")', "recording": "law.recording",
    }  # fmt: skip
    assert [rule for rule in RULES if read[rule] not in said] == []


def test_numbers_stand_in_the_packs_alone() -> None:
    for file in (HOUSE / "workflows").rglob("*.yaml"):
        if file.parent.name != "jurisdictions":
            assert '"911"' not in file.read_text(encoding="utf-8"), file


def test_of_several_that_speak_of_one_thing_the_strictest_counts_and_the_nearest_number() -> None:
    florida, germany = content.law("US", "FL"), content.law("DE")
    assert [p.code for p in florida.packs] == ["_any", "US", "US-FL"]
    assert florida.quiet is not None
    assert (florida.quiet.after, florida.quiet.before) == (time(20), time(8))
    assert florida.numbers == content.law("US").numbers == {"emergency": "911", "crisis": "988"}
    assert [p.code for p in germany.packs] == ["_any", "_eu", "DE"]
    assert content.law("FR").numbers["emergency"] == "15"


def test_where_no_law_is_known_this_desks_own_rules_are_kept() -> None:
    for law in (content.law("ZZ"), content.law("ZZ", "XX")):
        assert law.recording == "asked first"
        assert law.numbers == {}
        assert law.disclosed("voice", "end")
        assert law.quiet is None
    assert content.law("US", "XX") == content.law("US")
    assert profile_of({}, "US").disclosed("sms", "start")


@pytest.mark.parametrize("country", sorted(content.packs))
def test_callers_are_asked_before_they_are_recorded_whatever_the_law_asks(country: str) -> None:
    assert content.law(*country.split("-")).recording == "asked first"


@pytest.mark.parametrize(
    ("region", "change", "told"),
    [
        ("", {"quiet_from": time(21)}, []),
        ("", {"quiet_from": time(21, 30)}, ["reminders.quiet_from: write 21:00 or earlier", "64.1200(c)(1)"]),
        ("", {"quiet_until": time(7)}, ["reminders.quiet_until: write 08:00 or later", "64.1200(c)(1)"]),
        ("FL", {"quiet_from": time(20, 30)}, ["reminders.quiet_from: write 20:00 or earlier", "501.616"]),
        ("FL", {"quiet_from": time(20)}, []), ("f l", {}, ["'f l' is no region"]),
    ],
)  # fmt: skip
def test_a_clinic_may_be_stricter_than_its_pack_and_not_laxer(
    region: str, change: dict[str, time], told: list[str]
) -> None:
    given = clinic.model_copy(
        update={"region": region, "reminders": clinic.reminders.model_copy(update=change)},
    )
    lines = laxer(given, content)
    assert len(lines) == bool(told)
    assert all(word in lines[0] for word in told)


@pytest.mark.parametrize(("a_week", "lines"), [(3, 0), (1, 0), (4, 1)])
def test_a_persons_share_may_be_smaller_than_the_laws_and_not_larger(a_week: int, lines: int) -> None:
    bulk = clinic.bulk.model_copy(update={"texts_a_week": a_week})
    assert len(laxer(clinic.model_copy(update={"bulk": bulk}), content)) == lines


def test_a_clinic_that_is_laxer_than_its_law_does_not_open(tmp_path: Path) -> None:
    late = clinic.reminders.model_copy(update={"quiet_from": time(22)})
    settings = Settings(var=tmp_path, database_url="sqlite://")
    with pytest.raises(ClinicFileError, match=r"quiet_from: write 21:00 or earlier"):
        open_desk(settings, clinic=clinic.model_copy(update={"reminders": late}), content=content, channels={})


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return copied(tmp_path_factory.mktemp("packs") / "house")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (US, 'emergency: "911"', "emergency: 911", "emergency must be text"),
        (US, 'emergency: "911"', 'emergency: "call us"', "should match pattern"),
        (US, 'emergency: "911"', 'crisis: "911"', "US: no emergency number"),
        (US, 'crisis: "988"', 'crises: "988"', "unknown key crises"),
        (US, "code: US", "code: USA", "should match pattern"),
        (US, "code: US", "code: UK", "UK is not what the file is called"),
        (US, "extends: _any", "extends: _all", "extends _all, which is no pack"),
        (US, "extends: _any", "extends: US", "does not lead to _any"),
        (US, "id: us.crisis", "id: us.emergency", "stands twice"),
        (US, "    cite: 47 U.S.C. § 251(e)(3)\n", "", "cite is missing"),
        (US, "quit, end", "Quit, end", "no word in small letters"),
        (US, 'after: "21:00"', 'after: "late"', "after"),
        (US, "recording: one party", "recording: nobody", "recording may not be 'nobody'"),
        (ANY, "voice: [start, end]", "voice: [start, throughout]", "cannot say on voice throughout"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_kept_is_refused_where_it_stands(
    tree: Tree, file: str, old: str, new: str, words: str
) -> None:
    good = tree.text(file)
    try:
        tree.edit(file, old, new)
        assert any(words in f.what and f.file == file for f in tree.faults()), [str(f) for f in tree.faults()]
    finally:
        tree.write(file, good)


def test_a_clause_has_one_rule() -> None:
    row = {"id": "x", "says": "Something is asked.", "cite": "§ 1 of a law", "test": "tests/x.py::test_x"}
    for rules in ({}, {"emergency": "112", "crisis": "113"}):
        with pytest.raises(ValidationError, match="one rule"):
            Clause.model_validate(row | rules)
