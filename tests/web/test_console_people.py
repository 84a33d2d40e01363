"""People of the console: invited, bounded, signed out; a second factor; one's own sessions."""

from datetime import timedelta

import pyotp
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.web.console_desk import EMAIL, PASSWORD, World, csrf_of


def enter(world: World, role: str, code: str = "") -> tuple[TestClient, int]:
    client = world.browser()
    given = {"email": EMAIL[role], "password": PASSWORD[role], "code": code}
    return client, client.post("/console/sign-in", data=given).status_code


def test_an_invited_colleague_chooses_a_password_once_and_signs_in_with_their_role_and_place(world: World) -> None:
    admin = world.browser("admin")
    given = {"csrf": csrf_of(admin), "name": "Nia Cole", "email": "Nia@clinic.example", "role": "nurse",
             "location": world.desk.clinic.locations[0].id}  # fmt: skip
    page = admin.post("/console/people/invite", data=given).text
    path = page.split("/console/join/", 1)[1].split('"', 1)[0]
    guest = world.browser()
    assert "Nia Cole" in guest.get(f"/console/join/{path}").text
    assert guest.post(f"/console/join/{path}", data={"password": "short"}).status_code == 422
    assert guest.post(f"/console/join/{path}", data={"password": "a long enough one"}).status_code == 303
    assert guest.post(f"/console/join/{path}", data={"password": "a second long one"}).status_code == 404
    signed = guest.post("/console/sign-in", data={"email": "nia@clinic.example", "password": "a long enough one"})
    assert signed.status_code == 303
    with world.desk.store.begin(write=False) as tx:
        nia = tx.staff.by_email("nia@clinic.example")
    assert nia is not None
    assert (nia.role, nia.locations) == ("nurse", (world.desk.clinic.locations[0].id,))
    late = admin.post("/console/people/invite", data=given | {"email": "late@clinic.example", "csrf": csrf_of(admin)})
    path = late.text.split("/console/join/", 1)[1].split('"', 1)[0]
    world.clock.pass_time(timedelta(days=3, seconds=1))
    assert "is over" in guest.get(f"/console/join/{path}").text


def test_with_a_second_factor_a_password_alone_opens_nothing_and_no_code_opens_twice(world: World) -> None:
    client = world.browser("front-desk")
    page = client.post("/console/account/second-factor-new", data={"csrf": csrf_of(client)}).text
    assert "<svg" in page
    secret = page.split('name="secret" value="', 1)[1].split('"', 1)[0]
    app = pyotp.TOTP(secret)
    wrong = {"csrf": csrf_of(client), "secret": secret, "code": "000000"}
    assert client.post("/console/account/second-factor", data=wrong).status_code == 422
    code = app.at(world.clock())
    assert client.post("/console/account/second-factor", data=wrong | {"code": code}).status_code == 303
    assert enter(world, "front-desk")[1] == 401
    assert enter(world, "front-desk", "123456")[1] == 401
    assert enter(world, "front-desk", code)[1] == 401  # used when it was turned on
    world.clock.pass_time(timedelta(seconds=60))
    fresh = app.at(world.clock())
    assert enter(world, "front-desk", fresh)[1] == 303
    assert enter(world, "front-desk", fresh)[1] == 401
    with world.desk.store.begin(write=False) as tx:
        kept = tx.connection.execute(text("SELECT totp FROM staff WHERE totp IS NOT NULL")).scalar()
    assert secret.encode() not in kept


def test_a_session_can_be_ended_from_another_one_and_an_admin_ends_them_all(world: World) -> None:
    here, there = world.browser("clinician"), world.browser("clinician")
    page = here.get("/console/account").text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    assert here.post("/console/account/revoke", data={"csrf": csrf_of(here), "key": key}).status_code == 303
    assert there.get("/console").status_code == 303
    assert here.get("/console").status_code == 200
    admin, amara = world.browser("admin"), world.user("clinician")
    admin.post(f"/console/people/{amara.id}/disable", data={"csrf": csrf_of(admin)})
    assert here.get("/console").status_code == 303
    assert enter(world, "clinician")[1] == 401
    tom = world.user("admin")
    assert admin.post(f"/console/people/{tom.id}/disable", data={"csrf": csrf_of(admin)}).status_code == 422


def test_whoever_goes_away_gives_their_work_back_at_the_press_of_a_button(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    client.post(f"/console/tasks/{task.id}/take", data={"csrf": csrf_of(client), "version": "0"})
    assert world.task(task.id).assignee == world.user("front-desk").id
    assert client.post("/console/account/away", data={"csrf": csrf_of(client)}).status_code == 303
    assert world.task(task.id).assignee is None
    assert "away" in client.get("/console").text


def test_what_staff_report_as_wrong_is_answered_and_seen_by_them_alone(world: World) -> None:
    task, rosa = world.booking(), world.browser("front-desk")
    where = f"/console/tasks/{task.id}"
    given = {"csrf": csrf_of(rosa), "subject": where, "kind": "wording", "words": "<b>wrong</b> day"}
    assert rosa.post("/console/wrongs/report", data=given).status_code == 303
    assert rosa.post("/console/wrongs/report", data=given | {"kind": "nonsense"}).status_code == 422
    page = rosa.get("/console/wrongs").text
    assert "&lt;b&gt;wrong&lt;/b&gt; day" in page
    assert where in page
    assert "wrong day" not in world.browser("clinician").get("/console/wrongs").text
    admin = world.browser("admin")
    waits = "1 report of what was wrong waits for an answer."
    assert waits in admin.get("/console").text
    assert waits not in rosa.get("/console").text
    id = admin.get("/console/wrongs").text.split('action="/console/wrongs/', 1)[1].split("/", 1)[0]
    answer = {"csrf": csrf_of(admin), "status": "fixed", "answer": "said better now"}
    assert rosa.post(f"/console/wrongs/{id}/answer", data=answer | {"csrf": csrf_of(rosa)}).status_code == 403
    assert admin.post(f"/console/wrongs/{id}/answer", data=answer).status_code == 303
    assert "1 report of yours was answered." in rosa.get("/console").text
    page = rosa.get("/console/wrongs").text
    assert "of yours was answered" not in rosa.get("/console").text  # she has read it
    assert "said better now" in page
    assert world.desk.content.revision[:8] in page
    assert "Live in content" not in page  # nothing has been published since
    assert waits not in admin.get("/console").text
    with world.desk.store.begin() as tx:
        (row,) = tx.wrongs.all(world.desk.clinic.id)
        tx.wrongs.save(row.model_copy(update={"found_in": "0123456789"}))
    shown = rosa.get("/console/wrongs").text
    assert f"Live in content <code>{world.desk.content.revision[:8]}</code>; it was found in" in shown


def test_whoever_is_disabled_or_signed_out_loses_their_open_page_at_once_not_with_the_next_tick(world: World) -> None:
    rung: list[str] = []
    admin, user = world.browser("admin"), world.user("front-desk")
    world.desk.bus.listen(f"console:{world.desk.clinic.id}", rung.append)
    for path in ("sign-out", "disable"):
        rung.clear()
        admin.post(f"/console/people/{user.id}/{path}", data={"csrf": csrf_of(admin)})
        assert rung
    rung.clear()
    admin.post("/console/account/revoke", data={"csrf": csrf_of(admin), "key": "others"})
    assert rung
