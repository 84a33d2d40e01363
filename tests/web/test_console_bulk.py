"""Bulk sends in the console: prepared, looked at, agreed to by a colleague, released, stopped; by whom it may be."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from agent.desk.bulk_out import bulk_out
from agent.desk.outgoing_calls import agree
from agent.ports.dialler import Placed
from tests import shared
from tests.desk.bulked import YEAR, on_file, visits
from tests.web.console_desk import MONDAY, World, csrf_of


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.gate = shared.gate("en", "es")
    for n in range(3):
        who = on_file(made.desk, f"+1718555{7000 + n}", f"Ana{n} Torres", "es" if n else "en")
        visits(made.desk, who, MONDAY - YEAR, lane=n)
    yield made
    made.desk.store.close()


class Silent:
    """A line on which nothing rings."""

    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int, *, listen: bool = False) -> str:
        raise NotImplementedError

    def redirect(self, call: str, url: str) -> None:
        raise NotImplementedError

    def hang_up(self, call: str) -> None:
        raise NotImplementedError

    def placed(self, to: str, sender: str, since: datetime) -> list[Placed]:
        raise NotImplementedError


def recall(world: World, **more: str) -> str:
    """The address of a recall that the front desk has prepared."""
    client = world.browser("front-desk")
    given = {"csrf": csrf_of(client), "kind": "recall", "visit_type": "physical", "months": "12", **more}
    done = client.post("/console/bulk/new", data=given)
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


def press(world: World, role: str, address: str, act: str, **more: str) -> int:
    client = world.browser(role)
    return client.post(f"{address}/{act}", data={"csrf": csrf_of(client), **more}).status_code


def test_a_recall_is_shown_with_languages_texts_and_reasons_and_waits_for_a_second_person(world: World) -> None:
    address = recall(world, line_es="Ahora estamos en la calle Mayor 5.")
    page = world.browser("front-desk").get(address).text
    assert "Spanish: 2" in page
    assert "English: 1" in page
    assert "hace tiempo que no le vemos" in page
    assert "calle Mayor 5" in page
    assert "a sentence of your own" in page
    assert "Ask a colleague" in page
    assert press(world, "front-desk", address, "agree") == 422
    assert press(world, "front-desk", address, "release", stage="1") == 422
    assert press(world, "clinician", address, "release", stage="1") == 403
    assert press(world, "clinician", address, "agree") == 303
    assert "agreed to by Dr. Amara Okafor" in world.browser("front-desk").get(address).text
    assert press(world, "front-desk", address, "release", stage="2") == 422
    assert press(world, "front-desk", address, "release", stage="1") == 303
    assert press(world, "front-desk", address, "release", stage="1") == 422


def test_who_agreed_to_calls_is_counted_by_language_and_way_and_how_it_went_stands_beside_the_name(
    world: World,
) -> None:
    desk = world.desk
    calls = desk.clinic.reminders.calls.model_copy(update={"enabled": True})
    reminders = desk.clinic.reminders.model_copy(update={"calls": calls})
    desk.clinic, desk.dialler = desk.clinic.model_copy(update={"reminders": reminders}), Silent()
    with desk.store.begin(write=False) as tx:
        ana, sara = (tx.patients.by_phone(desk.clinic.id, f"+1718555{7000 + n}")[0] for n in (0, 1))
    for who in (ana, sara):
        agree(desk, who.id, who.phones[0], world.user("front-desk"), agreed=True)
    address = recall(world)
    page = world.browser("front-desk").get(address).text
    assert "1 by text, 2 by telephone: whoever agreed to calls" in page
    assert "English: 1, all by telephone" in page
    assert "Spanish: 2 (1 by text, 1 by telephone)" in page
    assert "What they hear on the telephone" in page
    assert "It has been a while since Ana0 was here" in page
    assert "Hace tiempo que no vemos a Ana1 por aquí" in page
    named = re.findall(r'<p class="soft">([^<]+)</p>\s*<p class="bubble" lang="en"[^>]*>([^<]+)<', page)
    whose, passed_on, machine = named[-3:]
    assert whose == ("who says that they are not", "All right. Can Ana0 be reached at this number?")
    assert passed_on[0] == "somebody else at their number"
    assert "Please ask Ana0 to call us" in passed_on[1]
    assert machine[0] == "a machine, and nothing else"
    assert "Please call us back at" in machine[1]
    assert "How the calls went" not in page
    assert page.count('<details class="act more" open><summary>English</summary>') == 1
    assert '<details class="act more"><summary>Spanish</summary>' in page
    with desk.store.begin() as tx:
        held = tx.bulk.get(address.rsplit("/", 1)[1], lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"state": "sending", "stage": 3}))
        one, two = (p for p in tx.bulk.people(held.id) if p.way == "call")
        tx.bulk.settle(one.model_copy(update={"state": "called", "rang": "told", "call": "c1"}))
        two = two.model_copy(update={"state": "skipped", "way": "text", "why": "opted out", "rang": "no-answer"})
        tx.bulk.settle(two.model_copy(update={"call": "c2"}))
    page = world.browser("front-desk").get(address).text
    assert "How the calls went" in page
    assert "told by telephone" in page
    assert "no answer, then: passed over: wrote STOP" in page
    assert "Whom neither text nor call reaches" in page
    assert "no telephone rings" in page


def test_the_page_says_what_is_true_of_the_texts_and_of_the_second_person(world: World) -> None:
    address = recall(world, line_es="Ahora estamos en la calle Mayor 5.")
    assert "A second person has to agree" in world.browser("front-desk").get(address).text
    press(world, "clinician", address, "agree")
    page = world.browser("front-desk").get(address).text
    assert "A second person has to agree" not in page
    assert "Why a second person agreed" in page
    world.clock.now = MONDAY + timedelta(hours=13)  # 23:00 in Brooklyn
    assert press(world, "front-desk", address, "release", stage="1") == 303
    for _ in range(2):
        page = world.browser("front-desk").get(address).text
        assert "The texts wait: the next one goes out at Tue, Mar 3, 8:00 AM." in page
        assert "Texts are going out" not in page
        bulk_out(world.desk)  # puts them off
    world.clock.now = MONDAY + timedelta(hours=23)
    assert "Texts are going out" in world.browser("front-desk").get(address).text
    bulk_out(world.desk)
    with world.desk.store.begin() as tx:
        assert tx.bulk.first_due(address.rsplit("/", 1)[1]) is None


def test_promise_51_anybody_stops_a_send_and_the_front_desk_lets_it_go_on(world: World) -> None:
    address = recall(world)
    assert press(world, "front-desk", address, "release", stage="1") == 303
    bulk_out(world.desk)
    assert press(world, "clinician", address, "stop") == 303
    page = world.browser("front-desk").get(address).text
    assert "Stopped by Dr. Amara Okafor" in page
    with world.desk.store.begin(write=False) as tx:
        assert tx.bulk.sending(world.desk.clinic.id) == []
    assert press(world, "front-desk", address, "go-on") == 303
    assert press(world, "front-desk", address, "drop") == 422
    assert press(world, "front-desk", address, "stop") == 303
    assert press(world, "front-desk", address, "drop") == 303
    assert "dropped" in world.browser("front-desk").get("/console/bulk").text


def test_a_form_that_means_nobody_or_says_too_much_is_kept_and_told(world: World) -> None:
    client = world.browser("front-desk")
    given = {"csrf": csrf_of(client), "kind": "closing", "day": "2026-02-01"}
    assert "not over" in client.post("/console/bulk/new", data=given).text
    given |= {"kind": "away", "day": "2026-07-01", "line_en": "See https://clinic.example"}
    answer = client.post("/console/bulk/new", data=given | {"provider": "okafor"})
    assert answer.status_code == 422
    assert "https://clinic.example" in answer.text
    assert "holds no links" in answer.text
    assert client.post("/console/bulk/new", data=given | {"kind": "lottery"}).status_code == 404
    assert client.get("/console/bulk/nothing").status_code == 404


def test_a_standing_rules_send_waits_until_somebody_answers_for_it(world: World) -> None:
    address = recall(world)
    with world.desk.store.begin() as tx:
        held = tx.bulk.get(address.rsplit("/", 1)[1], lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"made_by": "agent"}))
    assert "1 bulk send waits for a person" in world.browser("front-desk").get("/console").text
    assert "Nobody is texted until a person answers for it" in world.browser("front-desk").get(address).text
    assert press(world, "front-desk", address, "release", stage="1") == 422
    assert press(world, "front-desk", address, "adopt") == 303
    assert press(world, "front-desk", address, "adopt") == 422
    assert press(world, "front-desk", address, "release", stage="1") == 303


def test_whoever_works_at_one_place_has_to_do_with_sends_for_that_place_alone(world: World) -> None:
    address = recall(world)
    here = world.user("front-desk")
    with world.desk.store.begin() as tx:
        tx.staff.save(here.model_copy(update={"locations": ("brooklyn",)}))
    client = world.browser("front-desk")
    assert client.get(address).status_code == 404
    assert press(world, "front-desk", address, "drop") == 404
    given = {"csrf": csrf_of(client), "kind": "recall", "visit_type": "physical", "months": "12"}
    assert "places where you work" in client.post("/console/bulk/new", data=given).text
