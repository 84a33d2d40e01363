"""Who may open what: every role on every route of the console, and nobody beyond their locations."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from agent.adapters.pace import Pace
from agent.model.patient import StaffUser
from agent.web.console_rights import ROLES
from tests.test_architecture import routes_of
from tests.web.console_desk import World, csrf_of

OPEN = {("GET", "/console/sign-in"), ("POST", "/console/sign-in"), ("GET", "/console/join/{token}"),
        ("POST", "/console/join/{token}"), ("GET", "/console/oidc/start"), ("GET", "/console/oidc/back"),
        ("POST", "/console/oidc/enter"), ("GET", "/console/oidc/out")}  # fmt: skip
OWN = ("/console/account", "/console/sign-out", "/console/live", "/console/count")
READS_ONLY_WRITES = {"/console/sends/stop", "/console/wrongs/report"}


def colleague(world: World, role: str, *locations: str) -> StaffUser:
    user = StaffUser(id=world.desk.new_id(), clinic=world.desk.clinic.id, name=f"A {role}", role=role,
                     email=f"{role}{len(locations)}@demo.clinic", locations=locations)  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.staff.add(user)
    return user


def wanted(role: str, method: str, path: str) -> bool:
    """The matrix, said once more in other words than the product's."""
    if path.startswith(OWN) or (method, path) == ("GET", "/console"):
        return True
    if path.startswith("/console/audit"):
        return role in ("admin", "auditor")
    if path.startswith(("/console/people", "/admin")):
        return role == "admin"
    if path.startswith("/console/notes"):
        return role == "clinician"
    if role == "auditor":
        return path.startswith("/console/reports")
    if role == "read-only" and method == "POST":
        return path in READS_ONLY_WRITES
    return True


def console_routes(world: World) -> list[tuple[str, str]]:
    pairs = (row.partition(" ") for row in routes_of(world.app.routes))
    found = {(m, p) for m, _, p in pairs if p.startswith(("/console", "/admin"))} - OPEN
    both = {("POST", f"/console/sends/{act}") for act in ("stop", "start")}
    return sorted((found - {("POST", "/console/sends/{act}")}) | both)


def test_promise_53_every_role_on_every_route_of_the_console(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "here", lambda *_: 0.0)  # more requests than a person makes in a minute
    task = world.booking()
    paths = console_routes(world)
    assert len(paths) > 60
    for role in ROLES:
        user = colleague(world, role)
        client = world.enter(user)
        token = csrf_token(world, client)
        for method, path in paths:
            if path in ("/console/live", "/console/sign-out"):
                continue
            url = path.replace("/tasks/{id}", f"/tasks/{task.id}").replace("{", "x").replace("}", "x")
            answer = client.get(url) if method == "GET" else client.post(url, data={"csrf": token})
            allowed = wanted(role, method, path)
            assert (answer.status_code == 403 and "not for the role" in answer.text) != allowed or (
                allowed and answer.status_code == 403  # behind the door the page itself says no
            ), (role, method, path, answer.status_code)
            assert answer.status_code < 500 or answer.status_code == 503, (role, method, path)
            if not allowed:
                assert answer.status_code == 403, (role, method, path, answer.status_code)
    assert world.task(task.id).version == task.version


def csrf_token(world: World, client: TestClient) -> str:
    return client.get("/console/account").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def test_a_person_of_one_place_sees_neither_tasks_nor_conversations_nor_counts_of_another(world: World) -> None:
    task = world.booking(on=date(2026, 3, 10))
    here = world.desk.clinic.provider("okafor").location
    there = next(p.id for p in world.desk.clinic.locations if p.id != here)
    near, far = world.enter(colleague(world, "front-desk", here)), world.enter(colleague(world, "nurse", there))
    assert f"#{task.number}<" in near.get("/console").text
    assert near.get(f"/console/tasks/{task.id}").status_code == 200
    page = far.get("/console").text
    assert f"#{task.number}<" not in page
    assert far.get("/console/count").json()["waiting"] == 0
    token = csrf_of(far)
    talk = f"/console/conversations/{task.conversation}"
    for path in (f"/console/tasks/{task.id}", f"/console/tasks/{task.id}/state", talk, f"{talk}/thread"):
        assert far.get(path).status_code == 404, path
    for path in (f"/console/tasks/{task.id}/confirm", f"/console/tasks/{task.id}/hand-over",
                 f"/console/conversations/{task.conversation}/reply"):  # fmt: skip
        assert far.post(path, data={"csrf": token, "version": "0", "text": "hi"}).status_code == 404, path
    assert world.task(task.id).version == task.version
    assert "Jon Smith" not in far.get("/console/conversations").text


def test_breaking_the_glass_needs_a_reason_shows_everything_for_an_hour_and_stands_in_the_audit(world: World) -> None:
    task = world.booking()
    there = next(p.id for p in world.desk.clinic.locations if p.id != world.desk.clinic.provider("okafor").location)
    client = world.enter(colleague(world, "nurse", there))
    path, token = f"/console/tasks/{task.id}", csrf_of(client)
    assert client.post("/console/account/glass", data={"csrf": token, "why": "x"}).status_code == 422
    assert client.get(path).status_code == 404
    why = "patient collapsed in our hall"
    assert client.post("/console/account/glass", data={"csrf": token, "why": why}).status_code == 303
    assert client.get(path).status_code == 200
    assert "glass is broken" in client.get("/console").text
    with world.desk.store.begin(write=False) as tx:
        rows = {e.tag: e.why for e in tx.audit.tail(50)}
    assert rows["glass:broken"] == why
    assert "task:viewed" in rows
    for _ in range(3):
        world.clock.pass_time(timedelta(minutes=21))
        client.get("/console")
    assert client.get(path).status_code == 404


def test_each_role_decides_its_own_and_hands_over_what_it_has(world: World) -> None:
    task = world.booking()
    reader, nurse = world.enter(colleague(world, "read-only")), world.enter(colleague(world, "nurse"))
    page = reader.get(f"/console/tasks/{task.id}").text
    assert "h-decision" not in page
    assert "/take" not in page
    assert "h-decision" in nurse.get(f"/console/tasks/{task.id}").text
    tom = world.user("admin")
    given = {"csrf": csrf_of(nurse), "version": "0", "to": f"staff:{tom.id}", "note": "you know her"}
    assert nurse.post(f"/console/tasks/{task.id}/hand-over", data=given).status_code == 303
    assert world.task(task.id).assignee == tom.id
    assert "you know her" in world.browser("admin").get(f"/console/tasks/{task.id}").text
    given = {"csrf": csrf_of(nurse), "version": "1", "to": "role:auditor"}
    assert nurse.post(f"/console/tasks/{task.id}/hand-over", data=given).status_code == 422
