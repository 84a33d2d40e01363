"""The patient's own link to a visit's calendar file: one entry through every move, and nothing for a stranger."""

import re
from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient
from icalendar import Calendar

from agent.model.task import Task
from tests.web.console_desk import World, decide, jon
from tests.web.outside import Outside


def confirmed(world: World, **given: Any) -> tuple[Task, str]:
    """A visit that staff have just confirmed for Jon, and its link as he has it."""
    task = world.booking(**given)
    assert decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id).status_code in (200, 303)
    return task, link_of(world, task.conversation)


def link_of(world: World, conversation: str | None) -> str:
    return re.findall(r"/visit/[\w-]+", " ".join(world.said(conversation)))[-1]


def event_of(client: TestClient, link: str) -> Any:
    answer = client.get(f"{link}/visit.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content)


def test_whoever_is_told_that_a_visit_is_booked_gets_a_link_that_says_when_and_where_alone(world: World) -> None:
    task, link = confirmed(world)
    assert [len(re.findall("/visit/", said)) for said in world.said(task.conversation)][-1] == 1
    client = world.browser()
    page, file = client.get(link), client.get(f"{link}/visit.ics")
    assert "March 10" in page.text
    assert world.desk.clinic.locations[0].address in page.text
    for answer in (page, file):
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        hidden = ("Smith", "knee", "Okafor", "Office visit", "office", jon(world).id)
        assert not [word for word in hidden if word in answer.text]
    made = event_of(client, link)
    assert made["METHOD"] == "PUBLISH"
    assert made.walk("VTIMEZONE")
    assert made.walk("VEVENT")[0]["CONTACT"]
    assert world.audited("visit:calendar") == [("patient", task.conversation)] * 2


def test_after_a_move_the_old_link_and_the_new_one_open_the_same_entry_with_a_higher_number(world: World) -> None:
    task, link = confirmed(world)
    client = world.browser()
    before = event_of(client, link).walk("VEVENT")[0]
    with world.desk.store.begin(write=False) as tx:
        visit = tx.appointments.get(str(task.appointment))
    assert visit is not None
    desk, later = world.desk, world.opening(date(2026, 3, 12))
    with desk.store.begin() as tx:
        held = tx.conversations.get(str(task.conversation))
        assert held is not None
        row = desk.calendar.hold(tx, later, id=desk.new_id(), patient=visit.patient, conversation=held.id,
                                 replaces=visit.id, now=world.clock())  # fmt: skip
    event = event_of(client, link).walk("VEVENT")[0]
    assert (event["UID"], event["DTSTART"].dt) == (before["UID"], before["DTSTART"].dt)  # only asked for as yet
    moved = world.prepare("reschedule", held, {"appointment": {"id": visit.id}}, appointment=row.id)
    decide(world.browser("front-desk"), moved, "confirm", patient=jon(world).id)
    fresh = link_of(world, held.id)
    assert fresh != link
    both = [event_of(client, each).walk("VEVENT")[0] for each in (link, fresh)]
    assert {e["UID"] for e in both} == {before["UID"]}
    assert {e["DTSTART"].dt.date() for e in both} == {date(2026, 3, 12)}
    assert all(e["SEQUENCE"] > before["SEQUENCE"] for e in both)
    with desk.store.begin() as tx:
        desk.calendar.cancel(tx, row.id, world.clock())
    for each in (link, fresh):
        made = event_of(client, each)
        gone = made.walk("VEVENT")[0]
        assert (made["METHOD"], gone["STATUS"], gone["UID"]) == ("CANCEL", "CANCELLED", before["UID"])
        assert (gone["DTSTART"].dt.date(), gone["SEQUENCE"] > both[0]["SEQUENCE"]) == (date(2026, 3, 12), True)
        assert "This visit is cancelled" in client.get(each).text


def test_the_link_works_until_a_little_after_the_visit_and_a_made_up_one_opens_nothing(world: World) -> None:
    _, link = confirmed(world)
    client = world.browser()
    for path in ("/visit/AAAAAAAAAAAAAAAA", "/visit/" + "A" * 5000):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert client.get("/visit/AAAAAAAAAAAAAAAA/visit.ics").headers["content-type"].startswith("text/html")
    world.clock.pass_time(date(2026, 3, 10) - world.clock().date() + timedelta(hours=12))
    assert client.get(link).status_code == 200
    world.clock.pass_time(timedelta(days=2))
    assert client.get(link).status_code == client.get(f"{link}/visit.ics").status_code == 404


def test_one_source_that_tries_many_links_is_slowed_down() -> None:
    world = Outside()
    try:
        client = world.client()
        answers = [client.get(f"/visit/{n:016}").status_code for n in range(62)]
    finally:
        world.close()
    assert answers == [404] * 60 + [429] * 2


def test_a_clinic_may_do_without() -> None:
    world = World(calendar_links=False)
    try:
        task = world.booking()
        decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id)
        assert "/visit/" not in " ".join(world.said(task.conversation))
    finally:
        world.desk.store.close()


def test_a_link_is_never_spoken(world: World) -> None:
    task = world.booking(channel="voice")
    decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id)
    assert "/visit/" not in " ".join(world.said(task.conversation))


def test_in_chat_the_link_is_a_line_of_its_own_in_the_patients_language(world: World) -> None:
    task, link = confirmed(world, channel="chat", phone="c" * 32, locale="ar")
    assert world.said(task.conversation)[-1].startswith("لإضافتها إلى تقويمك")
    page = world.browser().get(link).text
    assert 'lang="ar" dir="rtl"' in page
    assert "موعدك" in page
