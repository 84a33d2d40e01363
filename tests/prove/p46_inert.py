"""Promise 46: whatever is typed into a field of /admin is refused with the reason, or stands there and does nothing."""

import html
from typing import Any

from fastapi.testclient import TestClient

from agent.adapters.pace import Pace
from tests.hostile import PAYLOADS
from tests.prove.ground import Ground
from tests.web.console_desk import World, csrf_of

PROMISE = "Admin text cannot run"
SIZE = f"{len(PAYLOADS)} payloads (markup, templates, format strings, bidi, carrier words, YAML) in each of nine fields"

MESSAGE = "/admin/messages/es/booking.ask_day"
INTENT = "/admin/intents/vi/thanks"
_CLOSED = {"day": "2027-01-04", "until": "", "place": "", "open": ""}


def prove(ground: Ground) -> str:
    found = inert(World(f"sqlite:///{ground.folder()}/desk.db"), PAYLOADS)
    return f"{found['refused']} refused with the reason and the text kept, {found['kept']} inert in the draft; none ran"


def inert(world: World, payloads: tuple[str, ...]) -> dict[str, int]:
    """Tries each payload in each field; raises AssertionError where one comes back as markup, or is lost."""
    real, Pace.here = Pace.here, lambda *_: 0.0  # type: ignore[method-assign,assignment]
    try:
        client = world.browser("admin")
        client.headers["x-csrf-token"] = csrf_of(client)
        counts = {"refused": 0, "kept": 0}
        for payload in payloads:
            for path, field, more in _fields(client):
                answer = client.post(path, data={**more, field: payload})
                assert answer.status_code in (303, 409, 422), (path, field, payload[:60], answer.status_code)
                page = answer.text if answer.status_code != 303 else client.get(path.split("?")[0]).text
                assert not _runs(page, payload), (path, field, payload[:60])
                refused = answer.status_code == 422
                counts["refused" if refused else "kept"] += 1
                if refused and payload.strip().isprintable() and len(payload) < 1000 and field == "text":
                    assert html.escape(payload.strip(), quote=True) in page.replace("&#34;", "&quot;").replace(
                        "&#39;", "&#x27;"), (field, payload[:60])  # fmt: skip
        for key, value in _drafted(world):
            if key.startswith("message/"):
                assert not any(c in value["text"] for c in "<>\u202e\u200b\x00"), value
        page = client.get("/admin/draft").text
        assert not any(_runs(page, p) for p in payloads)
        return counts
    finally:
        Pace.here = real  # type: ignore[method-assign]


def _fields(client: TestClient) -> list[tuple[str, str, dict[str, Any]]]:
    """(address, field, what else the form holds), each with the version that is there now."""
    examples = "\n".join(f"cảm ơn nhiều lần {n}" for n in range(6))
    tests = "cảm ơn phòng khám rất là tận tình"
    said: dict[str, Any] = {"examples": examples, "tests": tests, "version": _version(client, INTENT)}
    phrases = "/admin/safety/es/chest_pain"
    return [
        (MESSAGE, "text", {"version": _version(client, MESSAGE)}),
        (INTENT, "examples", said), (INTENT, "tests", said | {"version": said["version"]}),
        (phrases, "phrases-E1", {"tests": "me duele el pecho mucho", "version": _version(client, phrases)}),
        ("/admin/facts/hours/brooklyn", "mon", {"version": _version(client, "/admin/facts/hours/brooklyn")}),
        ("/admin/facts/closures/all", "called", {**_CLOSED, "version": _version(client, "/admin/facts/closures/all")}),
        ("/admin/facts/insurance/all", "plans", {"version": _version(client, "/admin/facts/insurance/all")}),
        ("/admin/facts/booking/all", "lead_minutes", {"horizon_days": "60", "notice_hours": "24",
         "version": _version(client, "/admin/facts/booking/all")}),
        ("/admin/facts/visit/office", "minutes", {"version": _version(client, "/admin/facts/visit/office")}),
    ]  # fmt: skip


def _version(client: TestClient, path: str) -> str:
    return client.get(path).text.split('name="version" value="', 1)[1].split('"', 1)[0]


def _runs(page: str, payload: str) -> bool:
    """Does the payload stand in the page as markup?"""
    return any(c in payload for c in "<>") and "<" in payload and payload.strip() in page


def _drafted(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.desk.store.begin(write=False) as tx:
        return [(e.key, e.value) for e in tx.content.edits(world.desk.clinic.id)]
