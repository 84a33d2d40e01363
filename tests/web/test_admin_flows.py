"""Flows that an admin can read, each word of them leading to where it is edited; and by when tasks are due."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from agent.adapters.clinic_edits import edited_clinic, edited_text
from agent.desk.due import policy_of
from agent.web.admin_flows import DOES, span, step_in_words
from tests import shared
from tests.web.console_desk import World

CONTENT = shared.content()
DUE = "/admin/facts/due/all"


@pytest.fixture
def client(world: World) -> TestClient:
    return world.admin()


def test_every_flow_can_be_read_and_every_way_leads_to_a_step(client: TestClient) -> None:
    listed = client.get("/admin/flows").text
    for name, flow in CONTENT.flows.items():
        assert f'href="/admin/flows/{name}"' in listed
        page = client.get(f"/admin/flows/{name}?lang=es")
        assert page.status_code == 200
        assert flow.describe in html.unescape(page.text)
        assert set(re.findall(r'href="#(s-[^"]+)"', page.text)) <= set(re.findall(r'<li id="(s-[^"]+)"', page.text))
    assert client.get("/admin/flows/nothing").status_code == 404
    assert client.get("/admin/flows/book?lang=xx").status_code == 404


def test_what_the_desk_says_in_a_step_leads_to_the_page_of_its_wording(client: TestClient) -> None:
    page = client.get("/admin/flows/book?lang=es").text
    assert CONTENT.messages["es"]["booking.ask_day"].text in html.unescape(page)
    assert client.get("/admin/messages/es/booking.ask_day").status_code == 200
    keys = set(re.findall(r'href="(/admin/messages/es/[^"]+)"', page))
    assert {"/admin/messages/es/booking.ask_day", "/admin/messages/es/booking.offer.other_day"} <= keys
    assert [k for k in sorted(keys) if client.get(k).status_code != 200] == []


def test_each_step_of_each_flow_says_what_it_does_in_words(world: World) -> None:
    for flow in CONTENT.flows.values():
        for at, step in enumerate(flow.steps):
            shown = step_in_words(CONTENT, world.desk.clinic, flow, at, "en")
            assert shown["does"]
            assert not any("_" in line for line in shown["does"]), (flow.flow, step.id, shown["does"])
            assert step.action is None or step.action in DOES
    booked = next(i for i, s in enumerate(CONTENT.flows["book"].steps) if s.id == "propose")
    assert step_in_words(CONTENT, world.desk.clinic, CONTENT.flows["book"], booked, "en")["does"] == [
        "Prepares a task for front desk: booking, due within 4 hours"
    ]


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "90 minutes"), (2880, "2 days")]
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert span(minutes) == words


def rules(client: TestClient, *rows: tuple[str, str, str, str]) -> dict[str, list[str]]:
    names = ("kind", "reason", "minutes", "urgent_minutes")
    return {n: [row[i] for row in rows] for i, n in enumerate(names)} | {"version": ["0"]}


def test_due_times_are_changed_in_the_draft_and_hold_once_they_serve(world: World, client: TestClient) -> None:
    assert 'placeholder="240"' in client.get(DUE).text
    given = rules(client, ("booking", "", "120", ""), ("refill", "", "", ""), ("urgent", "chest_pain", "", "2"))
    assert client.post(DUE, data=given).status_code == 303
    with world.desk.store.begin(write=False) as tx:
        (edit,) = tx.content.edits(world.desk.clinic.id)
    assert edit.value == {
        "rules": [
            {"kind": "booking", "minutes": 120},
            {"kind": "urgent", "reason": "chest_pain", "urgent_minutes": 2},
        ]
    }
    again = client.get(DUE).text
    assert 'value="120"' in again
    assert 'value="chest_pain"' in again
    clinic = edited_clinic(world.settings.clinic_file, {edit.key: edit.value})
    own = policy_of(clinic, CONTENT.tasks["booking"], "booking", None)
    assert (own.due_minutes, own.urgent_due_minutes) == (120, CONTENT.tasks["booking"].urgent_due_minutes)
    assert policy_of(clinic, CONTENT.tasks["urgent"], "urgent", "chest_pain").urgent_due_minutes == 2
    assert "minutes: 120" in edited_text(world.settings.clinic_file, {edit.key: edit.value})
    assert "booking · 120" in client.get("/admin/draft").text


@pytest.mark.parametrize(
    "row",
    [("nothing", "", "10", ""), ("booking", "", "ten", ""), ("booking", "", "-5", ""), ("booking", "", "0", ""),
     ("booking", "<b>", "5", "")],
)  # fmt: skip
def test_due_times_that_cannot_be_are_refused_and_stay_on_the_page(
    world: World, client: TestClient, row: tuple[str, str, str, str]
) -> None:
    answer = client.post(DUE, data=rules(client, row))
    assert answer.status_code == 422
    assert "Not saved" in answer.text
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []
