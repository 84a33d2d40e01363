"""Staff sign in by OpenID Connect, against a real provider in a process of its own; and against one that lies."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from agent.settings import Settings
from agent.web import oidc
from agent.web.oidc import NotIdentified, Pending, Provider
from tests.oidc.provider_process import CLIENT, SECRET, consent, provider
from tests.web.console_desk import EMAIL, PASSWORD, World

PUBLIC = "http://127.0.0.1:8000"
BACK = f"{PUBLIC}/console/oidc/back"
PEOPLE: dict[str, dict[str, Any]] = {
    "rosa": {"sub": "r-1", "email": EMAIL["front-desk"].upper(), "email_verified": True},
    "tom": {"sub": "t-1", "email": EMAIL["admin"], "email_verified": True},
    "unsure": {"sub": "u-1", "email": EMAIL["clinician"], "email_verified": False},
    "other": {"sub": "o-1", "email": EMAIL["front-desk"], "email_verified": True},
    "stranger": {"sub": "s-1", "email": "stranger@example.org", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(BACK, PEOPLE) as found:
        yield found


@pytest.fixture
def world(issuer: str) -> World:
    return World(**settings(issuer))


def settings(issuer: str, **more: Any) -> dict[str, Any]:
    own = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "Linden ID"}
    return {"public_url": PUBLIC, **own, **more}


def go(client: TestClient, login: str, onward: str = "") -> Any:
    """The whole way: our page, the provider's, ours again with its button pressed; the answer to that."""
    begun = client.get("/console/oidc/start", params={"next": onward})
    assert begun.status_code == 303, begun.text
    back = consent(begun.headers["location"], login, BACK)
    page = client.get(back.removeprefix(PUBLIC))
    assert page.status_code == 200
    assert 'action="/console/oidc/enter"' in page.text
    given = {name: parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state")}
    return client.post("/console/oidc/enter", data=given)


def test_a_colleague_signs_in_with_the_organisations_account_and_is_known_by_it_from_then_on(world: World) -> None:
    client = world.browser()
    assert "Sign in with Linden ID" in client.get("/console/sign-in").text
    done = go(client, "rosa", "/console/patients")
    assert (done.status_code, done.headers["location"]) == (303, "/console/patients")
    assert client.get("/console").status_code == 200
    rosa = world.user("front-desk")
    assert rosa.oidc == f"{world.settings.oidc_issuer}|rosa"
    assert rosa.role == "front-desk"
    assert world.audited("staff:linked") == [(f"staff:{rosa.id}", rosa.id)]
    with world.desk.store.begin() as tx:  # the address changes at the clinic; the account stays theirs
        tx.staff.save(rosa.model_copy(update={"email": "rosa@new.example"}))
    again = world.browser()
    assert go(again, "rosa").status_code == 303
    assert len(world.audited("staff:linked")) == 1
    assert len(world.audited("session:opened")) == 2


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("stranger", "Nobody who works here has this account"),
        ("unsure", "Nobody who works here has this account"),  # the provider has not verified the address
        ("other", "linked with another account"),
    ],
)
def test_nobody_is_put_on_file_or_let_in_who_is_not_known_for_sure(world: World, login: str, why: str) -> None:
    if login == "other":
        assert go(world.browser(), "rosa").status_code == 303
    with world.desk.store.begin(write=False) as tx:
        before = tx.staff.all(world.desk.clinic.id)
    client = world.browser()
    refused = go(client, login)
    assert refused.status_code == 403
    assert why in refused.text
    assert client.get("/console").status_code == 303
    with world.desk.store.begin(write=False) as tx:
        assert tx.staff.all(world.desk.clinic.id) == before
    assert world.audited("session:refused")[-1][0] == "nobody"


def test_a_disabled_colleague_is_not_let_in(world: World) -> None:
    assert go(world.browser(), "rosa").status_code == 303
    with world.desk.store.begin() as tx:
        tx.staff.save(world.user("front-desk").model_copy(update={"disabled": True}))
    assert go(world.browser(), "rosa").status_code == 403


def test_a_sign_in_counts_once_in_the_browser_that_began_it(world: World) -> None:
    client, thief = world.browser(), world.browser()
    begun = client.get("/console/oidc/start")
    back = consent(begun.headers["location"], "tom", BACK)
    given = {name: parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state")}
    thief.get("/console/oidc/start")
    assert thief.post("/console/oidc/enter", data=given).status_code == 401
    assert client.post("/console/oidc/enter", data={**given, "state": "x"}).status_code == 401
    assert client.post("/console/oidc/enter", data=given).status_code == 303
    again = client.post("/console/oidc/enter", data=given)  # the cookie is gone with its use
    assert again.status_code == 401
    assert "took too long or was used already" in again.text
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked) >= {"state", "nonce", "code_challenge"}


def test_coming_back_without_having_signed_in_is_said_in_one_line(world: World) -> None:
    page = world.browser().get("/console/oidc/back", params={"error": "access_denied", "state": "s"})
    assert page.status_code == 401
    assert "was not completed at the sign-in service" in page.text


def test_after_signing_in_one_lands_in_the_console_whatever_the_address_says(world: World) -> None:
    assert go(world.browser(), "rosa", "https://evil.example/console").headers["location"] == "/console"


def test_signing_out_ends_ours_and_leads_to_the_providers_own(world: World) -> None:
    client = world.browser()
    go(client, "rosa")
    token = client.get("/console").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    left = client.post("/console/sign-out", data={"csrf": token})
    assert client.get("/console").status_code == 303
    assert "Sign out of Linden ID as well" in client.get(left.headers["location"]).text
    assert "Sign out of" not in client.get("/console/sign-in").text
    out = client.get("/console/oidc/out").headers["location"]
    assert out.startswith(f"{world.settings.oidc_issuer}/session/end?")


