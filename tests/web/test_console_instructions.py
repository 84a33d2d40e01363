"""Instructions for after a visit: nurses and clinicians write, a clinician approves, and a change is approved anew."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.check_in import NOTHING
from agent.model.instructions import Sheet
from tests.web.console_desk import World, csrf_of
from tests.web.test_console_rights import colleague

_DAY = timedelta(days=1)
BODY = "[shower, bath]\nYou may shower after two days.\n\n[! fever]\nCall us the same day."
FORM = {
    "language": "en", "title_en": "After a wart is removed", "about_en": "wart, wart removal", "body_en": BODY,
    "day": ["2", ""], "clock": ["09:30", "10:00"], "must": ["yes", "no"], "visit_type": "procedure", "version": "0",
}  # fmt: skip


def post(browser: TestClient, id: str, act: str, **more: Any) -> Any:
    return browser.post(f"/console/instructions/{id}/{act}", data={"csrf": csrf_of(browser), **more})


def sheets(world: World) -> list[Sheet]:
    with world.desk.store.begin(write=False) as tx:
        return tx.instructions.all(world.desk.clinic.id)


def written(world: World) -> Sheet:
    return next(s for s in sheets(world) if "wart" in s.text_in("en")[1].about)


def told(world: World) -> list[str]:
    with world.desk.store.begin(write=False) as tx:
        return [s.text_in("en")[1].title for s in tx.instructions.approved(world.desk.clinic.id)]


def test_a_clinician_writes_approves_changes_and_withdraws(world: World) -> None:
    browser = world.browser("clinician")
    assert post(browser, "new", "save", **FORM).status_code == 303
    sheet = written(world)
    assert (sheet.state, sheet.visit_type, [r.day for r in sheet.check_ins]) == ("draft", "procedure", [2])
    assert sheet.check_ins[0].must_answer
    assert "After a wart is removed" not in told(world)
    page = browser.get(f"/console/instructions/{sheet.id}").text
    assert "waits for approval" in page
    assert "reading ease" in page
    assert "reading level" not in browser.get("/console/instructions/new").text  # nothing to read yet
    assert post(browser, sheet.id, "approve", version="1").status_code == 303
    assert "After a wart is removed" in told(world)
    approved = written(world)
    assert (approved.approved_name, approved.since) == (world.user("clinician").name, approved.approved_at)
    changed = {**FORM, "title_en": "After a wart is gone", "version": "1"}
    assert post(browser, sheet.id, "save", **changed).status_code == 303
    assert "After a wart is removed" in told(world)
    again = post(browser, sheet.id, "approve", version="1")
    assert again.status_code == 409
    assert "somebody else has changed this meanwhile" in again.text
    assert post(browser, sheet.id, "approve", version="2").status_code == 303
    assert "After a wart is gone" in told(world)
    assert written(world).since == approved.since
    assert post(browser, sheet.id, "withdraw", version="2").status_code == 303
    assert "After a wart is gone" not in told(world)
    with world.desk.store.begin(write=False) as tx:
        tags = [e.tag for e in tx.audit.tail(20, sheet.id)]
    assert {"instructions:written", "instructions:approved", "instructions:withdrawn"} <= set(tags)


def test_a_nurse_writes_and_does_not_approve_and_the_front_desk_only_reads(world: World) -> None:
    nurse = world.enter(colleague(world, "nurse"))
    assert post(nurse, "new", "save", **FORM).status_code == 303
    sheet = written(world)
    refused = post(nurse, sheet.id, "approve", version="1")
    assert refused.status_code == 422
    assert "only a clinician" in refused.text
    front = world.browser("front-desk")
    page = front.get(f"/console/instructions/{sheet.id}")
    assert page.status_code == 200
    assert "Approve version" not in page.text
    assert post(front, sheet.id, "approve", version="1").status_code == 403
    assert written(world).state == "draft"
    assert world.enter(colleague(world, "auditor")).get("/console/instructions").status_code == 403


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"body_en": "[! fever]\nCall us."}, "at least one passage"),
        ({"title_en": ""}, "a name in each language"),
        ({"title_en": "", "body_en": ""}, "at least one language"),
        ({"body_en": "[shower]\n" + "dry " * 200}, "longer than 480 characters"),
        ({"visit_type": "nonsense"}, "choose a kind of visit"),
        ({"day": ["2", "2"], "clock": ["10:00", "10:00"], "must": ["no", "no"]}, "one question for each day"),
        ({"version": "x"}, "the form is not complete"),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_sentence_and_nothing_typed_is_lost(
    world: World, change: dict[str, Any], says: str
) -> None:
    before = len(sheets(world))
    page = post(world.browser("clinician"), "new", "save", **{**FORM, **change})
    assert page.status_code == 422
    assert says in page.text
    assert "wart removal" in page.text or "title_en" in change
    assert len(sheets(world)) == before


def test_instructions_for_one_visit_are_the_patients_and_start_their_own_schedule(world: World) -> None:
    with world.desk.store.begin(write=False) as tx:
        day = tx.appointments.day(world.desk.clinic.id, world.clock() - 7 * _DAY, world.clock())
    visit = next(v for v in day if v.patient and v.status == "fulfilled")
    browser = world.browser("clinician")
    page = browser.get(f"/console/instructions/new?visit={visit.id}").text
    assert f'name="visit" value="{visit.id}"' in page
    assert (
        post(browser, "new", "save", **{**FORM, "visit": visit.id, "visit_type": "", "day": ["30", ""]}).status_code
        == 303
    )
    sheet = written(world)
    assert (sheet.patient, sheet.appointment, sheet.visit_type) == (visit.patient, visit.id, "")
    assert post(browser, sheet.id, "approve", version="1").status_code == 303
    assert "After a wart is removed" not in told(world)
    with world.desk.store.begin(write=False) as tx:
        rows = [r.rule for r in tx.check_ins.of(visit.id) if r.rule != NOTHING]
        assert [s.id for s in tx.instructions.of_patient(str(visit.patient))] == [sheet.id]
    assert rows == ["d30"]
    assert browser.get("/console/instructions/new?visit=nothing").status_code == 404
    assert browser.get("/console/instructions/nothing").status_code == 404


def test_another_language_can_be_added_and_a_machines_text_stays_marked_until_it_is_changed(world: World) -> None:
    browser = world.browser("clinician")
    sheet = next(s for s in sheets(world) if s.visit_type == "vaccine")
    german = {"more": "de", "title_more": "Nach einer Impfung", "body_more": "[duschen]\nSie dürfen duschen."}
    form: dict[str, Any] = {"language": list(sheet.texts), "version": "1", **german}
    for tag, text in sheet.texts.items():
        form |= {f"title_{tag}": text.title, f"about_{tag}": ", ".join(text.about), f"body_{tag}": text.body}
    form["title_es"] = "Tras una vacuna"
    assert post(browser, sheet.id, "save", **form).status_code == 303
    with world.desk.store.begin(write=False) as tx:
        saved = tx.instructions.newest(world.desk.clinic.id, sheet.id)
    assert saved is not None
    assert {tag: text.origin for tag, text in saved.texts.items()} == {
        "en": "machine", "es": "human", "ht": "machine", "ar": "machine", "fr": "machine", "ru": "machine",
        "zh": "machine", "de": "human",
    }  # fmt: skip
    page = browser.get(f"/console/instructions/{sheet.id}").text
    assert "not known for this language" in page
    assert "Kandel-Moles" in page
