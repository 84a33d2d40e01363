"""/admin as a clinic manager uses it: edit, be told why not, never overwrite a colleague, publish, take it back."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from agent.content import sources
from agent.desk import timing
from agent.web import admin as overview
from agent.web.admin import facts_found
from agent.web.admin_facts import titles
from agent.web.admin_room import Admin
from agent.workbench import Workbench
from tests.web.console_desk import World

ASK = "/admin/messages/es/booking.ask_day"
HOURS = "/admin/facts/hours/brooklyn"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    made = world.admin()
    yield made
    for edit in edits(world).values():
        given = {"key": edit.key, "version": str(edit.version)}
        assert made.post("/admin/draft/drop", data=given).status_code == 303


def edits(world: World) -> dict[str, Any]:
    with world.desk.store.begin(write=False) as tx:
        return {e.key: e for e in tx.content.edits(world.desk.clinic.id)}


def version(client: TestClient, path: str) -> str:
    return client.get(path).text.split('name="version" value="', 1)[1].split('"', 1)[0]


def test_a_message_is_saved_in_the_draft_and_a_broken_one_is_refused_with_the_text_kept(
    world: World, client: TestClient
) -> None:
    broken = client.post(ASK, data={"text": "¿Qué {dia} le conviene?", "version": "0"})
    assert broken.status_code == 422
    assert "¿Qué {dia} le conviene?" in broken.text
    assert "{dia} unknown" in broken.text
    assert edits(world) == {}
    assert client.post(ASK, data={"text": "¿Qué día le viene mejor?", "version": "0"}).status_code == 303
    saved = edits(world)["message/es/booking.ask_day"]
    assert (saved.value["text"], saved.value["origin"]) == ("¿Qué día le viene mejor?", "human")
    read = {"text": "¿Qué día le viene mejor?", "version": "1", "reviewed": "yes"}
    assert client.post(ASK, data=read).status_code == 303
    assert edits(world)["message/es/booking.ask_day"].value["reviewer"] == world.user("admin").name
    assert client.post(ASK, data={"text": "¿Qué día le conviene?", "version": "2"}).status_code == 303
    assert edits(world) == {}  # as it is published: no change is left
    looked = client.post(f"{ASK}/look", data={"text": "Escriba STOP <b>"}).text
    assert "Carriers take the word STOP" in looked
    assert "it holds markup".capitalize() in looked


def test_whoever_is_second_sees_both_texts_and_replaces_nothing_unasked(world: World, client: TestClient) -> None:
    assert client.post(ASK, data={"text": "¿Qué día prefiere?", "version": "0"}).status_code == 303
    late = client.post(ASK, data={"text": "¿Cuándo quiere venir?", "version": "0"})
    assert late.status_code == 409
    assert "¿Qué día prefiere?" in late.text
    assert "¿Cuándo quiere venir?" in late.text
    assert edits(world)["message/es/booking.ask_day"].value["text"] == "¿Qué día prefiere?"
    again = late.text.split('name="version" value="', 1)[1].split('"', 1)[0]
    assert client.post(ASK, data={"text": "¿Cuándo quiere venir?", "version": again}).status_code == 303


def test_pasted_sentences_stay_lines_and_one_that_two_intents_claim_is_named(world: World, client: TestClient) -> None:
    path, key = "/admin/intents/vi/thanks", "intent/vi/thanks"
    now = world.desk.content.rows["corpus"]["vi"]
    said = "\n".join(now["thanks"]["examples"])
    more = "  cảm ơn   cô nhiều nha\r\n\r\ncảm ơn cô nhiều nha\n"
    misses = {"miss": [m["text"] for m in now["thanks"].get("not_this", ())],
              "means": [m["intent"] for m in now["thanks"].get("not_this", ())]}  # fmt: skip
    tests = {"tests": "\n".join(now["thanks"]["tests"]), "version": version(client, path)}
    taken = now["book"]["examples"][0]
    wrong = client.post(path, data={**tests, **misses, "examples": f"{said}\n{taken}"})
    assert wrong.status_code == 422
    assert "means book here and thanks in" in wrong.text or "means thanks here and book in" in wrong.text
    assert edits(world) == {}
    assert client.post(path, data={**tests, **misses, "examples": f"{said}\n{more}"}).status_code == 303
    assert edits(world)[key].value["examples"] == [*now["thanks"]["examples"], "cảm ơn cô nhiều nha"]


def test_safety_phrases_are_added_as_plain_words_and_the_core_stays(world: World, client: TestClient) -> None:
    path = "/admin/safety/es/chest_pain"
    given = {"phrases-E1": "me truena el pecho\n[dolor|ardor] ...3 pecho", "tests": "ay, me truena el pecho",
             "version": "0"}  # fmt: skip
    refused = client.post(path, data=given)
    assert refused.status_code == 422
    assert "write plain words" in refused.text
    assert "me truena el pecho" in refused.text
    assert client.post(path, data=given | {"phrases-E1": "me truena el pecho"}).status_code == 303
    saved = edits(world)["safety/es/chest_pain"].value
    assert saved == {"phrases": {"E1": ["me truena el pecho"]}, "tests": ["ay, me truena el pecho"]}
    silent = given | {"phrases-E1": "me truena el pecho", "tests": "hoy hace sol", "version": "1"}
    assert "rings no longer" in client.post(path, data=silent).text


def test_hours_are_read_as_people_write_them_and_nonsense_is_refused(world: World, client: TestClient) -> None:
    days = {"mon": "8:00 – 12:00; 13-17:30", "tue": "closed", "wed": "9-12", "version": "0"}
    assert client.post(HOURS, data=days).status_code == 303
    hours = edits(world)["clinic/hours/brooklyn"].value["hours"]
    assert (hours["mon"], hours["tue"], hours["wed"]) == (["08:00-12:00", "13:00-17:30"], [], ["09:00-12:00"])
    for wrong in ("17-9", "8-12, 11-13", "noon", "25:00-26:00"):
        answer = client.post(HOURS, data={"mon": wrong, "version": "1"})
        assert answer.status_code == 422, wrong
        assert "What you typed is still here" in answer.text, wrong
        assert '<li dir="auto">Monday: ' in answer.text, wrong
        assert "hours.mon" not in answer.text, wrong
    assert "Monday: write the hours as 08:00-12:00, 13:00-17:30" in client.post(HOURS, data={"mon": "10 bis 3"}).text
    plans = client.post("/admin/facts/insurance/all", data={"plans": "Aetna\n<b>Evil</b>", "version": "0"})
    assert plans.status_code == 422
    assert "write plain text" in plans.text


def test_how_long_a_waitlist_offer_stands_is_edited_and_what_can_never_hold_is_refused(
    world: World, client: TestClient
) -> None:
    path = "/admin/facts/waitlist/all"
    assert 'name="notice_minutes" value="120"' in client.get(path).text
    rows = {"notice_minutes": "90", "within_hours": ["12", "48", "", ""], "minutes": ["15", "", "45", ""]}
    assert client.post(path, data=rows | {"version": "0"}).status_code == 303
    assert edits(world)["clinic/waitlist/"].value == {
        "notice_minutes": 90, "offers": [{"within_hours": 12, "minutes": 15}, {"minutes": 45}],
    }  # fmt: skip
    assert 'name="minutes" value="15"' in client.get(path).text
    for hours, minutes, notice, told in (
        (["12"], ["15"], "90", "rule for every time"), ([""], ["15"], "soon", "waitlist"),
        (["24", "12", ""], ["15", "20", "30"], "90", "never comes to bear"), ([""], ["2"], "90", "out of range"),
    ):  # fmt: skip
        given = {"notice_minutes": notice, "within_hours": hours, "minutes": minutes, "version": "1"}
        answer = client.post(path, data=given)
        assert answer.status_code == 422, told
        assert told in answer.text


def looked(client: TestClient, text: str, lang: str = "es") -> Any:
    return client.post(f"/admin/translators/{lang}", data={"sent": "1"}, files={"file": ("a file", text.encode())})


def field(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def test_a_translators_file_is_looked_at_and_then_taken_without_what_is_faulty(
    world: World, client: TestClient
) -> None:
    sheet = client.get("/admin/translators/vi/phrases.csv").content.decode()
    assert "it says what stands here already" in looked(client, sheet, "vi").text
    text = client.get("/admin/translators/es/messages.po").text
    assert "#. English: Which day would suit you?" in text
    mended = text.replace('msgstr "Con mucho gusto."', 'msgstr "A la orden."')
    mended = mended.replace('msgstr "¿Qué día le conviene?"', 'msgstr "¿Qué {dia} le conviene?"')
    page = looked(client, mended).text
    assert "Take 1 change into the draft" in page
    assert "<bdi>booking.ask_day</bdi>" in page
    assert "{dia} unknown" in page
    assert edits(world) == {}  # a look changes nothing
    given = {"file": field(page, "file"), "state": field(page, "state"), "read": "message/es/courtesy.welcome"}
    assert client.post("/admin/messages/es/courtesy.welcome", data={"text": "De nada.", "version": "0"}).is_redirect
    late = client.post("/admin/translators/es/take", data=given)
    assert late.status_code == 409
    assert "here is the file compared anew" in late.text
    assert edits(world)["message/es/courtesy.welcome"].value["text"] == "De nada."
    taken = client.post("/admin/translators/es/take", data=given | {"state": field(late.text, "state")})
    assert taken.headers["location"] == "/admin/translators/es?taken=1"
    saved = edits(world)["message/es/courtesy.welcome"].value
    assert (saved["text"], saved["origin"], saved["reviewer"]) == ("A la orden.", "machine", world.user("admin").name)
    assert 'msgstr "A la orden."' in client.get("/admin/translators/es/messages.po").text
    assert world.audited("content:imported") == [(f"staff:{world.user('admin').id}", "es/po")]


def test_a_file_that_is_refused_says_why_in_one_line(client: TestClient) -> None:
    text = client.get("/admin/translators/es/messages.po").text
    cut = looked(client, text[: text.index("Con mucho gusto")])
    assert cut.status_code == 422
    assert "Nothing was taken" in cut.text
    large = client.post("/admin/translators/es", data={"sent": "1"}, files={"file": ("x", b"x" * 10_000_000)})
    assert (large.status_code, "The file is larger than 2 MB" in large.text) == (422, True)
    nothing = client.post("/admin/translators/es", data={"sent": "1"}, files={"file": ("", b"")})
    assert (nothing.status_code, "The file is empty" in nothing.text) == (422, True)
    assert client.post("/admin/translators/es", data={"sent": "1"}).status_code == 403
    assert client.get("/admin/translators/es/secrets.yaml").status_code == 404
    assert client.get("/admin/translators/xx").status_code == 404


def test_saving_a_translators_words_does_not_make_them_read(world: World, client: TestClient) -> None:
    page = looked(client, client.get("/admin/translators/es/messages.xlf").text.replace(
        "¿Qué día le conviene?", "¿Qué día le viene bien?").replace("mt-suggestion", "x-none").replace(
        'fd:origin="machine"', 'fd:origin="human"')).text  # fmt: skip
    assert client.post("/admin/translators/es/take", data={
        "file": field(page, "file"), "state": field(page, "state")}).is_redirect  # fmt: skip
    assert edits(world)["message/es/booking.ask_day"].value["origin"] == "translator"
    words = {"text": "¿Qué día le viene bien?", "version": "1", "note": "ask Rosa"}
    assert client.post(ASK, data=words).is_redirect
    saved = edits(world)["message/es/booking.ask_day"].value
    assert (saved["origin"], saved["reviewer"], saved["note"]) == ("translator", "", "ask Rosa")
    assert client.post(ASK, data=words | {"version": "2", "reviewed": "yes"}).is_redirect
    assert edits(world)["message/es/booking.ask_day"].value["reviewer"] == world.user("admin").name


def test_a_draft_is_rehearsed_published_and_taken_back_from_the_page(world: World, client: TestClient) -> None:
    client.post(ASK, data={"text": "¿Qué día le viene mejor?", "version": "0"})
    assert client.post("/admin/draft/propose", data={"reason": " "}).status_code == 422
    assert client.post("/admin/draft/propose", data={"reason": "warmer"}).status_code == 303
    page = client.get("/admin/proposals/newest")
    assert "waits for its rehearsal" in page.text
    id = page.text.split("/admin/proposals/", 1)[1].split("/", 1)[0]
    assert client.post(f"/admin/proposals/{id}/publish").status_code == 409
    with world.desk.store.begin() as tx:
        found = tx.content.proposal(id)
        assert found is not None
        tx.content.save_proposal(found.model_copy(update={"state": "checked"}))
    assert client.post(f"/admin/proposals/{id}/publish").status_code == 303
    history = client.get("/admin/history").text
    assert "warmer" in history
    assert "Revision 1" in history
    assert "viene mejor?" in client.get("/admin/history/1").text
    assert client.get(ASK).text.count("¿Qué día le viene mejor?") > 1
    assert client.post("/admin/history/0/restore", data={"reason": "as it was"}).status_code == 303
    assert "¿Qué día le conviene?" in client.get(ASK).text
    assert world.audited("content:restored")


def test_a_publish_gets_a_time_on_the_clinics_clock_and_what_was_refused_is_seen_everywhere(
    world: World, client: TestClient
) -> None:
    client.post(ASK, data={"text": "¿Qué día le va bien?", "version": version(client, ASK)})
    assert client.post("/admin/draft/propose", data={"reason": "for spring"}).is_redirect
    with world.desk.store.begin() as tx:
        (found,) = tx.content.proposals(world.desk.clinic.id, 1)
        tx.content.save_proposal(found.model_copy(update={"state": "checked"}))
    path = f"/admin/proposals/{found.id}"
    wrong = client.post(f"{path}/time", data={"at": "2026-03-08T02:30"})
    assert (wrong.status_code, "the clocks go forward then" in wrong.text) == (409, True)
    assert 'value="2026-03-08T02:30"' in wrong.text
    assert client.post(f"{path}/time", data={"at": "2026-03-06T18:00"}).is_redirect
    page = client.get(path).text
    assert "published by itself at its time, <strong>Fri, Mar 6, 6:00 PM</strong>" in page
    assert "Tom Becker has set" in page
    assert "by itself: Fri, Mar 6, 6:00 PM" in client.get("/admin").text
    assert client.post(f"{path}/untime").is_redirect
    assert "published by itself" not in client.get(path).text
    assert client.post(f"{path}/time", data={"at": "2026-03-06T18:00"}).is_redirect
    with world.desk.store.begin() as tx:
        claimed = tx.content.proposal(found.id)
    assert claimed is not None
    timing.give_up(world.desk, claimed, "the files have changed since the rehearsal")
    for there in ("/admin", "/admin/messages"):
        assert (
            "Not published at its time, Fri, Mar 6, 6:00 PM:</strong> the files have changed" in client.get(there).text
        )
    assert "at a set time was not." in client.get("/console").text
    assert "at a set time was not." not in world.browser("front-desk").get("/console").text
    assert client.post(f"{path}/withdraw").is_redirect
    assert "at a set time was not." not in client.get("/console").text


def test_search_finds_every_fact_of_the_clinic_by_its_title_and_by_what_stands_in_it(world: World) -> None:
    admin = Admin(cast(Any, SimpleNamespace(desk=world.desk)))

    def found(words: str, lang: str = "") -> dict[str, str]:
        return {row["href"].removeprefix("/admin/facts/"): row["text"] for row in facts_found(admin, words, lang)}

    named = [row for rows in titles(admin).values() for row in rows if not row[0].endswith("/new")]
    assert len(named) > 30
    for address, title in named[::6]:
        assert address in found(title.casefold()), (address, title)
    for words, address in (
        ("214 prospect", "place/brooklyn"), ("09:00-13:00", "hours/brooklyn"), ("limpieza", "visit/cleaning"),
        ("acción de gracias", "closures/all"),
        ("estacionamiento al lado", "place/brooklyn"),
    ):  # fmt: skip
        assert address in found(words), words
    assert "estacionamiento al lado" in found("prospect lane", "es")["place/brooklyn"]


def test_the_first_page_after_a_start_waits_for_no_file_and_a_message_for_its_own_book_alone(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()
    for kind in ("read_document", "read_po"):
        by = getattr(sources, kind)
        monkeypatch.setattr(sources, kind, lambda path, name, by=by: (read.append(name), by(path, name))[1])
    fresh = World()
    monkeypatch.setattr(Workbench, "_read", OrderedDict())
    client = fresh.admin()
    for path in ("/admin", "/admin/languages", "/admin/intents?lang=es", "/admin/search?q=cita", "/admin/facts"):
        assert client.get(path).status_code == 200
        assert read == [], path
    assert client.get(ASK).status_code == 200
    assert read == ["locales/es/LC_MESSAGES/messages.po"]
    fresh.desk.store.close()


def test_how_far_a_language_has_come_is_counted_once_and_the_draft_each_time(world: World, client: TestClient) -> None:
    def page() -> str:
        return re.sub(r'value="[\w-]{20,}"', "", client.get("/admin").text)

    before, counted = page(), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overview, "_language", lambda _, tag: counted.append(tag))
        assert page() == before
    assert counted == []
    assert client.post(ASK, data={"text": "¿Qué día le viene mejor?", "version": "0"}).status_code == 303
    assert page() != before


def test_a_live_language_lacks_no_message_that_another_only_says_otherwise_on_the_telephone(client: TestClient) -> None:
    counts = re.findall(r"<td>(\d+) of (\d+)</td>", client.get("/admin").text)
    assert len(counts) >= 15 * 2
    assert [c for c in counts if c[0] != c[1]] == []


def test_search_finds_words_wherever_they_stand(client: TestClient) -> None:
    found = client.get("/admin/search", params={"q": "¿Qué día le conviene"}).text
    assert ASK in found
    assert "Nothing holds" in client.get("/admin/search", params={"q": "zzqqxx<script>"}).text
    assert "<script>alert" not in client.get("/admin/search", params={"q": "<script>alert(1)"}).text


def test_a_page_of_the_clinics_facts_says_which_part_it_is_and_leads_back(client: TestClient) -> None:
    hours, closed = client.get(HOURS).text, client.get("/admin/facts/closures/all").text
    assert '<a href="/admin/facts">The clinic</a> · Opening hours</p>\n<h1>Brooklyn</h1>' in hours
    assert "<title>Brooklyn, Opening hours ·" in hours
    assert "<h1>Closed days and other hours</h1><p>Holidays, days off, days with hours of their own.</p>" in closed
