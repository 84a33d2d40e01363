"""The public pages; the simulated handset and its sign-ins are there in the demo only."""

import pytest

from tests.desk.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_the_front_door_leads_to_the_chat(world: World) -> None:
    answer = world.client().get("/")
    assert answer.status_code == 200
    assert 'data-clinic="' in answer.text
    assert "/widget.js" in answer.text
    assert world.clinic.name in answer.text


@pytest.mark.parametrize("lang", ["en", "es", "xx", "<script>alert(1)</script>", ""])
def test_the_chat_page_survives_any_language(world: World, lang: str) -> None:
    answer = world.client().get("/chat", params={"lang": lang})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_widget_and_its_texts_may_be_loaded_by_other_pages(world: World) -> None:
    client = world.client()
    for path in ("/widget.js", "/widget/strings/en.json", "/widget/strings/es.json"):
        answer = client.get(path, headers={"origin": "https://clinic.example"})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/widget/strings/zz.json", "/widget/strings/..%2f..%2fsms.json", "/widget/strings/en-US.json"):
        assert client.get(path).status_code == 404


def test_the_simulated_phone_is_there_in_the_demo_only() -> None:
    assert World().client().get("/phone").status_code == 404
    assert World().client().get("/standin/handset").status_code == 404
    assert "demo" not in World().client().get("/console/sign-in").text.lower().replace("demo.clinic", "x")
    shown = World(demo=True).client().get("/phone")
    assert shown.status_code == 200
    assert "+17185550133" in shown.text
