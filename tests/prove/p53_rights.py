"""Promise 53: who may open what in the console, whose ids are whose, and when a session is over."""

import random
from collections import Counter
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from agent.model.patient import Patient
from tests.prove.asking import Asker
from tests.prove.ground import Ground
from tests.web.console_desk import World, csrf_of

PROMISE = "The console times out, and rights are enforced"
SIZE = "10,000 ids of other clinics and none, on every route with an id; every role; sessions at their edges"
READ = (
    "/console/tasks/{}", "/console/tasks/{}/state", "/console/conversations/{}", "/console/conversations/{}/thread",
    "/console/conversations/{}/pictures/{}/1", "/console/patients/{}",
)  # fmt: skip
WRITE = {
    "/console/tasks/{}/close": {"version": "0", "done_words": "x"}, "/console/tasks/{}/confirm": {"version": "0"},
    "/console/tasks/{}/told": {"version": "0", "act": "close"}, "/console/conversations/{}/reply": {"text": "hi"},
    "/console/conversations/{}/take": {}, "/console/conversations/{}/note": {"text": "hi"},
    "/console/tasks/{}/hand-over": {"version": "0", "to": "role:admin"}, "/console/tasks/{}/undo": {"version": "0"},
    "/console/conversations/{}/transfer": {"to": "role:admin", "text": "hi"},
}  # fmt: skip
ROLES = ("front-desk", "clinician", "admin")
OTHER = "..%2f.."  # read as two parts of an address, which may be one that only takes a POST: 405 tells nothing either
EACH = 400  # requests of one session, under what a session may ask in a minute


def others(world: World, count: int, dice: random.Random) -> list[str]:
    """Ids of another clinic's tasks and conversations, our own in other spelling, and made-up ones."""
    booking, (held, _) = world.booking(), world.talk("hello")
    own = []
    with world.desk.store.begin() as tx:
        for _ in range(20):
            there = {"id": world.desk.new_id(), "clinic": "elsewhere"}
            tx.tasks.add(booking.model_copy(update={**there, "key": there["id"]}))
            tx.conversations.add(held.model_copy(update=there), world.clock())
            own.append(there["id"])
            tx.patients.add(Patient(**there, name="elsewhere", dob=date(1980, 1, 1), phones=()))
    near = [booking.id.lower(), booking.id[:-1], booking.id + "0", "' OR 1=1", "..%2f..", "%00", "nope", "é" * 20]
    made = [f"{dice.getrandbits(128):032x}"[:26].upper() for _ in range(50)]
    return [dice.choice(own if n % 2 else near + made) for n in range(count)]


def probe(count: int, dice: random.Random) -> Counter[int]:
    """Statuses of so many requests for what is not this clinic's. Raises AssertionError for one that is not 404."""
    world, statuses = World(source_requests=0), Counter[int]()
    ids = others(world, count, dice)
    before = _state(world)
    with Asker(world.app, "127.0.0.1:8000", "http") as caller:
        for start in range(0, count, EACH):
            client = world.browser(dice.choice(ROLES))
            cookie = f"frontdesk={client.cookies['frontdesk']}"
            token = csrf_of(client)
            for id in ids[start : start + EACH]:
                if dice.random() < 0.6:
                    answer = caller.ask("GET", dice.choice(READ).format(id, id), headers=[("Cookie", cookie)])
                else:
                    path, fields = dice.choice(list(WRITE.items()))
                    body = urlencode({**fields, "csrf": token}).encode()
                    answer = caller.ask("POST", path.format(id), body, [("Cookie", cookie)])
                statuses[answer.status] += 1
                assert answer.status == 404 or (id == OTHER and answer.status == 405), (id, answer.status)
                assert "elsewhere" not in answer.text
    assert _state(world) == before
    world.desk.store.close()
    return statuses


def _state(world: World) -> object:
    with world.desk.store.begin(write=False) as tx:
        return [(t.id, t.version, t.status) for c in (world.desk.clinic.id, "elsewhere") for t in tx.tasks.open(c)]


def edges() -> int:
    """Sessions just before and just after their ends, by idleness, by age, by disabling. Raises AssertionError."""
    checked = 0
    for role in ROLES:
        world = World()
        quiet, busy = world.browser(role), world.browser(role)
        world.clock.pass_time(timedelta(minutes=30))
        assert _open(quiet)
        world.clock.pass_time(timedelta(minutes=30, seconds=1))
        assert not _open(quiet)
        assert not _open(busy)
        steady = world.browser(role)
        for _ in range(36):
            world.clock.pass_time(timedelta(minutes=20))
            assert _open(steady)
        world.clock.pass_time(timedelta(seconds=1))
        assert not _open(steady)
        barred, user = world.browser(role), world.user(role)
        with world.desk.store.begin() as tx:
            tx.staff.save(user.model_copy(update={"disabled": True}))
        assert not _open(barred)
        with world.desk.store.begin() as tx:
            tx.staff.save(user)
        assert not _open(barred)  # a session that was ended stays ended
        world.desk.store.close()
        checked += 4
    return checked


def _open(client: TestClient) -> bool:
    return client.get("/console/count").status_code == 200


def prove(ground: Ground) -> str:
    statuses = probe(10_000, ground.random())
    found = f"{statuses[404]} of 10,000 were 404, {statuses[405]} no address at all (405)"
    return f"{found}, nothing changed; {edges()} ends of sessions held"
