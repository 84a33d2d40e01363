"""The task's card: what it shows, how sure it is, and what each decision tells the patient."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest

from agent.actions.openings import opening_dict, opening_id
from agent.desk import decide as desk_decide
from tests.web.console_desk import World, decide


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_patients_words_are_highlighted_where_each_field_came_from(world: World) -> None:
    task = world.booking()
    page = world.browser("front-desk").get(f"/console/tasks/{task.id}").text
    assert '<mark title="Patient&#39;s name">Jon Smith</mark> here, my <mark title="Reason">knee</mark> hurts' in page
    assert "Tuesday, March 10 at 8:00 AM with Dr. Amara Okafor, Brooklyn" in page


def test_what_is_not_sure_is_asked_and_what_nobody_said_is_asked_too(world: World) -> None:
    held, heard = world.talk("Jon I think", channel="chat", phone="a" * 32)
    task = world.prepare("waitlist", held, {"name": "Jon"}, heard[0], ("name",), name="Jon")
    text = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "Is this the name? «Jon»" in text
    assert "What is the date of birth? not said" in text
    assert "How can the patient be reached? not said" in text


def test_a_name_that_was_left_to_staff_is_written_before_somebody_new_goes_on_file(world: World) -> None:
    task = world.booking("my knee hurts", "", "1971-02-03", quotes={"reason": "knee"}, phone="+17185550177")
    client = world.browser("front-desk")
    assert "What is the patient's name? not said" in plain(client.get(f"/console/tasks/{task.id}").text)
    assert "patient's name first" in plain(decide(client, task, "confirm").text)
    assert world.task(task.id).status == "requested"
    decide(client, task, "confirm", name=" Ana  Torres ")
    assert world.task(task.id).status == "completed"
    with world.desk.store.begin(write=False) as tx:
        (ana,) = tx.patients.by_dob(world.desk.clinic.id, "1971-02-03")
        visit = tx.appointments.get(str(task.appointment))
    assert (ana.name, ana.phones) == ("Ana Torres", ("+17185550177",))
    assert visit is not None
    assert (visit.patient, visit.status) == (ana.id, "booked")


def test_promise_52_markup_in_names_and_messages_is_inert(world: World) -> None:
    nasty = '<img src=x onerror=alert(1)><script>alert("x")</script>'
    task = world.booking(
        f"{nasty} knee", nasty, quotes={"name": nasty, "reason": "knee"}, channel="chat", phone="b" * 32
    )
    client = world.browser("front-desk")
    for path in (
        f"/console/tasks/{task.id}",
        "/console",
        f"/console/conversations/{task.conversation}",
        "/console/conversations",
    ):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "<script>" not in page
    assert "&lt;img src=x" in client.get(f"/console/tasks/{task.id}").text


def test_near_identical_patients_are_offered_and_only_a_clear_one_is_chosen_beforehand(world: World) -> None:
    client = world.browser("front-desk")
    clear = client.get(f"/console/tasks/{world.booking().id}").text
    assert "same date of birth, name, phone" in plain(clear)
    assert clear.count(" checked>") == 1
    shared = world.booking(
        "knee please", "Mateo", "2016-05-30", phone="+17185550132", on=date(2026, 3, 11), quotes={"reason": "knee"}
    )
    page = client.get(f"/console/tasks/{shared.id}").text
    assert "Guadalupe Hernández" in page
    assert "Mateo Hernández" in page
    assert " checked>" not in page
    refused = decide(client, shared, "confirm", pick="needed")
    assert refused.status_code == 422
    assert "choose which patient this is" in refused.text


def test_confirming_books_for_the_picked_patient_and_says_exactly_what_was_shown(world: World) -> None:
    task = world.booking()
    client = world.browser("front-desk")
    page = client.get(f"/console/tasks/{task.id}").text
    shown = unescape(page.split('told-text" lang="en" dir="auto">', 1)[1].split("</p>", 1)[0])
    with world.desk.store.begin(write=False) as tx:
        jon = tx.patients.by_phone(world.desk.clinic.id, "+17185550133")[0]
    answer = decide(client, task, "confirm", patient=jon.id, pick="needed")
    assert answer.headers["location"] == f"/console?done={task.id}"
    assert re.sub(r"(/visit/)[\w-]+", r"\1…", world.said(task.conversation)[-1]) == shown  # the link is theirs alone
    assert "Confirmed by Rosa Delgado" in shown
    with world.desk.store.begin(write=False) as tx:
        booked = tx.appointments.get(task.appointment or "")
    assert booked is not None
    assert (booked.status, booked.patient) == ("booked", jon.id)
    assert shown in unescape(client.get(answer.headers["location"]).text)  # the toast


def test_promise_21_what_is_shown_beforehand_tells_nobody_anything(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    before = (world.task(task.id), world.said(task.conversation), world.audited("task:confirmed"))
    for act, more in (("confirm", {}), ("decline", {"why": "insurance"}), ("close", {"done_words": "Called."})):
        assert "The patient will read" in decide(client, task, "told", act=act, **more).text
    assert (world.task(task.id), world.said(task.conversation), world.audited("task:confirmed")) == before


def test_a_spanish_patient_is_answered_in_spanish_and_staff_read_it_in_english_too(world: World) -> None:
    task = world.booking("me duele la rodilla", "Guadalupe Hernández", "1979-12-12", quotes={"reason": "rodilla"},
                         phone="+17185550132", locale="es")  # fmt: skip
    client = world.browser("front-desk")
    told = decide(client, task, "told", act="decline", why="insurance")
    assert ('lang="es"' in told.text and "Sobre su solicitud" in told.text) or "solicitud" in told.text
    assert "We need to check your insurance first." in told.text
    decide(client, task, "decline", why="insurance")
    last = world.said(task.conversation)[-1]
    assert last in unescape(told.text)
    assert "insurance" not in last
    assert world.task(task.id).status == "rejected"


def test_declining_needs_a_reason_that_the_patient_can_read(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    assert decide(client, task, "decline").status_code == 422
    assert world.task(task.id).status == "requested"
    assert decide(client, task, "decline", why="", words="We are closed that week.").status_code == 303
    assert "We are closed that week." in world.said(task.conversation)[-1]


def test_another_time_is_booked_from_the_day_that_staff_pick(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    page = client.get(f"/console/tasks/{task.id}?day=2026-03-12&act=change").text
    opening = world.opening(date(2026, 3, 12), at=time(9, 0))
    assert f'value="{opening_id(opening)}"' in page
    assert 'data-act="change" open' in page
    answer = decide(client, task, "change", instead=opening_id(opening), patient="new", pick="needed")
    assert answer.status_code == 303
    assert "Thursday, March 12 at 9:00 AM" in world.said(task.conversation)[-1]
    with world.desk.store.begin(write=False) as tx:
        former = tx.appointments.get(task.appointment or "")
    assert former is not None
    assert former.status == "cancelled"


def test_up_to_three_times_are_offered_and_the_request_waits_for_the_patient(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    times = [opening_id(world.opening(date(2026, 3, d))) for d in (11, 12, 13, 16)]
    assert decide(client, task, "offer").status_code == 422
    assert "at most 3" in decide(client, task, "offer", opening=times).text
    told = unescape(decide(client, task, "told", act="offer", opening=times[:2]).text)
    assert decide(client, task, "offer", opening=times[:2]).status_code == 303
    last = world.said(task.conversation)[-1]
    assert last in told
    assert "Wed, Mar 11" in last
    assert "Thu, Mar 12" in last
    assert world.task(task.id).status == "on-hold"


def test_a_time_that_went_meanwhile_is_said_and_what_was_typed_stays(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    opening = world.opening(date(2026, 3, 12))
    with world.desk.store.begin() as tx:
        world.desk.calendar.hold(
            tx, opening, id="rival", patient=None, conversation=None, replaces=None, now=world.clock()
        )
    answer = decide(client, task, "change", instead=opening_id(opening), patient="new", words="Half a <sentence")
    assert answer.status_code == 409
    assert "has just been taken" in answer.text
    assert "Half a &lt;sentence</textarea>" in answer.text
    assert world.task(task.id).status == "requested"


def test_promise_18_whoever_comes_second_reads_who_decided_and_keeps_their_words(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    client.get(f"/console/tasks/{task.id}")
    desk_decide.claim(world.desk, task.id, 0, world.user("admin"))
    answer = decide(client, task, "decline", words="We are away then.")
    assert answer.status_code == 409
    assert "Tom Becker: took." in answer.text
    assert "still open and with Tom Becker" in answer.text
    assert "We are away then.</textarea>" in answer.text
    state = client.get(f"/console/tasks/{task.id}/state").json()
    assert state["version"] == 1
    assert "Tom Becker" in state["said"]


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30, "²"])
def test_a_form_with_a_broken_version_is_refused_kindly(world: World, version: str) -> None:
    task, client = world.booking(), world.browser("front-desk")
    assert decide(client, task, "close", version=version).status_code == 422
    assert decide(client, task, "told", act="close", version=version).status_code == 200
    assert world.task(task.id).status == "requested"


@pytest.mark.parametrize(
    "time",
    ["x", "okafor@", "okafor@2026-13-01T00:00", "nobody@2026-03-12T09:00", "okafor@2026-03-12T03:00",
     "okafor@2020-03-12T09:00", "okafor@9999-12-31T23:59"],
)  # fmt: skip
def test_a_made_up_time_is_never_booked(world: World, time: str) -> None:
    task, client = world.booking(), world.browser("front-desk")
    assert decide(client, task, "change", instead=time, patient="new").status_code == 409
    assert world.task(task.id).status == "requested"


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_strange_day_still_shows_the_card(world: World, day: str) -> None:
    task = world.booking()
    assert world.browser("front-desk").get(f"/console/tasks/{task.id}?day={day}").status_code == 200


def test_a_patient_of_nobody_or_of_another_clinic_is_not_taken(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    with world.desk.store.begin() as tx:
        known = tx.patients.by_phone(world.desk.clinic.id, "+17185550133")[0]
        tx.patients.add(known.model_copy(update={"id": "stranger", "clinic": "elsewhere"}))
    for picked in ("stranger", "nobody"):
        assert decide(client, task, "confirm", patient=picked).status_code == 422
    assert world.task(task.id).status == "requested"


def test_the_day_around_the_time_shows_who_else_comes(world: World) -> None:
    task = world.booking(on=date(2026, 3, 5))
    text = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "Dr. Amara Okafor · Thursday, March 5" in text
    assert "Office visit · this request" in text
    assert " free " in text


def test_taking_and_giving_back_show_in_the_history(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    decide(client, task, "take")
    assert world.task(task.id).assignee == world.user("front-desk").id
    decide(client, world.task(task.id), "give-back")
    text = plain(client.get(f"/console/tasks/{task.id}").text)
    assert world.task(task.id).assignee is None
    assert "Prepared by the desk" in text
    assert "Rosa Delgado: took" in text
    assert "Rosa Delgado: gave back" in text


def test_after_a_decision_the_next_one_opens_with_what_was_said(world: World) -> None:
    first, second = (
        world.booking(),
        world.booking("ear", "Wei Chen", "1983-04-27", on=date(2026, 3, 11), quotes={"reason": "ear"}),
    )
    client = world.browser("front-desk")
    went = decide(client, first, "confirm", patient="new").headers["location"]
    assert went == f"/console/tasks/{second.id}?done={first.id}"
    page = plain(client.get(went).text)
    assert "#1 confirmed. The patient is told: Confirmed by Rosa Delgado" in page


def test_a_hand_off_is_closed_without_a_word_unless_one_is_written(world: World) -> None:
    held, heard = world.talk("a person please")
    task = world.prepare("handoff", held, {"why": "asked"}, heard[0], priority="urgent", because="asked")
    client = world.browser("front-desk")
    assert "will not be told anything" in client.get(f"/console/tasks/{task.id}").text
    decide(client, task, "close")
    assert world.said(held.id) == []
    assert world.task(task.id).status == "completed"


def test_a_decision_is_taken_back_from_the_next_page_until_the_patient_is_told() -> None:
    world = World(undo_seconds=10)
    task, client = world.booking(), world.browser("front-desk")
    given = {"patient": "new"}
    onward = decide(client, task, "confirm", **given).headers["location"]
    page = client.get(onward).text
    assert "will be told in 10 s" in page
    assert f'action="/console/tasks/{task.id}/undo"' in page
    done = world.task(task.id)
    assert decide(client, done, "undo").status_code == 303
    assert world.task(task.id).status == "accepted"
    assert "took the decision back" in client.get(f"/console/tasks/{task.id}").text
    decide(client, world.task(task.id), "confirm", **given)
    world.clock.pass_time(timedelta(seconds=11))
    late = decide(client, world.task(task.id), "undo")
    assert late.status_code == 409
    assert "too late" in late.text
    assert world.task(task.id).status == "completed"
    world.desk.store.close()


def test_a_decision_of_the_night_says_when_the_patient_is_told(world: World) -> None:
    task = world.booking()
    world.clock.pass_time(timedelta(hours=16))  # Tuesday, 2 AM
    client = world.browser("front-desk")
    assert "It is night there: this goes out at 8:00" in client.get(f"/console/tasks/{task.id}").text
    page = client.get(decide(client, task, "confirm", patient="new").headers["location"]).text
    assert "It is night there; the patient is told at 8:00" in page
    assert "will be told in" not in page


def test_what_was_booked_instead_stands_beside_what_was_prepared_with_the_reason(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    other = opening_id(world.opening(date(2026, 3, 12), at=time(9, 0)))
    prepared = client.get(f"/console/tasks/{task.id}").text
    assert "Booked instead" not in prepared
    assert decide(client, task, "change", instead=other, patient="new", because="provider").status_code == 303
    page = client.get(f"/console/tasks/{task.id}").text
    assert "Booked instead" in page
    assert "Thursday, March 12" in page
    heading = page.split("<h1", 1)[1].split("</h1>", 1)[0]
    assert "Thu, Mar 12" in heading
    row = client.get("/console").text.split(f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]
    assert "Thu, Mar 12" in row


def test_who_cancels_later_than_the_clinic_asks_is_marked(world: World) -> None:
    client, clinic = world.browser("front-desk"), world.desk.clinic
    slow = [v.model_copy(update={"notice_hours": 48 if v.id == "office" else 0}) for v in clinic.visit_types]
    own = clinic.model_copy(update={"visit_types": tuple(slow)})
    soon, later, far = (date(2026, 3, d) for d in (2, 3, 10))
    wanted = ((soon, clinic, "24"), (later, clinic, ""), (later, own, "48"), (far, own, ""))
    for n, (on, asks, hours) in enumerate(wanted):
        held, heard = world.talk("please cancel my visit", phone=f"+1718555019{n}")
        visit = opening_dict(clinic, world.opening(on))
        task = world.prepare("cancel", held, {"appointment": visit}, heard[0])
        world.desk.clinic = asks
        page = client.get(f"/console/tasks/{task.id}").text
        assert ("Short notice" in page) is bool(hours), on
        assert f"Short notice: {hours} hours are asked for" in page or not hours
        world.desk.clinic = clinic
    assert 'name="why" value="call_us"' in page
    assert 'name="why" value="insurance"' not in page  # a reason of bookings
