"""A new place, a new kind of visit, and the country whose law is kept, edited at /admin; what has ended is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from agent.actions.facts import clinic_facts
from agent.actions.visit_types import matches
from agent.adapters.calendar.openings import find_openings, is_open
from agent.adapters.clinic_edits import edited_clinic, edited_text
from agent.adapters.clinic_file import parse_clinic
from agent.model.calendar import OpeningRequest
from agent.model.clinic import Clinic
from tests.web.console_desk import World
from tests.web.test_admin_people_and_places import drafted, fields

PLACE, VISIT, COUNTRY = "/admin/facts/place/new", "/admin/facts/visit/new", "/admin/facts/country/all"
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.fixture
def client(world: World) -> TestClient:
    return world.admin()


def queens(client: TestClient) -> dict[str, list[str]]:
    typed = {
        "name": ["Queens"], "address": ["9 Elm Street, Queens, NY 11101"], "phone": ["+17185550130"],
        "zone": ["America/New_York"], "mon": ["9-12"], "directions-en": ["Take the 7 train to Elm Street."],
    }  # fmt: skip
    return fields(client, PLACE) | typed


def nutrition(client: TestClient) -> dict[str, list[str]]:
    typed = {"name-en": ["Nutrition visit"], "name-es": ["Consulta de nutrición"], "minutes": ["40"],
             "buffer_after": ["5"], "desk_may_prepare": ["yes"], "who": ["okafor"]}  # fmt: skip
    return fields(client, VISIT) | typed


def items(world: World) -> dict[str, dict[str, object]]:
    with world.desk.store.begin(write=False) as tx:
        return {e.key: e.value for e in tx.content.edits(world.desk.clinic.id)}


def test_a_new_place_has_its_address_zone_telephone_and_hours(world: World, client: TestClient) -> None:
    saved = client.post(PLACE, data=queens(client))
    assert (saved.status_code, saved.headers["location"]) == (303, "/admin/facts/place/queens?saved=1")
    made = drafted(world).location("queens")
    assert (made.name, made.zone, made.phone) == ("Queens", "America/New_York", "+17185550130")
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in made.hours["mon"]] == ["09:00-12:00"]
    assert made.directions == {"en": "Take the 7 train to Elm Street."}
    assert "Queens" in client.get("/admin/facts").text
    assert "Clinic: place queens" in client.get("/admin/draft").text
    hours = "/admin/facts/hours/queens"
    assert client.post(hours, data=fields(client, hours) | {"tue": ["8-10"]}).status_code == 303
    assert set(drafted(world).location("queens").hours) == {"mon", "tue"}
    page = "/admin/facts/place/queens"
    assert client.post(page, data=fields(client, page) | {"name": ["Long Island City"]}).status_code == 303
    assert (drafted(world).location("queens").name, len(drafted(world).location("queens").hours)) == (
        "Long Island City", 2,
    )  # fmt: skip
    assert client.post(PLACE, data=queens(client)).status_code == 422, "there is one already"


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"name": [""]}, "name", "Latin letters"), ({"phone": ["call us"]}, "phone", "not a phone number"),
        ({"zone": ["Mars/Base"]}, "zone", "not a time zone"), ({"mon": ["12-9"]}, "mon", "ends before it begins"),
        ({"name": ["Brooklyn"]}, "name", "already"),
    ],
)  # fmt: skip
def test_what_the_checker_asks_of_a_place_is_said_at_its_field(
    world: World, client: TestClient, change: dict[str, list[str]], field: str, told: str
) -> None:
    answer = client.post(PLACE, data=queens(client) | change)
    assert answer.status_code == 422
    said = answer.text.partition(f'id="wrong-{field}">')[2].partition("</p>")[0]
    assert told in said
    assert f'aria-describedby="wrong-{field}"' in answer.text
    assert "9 Elm Street" in answer.text, "what was typed is still there"
    assert items(world) == {}


def test_a_new_kind_of_visit_has_names_lengths_and_people(world: World, client: TestClient) -> None:
    saved = client.post(VISIT, data=nutrition(client))
    assert (saved.status_code, saved.headers["location"]) == (303, "/admin/facts/visit/nutrition-visit?saved=1")
    after = drafted(world)
    made = after.visit_type("nutrition-visit")
    assert made.name == {"en": "Nutrition visit", "es": "Consulta de nutrición"}
    assert (made.minutes, made.buffer_before, made.buffer_after, made.desk_may_prepare) == (40, 0, 5, True)
    assert [p.id for p in after.providers if made.id in p.visit_types] == ["okafor"]
    page = client.get("/admin/facts/visit/nutrition-visit").text
    assert page.count("not translated") == len(world.desk.clinic.languages) - 2
    assert 'placeholder="Nutrition visit"' in page
    request = OpeningRequest(visit_type=made.id, limit=3)
    assert {o.provider for o in find_openings(after, request, {}, NOW)} == {"okafor"}
    assert [m.id for m in matches(after, "fr", "a nutrition visit please")][:1] == [made.id]
    again = fields(client, "/admin/facts/visit/nutrition-visit") | {"who": ["patel"], "minutes": ["45"]}
    assert client.post("/admin/facts/visit/nutrition-visit", data=again).status_code == 303
    after = drafted(world)
    assert [p.id for p in after.providers if made.id in p.visit_types] == ["patel"]
    assert after.provider("okafor") == world.desk.clinic.provider("okafor")
    assert parse_clinic(edited_text(world.settings.clinic_file, items(world)).encode(), "c.yaml") == after


def test_a_kind_of_visit_has_its_own_notice_and_the_words_that_patients_use(world: World, client: TestClient) -> None:
    path, before = "/admin/facts/visit/office", world.desk.clinic.visit_type("office")
    held = fields(client, path)
    assert client.post(path, data=held | {"notice_hours": ["1000"]}).status_code == 422
    held = fields(client, path)
    more = {"notice_hours": ["48"], "aliases-vi": [held["aliases-vi"][0] + "\nkhám bịnh\n"]}
    assert client.post(path, data=held | more).status_code == 303
    after = drafted(world)
    assert (after.notice_hours("office"), after.notice_hours("followup")) == (48, 24)
    assert after.visit_type("office").aliases == before.aliases | {"vi": (*before.aliases["vi"], "khám bịnh")}
    assert [m.id for m in matches(after, "vi", "khám bịnh")][:1] == ["office"]
    assert parse_clinic(edited_text(world.settings.clinic_file, items(world)).encode(), "c.yaml") == after
    assert client.post(path, data=fields(client, path) | {"notice_hours": [""], "aliases-vi": [""]}).status_code == 303
    kind = drafted(world).visit_type("office")
    assert (kind.notice_hours, "vi" in kind.aliases, kind.aliases["es"]) == (None, False, before.aliases["es"])


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"minutes": ["7"]}, "minutes", "multiple of 5"), ({"minutes": [""]}, "minutes", "valid integer"),
        ({"buffer_after": ["500"]}, "buffer_after", "multiple of 5"), ({"name-en": [""]}, "name", "Latin letters"),
    ],
)  # fmt: skip
def test_what_the_checker_asks_of_a_kind_of_visit_is_said_at_its_field(
    world: World, client: TestClient, change: dict[str, list[str]], field: str, told: str
) -> None:
    answer = client.post(VISIT, data=nutrition(client) | change)
    assert answer.status_code == 422
    assert told in answer.text.partition(f'id="wrong-{field}">')[2].partition("</p>")[0]
    assert "Consulta de nutrición" in answer.text
    assert 'value="okafor" checked' in answer.text
    assert items(world) == {}


def test_somebody_new_may_work_at_a_place_that_is_only_in_the_draft(world: World, client: TestClient) -> None:
    client.post(PLACE, data=queens(client))
    path = "/admin/facts/provider/new"
    given = fields(client, path) | {"name": ["Dr. Li Wei"], "location": ["queens"], "visit_types": ["office"]}
    assert client.post(path, data=given).status_code == 303
    assert drafted(world).provider("dr-li-wei").location == "queens"


def ended(clinic: Clinic, path: str, client: TestClient, world: World) -> Clinic:
    assert client.post(path, data=fields(client, path) | {"ended": ["yes"]}).status_code == 303
    return drafted(world)


def test_a_place_is_never_deleted_only_ended(world: World, client: TestClient) -> None:
    before = world.desk.clinic
    after = ended(before, "/admin/facts/place/chicago", client, world)
    assert after.location("chicago").name == before.location("chicago").name
    assert [p.id for p in after.places] == ["brooklyn"]
    there = OpeningRequest(visit_type="office", location="chicago", limit=3)
    offered = find_openings(before, there, {}, NOW)
    assert offered
    assert find_openings(after, there, {}, NOW) == []
    assert not is_open(after, offered[0], {}, NOW)
    assert [x["id"] for x in clinic_facts(after, "en", NOW)["locations"]] == ["brooklyn"]
    last = client.post("/admin/facts/place/brooklyn",
                       data=fields(client, "/admin/facts/place/brooklyn") | {"ended": ["yes"]})  # fmt: skip
    assert last.status_code == 422
    assert "keep one" in last.text


def test_a_kind_of_visit_is_never_deleted_only_ended(world: World, client: TestClient) -> None:
    before = world.desk.clinic
    after = ended(before, "/admin/facts/visit/physical", client, world)
    assert after.visit_type("physical").name == before.visit_type("physical").name
    wish = OpeningRequest(visit_type="physical", limit=3, dates=(NOW.date(), NOW.date() + timedelta(days=20)))
    assert find_openings(before, wish, {}, NOW)
    assert find_openings(after, wish, {}, NOW) == []
    assert "physical" in [m.id for m in matches(before, "en", "annual physical")]
    assert "physical" not in [m.id for m in matches(after, "en", "annual physical")]
    general = "/admin/facts/visit/office"
    answer = client.post(general, data=fields(client, general) | {"ended": ["yes"]})
    assert answer.status_code == 422
    assert "general" in answer.text.partition('id="wrong-ended">')[2].partition("</p>")[0]


def test_the_law_of_the_place_is_shown_clause_by_clause_with_its_citation(world: World, client: TestClient) -> None:
    page = client.get(COUNTRY).text
    for word in ("47 CFR § 64.1200(a)(10)", "18 U.S.C. § 2511(2)(d)", "988", "Nobody is recorded",
                 "only after they have said yes",
                 "20:00 to 08:00", "stricter", "1 a day, 3 a week"):  # fmt: skip
        assert word in page, word
    assert client.post(COUNTRY, data=fields(client, COUNTRY) | {"region": ["ca"], "texts_a_week": ["2"]}).is_redirect
    after = drafted(world)
    assert (after.country, after.region, after.bulk.texts_a_week, after.bulk.texts_a_day) == ("US", "CA", 2, None)
    page = client.get(COUNTRY).text
    assert "AB 3030" in page
    assert "California Penal Code § 632" in page
    assert "1 a day, 2 a week" in page
    assert client.post(COUNTRY, data=fields(client, COUNTRY) | {"country": ["DE"], "region": [""]}).is_redirect
    page = client.get(COUNTRY).text
    assert "§ 201 StGB" in page
    assert "Penal Code" not in page
    assert "Clinic: law of the place" in client.get("/admin/draft").text
    after = edited_clinic(world.settings.clinic_file, items(world))
    assert after.bulk.recalls == world.desk.clinic.bulk.recalls
    assert parse_clinic(edited_text(world.settings.clinic_file, items(world)).encode(), "c.yaml") == after


def test_a_country_without_a_pack_says_that_nobody_has_written_its_law_down(world: World, client: TestClient) -> None:
    assert client.post(COUNTRY, data=fields(client, COUNTRY) | {"country": ["JP"]}).is_redirect
    page = client.get(COUNTRY).text
    assert "Nobody has written down yet" in page
    assert "your local emergency number" in page


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"texts_a_week": ["5"]}, "texts_a_week", "write 3 or fewer"),
        ({"texts_a_day": ["2"]}, "texts_a_day", "64.1200(a)(9)(iv)"), ({"region": ["C-"]}, "region", "no region"),
        ({"texts_a_day": ["many"]}, "texts_a_day", "valid integer"),
    ],
)  # fmt: skip
def test_a_laxer_value_is_refused_at_its_field_with_the_law(
    world: World, client: TestClient, change: dict[str, list[str]], field: str, told: str
) -> None:
    answer = client.post(COUNTRY, data=fields(client, COUNTRY) | change)
    assert answer.status_code == 422
    assert told.casefold() in answer.text.partition(f'id="wrong-{field}">')[2].partition("</p>")[0].casefold()
    assert items(world) == {}


def test_quiet_hours_that_are_laxer_than_a_drafted_region_are_refused(world: World, client: TestClient) -> None:
    assert client.post(COUNTRY, data=fields(client, COUNTRY) | {"region": ["FL"]}).is_redirect
    path = "/admin/facts/reminders/all"
    answer = client.post(path, data=fields(client, path) | {"quiet_from": ["20:30"]})
    assert answer.status_code == 422
    assert "501.616" in answer.text
