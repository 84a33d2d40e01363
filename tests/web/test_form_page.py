"""A form behind its link: opened with a date of birth, kept page by page, handed in; and nothing to be had without."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.form import FormRow
from agent.model.patient import Patient
from tests.intake.forms import form, item
from tests.intake.test_bounds import bound
from tests.web.console_desk import World, csrf_of
from tests.web.test_console_task import plain

NAME, BORN = "Aisha Rahman", "2001-10-11"  # of whom no record is at hand


def aisha(world: World) -> Patient:
    with world.desk.store.begin(write=False) as tx:
        return next(p for p in tx.patients.by_dob(world.desk.clinic.id, BORN) if p.name == NAME)


def sent(world: World, form: str = "allergies") -> str:
    """The link of a form that staff sent to Aisha, as she reads it."""
    client, patient = world.browser("front-desk"), aisha(world)
    given = {"csrf": csrf_of(client), "form": form}
    assert client.post(f"/console/patients/{patient.id}/form", data=given).status_code == 303
    with world.desk.store.begin(write=False) as tx:
        talk = next(k.id for k in tx.privacy.talks_of(patient.id) if k) if tx.privacy.talks_of(patient.id) else ""
        row = tx.forms.of_patient(patient.id)[-1]
    found = re.findall(r"/form/[\w-]+", " ".join(world.said(row.conversation or talk)))
    return str(found[-1])


def row_of(world: World) -> FormRow:
    with world.desk.store.begin(write=False) as tx:
        return tx.forms.of_patient(aisha(world).id)[-1]


def opened(world: World, link: str) -> TestClient:
    client = world.browser()
    assert client.post(f"{link}/open", data={"dob": BORN}).status_code == 303
    return client


def page(client: TestClient, link: str, at: int = 0) -> str:
    answer = client.get(f"{link}?page={at}")
    assert answer.status_code == 200
    return answer.text


def post(client: TestClient, link: str, at: int = 0, **given: object) -> Any:
    """A page as the browser sends it: every field shown, with these values."""
    there = page(client, link, at)
    shown = re.findall(r'name="shown" value="([^"]+)"', there)
    data: dict[str, object] = {"page": str(at), "shown": shown, "go": "on"}
    data |= {place: value for link_, value in given.items() if (place := _place(shown, link_))}
    data |= {"go": given["go"]} if "go" in given else {}
    if "add" in given:
        data["add"] = next(
            p for p in re.findall(r'name="add" value="([^"]+)"', there) if p.endswith(f":{given['add']}")
        )
    return client.post(link, data=data)


def _place(shown: list[str], name: str) -> str:
    row, _, link = name.partition("_")
    place = f"{row[1:]}:{link.replace('_', '.')}"
    return place if place in shown else ""


def test_the_link_opens_nothing_without_the_date_of_birth(world: World) -> None:
    link = sent(world)
    client = world.browser()
    door = client.get(link)
    assert door.status_code == 200
    assert "allergic" not in door.text
    assert NAME not in door.text
    assert door.headers["cache-control"] == "no-store"
    assert "script" not in door.text
    assert (
        client.post(link, data={"page": "0", "shown": "0:allergies.any", "0:allergies.any": "yes"}).status_code == 200
    )
    assert row_of(world).given == ()


def test_promise_40_five_wrong_dates_of_birth_kill_the_link_and_it_says_nothing_else(world: World) -> None:
    link = sent(world)
    client = world.browser()
    for _ in range(4):
        assert "does not match" in client.post(f"{link}/open", data={"dob": "1990-01-01"}).text
    assert client.post(f"{link}/open", data={"dob": "1990-01-01"}).status_code == 404
    assert client.post(f"{link}/open", data={"dob": BORN}).status_code == 404
    dead, never = client.get(link), client.get("/form/never-was")
    assert (dead.status_code, never.status_code) == (404, 404)
    assert dead.text == never.text


def test_a_form_is_kept_page_by_page_and_handed_in_with_its_task(world: World) -> None:
    link = sent(world)
    client = opened(world, link)
    assert post(client, link, r0_allergies_any="yes").headers["location"].endswith("page=0")
    assert "What are you allergic to?" in page(client, link)
    again = post(client, link, r0_allergies_any="yes", r0_allergies_substance="peanuts", add="allergies.list")
    assert again.status_code == 303
    assert row_of(world).given[1].values == ("peanuts",)
    assert page(client, link).count("What are you allergic to?") == 2
    done = post(client, link, r0_allergies_any="yes", r0_allergies_substance="peanuts", r1_allergies_substance="latex")
    assert "last question" in done.text
    row = row_of(world)
    assert (row.state, [g.values for g in row.given if g.link == "allergies.substance"]) == (
        "sent", [("peanuts",), ("latex",)],
    )  # fmt: skip
    with world.desk.store.begin(write=False) as tx:
        (task,) = [t for t in tx.tasks.open(world.desk.clinic.id) if t.kind == "intake"]
    assert task.proposal["form"] == row.id
    assert client.get(link).status_code == 404  # handed in: the link opens nothing any more


def test_a_wrong_value_is_marked_and_the_others_are_kept(world: World) -> None:
    link = sent(world, "demographics")
    client = opened(world, link)
    answer = post(client, link, r0_demographics_birthDate="in spring", r0_demographics_sex="male")
    assert answer.status_code == 422
    assert "look again" in answer.text
    assert 'value="in spring"' in answer.text
    assert ("male",) in [g.values for g in row_of(world).given]


def test_what_is_known_stands_in_the_form_already(world: World) -> None:
    link = sent(world, "demographics")
    text = page(opened(world, link), link)
    assert f'value="{NAME}"' in text
    assert 'value="(718) 555-0140"' in text
    assert aisha(world).phones[0] not in text


def test_a_number_on_file_that_is_left_as_it_is_shown_stays_the_number_on_file(world: World) -> None:
    link = sent(world, "demographics")
    client = opened(world, link)
    post(client, link, r0_demographics_phone="(718) 555-0140", r0_demographics_sex="female")
    (phone,) = [g for g in row_of(world).given if g.link == "demographics.phone"]
    assert (phone.values, phone.confirmed) == ((aisha(world).phones[0],), True)


@pytest.mark.parametrize(("asked", "tag", "word"), [("es-MX,es;q=0.9,en;q=0.5", "es", "enlace"), ("ar", "ar", "رابط"),
                                                    ("fi", "en", "link"), ("*, ;;q=x", "en", "link")])  # fmt: skip
def test_a_link_that_opens_nothing_says_so_in_the_browsers_language(
    world: World, asked: str, tag: str, word: str
) -> None:
    for path in ("/form/never-was", "/document/never-was", "/visit/never-was"):
        text = world.browser().get(path, headers={"Accept-Language": asked}).text
        assert f'<html lang="{tag}"' in text
        assert word in text


def test_thoughts_of_death_in_the_form_call_a_person_at_once_and_say_where_help_is(world: World) -> None:
    link = sent(world, "phq9")
    client = opened(world, link)
    shown = re.findall(r'name="shown" value="([^"]+)"', page(client, link))
    codes = re.findall(r'name="0:phq9.9" value="([^"]+)"', page(client, link))
    given = {place: codes[1 if place == "0:phq9.9" else 0] for place in shown}
    answer = client.post(link, data={"page": "0", "shown": shown, **given, "go": "on"})
    assert "988" in answer.text
    with world.desk.store.begin(write=False) as tx:
        (task,) = [t for t in tx.tasks.open(world.desk.clinic.id) if t.kind == "urgent"]
    assert (task.priority, task.reason) == ("stat", "self_harm")
    assert "Several days" in str(task.proposal["words"])


def test_a_new_link_replaces_the_old_one_and_an_old_one_lapses(world: World) -> None:
    first = sent(world)
    second = sent(world)
    assert world.browser().get(first).status_code == 404
    assert world.browser().get(second).status_code == 200
    world.clock.pass_time(timedelta(days=8))
    assert world.browser().get(second).status_code == 404


def test_the_page_speaks_the_patients_language_from_right_to_left(world: World) -> None:
    link = sent(world)
    row = row_of(world)
    with world.desk.store.begin() as tx:
        tx.forms.save(row.model_copy(update={"language": "ar"}))
    text = world.browser().get(link).text
    assert '<html lang="ar" dir="rtl">' in text
    assert "تاريخ ميلاد المريض" in text


def test_a_whole_number_comes_back_as_it_was_typed_and_what_a_form_begins_with_is_nothing_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, sure = item("own.days", "integer"), item("own.sure", "boolean", initial=[{"valueBoolean": False}])
    monkeypatch.setitem(world.desk.content.forms, "own", form(days, sure, item("own.when", "date"), name="own"))  # type: ignore[arg-type]
    link = sent(world, "own")
    client = opened(world, link)
    first = page(client, link)
    assert "What we have on file" not in first
    assert re.search(r'value="no"[^>]* checked', first)
    answer = post(client, link, r0_own_days="21", r0_own_sure="no", r0_own_when="soon")
    assert answer.status_code == 422
    assert 'value="21"' in answer.text
    post(client, link, r0_own_days="21", r0_own_sure="no", r0_own_when="2027-01-10")
    with world.desk.store.begin(write=False) as tx:
        (task,) = [t for t in tx.tasks.open(world.desk.clinic.id) if t.kind == "intake"]
    shown = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "21" in shown
    assert "21.0" not in shown
    assert "known before" not in shown


@pytest.mark.parametrize("odd", ["inf", "-inf", "nan", "1e999", "11", "7 8"])
def test_a_number_that_is_none_or_out_of_bounds_is_marked_on_the_page(
    world: World, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pain = item("own.pain", "integer", extension=bound(minValue__valueInteger=0, maxValue__valueInteger=10))
    monkeypatch.setitem(world.desk.content.forms, "own", form(pain, item("own.names", repeats=True), name="own"))  # type: ignore[arg-type]
    link = sent(world, "own")
    client = opened(world, link)
    shown = page(client, link)
    assert "(0–10)" in shown
    assert 'min="0" max="10"' in shown
    answer = post(client, link, r0_own_pain=odd, r0_own_names="Ana, Bo")
    assert answer.status_code == 422
    assert [g.values for g in row_of(world).given] == [("Ana", "Bo")]
