"""Sending, stopped by whoever sees it and started by an admin; every page and every probe says so."""

import argparse

import pytest

from agent.settings import Settings
from agent.verbs import sends
from tests.web.console_desk import World, csrf_of


def test_anybody_stops_sending_and_an_admin_starts_it(world: World) -> None:
    desk, admin = world.browser("front-desk"), world.browser("admin")
    assert "Texts go out as they become due" in desk.get("/console/sends").text
    assert desk.post("/console/sends/stop", data={"csrf": "no"}).status_code == 403
    assert desk.post("/console/sends/stop", data={"csrf": csrf_of(desk)}).status_code == 303
    page = desk.get("/console/sends").text
    assert "Sending is stopped" in page
    assert f"by {world.user('front-desk').name}" in page
    assert "Start sending again" not in page
    assert "Sending is stopped." in desk.get("/console").text
    assert desk.get("/readyz").text == "ready, sending is stopped"
    assert "frontdesk_sends_stopped 1.0" in desk.get("/metrics").text
    assert desk.post("/console/sends/start", data={"csrf": csrf_of(desk)}).status_code == 403
    assert admin.post("/console/sends/start", data={"csrf": csrf_of(admin)}).status_code == 303
    assert "Sending is stopped" not in desk.get("/console").text
    assert desk.get("/readyz").text == "ready"
    assert admin.post("/console/sends/burn", data={"csrf": csrf_of(admin)}).status_code == 404


def test_emergency_wording_is_stopped_only_by_name(world: World) -> None:
    client = world.browser("clinician")
    client.post("/console/sends/stop", data={"csrf": csrf_of(client), "everything": "yes"})
    assert "not even emergency wording" in client.get("/console/sends").text
    client.post("/console/sends/stop", data={"csrf": csrf_of(client)})
    assert "Only emergency wording still goes out" in client.get("/console/sends").text


def test_a_card_says_in_plain_words_what_did_not_arrive(world: World) -> None:
    held, _ = world.talk("hello")
    given = {"why": "delivery_landline", "code": "30006", "unsent": "See you on Monday.", "outbound": "0" * 26}
    task = world.prepare("callback", held, given, priority="urgent", because="delivery_failed")
    page = world.browser("front-desk").get(f"/console/tasks/{task.id}").text
    for words in ("This number cannot get texts; it may be a landline", "Our text", "See you on Monday.", "30006"):
        assert words in page
    for words in ("0" * 26, "Outbound", "What is the date of birth?", "delivery landline"):
        assert words not in page


def test_the_operators_verb_stops_and_starts(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/desk.db", var=tmp_path)  # type: ignore[arg-type]
    monkeypatch.setattr(sends, "load_settings", lambda: settings)
    parser = argparse.ArgumentParser()
    sends.arguments(parser)

    def said(*words: str) -> tuple[int, str]:
        code = sends.run(parser.parse_args(words))
        return code, capsys.readouterr().out

    assert said() == (0, "sending; 0 waiting\n")
    assert said("stop")[1].startswith("stopped (all but emergency wording) by an operator at 20")
    assert said("stop", "--everything")[1].startswith("stopped (everything) by an operator at 20")
    assert said("start") == (0, "sending; 0 waiting\n")
    assert said("start", "--everything") == (2, "")
