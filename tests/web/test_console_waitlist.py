"""The waitlist in the console: who waits, what is offered, and what came of it by language."""

from datetime import timedelta

from agent.desk.vacancies import fill
from tests.desk.waitlisted import asks, entry, given_up, offers, visit_at, waits
from tests.web.console_desk import MONDAY, World, csrf_of

ANA, BEA = "+12125550101", "+12125550102"
TIME = MONDAY + timedelta(days=9)  # Wednesday


def test_a_request_for_the_waitlist_is_confirmed_with_one_key_and_shows_what_the_patient_hears(world: World) -> None:
    task, client = asks(world.desk, ANA), world.browser("front-desk")
    page = client.get(f"/console/tasks/{task.id}").text
    assert 'data-key="c"' in page
    assert "on the waitlist" in page
    given = {"csrf": csrf_of(client), "version": str(task.version), "pick": "", "patient": ""}
    assert client.post(f"/console/tasks/{task.id}/confirm", data=given).status_code == 303
    assert "Ana Torres" in client.get("/console/waitlist").text


def test_the_list_shows_who_waits_and_takes_somebody_off_once(world: World) -> None:
    id = waits(world.desk, world.user("front-desk"), ANA, language="ht", provider="okafor", time="morning")
    client = world.browser("front-desk")
    page = client.get("/console/waitlist").text
    assert "Ana Torres" in page
    assert "Haitian Creole" in page
    assert "Dr. Amara Okafor" in page
    given = {"csrf": csrf_of(client), "id": id}
    assert client.post("/console/waitlist/off", data=given).status_code == 303
    assert entry(world.desk, id).state == "left"
    assert client.post("/console/waitlist/off", data=given).status_code == 422
    assert "Nobody is waiting" in client.get("/console/waitlist").text
    assert client.post("/console/waitlist/nothing", data=given).status_code == 404


def test_a_free_time_of_the_calendar_is_offered_by_hand(world: World) -> None:
    client = world.browser("front-desk")
    assert "offer it to the waitlist" not in client.get(f"/console/calendar?day={TIME.date()}").text
    waits(world.desk, world.user("front-desk"), ANA)
    page = client.get(f"/console/calendar?day={TIME.date()}").text
    assert "offer it to the waitlist" in page
    given = {"csrf": csrf_of(client), "provider": "okafor", "since": TIME.isoformat(),
             "until": (TIME + timedelta(hours=1)).isoformat()}  # fmt: skip
    assert client.post("/console/waitlist/offer", data=given).status_code == 303
    assert "1 free time is about to be offered" in client.get("/console/waitlist").text
    fill(world.desk)
    assert [o.state for o in offers(world.desk)] == ["open"]
    assert "is offered a time until" in client.get("/console/waitlist").text
    assert client.post("/console/waitlist/offer", data=given | {"since": "soon"}).status_code == 404


def test_the_report_counts_by_language(world: World) -> None:
    by = world.user("front-desk")
    waits(world.desk, by, ANA, language="es")
    waits(world.desk, by, BEA, "Bea Novak", "zh")
    visit_at(world.desk, TIME)
    given_up(world.desk, "v1")
    fill(world.desk)
    world.clock.now += timedelta(minutes=61)
    for _ in range(3):
        fill(world.desk)
    client = world.browser("admin")
    found = client.get("/console/reports/waitlist").json()["languages"]
    assert {lang: (r["waiting"], r["offered"], r["silent"], r["open"]) for lang, r in found.items()} == {
        "es": (1, 1, 1, 0), "zh": (1, 1, 0, 1),
    }  # fmt: skip
    assert found["es"]["median_seconds_to_answer"] is None
    assert "Times offered to the waitlist" in client.get("/console/reports").text
