"""The calendar and the patients, as staff use them."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest

from agent.desk.day import block, cannot_come
from agent.desk.nudge import ON_CALL, nudge
from agent.model.address import Address
from agent.model.calendar import BLOCK, OpeningRequest
from agent.model.patient import Patient
from tests.web.console_desk import World, csrf_of

TUESDAY = date(2026, 3, 3)


def free(world: World, on: date, provider: str = "okafor") -> int:
    wish = OpeningRequest(visit_type="office", provider=provider, dates=(on, on), limit=100)
    with world.desk.store.begin(write=False) as tx:
        return sum(o.local.date() == on for o in world.desk.calendar.openings(tx, wish, world.clock()))


def test_the_day_shows_visits_requests_and_what_is_free_and_the_week_one_provider(world: World) -> None:
    task, client = world.booking(on=TUESDAY + timedelta(days=7)), world.browser("front-desk")
    page = client.get("/console/calendar?day=2026-03-10").text
    assert f"/console/tasks/{task.id}" in page
    assert "Office visit · requested" in page
    assert ">free<" in page
    assert all(f"provider={p.id}" in page for p in world.desk.clinic.providers)
    week = client.get("/console/calendar?day=2026-03-10&provider=okafor").text
    assert week.count('class="column') == 7
    assert "<small>Brooklyn</small>" in page  # the house has two places
    assert "<small>Chicago</small>" in page
    assert "<bdi>Brooklyn</bdi>" in week
    assert client.get("/console/calendar?day=nonsense&provider=nobody").status_code == 200


def test_blocked_time_cannot_be_booked_visits_stay_and_it_can_be_freed(world: World) -> None:
    client, on = world.browser("front-desk"), date(2026, 3, 10)
    before = free(world, on)
    assert before > 3
    given = {"csrf": csrf_of(client), "provider": "okafor", "day": on.isoformat(), "since": "06:00", "until": "22:00"}
    assert client.post("/console/calendar/block", data=given).status_code == 303
    assert free(world, on) == 0
    assert client.post("/console/calendar/block", data=given | {"until": "05:00"}).status_code == 422
    assert client.post("/console/calendar/block", data=given | {"since": "soon"}).status_code == 422
    page = client.get("/console/calendar?day=2026-03-10").text
    ids = [x.split('"', 1)[0] for x in page.split('name="id" value="')[1:]]
    for id in ids:
        client.post("/console/calendar/free", data={"csrf": csrf_of(client), "day": on.isoformat(), "id": id})
    assert free(world, on) == before
    with world.desk.store.begin(write=False) as tx:
        visit = next(a for a in tx.appointments.day(world.desk.clinic.id, world.clock(), world.clock()
                     + timedelta(days=3)) if a.status == "booked" and a.visit_type != BLOCK)  # fmt: skip
    answer = client.post(
        "/console/calendar/free", data={"csrf": csrf_of(client), "day": on.isoformat(), "id": visit.id}
    )
    assert answer.status_code == 422


def test_whoever_was_asked_for_and_their_place_come_first_and_a_full_day_says_when_they_are_free_again(
    world: World,
) -> None:
    task, client = world.booking(), world.browser("front-desk")
    held = world.opening(date(2026, 3, 12))
    asked = next(p for p in world.desk.clinic.providers if p.id == held.provider)
    path = f"/console/tasks/{task.id}?day=2026-03-12&act=change"
    listed = re.findall(r"<legend>(Dr\. [^<]+|[^<]+, NP) · (\w+)</legend>", client.get(path).text)
    places = [place for _, place in listed[: len(listed) // 2]]
    assert listed[0][0] == asked.name
    assert places == sorted(places, key=lambda place: place != places[0])
    block(world.desk, world.user("admin"), held.provider, date(2026, 3, 12), time(0, 0), time(23, 55))
    page = client.get(path).text
    assert f"{asked.name} has nothing free on this day." in page
    assert "?day=2026-03-13&amp;act=change" in page.partition("Next free:")[0].rpartition("nothing free")[2]
    assert re.findall(r"<legend>[^<]+ · (\w+)</legend>", page)[0] == places[0]


def test_when_a_provider_cannot_come_each_patient_is_told_once_and_each_visit_becomes_one_task(world: World) -> None:
    client, on = world.browser("front-desk"), TUESDAY
    with world.desk.store.begin(write=False) as tx:
        since = world.clock()
        visits = [a for a in tx.appointments.day(world.desk.clinic.id, since, since + timedelta(days=2), "okafor")
                  if a.local.date() == on and a.patient]  # fmt: skip
    assert visits
    given = {"csrf": csrf_of(client), "provider": "okafor", "day": on.isoformat()}
    asked = client.post("/console/calendar/away", data=given).text
    assert f"{len(visits)} visit" in asked
    with world.desk.store.begin(write=False) as tx:
        assert tx.tasks.open(world.desk.clinic.id) == []
    for _ in range(2):
        done = client.post("/console/calendar/away-sure", data=given)
        assert done.status_code == 303
        shown = unescape(client.get(done.headers["location"]).text)
        assert f"{len(visits)} patients of Dr. Amara Okafor are told, and a request to move each visit" in shown
        assert "It is night" not in shown
        assert shown.count(" · to be moved<") == len(visits)
    with world.desk.store.begin(write=False) as tx:
        tasks = tx.tasks.open(world.desk.clinic.id)
        said = [line.text for t in tasks for line in tx.conversations.thread(str(t.conversation))]
        assert [tx.appointments.get(v.id) for v in visits] == visits  # still theirs until a person has moved them
    assert sorted(str(t.proposal["appointment"]["id"]) for t in tasks) == sorted(v.id for v in visits)
    assert {t.priority for t in tasks} == {"urgent"}  # it is tomorrow
    for task in tasks:
        assert len({text for text in said if re.search(rf"[(（][^)）]*\b{task.number}[)）]", text)}) == 1
    assert free(world, on) == 0
    page = client.get(f"/console/tasks/{tasks[0].id}").text
    assert "cannot see them that day" in page
    assert "Offer other times" in page
    assert "This cannot be done now" not in page  # another time is chosen; nothing is there to confirm
    assert "Move the visit" not in page
    assert ">blocked<" in page
    world.desk.settings = world.desk.settings.model_copy(update={"on_call": "+17185550199"})
    world.clock.pass_time(timedelta(minutes=2))
    nudge(world.desk)
    with world.desk.store.begin() as tx:
        going_out = tx.outbox.claim(world.clock(), 30.0, limit=100)
    (told,) = [m.text for m in going_out if m.conversation == ON_CALL]  # one, not one for each visit
    assert f"{len(visits)} urgent requests, the first #{min(t.number for t in tasks)}, have waited 2 min" in told


def test_at_night_the_calendar_says_that_patients_are_texted_in_the_morning(world: World) -> None:
    world.clock.pass_time(timedelta(hours=16))  # Tuesday, before 3 AM
    client = world.browser("front-desk")
    given = {"csrf": csrf_of(client), "provider": "okafor", "day": TUESDAY.isoformat()}
    asked = client.post("/console/calendar/away", data=given).text
    assert "It is night: each is texted in the morning" in asked
    done = client.post("/console/calendar/away-sure", data=given)
    assert "It is night: each is texted in the morning" in client.get(done.headers["location"]).text


@pytest.mark.parametrize(
    ("asked", "name"),
    [("hernandez guadalupe", "Guadalupe Hernández"), ("1979-12-12", "Guadalupe Hernández"),
     ("12/12/1979", "Guadalupe Hernández"), ("(718) 555-0132", "Mateo Hernández"), ("szczepanska", "Szczepańska"),
     ("ivan petrov", "Иван Петров"), ("петров", "Иван Петров"), ("5550133", "Jon Smith"),
     ("oshaughnessy", "Patrick O&#39;Shaughnessy"), ("эль-амин", "Fatima El-Amin")],
)  # fmt: skip
def test_a_patient_is_found_by_name_in_any_script_by_phone_and_by_birth(world: World, asked: str, name: str) -> None:
    client = world.browser("front-desk")
    with world.desk.store.begin() as tx:
        tx.patients.add(
            Patient(id="ivan", clinic=world.desk.clinic.id, name="Иван Петров", dob=date(1970, 1, 2), phones=())
        )
    page = client.post("/console/patients", data={"csrf": csrf_of(client), "q": asked}).text
    assert name in page
    assert "sound like it" not in page
    assert world.audited("patient:searched")


def test_who_is_found_by_sound_alone_is_shown_as_such(world: World) -> None:
    client = world.browser("front-desk")
    page = client.post("/console/patients", data={"csrf": csrf_of(client), "q": "Щепаньска"}).text
    assert "Nobody is written like that. These names sound like it:" in page
    assert "Szczepańska" in page
    assert "sound like it" not in client.post("/console/patients", data={"csrf": csrf_of(client), "q": "xqzw"}).text


def test_a_patients_page_shows_visits_reach_household_and_is_on_record(world: World) -> None:
    client = world.browser("front-desk")
    with world.desk.store.begin(write=False) as tx:
        her = tx.patients.search(world.desk.clinic.id, "Guadalupe")[0]
    page = client.get(f"/console/patients/{her.id}").text
    assert "Mateo Hernández" in page
    assert "texts allowed" in page
    assert "Spanish" in page
    assert (f"staff:{world.user('front-desk').id}", her.id) in world.audited("patient:viewed")
    assert "Erase this patient" not in page
    assert client.post(f"/console/patients/{her.id}/forget", data={"csrf": csrf_of(client)}).status_code == 403
    assert client.get("/console/patients/nobody").status_code == 404


def test_a_request_to_move_a_visit_stands_on_the_page_of_whose_visit_it_is_and_goes_with_them(world: World) -> None:
    client = world.browser("front-desk")
    with world.desk.store.begin(write=False) as tx:
        her, him = sorted(tx.patients.by_phone(world.desk.clinic.id, "+17185550132"), key=lambda p: p.name)
        ahead = tx.appointments.of_patient(him.id, world.clock())[0]
    path = f"/console/patients/{him.id}"
    assert "Move a visit" not in client.get(path).text
    assert cannot_come(world.desk, world.user("front-desk"), ahead.provider, ahead.local.date()) > 0
    with world.desk.store.begin(write=False) as tx:
        tasks = tx.tasks.open(world.desk.clinic.id)
    (his,) = [t for t in tasks if t.proposal["appointment"]["id"] == ahead.id]
    assert f'href="/console/tasks/{his.id}"' in client.get(path).text
    assert f'href="/console/tasks/{his.id}"' not in client.get(f"/console/patients/{her.id}").text
    world.clock.pass_time(timedelta(days=30))  # nobody is to come any more
    admin = world.browser("admin")
    given = {"csrf": csrf_of(admin), "sure": him.name, "ref": "R-8"}
    assert admin.post(f"{path}/forget", data=given).status_code == 303
    with world.desk.store.begin(write=False) as tx:
        assert tx.tasks.get(his.id) is None


def test_an_admin_erases_a_patient_only_with_their_name_typed(world: World) -> None:
    world.clock.pass_time(timedelta(days=30))  # nobody is to come any more
    admin = world.browser("admin")
    with world.desk.store.begin(write=False) as tx:
        her = tx.patients.search(world.desk.clinic.id, "Guadalupe")[0]
    path, token = f"/console/patients/{her.id}/forget", csrf_of(admin)
    assert admin.post(path, data={"csrf": token, "sure": "somebody"}).status_code == 422
    done = admin.post(path, data={"csrf": token, "sure": her.name, "ref": "R-7"})
    assert done.status_code == 303
    assert "The patient is erased" in admin.get(done.headers["location"]).text
    assert "The patient is erased" not in admin.get("/console/patients").text
    assert admin.get(f"/console/patients/{her.id}").status_code == 404
    assert world.audited("patient:forgotten")


def test_reports_speak_of_languages_and_never_of_a_colleague(world: World) -> None:
    task, client = world.booking(locale="es"), world.browser("front-desk")
    world.clock.pass_time(timedelta(minutes=12))
    client.post(f"/console/tasks/{task.id}/confirm",
                data={"csrf": csrf_of(client), "version": "0", "patient": "new"})  # fmt: skip
    page = client.get("/console/reports").text
    main = page.split('<main id="main"', 1)[1].split("</main>", 1)[0]
    assert "Spanish" in main
    assert "12 min" in main
    assert "as prepared" in main
    assert "Rosa" not in main


def test_only_a_stop_on_sending_itself_is_called_one(world: World) -> None:
    client = world.browser("front-desk")
    with world.desk.store.begin() as tx:
        her = tx.patients.search(world.desk.clinic.id, "Guadalupe")[0]
        tx.optouts.stop(Address(channel="sms", value=her.phones[0]), world.clock(), "words")
    held, _ = world.talk("hello", phone=her.phones[0])
    for path in (f"/console/patients/{her.id}", f"/console/conversations/{held.id}"):
        page = client.get(path).text
        assert "STOP" in page
        assert "Sending is stopped" not in page
    client.post("/console/sends/stop", data={"csrf": csrf_of(client)})
    assert "Sending is stopped" in client.get(f"/console/patients/{her.id}").text


def test_who_searches_a_large_clinic_by_name_is_told_that_not_all_were_looked_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.browser("front-desk")
    asked = {"csrf": csrf_of(client), "q": "Guadalupe"}
    assert "looked through" not in client.post("/console/patients", data=asked).text
    monkeypatch.setattr("agent.adapters.store.patients.SEARCH_CAP", 3)
    assert "only the newest 3 patients were looked through" in client.post("/console/patients", data=asked).text
    assert "looked through" not in client.post("/console/patients", data=asked | {"q": "1985-03-14"}).text


def test_a_date_of_birth_is_shown_without_its_weekday(world: World) -> None:
    client = world.browser("front-desk")
    found = client.post("/console/patients", data={"csrf": csrf_of(client), "q": "Wei Chen"}).text
    assert "born April 27, 1983" in found
    page = client.get(re.findall(r'href="(/console/patients/\w+)"', found)[0]).text
    assert "born April 27, 1983," in page
