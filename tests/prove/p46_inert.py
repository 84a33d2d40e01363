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
SAFETY, HOURS, CLOSED = "/admin/safety/es/chest_pain", "/admin/facts/hours/brooklyn", "/admin/facts/closures/all"
PLANS, VISIT, BOOKING = "/admin/facts/insurance/all", "/admin/facts/visit/office", "/admin/facts/booking/all"
KEYS = {
    MESSAGE: "message/es/booking.ask_day", INTENT: "intent/vi/thanks", SAFETY: "safety/es/chest_pain",
    HOURS: "clinic/hours/brooklyn", CLOSED: "clinic/closures/", PLANS: "clinic/insurance/",
    VISIT: "clinic/visit/office", BOOKING: "clinic/booking/",
}  # fmt: skip
_SAID = {"examples": "\n".join(f"cảm ơn nhiều lần {n}" for n in range(6)), "tests": "cảm ơn phòng khám tận tình lắm"}
ONE: tuple[tuple[str, str, dict[str, str]], ...] = (
    (MESSAGE, "text", {}), (HOURS, "mon", {}), (VISIT, "minutes", {}),
    (CLOSED, "called", {"day": "2027-01-04", "until": "", "place": "", "open": ""}),
    (BOOKING, "lead_minutes", {"horizon_days": "60", "notice_hours": "24"}),
)  # fmt: skip
MANY: tuple[tuple[str, str, dict[str, str]], ...] = (
    (INTENT, "examples", _SAID), (INTENT, "tests", _SAID), (PLANS, "plans", {}),
    (SAFETY, "phrases-E1", {"tests": "me duele el pecho mucho"}),
)  # fmt: skip


def prove(ground: Ground) -> str:
    found = inert(World(f"sqlite:///{ground.folder()}/desk.db"), PAYLOADS)
    return f"{found['refused']} refused with the reason and the text kept, {found['kept']} inert in the draft; none ran"


def inert(world: World, payloads: tuple[str, ...]) -> dict[str, int]:
    """Tries each payload in each field (in a field of many lines twenty at once); raises AssertionError where one comes
    back as markup, or is lost."""
    real, Pace.here = Pace.here, lambda *_: 0.0  # type: ignore[method-assign,assignment]
    try:
        client = world.browser("admin")
        client.headers["x-csrf-token"] = csrf_of(client)
        counts = {"refused": 0, "kept": 0}
        for path, field, more in ONE:
            for payload in payloads:
                _tried(world, client, path, {**more, field: payload}, (payload,), counts)
        for path, field, more in MANY:
            for at in range(0, len(payloads), 20):
                some = payloads[at : at + 20]
                _tried(world, client, path, {**more, field: "\n".join(some)}, some, counts)
        for key, value in _drafted(world):
            if key.startswith("message/"):
                assert not any(c in value["text"] for c in "<>\u202e\u200b\x00"), value
        page = client.get("/admin/draft").text
        assert not any(_runs(page, p) for p in payloads)
        return counts
    finally:
        Pace.here = real  # type: ignore[method-assign]


def _tried(
    world: World, client: TestClient, path: str, fields: dict[str, str], payloads: tuple[str, ...],
    counts: dict[str, int],
) -> None:  # fmt: skip
    key = KEYS[path]
    version = next((e for k, e in _versions(world) if k == key), 0)
    answer = client.post(path, data={**fields, "version": str(version)})
    assert answer.status_code in (303, 422), (path, payloads[0][:60], answer.status_code)
    page = answer.text if answer.status_code == 422 else client.get(path).text
    assert not any(_runs(page, p) for p in payloads), (path, payloads)
    counts["refused" if answer.status_code == 422 else "kept"] += len(payloads)
    if answer.status_code == 422 and path == MESSAGE:
        kept = payloads[0].strip()
        if kept.isprintable() and len(kept) <= 1000:
            assert html.escape(kept) in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;"), kept


def _versions(world: World) -> list[tuple[str, int]]:
    with world.desk.store.begin(write=False) as tx:
        return [(e.key, e.version) for e in tx.content.edits(world.desk.clinic.id)]


def _runs(page: str, payload: str) -> bool:
    """Does the payload stand in the page as markup?"""
    return any(c in payload for c in "<>") and "<" in payload and payload.strip() in page


def _drafted(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.desk.store.begin(write=False) as tx:
        return [(e.key, e.value) for e in tx.content.edits(world.desk.clinic.id)]
