"""SMART Backend Services over HTTP: signed assertions, tokens that renew themselves, and a sign-in that misbehaves."""

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from agent import cli
from agent.adapters import smart
from agent.adapters.chart_fhir import FhirChart
from agent.adapters.smart import Key, SmartAuth, new_key
from agent.house import chart_of
from agent.ports.chart import ChartAway, ChartRefuses
from agent.settings import Settings
from agent.verbs import fhir_key
from tests.fhir.fake_server import Fake, Fault, fake_server

CLIENT = "frontdesk-of-the-tests"


class SignIn:
    """A token endpoint that holds each assertion against the registered key, as RFC 7523 and the profile want it."""

    def __init__(self, fake: Fake, public: dict[str, Any]) -> None:
        self.fake, self.public = fake, jwt.PyJWKSet.from_dict(public)
        self.seen: set[str] = set()
        self.scopes: list[str] = []
        self.life: Any = 300
        self.instead: tuple[int, Any] | None = None
        self.configuration: Any = {"token_endpoint": f"{fake.url}/token", "capabilities": ["permission-v2"]}
        fake.tokens.clear()
        fake.sign_in = self

    def __call__(self, method: str, path: str, body: str) -> tuple[int, Any] | None:
        if path == "/.well-known/smart-configuration":
            return 200, self.configuration
        if path != "/token":
            return None
        return self.instead or self.given({n: v[0] for n, v in parse_qs(body).items()})

    def given(self, form: dict[str, str]) -> tuple[int, Any]:
        assertion = form["client_assertion"]
        header = jwt.get_unverified_header(assertion)
        key = next((k for k in self.public.keys if k.key_id == header["kid"]), None)
        try:
            assert key is not None
            claims = jwt.decode(
                assertion, key, algorithms=["ES384", "RS384"], audience=f"{self.fake.url}/token", issuer=CLIENT,
                options={"require": ["exp", "jti", "iss", "sub", "aud"]},
            )  # fmt: skip
            assert claims["sub"] == CLIENT
            assert claims["exp"] - claims["iat"] <= 300
            assert claims["jti"] not in self.seen
            assert form["grant_type"] == "client_credentials"
            assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        except (AssertionError, jwt.PyJWTError):
            return 401, {"error": "invalid_client"}
        self.seen.add(claims["jti"])
        self.scopes.append(form["scope"])
        token = f"token-{len(self.seen)}"
        self.fake.tokens.add(token)
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": self.life, "scope": form["scope"]}


KEY = new_key()


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_server() as served:
        yield served


@pytest.fixture
def sign_in(fake: Fake) -> SignIn:
    return SignIn(fake, Key(KEY).public())


def chart(fake: Fake, key: str = KEY, scope: str = "") -> FhirChart:
    return FhirChart(fake.url, SmartAuth(fake.url, CLIENT, Key(key), scope))


def looked(of: FhirChart) -> list[dict[str, Any]]:
    with of.opened() as record:
        return record.search("Patient", {"birthdate": "1980-03-12"})


def test_one_token_serves_until_shortly_before_it_ends(fake: Fake, sign_in: SignIn) -> None:
    fake.put({"resourceType": "Patient", "birthDate": "1980-03-12"})
    now = [1000.0]
    record = FhirChart(fake.url, SmartAuth(fake.url, CLIENT, Key(KEY), clock=lambda: now[0]))
    assert len(looked(record)) == 1
    now[0] += 239
    looked(record)
    assert len(sign_in.seen) == 1
    now[0] += 2
    looked(record)
    assert len(sign_in.seen) == 2
    assert sum(path == "/.well-known/smart-configuration" for _, path, _ in fake.asked) == 1
    assert KEY not in str(fake.asked)


def test_a_token_that_is_taken_back_early_is_renewed_and_nothing_is_written_twice(fake: Fake, sign_in: SignIn) -> None:
    record = chart(fake)
    with record.opened() as opened:
        fake.tokens.clear()
        made = opened.create({"resourceType": "Patient", "birthDate": "1980-03-12"}, "")
    assert [p["id"] for p in fake.of("Patient")] == [made["id"]]
    assert len(sign_in.seen) == 2


def test_a_record_that_lets_no_token_in_is_asked_once_more_and_no_oftener(fake: Fake, sign_in: SignIn) -> None:
    given = sign_in.given

    def worthless(form: dict[str, str]) -> tuple[int, Any]:
        answer = given(form)
        fake.tokens.clear()
        return answer

    sign_in.given = worthless  # type: ignore[method-assign]
    with pytest.raises(ChartRefuses, match="401"):
        looked(chart(fake))
    assert len(sign_in.seen) == 2


