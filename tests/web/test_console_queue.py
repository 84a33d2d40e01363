"""The console's queue, done list, audit and rights, as the staff meet them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import httpx
import pytest

from agent.actions.openings import opening_dict
from agent.desk import decide as desk_decide
from agent.model.task import Task
from tests.web.console_desk import World, csrf_of, decide
from tests.web.console_served import served, utc_now


def section(page: str, key: str) -> str:
    return page.split(f'id="s-{key}"', 1)[1].split("</section>", 1)[0] if f'id="s-{key}"' in page else ""


def refill(world: World) -> Task:
    held, heard = world.talk("I need a refill of lisinopril", phone="+17185550131")
    return world.prepare("refill", held, {"message": "refill of lisinopril"}, heard[0], message="refill of lisinopril")


def urgent(world: World) -> Task:
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    given = {"category": "chest_pain", "words": "crushing chest pain"}
    return world.prepare("urgent", held, given, heard[0], priority="stat", because="chest_pain", words="chest pain")


def test_each_open_request_stands_in_one_section_with_owner_status_language_and_due_time(world: World) -> None:
    plain, alarm = world.booking(), urgent(world)
    mine = world.booking("ear", "Aisha Rahman", "2001-10-11", on=date(2026, 3, 11), quotes={"reason": "ear"})
    theirs = world.booking("rash", "Wei Chen", "1983-04-27", on=date(2026, 3, 12), quotes={"reason": "rash"})
    waits = world.booking(
        "cough", "Luz María Santos", "1987-01-06", on=date(2026, 3, 13), quotes={"reason": "cough"}, locale="es"
    )
    done = world.booking("knee", "Jon Smith", "1985-03-14", on=date(2026, 3, 16), quotes={"reason": "knee"})
    rosa, tom = world.user("front-desk"), world.user("admin")
    desk_decide.claim(world.desk, mine.id, 0, rosa)
    desk_decide.claim(world.desk, theirs.id, 0, tom)
    desk_decide.offer(
        world.desk, waits.id, 0, rosa, [opening_dict(world.desk.clinic, world.opening(date(2026, 3, 18)))]
    )
    desk_decide.decline(world.desk, done.id, 0, rosa, "call_us")
    page = world.browser("front-desk").get("/console").text
    wanted = {"urgent": alarm, "mine": mine, "free": plain, "theirs": theirs, "hold": waits, "done": done}
    for key, task in wanted.items():
        assert [n for n in range(1, 7) if f"#{n}<" in section(page, key)] == [task.number], key
    assert (
        page.index('id="s-urgent"') < page.index('id="s-mine"') < page.index('id="s-free"') < page.index('id="s-hold"')
    )
    row = section(page, "free")
    assert "Office visit · Tue, Mar 10, 8:00 AM · Dr. Amara Okafor" in row
    assert "Jon Smith" in row
    assert "unassigned" in row
    assert "due in 4 h" in row
    assert "2:00 PM" in row
    assert ">English<" in row
    assert ">Text<" in row
    assert "Tom Becker" in section(page, "theirs")
    assert ">Spanish<" in section(page, "hold")


def test_an_overdue_request_says_so_in_words(world: World) -> None:
    world.booking()
    world.clock.pass_time(timedelta(hours=4, minutes=20))
    client = world.browser("front-desk")
    assert "overdue by 20 min" in client.get("/console").text
    assert 'class="due late"' in client.get("/console").text


def test_every_page_can_ask_how_many_wait_and_which_are_urgent(world: World) -> None:
    client, alarm, _ = world.browser("front-desk"), urgent(world), world.booking()
    told = client.get("/console/count").json()
    assert told["waiting"] == 2
    assert [(u["id"], u["stat"]) for u in told["urgent"]] == [(alarm.id, True)]
    desk_decide.claim(world.desk, alarm.id, 0, world.user("clinician"))
    assert client.get("/console/count").json() == {"waiting": 1, "urgent": []}


GETS = (
    "/console", "/console/queue", "/console/count", "/console/done", "/console/conversations",
    "/console/conversations/rows", "/console/tasks/{task}", "/console/tasks/{task}/state",
    "/console/conversations/{talk}", "/console/conversations/{talk}/thread",
)  # fmt: skip


@pytest.mark.parametrize("role", ["front-desk", "clinician", "admin", None])
def test_promise_53_role_by_route(world: World, role: str | None) -> None:
    """What each role may open and do; nobody signed in may do nothing at all."""
    booking, pill, alarm = world.booking(), refill(world), urgent(world)
    client = world.browser(role)
    seen = [client.get(p.format(task=booking.id, talk=booking.conversation)).status_code for p in GETS]
    assert seen == [200 if role else 303] * len(GETS)
    assert client.get("/console/audit").status_code == {None: 303, "admin": 200}.get(role, 403)
    if role is None:
        for act in ("confirm", "change", "offer", "decline", "close", "take", "give-back", "told"):
            assert client.post(f"/console/tasks/{booking.id}/{act}", data={"version": "0"}).status_code == 303
        assert (
            client.post(f"/console/conversations/{booking.conversation}/reply", data={"text": "x"}).status_code == 303
        )
        assert client.post("/console/audit/verify").status_code == 303
        assert world.task(booking.id) == booking
        return
    assert decide(client, booking, "told", act="close").status_code == (200 if role != "clinician" else 403)
    own = {"front-desk": {booking.id}, "clinician": {pill.id, alarm.id}, "admin": {booking.id, pill.id, alarm.id}}[role]
    takes = own | {alarm.id}
    for task in (booking, pill, alarm):
        assert (decide(client, task, "take").status_code == 303) == (task.id in takes)
        held = world.task(task.id)
        for act in ("confirm", "change", "offer", "decline", "close"):
            if task.id not in own:
                assert decide(client, held, act, why="call_us").status_code == 403
        assert (decide(client, held, "close").status_code == 303) == (task.id in own)
        assert (world.task(task.id).status == "completed") == (task.id in own)
    verified = client.post("/console/audit/verify", data={"csrf": csrf_of(client)})
    assert verified.status_code == (200 if role == "admin" else 403)


def test_promise_53_another_clinics_ids_and_made_up_ones_are_not_here(world: World) -> None:
    client, booking = world.browser("admin"), world.booking()
    held, _ = world.talk("hello")
    with world.desk.store.begin() as tx:
        other = tx.tasks.add(booking.model_copy(update={"id": "OTHER", "clinic": "elsewhere", "key": "other"}))
        tx.conversations.add(held.model_copy(update={"id": "OTHERTALK", "clinic": "elsewhere"}), world.clock())
    ids = [other.id, "nope", "'%20OR%201=1", *(f"{n:026d}" for n in range(50))]
    for id in ids:
        assert client.get(f"/console/tasks/{id}").status_code == 404
    for id in (other.id, "nope"):
        assert client.get(f"/console/tasks/{id}/state").status_code == 404
        assert decide(client, other.model_copy(update={"id": id}), "close").status_code == 404
    for id in ("OTHERTALK", "nope"):
        assert client.get(f"/console/conversations/{id}").status_code == 404
        given = {"csrf": csrf_of(client), "text": "hi"}
        assert client.post(f"/console/conversations/{id}/reply", data=given).status_code == 404
    assert "OTHERTALK" not in client.get("/console/conversations").text
    assert decide(client, booking, "explode").status_code == 404


def test_promise_52_looking_changes_nothing_but_the_audit(world: World) -> None:
    booking = world.booking()
    client = world.browser("front-desk")
    before = (world.task(booking.id), world.said(booking.conversation))
    for path in (
        *GETS,
        "/console/tasks/{task}/confirm",
        "/console/tasks/{task}/told",
        "/console/conversations/{talk}/take",
    ):
        client.get(path.format(task=booking.id, talk=booking.conversation))
    assert (world.task(booking.id), world.said(booking.conversation)) == before


def test_every_opening_of_a_chart_leaves_a_row_in_the_audit(world: World) -> None:
    booking, client = world.booking(), world.browser("front-desk")
    rosa = f"staff:{world.user('front-desk').id}"
    for _ in range(2):
        client.get(f"/console/tasks/{booking.id}")
    assert world.audited("task:viewed") == [(rosa, booking.id)] * 2
    thread = f"/console/conversations/{booking.conversation}/thread"
    for _ in range(5):  # a live page is one read, but not for ever, and never none
        client.get(thread)
    assert world.audited("conversation:viewed") == [(rosa, booking.conversation)]
    world.clock.pass_time(timedelta(minutes=20))
    client.get(thread)
    assert len(world.audited("conversation:viewed")) == 2


def test_the_admin_verifies_the_chain_and_sees_who_did_what(world: World) -> None:
    client, booking = world.browser("admin"), world.booking()
    decide(client, booking, "confirm", patient="new")
    page = client.post("/console/audit/verify", data={"csrf": csrf_of(client)}).text
    assert "rows are as they were written" in page
    assert "task:confirmed" in page
    assert "Tom Becker" in page
    assert "Jon Smith" not in page


def test_what_is_done_lists_who_decided_and_when(world: World) -> None:
    client, booking = world.browser("front-desk"), world.booking()
    decide(client, booking, "confirm", patient="new")
    page = client.get("/console/done").text
    assert "#1" in page
    assert "Rosa Delgado" in page
    assert "done" in page
    assert "10:00 AM" in page


def test_promise_42_no_word_of_a_patient_in_any_address(world: World) -> None:
    client, booking = world.browser("front-desk"), world.booking()
    went = [decide(client, booking, "decline", why="", words="Canary Jon Smith").headers["location"]]
    page = client.get(went[0]).text
    addresses = [
        part.split('"', 1)[0] for name in ("href", "action", "formaction") for part in page.split(f'{name}="')[1:]
    ]
    assert not [a for a in (*addresses, *went) if "Canary" in a or "Smith" in a]


def test_a_new_request_reaches_an_open_console_by_itself_and_only_as_an_id(tmp_path: "object") -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    with served(tmp_path, utc_now) as (world, base), httpx.Client(base_url=base, timeout=10) as client:
        assert client.get("/console/live").status_code == 303
        from tests.web.console_desk import EMAIL, PASSWORD

        client.post("/console/sign-in", data={"email": EMAIL["admin"], "password": PASSWORD["admin"]})
        heard: list[str] = []
        with client.stream("GET", "/console/live") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = stream.iter_lines()
            while not next(lines).startswith("event: tick"):
                pass
            held, said = world.talk("Secret words", name="Canary")
            task = world.prepare("message", held, {"message": "Secret words"}, said[0])
            for line in lines:
                heard.append(line)
                if task.id in line:
                    break
            user = world.user("admin")
            with world.desk.store.begin() as tx:
                tx.staff.save(user.model_copy(update={"disabled": True}))
            world.desk.bus.ring(f"console:{world.desk.clinic.id}", task.id)
            heard += list(lines)
        assert f"data: {task.id}" in heard
        assert "event: gone" in heard
        assert not [line for line in heard if "Secret" in line or "Canary" in line]


def test_promise_18_two_staff_who_confirm_at_once_one_wins_and_the_other_is_told_who(tmp_path: "object") -> None:
    world = World(f"sqlite:///{tmp_path}/desk.db")
    people = [world.browser("front-desk"), world.browser("admin")]
    tokens = [csrf_of(p) for p in people]
    for round in range(6):
        task = world.booking(on=date(2026, 3, 10 + round % 4), quotes={"reason": "knee"})
        gate = threading.Barrier(2)

        def press(n: int, task: Task = task, gate: threading.Barrier = gate) -> tuple[int, str]:
            gate.wait()
            given = {"csrf": tokens[n], "version": "0", "patient": "new"}
            answer = people[n].post(f"/console/tasks/{task.id}/confirm", data=given)
            return answer.status_code, answer.text

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(press, range(2)))
        assert sorted(status for status, _ in answers) == [303, 409]
        lost = next(text for status, text in answers if status == 409)
        winner = world.task(task.id).decided_by
        assert winner
        assert f"already decided by {winner}" in lost
        assert "Nothing is left to do" in lost
        assert len([x for x in world.said(task.conversation) if "Confirmed by" in x]) == 1
    world.desk.store.close()


def cancelling(world: World, name: str, unsure: tuple[str, ...] = ()) -> Task:
    """A known patient's wish to cancel a visit that they have."""
    with world.desk.store.begin(write=False) as tx:
        patient = tx.patients.search(world.desk.clinic.id, name)[0]
        visit = tx.appointments.of_patient(patient.id, world.clock() + timedelta(hours=1))[0]
    held, heard = world.talk("please cancel my visit", phone=patient.phones[0])
    given = {"appointment": desk_decide.spoken_opening(visit)}
    return world.prepare("cancel", held, given, heard[0], unsure, which="cancel my visit")


