"""A document sent with a reply: a link that names nothing, opened once by whoever proves to be the patient."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.desk import instructions
from agent.model.conversation import Conversation
from agent.model.document import Document
from agent.model.message import Outbound
from tests.web.console_desk import BORN, JON, World, csrf_of, jon


def post(client: TestClient, held: Conversation, act: str, **fields: Any) -> Any:
    return client.post(f"/console/conversations/{held.id}/{act}", data={"csrf": csrf_of(client), **fields})


def choice(client: TestClient, held: Conversation, title: str = "After a skin biopsy") -> str:
    page = client.get(f"/console/conversations/{held.id}").text
    return next(iter(re.findall(rf'<option value="([^"]+)" dir="auto">{title}', page)), "")


def sent(
    world: World, held: Conversation, text: str = "", role: str = "front-desk", title: str = "After a skin biopsy"
) -> str:
    """The link as the patient has it."""
    client = world.browser(role)
    answer = post(client, held, "reply", text=text, enclosed=choice(client, held, title))
    assert answer.status_code == 303
    return re.findall(r"/document/[\w-]+", " ".join(world.said(held.id)))[-1]


def says(client: TestClient, link: str, name: str = JON, dob: str = BORN) -> Any:
    return client.post(f"{link}/who", data={"name": name, "dob": dob})


def chat_of(world: World) -> Conversation:
    held, _ = world.talk("hello", channel="chat", phone="c" * 32)
    update = {"patient": jon(world).id, "identity": "verified", "version": held.version}
    with world.desk.store.begin() as tx:
        kept = tx.conversations.get(held.id, lock=True)
        assert kept is not None
        return tx.conversations.save(
            kept.model_copy(update={k: update[k] for k in ("patient", "identity")}), world.clock()
        )


def codes(world: World) -> list[Outbound]:
    """Those that went out, after everything that stands before them in the line."""
    found: list[Outbound] = []
    with world.desk.store.begin() as tx:
        while taken := tx.outbox.claim(world.clock(), 1.0, 20):
            for message in taken:
                tx.outbox.mark(message.id, "sent", world.clock())
            found += taken
    return [m for m in found if m.keys == ("identity.code",)]


def signed_note(world: World, **more: object) -> None:
    now, who = world.clock(), jon(world)
    given = {"id": "d-1", "clinic": world.desk.clinic.id, "patient": who.id, "key": "k-1",
             "kind": "after_visit_summary",
             "state": "signed", "title": "Summary of your visit", "final": "PLAN\nRest the knee.",
             "signed_name": "Dr. Lee",
             "signed_at": now, "created_at": now} | more  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.documents.add(Document.model_validate(given))


def test_the_text_names_no_document_and_the_page_opens_once_with_name_and_date_of_birth(world: World) -> None:
    held, _ = world.talk("can you send me the sheet?")
    link = sent(world, held, "Here it is.")
    (text,) = [x for x in world.said(held.id) if "/document/" in x]
    assert text.startswith("Here it is.\nLinden")
    assert "biopsy" not in text
    client = world.browser()
    door = client.get(link)
    assert (door.status_code, door.headers["cache-control"]) == (200, "no-store")
    assert not any(word in door.text for word in ("biopsy", "Jon", "<script"))
    assert says(client, link).status_code == 303
    page = client.get(link).text
    assert "After a skin biopsy" in page
    assert "Keep the bandage dry" in page
    assert page.index("if redness spreads") < page.index("Keep the bandage dry")  # when to call stands first
    assert "Approved by" in page
    assert client.get(link).status_code == 200  # read again in the same browser
    assert len(world.audited("enclosure:read")) == 2
    assert world.audited("enclosure:opened") == [("patient", held.id)]
    other = world.browser()
    assert "has been used already" in other.get(link).text
    assert "has been used already" in says(other, link).text
    world.clock.pass_time(timedelta(minutes=61))
    again = client.get(link)
    assert (again.status_code, "biopsy" in again.text) == (404, False)


def test_promise_40_five_wrong_answers_lock_a_document_and_a_look_at_the_link_costs_nothing(world: World) -> None:
    held, _ = world.talk("the sheet, please")
    link = sent(world, held)
    client = world.browser()
    for _ in range(8):
        assert client.get(link).status_code == 200
    for name, dob in ((JON, "1985-03-15"), ("Dorothy Wilson", BORN), ("", BORN), (JON, "in spring")):
        answer = says(client, link, name, dob)
        assert answer.status_code == 422
        assert "does not match" in answer.text
    assert "too many tries" in says(client, link, "J", BORN).text
    assert says(client, link).status_code == 404
    assert "biopsy" not in client.get(link).text
    assert client.get("/document/never-was").status_code == 404
    assert "locked" in world.browser("front-desk").get(f"/console/conversations/{held.id}").text
    assert world.audited("enclosure:read") == []


def test_where_the_link_did_not_go_to_the_number_on_file_a_code_does(world: World) -> None:
    held = chat_of(world)
    link = sent(world, held)
    client = world.browser()
    assert says(client, link).status_code == 303
    assert "six-digit code" in client.get(link).text
    assert "biopsy" not in client.get(link).text
    assert client.post(f"{link}/code", data={"code": "12345x"}).status_code == 422
    (message,) = codes(world)
    assert (message.channel, message.to.value) == ("sms", jon(world).phones[0])
    code = re.findall(r"\d{6}", message.text)[0]
    assert world.browser().post(f"{link}/code", data={"code": code}).status_code == 422  # not asked for by this browser
    assert client.post(f"{link}/code", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert "After a skin biopsy" in client.get(link).text


def test_three_codes_are_sent_and_no_more(world: World) -> None:
    link = sent(world, chat_of(world))
    client = world.browser()
    says(client, link)
    for _ in range(4):
        client.post(f"{link}/code", data={"go": "again"})
    assert len(codes(world)) == 3
    assert "Text me a new code" not in client.get(link).text
    assert "too many tries" in says(world.browser(), link).text


def test_an_old_link_one_taken_back_and_one_of_a_changed_sheet_say_so_kindly(world: World) -> None:
    held, _ = world.talk("the sheet, please")
    old, back, changed = (sent(world, held) for _ in range(3))
    world.clock.pass_time(timedelta(days=3))
    staff = world.browser("front-desk")
    with world.desk.store.begin(write=False) as tx:
        rows = tx.enclosures.of(held.id)
    assert post(staff, held, "take-back", enclosure=rows[1].id).status_code == 303
    assert "taken this document back" in world.browser().get(back).text
    reader = world.browser()
    assert says(reader, changed).status_code == 303
    with world.desk.store.begin() as tx:
        sheet = next(s for s in tx.instructions.approved(world.desk.clinic.id) if s.id == rows[2].ref)
    doctor = world.user("clinician")
    instructions.withdraw(world.desk, sheet.id, sheet.version, doctor)
    assert "taken this document back" in reader.get(changed).text
    world.clock.pass_time(timedelta(days=5))
    late = world.browser().get(old)
    assert (late.status_code, "too old" in late.text, "tel:" in late.text) == (404, True, True)
    page = world.browser("front-desk").get(f"/console/conversations/{held.id}").text
    assert "the link has run out" in page
    assert "taken back" in page


def test_staff_see_how_far_it_got_but_not_the_link(world: World) -> None:
    held, _ = world.talk("the sheet, please")
    link = sent(world, held)
    staff = world.browser("admin")
    page = staff.get(f"/console/conversations/{held.id}").text
    assert "not opened yet" in page
    assert link.rpartition("/")[2] not in page
    says(world.browser(), link)
    assert ", opened" not in page
    assert "opened 10:00" in staff.get(f"/console/conversations/{held.id}/thread").text


def test_nothing_is_offered_where_nobody_knows_who_writes_nor_sent_after_a_stop(world: World) -> None:
    stranger, _ = world.talk("hello", channel="chat", phone="d" * 32)
    known, _ = world.talk("hello")
    client = world.browser("front-desk")
    value = choice(client, known)
    assert choice(client, stranger) == ""
    assert post(client, stranger, "reply", text="Hi", enclosed=value).status_code == 422
    assert world.said(stranger.id) == []
    with world.desk.store.begin() as tx:
        tx.optouts.stop(known.address, world.clock(), "stop")
    assert post(client, known, "reply", enclosed=value).status_code == 422
    assert world.said(known.id) == []


def test_signed_documents_are_sent_by_clinicians_until_they_are_corrected(world: World) -> None:
    held, _ = world.talk("my summary, please")
    signed_note(world)
    assert choice(world.browser("front-desk"), held, "Summary of your visit") == ""
    value = choice(world.browser("clinician"), held, "Summary of your visit")
    assert post(world.browser("admin"), held, "reply", enclosed=value).status_code == 422
    link = sent(world, held, role="clinician", title="Summary of your visit")
    client = world.browser()
    says(client, link)
    assert "Rest the knee." in client.get(link).text
    signed_note(world, id="d-2", key="k-2", amends="d-1", final="PLAN\nRest the hip.")
    assert "Rest the knee." not in client.get(link).text


@pytest.mark.parametrize(
    ("locale", "title", "article"),
    [("ar", "بعد خزعة الجلد", "ar"), ("fr", "Après une biopsie de la peau", "fr"), ("pt", "After a skin biopsy", "en")],
)
def test_the_page_speaks_the_patients_language_and_says_which_one_the_document_has(
    world: World, locale: str, title: str, article: str
) -> None:
    held, _ = world.talk("hello", locale=locale)
    link = sent(world, held, title=title)
    client = world.browser()
    direction = "rtl" if locale == "ar" else "ltr"
    assert f'<html lang="{locale}" dir="{direction}">' in client.get(link).text
    says(client, link)
    read = client.get(link).text
    assert f'<article lang="{article}" dir="{"rtl" if article == "ar" else "ltr"}">' in read
    assert ("Idioma deste documento: English" in read) is (locale == "pt")