def test_several_threads_share_one_token(fake: Fake, sign_in: SignIn) -> None:
    record, found = chart(fake), []
    threads = [threading.Thread(target=lambda: found.append(looked(record))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[]] * 6
    assert len(sign_in.seen) == 1


@pytest.mark.parametrize(
    ("configured", "capabilities", "asked"),
    [
        ("", ["permission-v2"], "system/Patient.crus"),
        ("", ["permission-v1"], "system/Patient.read system/Patient.write"),
        ("system/*.cruds", ["permission-v2"], "system/*.cruds"),
    ],
)
def test_scopes_are_those_that_the_record_knows(
    fake: Fake, sign_in: SignIn, configured: str, capabilities: list[str], asked: str
) -> None:
    sign_in.configuration["capabilities"] = capabilities
    looked(chart(fake, scope=configured))
    assert sign_in.scopes[0].startswith(asked)


def test_a_key_of_somebody_else_is_refused_in_one_sentence(fake: Fake, sign_in: SignIn) -> None:
    with pytest.raises(ChartRefuses, match=r"no token \(401, invalid_client\)"):
        looked(chart(fake, new_key()))


@pytest.mark.parametrize(
    ("answer", "fault", "says"),
    [
        ((500, {}), ChartAway, "busy"),
        ((429, {}), ChartAway, "busy"),
        ((400, {"error": "invalid_scope"}), ChartRefuses, "invalid_scope"),
        ((400, {"error": "<b>Marie Joseph</b>"}), ChartRefuses, r"\(400, \?\)"),
        ((200, {"access_token": "x\r\ny", "token_type": "bearer"}), ChartRefuses, "no token"),
        ((200, {"access_token": "x", "token_type": "mac"}), ChartRefuses, "no token"),
        ((200, "[" * 5000), ChartRefuses, "no token"),
        ((302, {}), ChartRefuses, "no token"),
        ((200, "x" * (smart.MOST_BYTES + 1)), ChartAway, "not answer"),
    ],
)
def test_a_sign_in_that_misbehaves_is_named(
    fake: Fake, sign_in: SignIn, answer: tuple[int, Any], fault: type[Exception], says: str
) -> None:
    sign_in.instead = answer
    with pytest.raises(fault, match=says):
        looked(chart(fake))


@pytest.mark.parametrize(
    "configuration",
    [{}, [], "no", {"token_endpoint": 5}, {"token_endpoint": "http://elsewhere.example/token"},
     {"token_endpoint": "https://name:word@elsewhere.example/token"}, {"token_endpoint": "/token"}],
)  # fmt: skip
def test_an_assertion_is_signed_for_no_address_that_is_not_safe(
    fake: Fake, sign_in: SignIn, configuration: Any
) -> None:
    sign_in.configuration = configuration
    with pytest.raises(ChartRefuses, match="smart-configuration"):
        looked(chart(fake))
    assert not any(method == "POST" for method, _, _ in fake.asked)


def test_a_sign_in_that_is_away_is_tried_again_later(fake: Fake, sign_in: SignIn) -> None:
    fake.faults.append(Fault(0, writes=False))
    with pytest.raises(ChartAway, match="does not answer"):
        looked(chart(fake))
    assert looked(chart(fake)) == []


@pytest.mark.parametrize("life", [None, "soon", -5, True])
def test_a_life_that_is_no_number_is_taken_for_a_short_one(fake: Fake, sign_in: SignIn, life: Any) -> None:
    sign_in.life = life
    now = [1000.0]
    record = FhirChart(fake.url, SmartAuth(fake.url, CLIENT, Key(KEY), clock=lambda: now[0]))
    looked(record)
    now[0] += 31
    looked(record)
    assert len(sign_in.seen) == 2


@pytest.mark.parametrize(
    "key",
    ["", "{}", "[]", "no", '{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}', json.dumps(Key(KEY).public()["keys"][0])],
)
def test_what_is_no_private_key_is_refused_in_one_line(key: str) -> None:
    with pytest.raises(ValueError, match="private") as fault:
        Key(key)
    assert "c2VjcmV0" not in str(fault.value)


def test_a_key_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="kid"):
        Key(json.dumps({**json.loads(KEY), "kid": ""}))


def test_the_verb_makes_a_key_and_shows_only_its_public_part(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["fhir-key"]) == 0
    made = capsys.readouterr().out.strip()
    monkeypatch.setattr(fhir_key, "load_settings", lambda: Settings(**{"FRONTDESK_FHIR_KEY": made}))
    assert cli.main(["fhir-key", "--public"]) == 0
    shown = json.loads(capsys.readouterr().out)["keys"][0]
    assert (shown["kid"], shown["alg"]) == (json.loads(made)["kid"], "ES384")
    assert "d" not in shown


def test_the_settings_want_both_or_neither_and_one_way_in(fake: Fake, sign_in: SignIn) -> None:
    whole: dict[str, Any] = {"FRONTDESK_FHIR_URL": fake.url, "FRONTDESK_FHIR_CLIENT": CLIENT, "FRONTDESK_FHIR_KEY": KEY}
    assert not any("FHIR" in line for line in Settings(**whole).refusals())
    assert "FRONTDESK_FHIR_KEY" in str(Settings(**(whole | {"FRONTDESK_FHIR_KEY": ""})).refusals())
    assert "one way" in str(Settings(**whole, FRONTDESK_FHIR_TOKEN="x").refusals())
    made = chart_of(Settings(**whole))
    assert isinstance(made, FhirChart)
    assert looked(made) == []
    with pytest.raises(SystemExit, match="FRONTDESK_FHIR_KEY"):
        chart_of(Settings(**(whole | {"FRONTDESK_FHIR_KEY": "no"})))