def test_several_are_confirmed_at_once_only_of_a_low_risk_kind_and_only_what_is_sure(world: World) -> None:
    client, booking = world.browser("front-desk"), world.booking()
    tasks = [cancelling(world, "Aisha Rahman"), cancelling(world, "Wei Chen")]
    doubtful = cancelling(world, "Marisol", unsure=("which",))
    page = client.get("/console").text
    assert [t.id for t in (*tasks, doubtful, booking) if f'value="{t.id}:0"' in page] == [t.id for t in tasks]
    desk_decide.claim(world.desk, tasks[1].id, 0, world.user("admin"))  # somebody is faster
    chosen = [f"{t.id}:0" for t in (*tasks, doubtful, booking)]
    answer = client.post("/console/queue/confirm", data={"csrf": csrf_of(client), "task": chosen}).text
    assert "1 confirmed as prepared" in answer
    assert f"#{tasks[1].number} changed while you looked" in answer
    assert "look at it by itself" in answer
    assert [world.task(t.id).status for t in (*tasks, doubtful, booking)] == [
        "completed", "accepted", "requested", "requested",
    ]  # fmt: skip


def test_the_views_and_filters_count_what_they_show(world: World) -> None:
    plain, alarm = world.booking(), urgent(world)
    spanish = world.booking("oído", "Luz María Santos", "1987-01-06", on=date(2026, 3, 11), locale="es", channel="chat",
                            quotes={"reason": "oído"})  # fmt: skip
    client = world.browser("front-desk")

    def shown(query: str) -> set[int]:
        page = client.get(f"/console?{query}").text
        return {t.number for t in (plain, alarm, spanish) if f"#{t.number}<" in page}

    assert shown("") == {plain.number, alarm.number, spanish.number}
    assert shown("view=urgent") == {alarm.number}
    assert shown("view=mine") == set()
    assert shown("language=es") == shown("channel=chat") == {spanish.number}
    assert shown("kind=booking&language=en") == {plain.number}
    assert shown("location=nowhere") == set()
    client.post(f"/console/tasks/{plain.id}/take", data={"csrf": csrf_of(client), "version": "0"})
    assert shown("view=mine") == {plain.number}
    world.clock.pass_time(timedelta(minutes=8))
    assert shown("view=late") == {alarm.number}
    again = client.get("/console/count").json()["urgent"][0]
    assert (again["number"], again["again"]) == (alarm.number, 2)
