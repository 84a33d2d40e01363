"""Providers, places, telephones and reminders edited at /admin: as they stand, somebody new, and what cannot be."""

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from agent.adapters.clinic_edits import edited_clinic
from agent.model.clinic import Clinic
from tests.web.console_desk import World

OKAFOR, BROOKLYN = "/admin/facts/provider/okafor", "/admin/facts/place/brooklyn"


class Fields(HTMLParser):
    """What a browser would send of the form that posts to `action`."""

    def __init__(self, action: str, page: str) -> None:
        super().__init__()
        self._action, self._inside, self._in, self._first = action, False, "", False
        self.data: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = str(given.get("name") or ""), given.get("value") or ""
        if tag == "form":
            self._inside = given.get("action") == self._action
        elif self._inside and tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.data.setdefault(name, []).append(value)
        elif self._inside and tag in ("textarea", "select"):
            self._in, self._first = name, True
            if tag == "textarea":
                self.data[name] = [""]
        elif self._inside and tag == "option" and (self._first or "selected" in given):
            held = self.data.setdefault(self._in, [])
            held[:] = [*(held if self._first else held[:-1]), value]  # the first, where no other is chosen
            self._first = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._in in self.data and self.lasttag == "textarea":
            self.data[self._in][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._in = ""


@pytest.fixture
def client(world: World) -> TestClient:
    return world.admin()


def fields(client: TestClient, path: str) -> dict[str, list[str]]:
    return Fields(path, client.get(path).text).data


def drafted(world: World) -> Clinic:
    with world.desk.store.begin(write=False) as tx:
        items = {e.key: e.value for e in tx.content.edits(world.desk.clinic.id)}
    assert items
    return edited_clinic(world.settings.clinic_file, items)


def test_a_page_that_is_saved_as_it_stands_changes_nothing(world: World, client: TestClient) -> None:
    for person in world.desk.clinic.providers:
        path = f"/admin/facts/provider/{person.id}"
        assert client.post(path, data=fields(client, path)).status_code == 303
    for place in world.desk.clinic.locations:
        path = f"/admin/facts/place/{place.id}"
        assert client.post(path, data=fields(client, path)).status_code == 303
    for part in ("telephone", "reminders", "due", "booking", "waitlist", "closures", "languages"):
        path = f"/admin/facts/{part}/all"
        assert client.post(path, data=fields(client, path)).status_code == 303, part
    with world.desk.store.begin(write=False) as tx:
        assert [e.key for e in tx.content.edits(world.desk.clinic.id)] == []


def test_who_is_rung_for_a_caller_and_what_may_be_recorded(world: World, client: TestClient) -> None:
    path = "/admin/facts/telephone/all"
    given = {"phones": "+17185550188\n+17185550189", "at_once": "yes", "seconds": "", "recorded": "yes"}
    assert client.post(path, data=given | {"most_seconds": "60", "version": "0"}).status_code == 303
    after = drafted(world)
    assert (after.transfer.phones, after.transfer.at_once) == (("+17185550188", "+17185550189"), True)
    assert after.transfer.seconds == world.desk.clinic.transfer.seconds
    assert (after.voicemail.enabled, after.voicemail.most_seconds) == (True, 60)
    for wrong in ({"phones": "the front desk"}, {"phones": world.desk.clinic.numbers[0]}, {"most_seconds": "900"}):
        assert client.post(path, data=given | {"most_seconds": "60", "version": "1"} | wrong).status_code == 422


def test_when_patients_are_reminded_and_when_never(world: World, client: TestClient) -> None:
    path = "/admin/facts/reminders/all"
    rows = {"days": ["3", "", ""], "at": ["9:30", "", ""], "hours": ["", "4", ""], "ask": ["yes", "no", "yes"]}
    given = rows | {"quiet_from": ["21:00"], "quiet_until": ["8:00"], "per_minute": ["120"]}
    assert client.post(path, data=given | {"version": ["0"]}).status_code == 303
    after = drafted(world).reminders
    assert [(r.name, r.ask) for r in after.rules] == [("d3", True), ("h4", False)]
    assert f"{after.rules[0].at:%H:%M} {after.quiet_from:%H:%M} {after.quiet_until:%H:%M}" == "09:30 21:00 08:00"
    assert after.per_minute == 120
    assert after.calls == world.desk.clinic.reminders.calls
    some = given | {"calls_shown": ["yes"], "called": ["reminder", "missed"], "version": ["1"]}
    assert client.post(path, data=some).status_code == 303
    assert drafted(world).reminders.calls == after.calls.model_copy(update={"kinds": ("reminder", "missed")})
    assert client.post(path, data=given | {"version": ["2"]}).status_code == 303  # a page without the ticks keeps them
    assert drafted(world).reminders.calls.kinds == ("reminder", "missed")
    at_ten = given | {"at": ["", "", ""], "version": ["3"]}  # as it stands in grey
    assert client.post(path, data=at_ten).status_code == 303
    assert f"{drafted(world).reminders.rules[0].at:%H:%M}" == "10:00"
    for wrong in (
        {"quiet_from": ["07:00"]},
        {"per_minute": ["0"]},
        {"days": ["3", "3", ""], "hours": ["", "", ""]},
        {"at": ["noon", "", ""]},
    ):
        assert client.post(path, data=given | {"version": ["4"]} | wrong).status_code == 422, wrong


def test_hours_kinds_of_visit_and_other_names_of_a_provider(world: World, client: TestClient) -> None:
    given = fields(client, OKAFOR) | {"mon": ["9-12"], "visit_types": ["office", "followup"]}
    given["aliases"][0] += "\nAmy"
    assert client.post(OKAFOR, data=given).status_code == 303
    before, after = world.desk.clinic.provider("okafor"), drafted(world).provider("okafor")
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in after.hours["mon"]] == ["09:00-12:00"]
    assert after.hours["tue"] == before.hours["tue"]
    assert after.visit_types == ("office", "followup")
    assert after.aliases == (*before.aliases, "Amy")
    assert (after.called, after.name) == (before.called, before.name)
    assert "Clinic: provider okafor" in client.get("/admin/draft").text


