"""What nobody would send: every public address and every parser answers it, in time, without a fault of ours."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.content.faults import ContentFault
from agent.content.read_po import parse_po
from agent.content.read_yaml import parse_yaml
from agent.model.fault import Forged, Unreadable
from agent.verbs.lines import each_line
from agent.verbs.times import found
from channels import chat, sms
from tests.prove.asking import Asker
from tests.standin.hooks import ACCOUNT, NUMBER, PUBLIC, SID, TRUST, Pairs, hook
from tests.web.outside import Outside

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD = st.text(max_size=200) | st.sampled_from(
    ["\x00", "\ud800", "\u202e", "%00", "{{7*7}}", "9" * 400, "-1", "../..", ""]
)
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD, inner, max_size=4),
    max_leaves=12,
)


def refusal(call: Callable[[], object], *kinds: type[Exception]) -> str:
    """How it was refused, in words; "taken" where it was taken. Any other fault is raised."""
    try:
        assert call() is not None
    except kinds as refused:
        return str(refused)
    return "taken"


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    made = Outside(rasa_token="a-token-for-the-clinics-own-rasa", source_requests=0)
    yield made
    made.close()


@pytest.fixture(scope="module")
def caller(world: Outside) -> Iterator[Asker]:
    with Asker(world.client().app) as asker:
        yield asker


@FEW
@given(data=st.data())
def test_promise_02_every_described_address_answers_whatever_is_asked(
    world: Outside, caller: Asker, data: st.DataObject
) -> None:
    """The operations of /openapi.json, with values that their description does not foresee."""
    described = json.loads(caller.ask("GET", "/openapi.json").body)["paths"]
    path = data.draw(st.sampled_from(sorted(described)))
    method = data.draw(st.sampled_from([*described[path], "put", "delete"])).upper()
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        path = path.replace(f"{{{name}}}", quote(data.draw(ODD), safe="", errors="replace"))
    query = data.draw(st.lists(st.tuples(ODD, ODD), max_size=3))
    body = data.draw(st.binary(max_size=300))
    url = f"{path}?{urlencode(query, errors='replace')}"
    answer = caller.ask(
        method, url, body, [("Content-Type", data.draw(st.sampled_from(["", "application/json", "x"])))]
    )
    assert answer.status < 500, (method, url)
    assert world.faults == []


@FEW
@given(body=st.binary(max_size=400) | JSON.map(lambda value: json.dumps(value).encode()))
def test_rasa_answers_any_body(world: Outside, caller: Asker, body: bytes) -> None:
    headers = [("Authorization", "Bearer a-token-for-the-clinics-own-rasa")]
    assert caller.ask("POST", "/rasa/webhook", body, headers).status in (400, 404, 429, 449)


@FEW
@given(fields=st.dictionaries(st.sampled_from(["email", "password", "next", "csrf", "x"]), ODD))
def test_the_sign_in_page_answers_any_form(world: Outside, caller: Asker, fields: dict[str, str]) -> None:
    body = urlencode(fields, errors="replace").encode()
    assert caller.ask("POST", "/console/sign-in", body).status in (401, 403, 429)


@FEW
@given(raw=st.text(max_size=300) | st.binary(max_size=300) | JSON.map(json.dumps))
def test_a_frame_of_the_chat_is_read_or_refused(raw: str | bytes) -> None:
    assert refusal(lambda: chat.decode(raw), chat.BadFrame)


@FEW
@given(
    said=st.dictionaries(st.sampled_from(["text", "client_id", "payload", "t", "token", "clinic", "after"]), JSON),
    kind=st.sampled_from(["hello", "say", "choose", "typing", "ping", ""]),
)
def test_a_frame_of_the_right_shape_with_wrong_values_is_read_or_refused(said: dict[str, Any], kind: str) -> None:
    assert refusal(lambda: chat.decode(json.dumps({**said, "t": kind})), chat.BadFrame)


NAMES = ["Body", "From", "To", "MessageSid", "NumMedia", "MediaUrl0", "OptOutType", "ErrorCode", "MessageStatus", "X"]
VALUES = ODD.filter(lambda text: text.isprintable() or "\x00" in text) | st.sampled_from([NUMBER, SID, "+15550123456"])


@FEW
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12, unique_by=lambda pair: pair[0]))
def test_a_signed_webhook_is_read_or_refused(pairs: Pairs) -> None:
    """Whatever stands in it, once Twilio has signed it."""
    signed = hook(
        [(n, v.encode("utf-8", "replace").decode()) for n, v in [*pairs, ("AccountSid", ACCOUNT)]], host=PUBLIC
    )
    assert TRUST.covers(signed)
    assert refusal(lambda: _text(signed), Unreadable, Forged)
    assert refusal(lambda: sms.read_status(signed, TRUST), Unreadable, Forged)


def _text(given: Any) -> Any:
    return sms.read(given, TRUST, clinic_of_number=lambda _: "demo", new_id=lambda: "01", now=NOW)


@FEW
@given(text=ODD | st.text("-: {}[]&*!|>'\"%@`,?#\n ab1", max_size=120))
def test_a_file_of_an_admin_is_read_or_its_fault_is_named(text: str) -> None:
    assert refusal(lambda: [parse_yaml(text, "x.yaml")], ContentFault)
    assert refusal(lambda: [parse_po(text, "x.po")], ContentFault)


@FEW
@given(raw=ODD | JSON.map(json.dumps) | st.fixed_dictionaries({"text": ODD, "lang": ODD, "now": JSON}).map(json.dumps))
def test_a_line_of_the_batch_verbs_is_answered_or_its_fault_is_named(raw: str) -> None:
    out = StringIO()
    assert each_line(found, [raw], out) == 0
    for line in out.getvalue().splitlines():
        assert {"expressions", "error"} & set(json.loads(line))