def test_passwords_can_be_switched_off_and_never_so_that_nobody_can_get_in(issuer: str) -> None:
    assert Settings(local_passwords=False).refusals() == [
        "FRONTDESK_LOCAL_PASSWORDS: without FRONTDESK_OIDC_ISSUER nobody could sign in"
    ]
    world = World(**settings(issuer, local_passwords=False))
    given = {"email": EMAIL["front-desk"], "password": PASSWORD["front-desk"]}
    assert world.browser().post("/console/sign-in", data=given).status_code == 303  # no admin could get in otherwise
    assert go(world.browser(), "tom").status_code == 303
    assert world.browser().post("/console/sign-in", data=given).status_code == 401
    page = world.browser().get("/console/sign-in").text
    assert "Password" not in page
    assert "Sign in with Linden ID" in page
    with world.desk.store.begin() as tx:
        tx.staff.save(world.user("admin").model_copy(update={"disabled": True}))
    assert world.browser().post("/console/sign-in", data=given).status_code == 303


def test_an_admin_unlinks_an_account_so_that_another_one_may_take_its_place(world: World) -> None:
    go(world.browser(), "rosa")
    admin, rosa = world.browser("admin"), world.user("front-desk")
    page = admin.get("/console/people").text
    token = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    assert f"/console/people/{rosa.id}/unlink" in page
    assert admin.post(f"/console/people/{rosa.id}/unlink", data={"csrf": token}).status_code == 303
    assert world.user("front-desk").oidc == ""
    assert go(world.browser(), "other").status_code == 303


@pytest.mark.parametrize(("skew", "status"), [(60, 303), (-60, 303), (600, 401)])
def test_a_clock_that_is_a_little_off_does_not_lock_people_out(skew: int, status: int) -> None:
    with provider(BACK, PEOPLE, skew) as issuer:
        assert go(World(**settings(issuer)).browser(), "rosa").status_code == status


def test_a_provider_that_does_not_answer_is_said_and_passwords_still_work() -> None:
    world = World(**settings("http://127.0.0.1:9"))
    page = world.browser().get("/console/oidc/start")
    assert page.status_code == 503
    assert "does not answer" in page.text
    given = {"email": EMAIL["front-desk"], "password": PASSWORD["front-desk"]}
    assert world.browser().post("/console/sign-in", data=given).status_code == 303


def test_without_a_provider_there_is_no_such_door() -> None:
    client = World().browser()
    assert "Sign in with" not in client.get("/console/sign-in").text
    for path in ("start", "back", "out"):
        assert client.get(f"/console/oidc/{path}").status_code == 404
    assert client.post("/console/oidc/enter", data={}).status_code == 404


KEY, FOREIGN = (rsa.generate_private_key(65537, 2048) for _ in range(2))
ISSUER = "https://id.example"


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A provider whose answers the test writes: `claims` and how the token is signed."""
    answers: dict[str, Any] = {"key": KEY, "alg": "RS256", "kid": "k1", "issuer": ISSUER}
    told = {"sub": "1", "iss": ISSUER, "aud": CLIENT, "nonce": "n", "iat": int(time.time()), "exp": time.time() + 60}
    answers["claims"] = {**told, "email": "a@b.c", "email_verified": True}

    def fetch(method: str, url: str, **more: Any) -> dict[str, Any]:
        if url.endswith("openid-configuration"):
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return {"issuer": answers["issuer"], **{n: answers.get(n, f"{ISSUER}/{n}") for n in names}}
        if url.endswith("jwks_uri"):
            return {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k1"}]}
        token = answers.get("token") or jwt.encode(
            answers["claims"], answers["key"], answers["alg"], headers={"kid": answers["kid"]}
        )
        return {"id_token": token}

    monkeypatch.setattr(oidc, "_fetch", fetch)
    return answers


def finish() -> oidc.Identity:
    asked = Settings(oidc_issuer=ISSUER, oidc_client_id=CLIENT)
    return Provider(asked).finish("code", Pending("s", "n", "v", "/console"))


def test_a_token_that_is_all_right_is_believed(liar: dict[str, Any]) -> None:
    assert finish() == oidc.Identity(f"{ISSUER}|1", "a@b.c")


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"nonce": "another"}}, {"claims": {"nonce": None}}, {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"]}}, {"claims": {"azp": "another"}},
        {"claims": {"iss": "https://id.evil"}}, {"claims": {"exp": 1}}, {"claims": {"iat": None}},
        {"claims": {"sub": None}}, {"claims": {"sub": ""}}, {"key": FOREIGN}, {"kid": "another"},
        {"alg": "HS256", "key": "a secret that is long enough to sign"}, {"alg": "none", "key": None},
        {"token": "no.token.atall"}, {"issuer": "https://id.evil"}, {"token_endpoint": "http://id.example/plain"},
    ],
)  # fmt: skip
def test_a_token_that_is_wrong_anywhere_is_not_believed(liar: dict[str, Any], lie: dict[str, Any]) -> None:
    claims = {**liar["claims"], **lie.get("claims", {})}
    liar.update({**lie, "claims": {k: v for k, v in claims.items() if v is not None}})
    with pytest.raises(NotIdentified):
        finish()


def test_an_address_that_is_not_verified_is_not_used(liar: dict[str, Any]) -> None:
    liar["claims"]["email_verified"] = False
    assert finish().email == ""
