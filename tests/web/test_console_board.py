"""What many consoles share of the queue, and what they never share."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.desk import decide as desk_decide
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.web.console_rights import place_of
from tests.bench.shown import Shown
from tests.web.console_desk import World

_ROW = re.compile(r'id="row-([^"]+)"(.*?)</a>', re.DOTALL)
_LIVE = {"X-Live": "1"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World(source_requests=0, session_idle_minutes=6000, session_hours=1000)  # one address, and time that flies
    yield made
    made.desk.store.close()


def message(world: World, words: str = "please call me") -> Task:
    held, heard = world.talk(words, phone="+17185550131")
    return world.prepare("message", held, {"message": words}, heard[0])


def somebody(world: World, like: str, **given: Any) -> StaffUser:
    user = world.user(like).model_copy(update={"id": world.desk.new_id(), "email": world.desk.new_id(), **given})
    with world.desk.store.begin() as tx:
        tx.staff.add(user)
    return user


def whole(client: TestClient, query: str = "") -> dict[str, str]:
    return dict(_ROW.findall(client.get(f"/console/queue{query}", headers=_LIVE).text))


def look(client: TestClient, page: Shown, query: str = "") -> Any:
    """What the script of an open page does at a ring."""
    have = {"If-None-Match": page.tag} if page.tag else {}
    answer = client.get(f"/console/queue{query}", headers={**_LIVE, **have})
    if answer.status_code == 200:
        page.take(answer.text, answer.headers["etag"])
    return answer


def test_a_page_that_has_the_list_is_told_that_nothing_is_new_and_then_only_what_is(world: World) -> None:
    tasks = [message(world) for _ in range(30)]
    client, page = world.browser("front-desk"), Shown()
    first = look(client, page)
    assert len(page.rows) == 30
    assert look(client, page).status_code == 304
    desk_decide.claim(world.desk, tasks[14].id, 0, world.user("admin"))
    second = look(client, page)
    assert second.text.count('id="row-') == 1
    assert len(second.text) < len(first.text) / 5
    assert "Tom Becker" in page.owner(tasks[14].id)
    assert page.rows == whole(client)
    assert list(page.rows) == list(whole(client))


def test_the_page_that_is_opened_carries_the_name_of_its_list(world: World) -> None:
    message(world)
    client = world.browser("front-desk")
    tag = client.get("/console").text.split('data-have="', 1)[1].split('"', 1)[0].replace("&#34;", '"')
    assert client.get("/console/queue", headers={**_LIVE, "If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "tag", ['"x"', '"a.b.c"', '"..', "*", '"1.99999999999999999999.2"', '"0.-1.0"', "W/\u00b2.\u00b2."]
)
def test_a_list_that_the_desk_does_not_know_is_answered_with_the_whole(world: World, tag: str) -> None:
    message(world)
    answer = world.browser("front-desk").get("/console/queue", headers={**_LIVE, "If-None-Match": tag.encode()})  # type: ignore[dict-item]
    assert (answer.status_code, "data-same" in answer.text, 'id="row-' in answer.text) == (200, False, True)


def test_nothing_is_shown_as_current_that_is_not(world: World) -> None:
    """Time, a colleague's name and an alarm that was rung again are news as well, with no ring at all."""
    task = message(world)
    client, page = world.browser("front-desk"), Shown()
    look(client, page)
    world.clock.pass_time(timedelta(hours=9))
    assert look(client, page).status_code == 200
    assert "overdue" in page.rows[task.id]
    desk_decide.claim(world.desk, task.id, 0, world.user("admin"))
    look(client, page)
    with world.desk.store.begin() as tx:
        tx.staff.save(world.user("admin").model_copy(update={"name": "Tom Newname"}))
    assert look(client, page).status_code == 200
    assert page.owner(task.id) == "Tom Newname"
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    world.prepare("urgent", held, {"words": "chest pain"}, heard[0], priority="stat")
    look(client, page)
    world.clock.pass_time(timedelta(seconds=119))
    look(client, page)
    world.clock.pass_time(timedelta(seconds=1))
    assert '"again": 1' in look(client, page).headers["x-count"]


