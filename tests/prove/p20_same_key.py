"""Promise 20: every request that writes, sent ten times at once with one key to two desks on one database."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import SecretStr

from agent.actions.openings import opening_id
from agent.desk import handoff
from agent.desk.desk import Desk
from agent.model.message import Inbound
from agent.model.second_look import SecondLook
from agent.model.task import Task
from agent.web.app import create_app
from tests.prove.bookings import MONDAY, ROSA, TOM, Clock, asked_for, desk_at, openings
from tests.prove.ground import Ground

PROMISE = "The same key has the same answer"
TIMES, ROUNDS = 10, 10
SIZE = f"each of 15 writing requests × {TIMES} in parallel × {ROUNDS} rounds, 2 desks, both databases"
RASA, CSRF, COOKIE = "a token of this proof", "a csrf token", "a session token"


@dataclass(frozen=True)
class Writing:
    """A request, its answer's status, and how many audit rows of this tag (and subject, if any) it may bring."""

    path: str
    tag: str
    subject: str
    form: dict[str, str] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    status: int = 303
    effects: int = 1


@dataclass
class Site:
    """A desk and its web application."""

    desk: Desk
    app: FastAPI


def open_sites(url: str, many: int = 2) -> list[Site]:
    """Desks on one database, with somebody signed in."""
    desks = [desk_at(url, Clock(), rasa_token=SecretStr(RASA)) for _ in range(many)]
    with desks[0].store.begin() as tx:
        for user in (ROSA, TOM):
            tx.staff.add(user)
    sign_in(desks[0], COOKIE)
    sites = [Site(desk, create_app(desk, loops=False)) for desk in desks]
    for site in sites:  # FastAPI looks at its routes when first asked, which threads must not do at once
        browser(site).get("/console/count")
        browser(site).post("/rasa/webhook")
    return sites


def sign_in(desk: Desk, token: str) -> None:
    """Another session: one that asked this much would be slowed down."""
    with desk.store.begin() as tx:
        tx.staff.open_session(hashlib.sha256(token.encode()).hexdigest(), TOM.id, CSRF, MONDAY)


def browser(site: Site, token: str = COOKIE) -> TestClient:
    return TestClient(
        site.app, base_url=site.desk.settings.public_url, follow_redirects=False, raise_server_exceptions=False,
        cookies={"frontdesk": token},
    )  # fmt: skip


def send(client: TestClient, writing: Writing, key: str, **more: str) -> Response:
    """As a form of the console carries its key; as a header elsewhere."""
    if writing.json is not None:
        headers = {"Authorization": f"Bearer {RASA}", "Idempotency-Key": f'"{key}"'}
        return client.post(writing.path, json={**writing.json, **more}, headers=headers)
    return client.post(writing.path, data={"csrf": CSRF, "idempotency_key": key, **writing.form, **more})


def writings(desk: Desk, at: int) -> Iterator[Writing]:
    """One request of each kind that has an effect, prepared so that it can succeed."""
    free = openings(20 * (at + 1))[20 * at :]
    tasks: list[Task] = []
    for n in range(7):
        with desk.store.begin() as tx:
            tasks.append(asked_for(desk, tx, free[n], 20 * at + n, MONDAY))
    deeds: list[tuple[str, str, dict[str, str]]] = [
        ("confirm", "task:confirmed", {"patient": "new"}),
        ("change", "task:changed", {"patient": "new", "instead": opening_id(free[10])}),
        ("offer", "task:offered-other-times", {"opening": opening_id(free[11])}),
        ("decline", "task:declined", {"why": "call_us"}),
        ("close", "task:done", {"done_words": "We called."}),
        ("take", "task:claimed", {}),
        ("give-back", "task:released", {}),
    ]
    for task, (act, tag, form) in zip(tasks, deeds, strict=True):
        yield Writing(f"/console/tasks/{task.id}/{act}", tag, task.id, {"version": "0", **form})
    talks = [("take", "taken"), ("reply", "replied"), ("note", "noted"), ("give-back", "returned")]
    for task, (act, tag) in zip(tasks, talks, strict=False):
        talk = str(task.conversation)
        if act == "give-back":
            handoff.take(desk, talk, TOM)
        yield Writing(f"/console/conversations/{talk}/{act}", f"conversation:{tag}", talk, {"text": "We will call."})
    look = SecondLook(id=desk.new_id(), clinic=desk.clinic.id, inbound=f"in-{at}", lang="en", channel="sms", text="hi",
                      heard="greeting", confidence=0.9, why="sample", at=MONDAY)  # fmt: skip
    with desk.store.begin() as tx:
        tx.looks.add(look)
    heard = {"meant": "greeting"}
    yield Writing(f"/console/hearing/{look.inbound}/decide", "hearing:right", look.inbound, heard)
    yield Writing("/console/hearing/nothing/decide", "hearing:right", "nothing", heard, status=422, effects=0)
    # a desk without ears breaks at this one: a fault of ours is an answer too
    said = {"meant": "greeting", "conversation": str(tasks[0].conversation)}
    yield Writing(f"/console/hearing/{_message(desk, tasks[0], at)}/report", "hearing:right", "", said, status=500,
                  effects=0)  # fmt: skip
    call = {"next_action": "action_find_openings", "tracker": {"sender_id": f"u{at}", "slots": {}}, "domain": {}}
    yield Writing("/rasa/webhook", "action:run", "", json=call, status=200)


def _message(desk: Desk, task: Task, at: int) -> str:
    with desk.store.begin() as tx:
        held = tx.conversations.get(str(task.conversation))
        assert held is not None
        heard = Inbound(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=held.address, text="hello there",
                        provider_id=f"SM{at}", received_at=MONDAY)  # fmt: skip
        tx.inbox.store(heard, held.id)
    return heard.id


def repeat(sites: list[Site], rounds: int, times: int = TIMES) -> str:
    """Sends everything; raises AssertionError where a repeat had an effect or another answer."""
    kinds, sent, waiting = 0, 0, 0
    for at in range(rounds):
        every = list(writings(sites[0].desk, at))
        kinds = len(every)
        for n, writing in enumerate(every):
            sent += times + 2
            waiting += check(sites, writing, f"key-{at}-{n}", times)
    return f"{kinds} kinds, {sent} requests, one effect and one answer each, {waiting} told to wait"


def check(sites: list[Site], writing: Writing, key: str, times: int) -> int:
    """How many were told that the first one is in flight."""
    before = _effects(sites[0].desk, writing)
    sign_in(sites[0].desk, key)
    clients = [browser(sites[n % len(sites)], key) for n in range(times)]
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(lambda client: send(client, writing, key), clients))
    answers.append(send(clients[0], writing, key))
    given = [a for a in answers if not (a.status_code == 409 and "retry-after" in a.headers)]
    assert {a.status_code for a in given} == {writing.status}, (writing.path, [a.status_code for a in answers])
    assert len({(a.headers.get("location"), a.content) for a in given}) == 1, writing.path
    assert _effects(sites[0].desk, writing) - before == writing.effects, writing.path
    other = send(clients[-1], writing, key, another="body")
    assert other.status_code == 422, (writing.path, other.status_code)
    return len(answers) - len(given)


def _effects(desk: Desk, writing: Writing) -> int:
    with desk.store.begin(write=False) as tx:
        rows = tx.audit.tail(100_000, subject=writing.subject or None)
    return sum(row.tag == writing.tag for row in rows)


def prove(ground: Ground) -> str:
    found = []
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        sites = open_sites(url)
        found.append(f"{name}: {repeat(sites, ROUNDS)}")
        for site in sites:
            site.desk.store.close()
    return "; ".join(found)
