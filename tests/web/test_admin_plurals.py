"""A message that says a number, at /admin: a box for each form of its language, named by its rule and checked."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.console_desk import World

RU = "/admin/messages/ru/check.yours"
FORMS = ["У вас {count} приём:\n{appointments}", "У вас {count} приёма:\n{appointments}",
         "У вас {count} приёмов:\n{appointments}"]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


@pytest.fixture
def client(world: World) -> TestClient:
    return world.admin()


def drafted(world: World) -> dict[str, object] | None:
    with world.desk.store.begin(write=False) as tx:
        return next((e.value for e in tx.content.edits(world.desk.clinic.id) if "check.yours" in e.key), None)


def boxes(page: str) -> list[str]:
    return re.findall(r'<textarea id="text\d*" name="text"[^>]*>([^<]*)</textarea>', page)


def test_each_form_has_a_box_with_the_name_of_its_rule_and_numbers_beside_the_english(client: TestClient) -> None:
    page = client.get(RU).text
    assert len(boxes(page)) == 3
    for name, numbers in (("one", "1, 21, 31, 41 …"), ("few", "2, 3, 4, 22 …"), ("many", "0, 5, 6, 7 …")):
        assert f"<strong>{name}</strong> <small>for {numbers}</small>" in page
    assert "You have one upcoming visit:" in page
    assert "You have {count} upcoming visits." in page
    for said in ("У вас впереди 1 приём", "У вас впереди 2 приёма", "У вас впереди 5 приёмов"):
        assert said in page  # how each reads, as a text
    assert len(boxes(client.get("/admin/messages/ar/check.yours").text)) == 6
    assert len(boxes(client.get("/admin/messages/ru/booking.ask_day").text)) == 1


def test_a_form_that_is_empty_or_lacks_its_number_is_refused_by_name_with_all_texts_kept(
    world: World, client: TestClient
) -> None:
    few = "the form “few” (for 2, 3, 4, 22 …)"
    for spoilt, why in (("", f"{few} is empty"), ("У вас: {appointments}", f"in {few} placeholders differ")):
        answer = client.post(RU, data={"text": [FORMS[0], spoilt, FORMS[2]], "version": "0"})
        assert answer.status_code == 422
        assert why[4:] in answer.text
        assert boxes(answer.text) == [FORMS[0], spoilt, FORMS[2]]
        looked = client.post(f"{RU}/look", data={"text": [FORMS[0], spoilt, FORMS[2]]}).text
        assert why[4:] in looked
    assert drafted(world) is None
    assert client.post(RU, data={"text": FORMS[:2], "version": "0"}).status_code == 422


def test_the_forms_are_kept_while_they_are_typed_and_saved_together(world: World, client: TestClient) -> None:
    typed = client.post("/admin/typing/message/ru/check.yours", data={"text": FORMS, "version": "0", "note": ""})
    assert typed.status_code == 204
    assert boxes(client.get(RU).text) == FORMS
    assert client.post(RU, data={"text": FORMS, "version": "0", "reviewed": "yes"}).status_code == 303
    saved = drafted(world)
    assert saved is not None
    assert (saved["plural"], saved["text"], saved["reviewer"]) == (FORMS, FORMS[-1], world.user("admin").name)
    assert boxes(client.get(RU).text) == FORMS


def test_the_difference_names_each_form_once_and_marks_what_was_mended(client: TestClient) -> None:
    mended = ["Jest jedna wizyta:\n{appointments}", "Są {count} wizyty. Najbliższe to:\n{appointments}",
              "Jest {count} wizyt. Najbliższe to:\n{appointments}"]  # fmt: skip
    assert client.post("/admin/messages/pl/check.yours", data={"text": mended, "version": "0"}).status_code == 303
    page = client.get("/admin/draft").text
    told = page[page.index("/admin/messages/pl/check.yours") :].split("/admin/messages/ru/")[0]
    assert [told.count(f"for {name}<") for name in ("one", "few", "many")] == [2, 2, 2]
    assert told.count("wizyt. ") == 2  # as it was and as it is, each once
    assert "<mark>Są </mark>" in told


def test_a_channel_with_a_wording_of_its_own_is_shown_with_that(world: World, client: TestClient) -> None:
    page = client.get("/admin/messages/en/check.yours").text
    aloud = page[page.index("<strong>Read aloud</strong>") :].split("</div>")[0]
    own = world.desk.content.messages["en"]["check.yours@voice"].plural[0].split("{")[0]
    assert own in aloud
    assert "- " not in aloud.partition(own)[2]
    assert 'href="/admin/messages/en/check.yours@voice"' in aloud
    assert "check.yours@voice" not in page[page.index("<strong>As a text</strong>") :].split("</div>")[0]
    ask = "/admin/messages/en/courtesy.welcome"
    assert client.post(f"{ask}@voice", data={"text": "With pleasure.", "version": "0"}).status_code == 303
    looked = client.post(f"{ask}/look", data={"text": "Not at all."}).text
    aloud = looked[looked.index("<strong>Read aloud</strong>") :]
    assert "With pleasure." in aloud
    assert "Not at all." not in aloud
    assert looked.count("Not at all.") == 2
