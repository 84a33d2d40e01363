"""A planted error is shown to one person, carries nothing out, is told at once, and counts for that person alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.desk import decide as deciding
from agent.desk import planting as planting_errors
from agent.desk.planted import PlantOpen, end_old
from agent.model.clinic import PlantedErrors
from agent.model.plant import Plant
from agent.model.task import Task
from tests.web.console_desk import World, csrf_of, decide

SAID = "Jon Smith, born March 14 1985, Tuesday March 10 please, my knee hurts"
QUOTES = {"name": "Jon Smith", "dob": "March 14 1985", "opening": "Tuesday March 10", "reason": "knee"}


@pytest.fixture
def planting(world: World) -> World:
    """A clinic in which every prepared visit that suits has a planted error."""
    world.desk.clinic = world.desk.clinic.model_copy(update={"planted_errors": PlantedErrors(one_in=1, most_a_day=20)})
    return world


def choose(monkeypatch: pytest.MonkeyPatch, facet: str) -> None:
    """Which value is wrong differs from task to task; here it is this one in all of them."""
    number = {"day": 0, "dob": 1}[facet]
    monkeypatch.setattr(planting_errors, "_number", lambda *_: number)


def prepared(world: World, **more: Any) -> Task:
    return world.booking(SAID, quotes=QUOTES, **more)


def plant_of(world: World, task: Task) -> Plant | None:
    with world.desk.store.begin(write=False) as tx:
        return tx.plants.of_task(task.id)


def opened(world: World, client: TestClient, task: Task) -> tuple[Plant, str]:
    page = client.get(f"/console/tasks/{task.id}").text
    found = plant_of(world, task)
    assert found is not None
    return found, page


def everything(world: World) -> str:
    """All that outlives the page: tasks, visits, what was sent, reports, the audit."""
    with world.desk.store.begin(write=False) as tx:
        clinic, since = world.desk.clinic.id, world.clock() - timedelta(days=30)
        tasks = [*tx.tasks.open(clinic), *tx.tasks.done(clinic, 50)]
        lines = [x for t in tasks if t.conversation for x in tx.conversations.thread(t.conversation)]
        visits = tx.appointments.day(clinic, since, since + timedelta(days=90))
        return repr((tasks, lines, visits, tx.audit.tail(500), tx.wrongs.all(clinic)))


def marks(found: Plant) -> list[str]:
    """How the planted value would look anywhere."""
    if found.facet == "dob":
        return [found.shown["dob"]]
    return [found.shown["opening"]["local"], found.shown["opening"]["start"]]


def test_nothing_is_planted_where_it_is_not_switched_on(world: World) -> None:
    task = prepared(world)
    world.browser("front-desk").get(f"/console/tasks/{task.id}")
    assert plant_of(world, task) is None


def test_every_place_on_the_card_shows_the_planted_day_and_the_words_the_true_one(
    planting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "day")
    client = planting.browser("front-desk")
    found, page = opened(planting, client, task := prepared(planting))
    assert found.facet == "day"
    shown = date.fromisoformat(found.shown["opening"]["local"][:10])
    words = f"{shown:%B} {shown.day}"
    head, told, day = (page.split(start, 1)[1].split(end, 1)[0] for start, end in (
        ("<h1>", "</h1>"), ('told-text"', "</p>"), ('id="h-day">', "</section>")))  # fmt: skip
    assert f"{shown:%b} {shown.day}," in head
    assert words in told
    assert words in day.split("</h2>")[0]
    assert "this request" in day
    assert "March 10" in page.split('id="h-words"', 1)[1].split("</section>", 1)[0]
    assert "March 10" not in head + told + day
    again = client.get(f"/console/tasks/{task.id}").text
    assert again.split('id="h-prepared"')[1].split("</dl>")[0] == page.split('id="h-prepared"')[1].split("</dl>")[0]
    assert plant_of(planting, task) == found
    queue = client.get("/console").text.split(f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]
    live = client.get("/console/queue")
    assert all(f"{shown:%b} {shown.day}," in x and "Mar 10," not in x for x in (queue, live.text.split(
        f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]))  # fmt: skip
    assert client.get("/console/queue", headers={"If-None-Match": live.headers["etag"]}).status_code == 304
    other = planting.browser("admin").get(f"/console/tasks/{task.id}").text
    assert "March 10" in other.split('told-text"', 1)[1].split("</p>", 1)[0]
    assert planting.task(task.id) == task


def test_whoever_confirms_a_planted_error_is_told_and_decides_again(planting: World) -> None:
    task, client = prepared(planting), planting.browser("front-desk")
    found, page = opened(planting, client, task)
    view = page.split('name="view" value="', 1)[1].split('"', 1)[0]
    answer = decide(client, task, "confirm", patient="new", view=view)
    assert answer.status_code == 303
    assert planting.task(task.id) == task
    told = client.get(answer.headers["location"]).text
    assert "This was a planted error: the patient had said" in told
    assert "Nothing was sent or booked." in told
    assert decide(client, task, "confirm", patient="new", view=view).headers["location"] == answer.headers["location"]
    assert planting.task(task.id) == task  # an old page confirms nothing either
    assert decide(client, task, "confirm", patient="new").status_code == 303
    assert planting.task(task.id).status == "completed"
    assert (plant_of(planting, task) or found).state == "missed"
    assert planting.audited("plant:missed") == [("agent", found.id)]


@pytest.mark.parametrize(
    ("act", "fields"),
    [("decline", {"why": "call_us"}), ("change", {}), ("offer", {}), ("report", {"kind": "time"})],
)
def test_whoever_does_not_confirm_has_caught_it(planting: World, act: str, fields: dict[str, str]) -> None:
    task, client = prepared(planting), planting.browser("front-desk")
    opened(planting, client, task)
    other = planting.opening(date(2026, 3, 12))
    id = f"{other.provider}@{other.local:%Y-%m-%dT%H:%M}"
    if act == "report":
        given = {"csrf": csrf_of(client), "subject": f"/console/tasks/{task.id}", **fields}
        answer = client.post("/console/wrongs/report", data=given)
    else:
        answer = decide(client, task, act, **fields, instead=id, opening=id, patient="new")
    assert "Well seen: this was a planted error." in client.get(answer.headers["location"]).text
    assert planting.task(task.id) == task
    with planting.desk.store.begin(write=False) as tx:
        assert tx.wrongs.all(planting.desk.clinic.id) == []
    account = client.get("/console/account").text
    assert "You caught 1 of 1 in the last 90 days." in account
    assert "You have decided on none so far." in planting.browser("admin").get("/console/account").text
    assert "Not enough to tell" in planting.browser("admin").get("/console/reports").text


@pytest.mark.parametrize("facet", ["day", "dob"])
def test_no_planted_value_reaches_anything_that_lasts_whatever_is_pressed(
    planting: World, monkeypatch: pytest.MonkeyPatch, facet: str
) -> None:
    choose(monkeypatch, facet)
    client = planting.browser("front-desk")
    other = planting.opening(date(2026, 3, 13))
    id = f"{other.provider}@{other.local:%Y-%m-%dT%H:%M}"
    for act in ("confirm", "change", "offer", "decline", "close", "hand-over", "take", "give-back"):
        task = prepared(planting)
        found, page = opened(planting, client, task)
        assert found.facet == facet
        view = page.split('name="view" value="', 1)[1].split('"', 1)[0]
        before = everything(planting)
        given = {"patient": "new", "instead": id, "opening": id, "why": "call_us", "act": act, "view": view}
        given |= {"words": f"not {marks(found)[0]}", "done_words": marks(found)[0], "note": marks(found)[0],
                  "to": "role:nurse"}  # fmt: skip
        client.post(f"/console/tasks/{task.id}/told", data={"csrf": csrf_of(client), "version": "0", **given})
        if act == "change":  # the preview of another time says that one
            asked = {"csrf": csrf_of(client), **given, "version": str(task.version), "patient": ""}
            assert "March 13" in client.post(f"/console/tasks/{task.id}/told", data=asked).text
        talk = {"csrf": csrf_of(client), "text": f"See you {marks(found)[0]}"}
        answer = decide(client, task, act, **given)
        assert answer.status_code == 303
        done = everything(planting)
        assert not any(mark in done for mark in marks(found) if mark not in before)
        if act not in ("take", "give-back"):
            assert planting.task(task.id) == task
        if act == "take":
            assert client.post(f"/console/conversations/{task.conversation}/reply", data=talk).status_code == 409
            assert not any(mark in everything(planting) for mark in marks(found) if mark not in before)


def test_the_desk_itself_refuses_and_a_batch_leaves_it(planting: World) -> None:
    task, client = prepared(planting), planting.browser("front-desk")
    opened(planting, client, task)
    by = planting.user("front-desk")
    with pytest.raises(PlantOpen):
        deciding.confirm(planting.desk, task.id, task.version, by)
    client.post("/console/queue/confirm", data={"csrf": csrf_of(client), "task": f"{task.id}:{task.version}"})
    assert planting.task(task.id) == task
    deciding.confirm(planting.desk, task.id, task.version, planting.user("admin"))
    assert planting.task(task.id).status == "completed"


def test_an_open_one_ends_in_silence_when_time_or_a_colleague_comes(planting: World) -> None:
    client, due = planting.browser("front-desk"), []
    for _ in range(2):
        due.append(prepared(planting))
        opened(planting, client, due[-1])
    taken = decide(planting.browser("admin"), due[0], "take")
    planting.browser("admin").get(f"/console/tasks/{due[0].id}")
    assert taken.status_code == 303
    assert (plant_of(planting, due[0]) or Plant.model_construct(state="")).state == "undecided"
    planting.clock.pass_time(timedelta(minutes=31))
    assert end_old(planting.desk) == 1
    assert (plant_of(planting, due[1]) or Plant.model_construct(state="")).state == "undecided"
    assert "You have decided on none so far." in planting.browser("front-desk").get("/console/account").text


def test_none_for_urgent_ones_for_known_ones_when_somebody_waits_or_beyond_the_cap(planting: World) -> None:
    client, desk = planting.browser("front-desk"), planting.desk
    vague = planting.booking()  # the quotes say nothing of the value
    urgent = prepared(planting)
    with desk.store.begin() as tx:
        urgent = tx.tasks.save(urgent.model_copy(update={"priority": "urgent"}))
    known = prepared(planting)
    with desk.store.begin() as tx:
        desk.record(tx, f"staff:{planting.user('front-desk').id}", "task:viewed", known.id, planting.clock())
    for task in (vague, urgent, known):
        client.get(f"/console/tasks/{task.id}")
        assert plant_of(planting, task) is None
    desk.clinic = desk.clinic.model_copy(update={"planted_errors": PlantedErrors(one_in=1, most_a_day=1)})
    opened(planting, client, prepared(planting))
    second = prepared(planting)
    client.get(f"/console/tasks/{second.id}")
    assert plant_of(planting, second) is None
    planting.clock.pass_time(timedelta(days=1))  # everything is overdue now
    late = prepared(planting)
    client.get(f"/console/tasks/{late.id}")
    assert plant_of(planting, late) is None