def test_promise_53_people_of_other_places_roles_and_names_are_never_shown_each_others_list(world: World) -> None:
    """Whatever name of a list they send along; each sees what a page of their own, asked for anew, shows."""
    locations = [p.id for p in world.desk.clinic.locations]
    world.booking()
    world.booking("ear", "Aisha Rahman", "2001-10-11", on=date(2026, 3, 11), quotes={"reason": "ear"})
    message(world)
    people = [
        somebody(world, "front-desk"),
        somebody(world, "front-desk", locations=(locations[0],)),
        somebody(world, "front-desk", locations=("elsewhere",)),
        somebody(world, "front-desk", language="es"),
        somebody(world, "clinician"),
        somebody(world, "admin"),
    ]
    clients, tags, seen = [world.enter(p) for p in people], [], []
    for client in clients:
        page = Shown()
        look(client, page)
        tags.append(page.tag)
        seen.append(page.rows)
    assert len(set(tags)) == len(people)
    assert len(seen[2]) == 1  # the message is of no place
    assert len(seen[0]) == 3
    for mine, client in enumerate(clients):
        for tag in tags[:mine] + tags[mine + 1 :]:
            answer = client.get("/console/queue", headers={**_LIVE, "If-None-Match": tag})
            assert (answer.status_code, "data-same" in answer.text) == (200, False)
            assert dict(_ROW.findall(answer.text)) == seen[mine]


def test_a_page_put_together_from_news_is_the_page_that_is_asked_for_anew(world: World) -> None:
    """Any order of changes, in every view, by pages that look at different moments."""
    random = Random(5)
    tasks = [message(world) for _ in range(8)]
    admin = world.user("admin")
    users = [admin, world.user("front-desk"), world.user("clinician")]
    queries = ["", "?view=mine", "?view=free", "?view=late", "?kind=message&view=hold", "?view=done"]
    open_ones = [(world.enter(u), Shown(), q) for u in users for q in queries]
    for _ in range(16):
        at = random.randrange(len(tasks))
        task = world.task(tasks[at].id)
        step = random.randrange(5)
        if step == 0 and task.decided_at is None:
            desk_decide.claim(world.desk, task.id, task.version, random.choice(users))
        elif step == 1 and task.decided_at is None:
            desk_decide.give_up(world.desk, task.id, task.version, admin)
        elif step == 2 and task.decided_at is None:
            desk_decide.close(world.desk, task.id, task.version, admin)
        elif step == 3:
            world.clock.pass_time(timedelta(minutes=random.randrange(40)))
        else:
            tasks.append(message(world))
        for client, page, query in random.sample(open_ones, 3):
            look(client, page, query)
            fresh = Shown()
            look(client, fresh, query)
            assert (list(page.rows), page.rows) == (list(fresh.rows), fresh.rows)
            assert page.tag == fresh.tag


def test_promise_53_the_list_of_conversations_is_shared_by_equals_only(world: World) -> None:
    booking = world.booking()
    place = next(p.id for p in world.desk.clinic.locations)
    places: list[tuple[str, ...]] = [(), (), (place,), ("elsewhere",)]
    people = [somebody(world, "front-desk", locations=at) for at in places]
    answers = [world.enter(p).get("/console/conversations/rows", headers=_LIVE) for p in people]
    assert [f'id="row-{booking.conversation}"' in a.text for a in answers] == [
        True,
        True,
        place_of(booking) == place,
        False,
    ]
    tags = [a.headers["etag"] for a in answers]
    assert tags[0] == tags[1]
    assert len(set(tags)) == 3
    mine = world.enter(people[0])
    assert mine.get("/console/conversations/rows", headers={**_LIVE, "If-None-Match": tags[0]}).status_code == 304
    assert mine.get("/console/conversations/rows", headers={**_LIVE, "If-None-Match": tags[3]}).status_code == 200
    world.talk("somebody else")
    assert mine.get("/console/conversations/rows", headers={**_LIVE, "If-None-Match": tags[0]}).status_code == 200
