"""What the desk heard is looked at again: a sample of what it was sure of, and whatever staff say was misunderstood."""

from collections.abc import Iterator

import pytest

from agent.desk.turn import work
from agent.model.conversation import Conversation
from agent.model.second_look import SecondLook
from agent.verbs.export import proposals
from tests import shared
from tests.web.console_desk import World, csrf_of


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.ears, made.desk.gate = shared.hearing().ears, shared.hearing().gate
    yield made
    made.desk.store.close()


def said(world: World, *texts: str) -> Conversation:
    """A conversation whose turns the desk has taken."""
    held, _ = world.talk(*texts)
    while work(world.desk):
        pass
    return held


def looks(world: World, verdict: str) -> list[SecondLook]:
    with world.desk.store.begin(write=False) as tx:
        return tx.looks.by_verdict(world.desk.clinic.id, verdict)  # type: ignore[arg-type]


def test_a_message_that_was_misunderstood_becomes_an_example_and_a_regression_test(world: World) -> None:
    held = said(world, "this is Dorothy Wilson, 718 555 0131, is my thing ready yet?")
    client = world.browser("front-desk")
    page = client.get(f"/console/conversations/{held.id}").text
    assert page.count("Misunderstood?") == 1
    with world.desk.store.begin(write=False) as tx:
        (line,) = [x for x in tx.conversations.thread(held.id) if x.direction == "in"]
    given = {"csrf": csrf_of(client), "conversation": held.id, "meant": "results_question"}
    given["back"] = f"/console/conversations/{held.id}"
    answer = client.post(f"/console/hearing/{line.id}/report", data=given)
    assert answer.status_code == 303
    assert "Thank you" in client.get(answer.headers["location"]).text
    (look,) = looks(world, "wrong")
    assert (look.meant, look.why, look.lang, look.channel) == ("results_question", "reported", "en", "sms")
    assert "Wilson" not in look.text
    assert "0131" not in look.text
    assert "is my thing ready yet" in look.text
    written = proposals([look])
    assert "results_question:" in written
    assert "regressions:\n  - {text: " in written
    assert client.post(f"/console/hearing/{line.id}/report", data=given).status_code == 303  # said twice: once
    assert len(looks(world, "wrong")) == 1
    page = client.get("/console/hearing").text
    assert "is my thing ready yet" in page


def test_a_sample_of_confident_answers_waits_for_a_person_and_is_decided_with_one_press(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"second_look_every": 1})
    said(world, "what are your opening hours?")
    said(world, "my chest hurts and I cannot breathe")
    client = world.browser("front-desk")
    (look,) = looks(world, "open")  # what rang an alarm is with people anyway
    assert (look.heard, look.why) == ("hours_location", "sample")
    page = client.get("/console/hearing").text
    assert "That is right" in page
    given = {"csrf": csrf_of(client), "meant": look.heard}
    assert client.post(f"/console/hearing/{look.inbound}/decide", data=given).status_code == 303
    assert looks(world, "open") == []
    (right,) = looks(world, "right")
    assert (right.meant, right.by) == ("hours_location", world.user("front-desk").id)
    with world.desk.store.begin(write=False) as tx:
        assert "hearing:right" in [e.tag for e in tx.audit.tail()]


def test_what_cannot_be_reported_is_refused_in_words(world: World) -> None:
    held = said(world, "hello")
    client = world.browser("front-desk")
    given = {"csrf": csrf_of(client), "conversation": held.id, "meant": "no such thing", "back": ""}
    for inbound, meant in (("nothing", "book"), ("nothing", "no such thing")):
        answer = client.post(f"/console/hearing/{inbound}/report", data={**given, "meant": meant})
        assert answer.status_code == 422
        assert "Not done" in answer.text
    assert client.post("/console/hearing/x/erase", data=given).status_code == 404
    evil = {**given, "meant": "book", "back": "//elsewhere.example/"}
    assert "elsewhere" not in client.post("/console/hearing/x/report", data=evil).headers.get("location", "")


def test_none_is_sampled_where_the_clinic_wants_none(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"second_look_every": 0})
    said(world, "what are your opening hours?")
    assert looks(world, "open") == []


def test_a_message_written_without_spaces_is_sampled_too(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"second_look_every": 1})
    said(world, "你们几点开门")
    (look,) = looks(world, "open")
    assert (look.lang, look.heard) == ("zh", "hours_location")


def test_the_figures_of_hearing_are_metrics_without_any_patient_in_them(world: World) -> None:
    said(world, "what are your opening hours?")
    text = world.browser("front-desk").get("/metrics").text
    assert 'frontdesk_hearing_confidence{channel="sms",language="en"}' in text
    assert "opening" not in text


def test_confidence_in_service_stands_beside_that_of_tests_and_of_held_out_training(world: World) -> None:
    said(world, "what are your opening hours?")
    held = world.desk.ears.held("en")
    assert len(held) > 1000
    page = world.browser("front-desk").get("/console/hearing").text
    assert f"training {sum(held) / len(held):.2f}" in page
    text = world.browser("front-desk").get("/metrics").text
    assert 'frontdesk_hearing_confidence_shift{channel="sms",language="en"}' in text