def test_somebody_new_begins_to_work_here_once(world: World, client: TestClient) -> None:
    path = "/admin/facts/provider/new"
    typed = {
        "name": ["Dr. Noé Ibáñez"], "location": ["brooklyn"], "mon": ["8:00-12:00"], "visit_types": ["office"],
        "languages": ["en", "es"], "aliases": ["Ibáñez\nIbanez"],
    }  # fmt: skip
    saved = client.post(path, data=fields(client, path) | typed)
    assert (saved.status_code, saved.headers["location"]) == (303, "/admin/facts/provider/dr-noe-ibanez?saved=1")
    made = drafted(world).provider("dr-noe-ibanez")
    assert (made.name, made.location, made.languages) == ("Dr. Noé Ibáñez", "brooklyn", ("en", "es"))
    assert "Dr. Noé Ibáñez" in client.get("/admin/facts").text
    again = fields(client, "/admin/facts/provider/dr-noe-ibanez")
    assert client.post("/admin/facts/provider/dr-noe-ibanez", data=again | {"tue": ["8:00-10:00"]}).status_code == 303
    assert "tue" in drafted(world).provider("dr-noe-ibanez").hours
    twice = client.post(path, data=fields(client, path) | typed)
    assert twice.status_code == 422
    assert "works here already" in twice.text


def test_somebody_called_new_gets_a_page_of_their_own(world: World, client: TestClient) -> None:
    path = "/admin/facts/provider/new"
    given = fields(client, path) | {"name": ["New"], "location": ["brooklyn"], "visit_types": ["office"]}
    assert client.post(path, data=given).headers["location"] == "/admin/facts/provider/dr-new?saved=1"
    assert 'name="name" value="New"' in client.get("/admin/facts/provider/dr-new").text
    assert client.post(path, data=fields(client, path) | given | {"idempotency_key": [""]}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": [""]}, "Not saved"), ({"name": ["Dr. <b>X</b>"]}, "signs of a programme"), ({"mon": ["8-25"]}, "mon"),
        ({"visit_types": ["no_such"]}, "no_such"), ({"location": ["nowhere"]}, "nowhere"),
        ({"parallel": ["0"]}, "parallel"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_stays_on_the_page(
    world: World, client: TestClient, changed: dict[str, list[str]], told: str
) -> None:
    answer = client.post(OKAFOR, data=fields(client, OKAFOR) | changed)
    assert answer.status_code == 422
    assert told in answer.text
    with world.desk.store.begin(write=False) as tx:
        assert tx.content.edits(world.desk.clinic.id) == []


def test_a_place_has_its_address_and_its_way_in_every_language(world: World, client: TestClient) -> None:
    given = fields(client, BROOKLYN) | {"address": ["1 New Street, Brooklyn"], "parking-es": [""]}
    assert client.post(BROOKLYN, data=given).status_code == 303
    after = drafted(world).location("brooklyn")
    assert after.address == "1 New Street, Brooklyn"
    assert "es" not in after.parking
    assert after.directions == world.desk.clinic.location("brooklyn").directions
    assert client.post(BROOKLYN, data=given | {"phone": ["call us"], "version": ["1"]}).status_code == 422


def test_who_is_not_there_has_no_page(client: TestClient) -> None:
    for path in ("provider/nobody", "place/nowhere", "hours/new", "answers/new"):
        assert client.get(f"/admin/facts/{path}").status_code == 404


def test_the_clinic_writes_in_one_more_language_and_its_answers_have_a_box_for_it(
    world: World, client: TestClient
) -> None:
    path, answer = "/admin/facts/languages/all", "/admin/facts/answers/cost"
    fewer = [tag for tag in fields(client, path)["languages"] if tag != "vi"]
    for wrong in ([*fewer, "<b>"], [*fewer, "a tag"], [tag for tag in fewer if tag != "en"]):
        assert client.post(path, data=fields(client, path) | {"languages": wrong}).status_code == 422
    assert client.post(path, data=fields(client, path) | {"languages": fewer}).status_code == 303
    assert set(drafted(world).languages) == set(fewer)
    for emptied, status in (("text-en", 422), ("text-vi", 303)):  # its own language is needed
        assert client.post(answer, data=fields(client, answer) | {emptied: [""]}).status_code == status
    assert "vi" not in drafted(world).answers["cost"]
    assert 'name="text-vi"' in client.get(answer).text
