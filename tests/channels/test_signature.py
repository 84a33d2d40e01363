"""Only Twilio gets in: the signature on the raw body, behind proxies, during rotation, and on every odd request."""

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from agent.ports import Hook
from channels.signature import MAX_BODY, Trust, verified
from tests.standin.hooks import NUMBER, PATIENT, PUBLIC, TEXT, TOKEN, Pairs, changed, hook, sign
from tests.standin.mutants import mutants

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL: Pairs = [("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("To", "+18005551212")]
KEY = {"webhooks_sharedkey_1": "shared-secret"}
SETTINGS = "x-twilio-webhooks-signature-settings"


def vector(number: str, signature: str, settings: str | None = None) -> Hook:
    pairs = [*CALL, ("Caller", number), ("From", number)]
    more = {SETTINGS: settings} if settings else {}
    return hook(pairs, "/myapp.php?foo=1&bar=2", signature=signature, headers=more)


def let_in(given: Hook, tokens: tuple[str, ...] = ("12345",), url: str = "https://mycompany.com") -> bool:
    return verified(given, tokens, url, ())


@pytest.mark.parametrize(
    ("number", "signature"),
    [
        ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        ("+14158675310", "GvWf1cFY/Q7PnoempGyD5oXAezc="),
    ],
)
def test_promise_01_twilios_own_example_is_let_in(number: str, signature: str) -> None:
    assert let_in(vector(number, signature))
    assert not let_in(vector(number, signature), ("12346",))
    assert not let_in(vector(number, signature), url="https://mycompany.org")


def test_promise_01_a_sha256_signature_needs_our_key_and_is_never_weakened() -> None:
    right = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="
    keys = {"k1": "12345"}

    def ask(settings: str | None, shared: dict[str, str] = keys) -> bool:
        return verified(vector("+14158675309", right, settings), (), "https://mycompany.com", (), shared)

    assert ask("key=k1,algorithm=HMAC_SHA256")
    assert ask("key=k1, algorithm=hmac_sha256")
    assert not ask(None)
    assert not ask("key=k1,algorithm=HMAC_SHA1")
    assert not ask("key=k1")
    assert not ask("key=k2,algorithm=HMAC_SHA256")
    assert not ask("key=k1,key=k2,algorithm=HMAC_SHA256")
    assert not ask("key=k1,algorithm=HMAC_SHA256", {"k1": ""})
    weak = vector("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "key=k1,algorithm=HMAC_SHA1")
    assert not verified(weak, ("12345",), "https://mycompany.com", (), keys)


def test_promise_01_json_is_let_in_by_its_hash_and_only_then() -> None:
    body = json.dumps({"MessageSid": "SM1"}).encode()
    path = "/twilio/sms?bodySHA256=" + hashlib.sha256(body).hexdigest()
    kind = {"content-type": "application/json"}
    assert verified(hook([], path, headers=kind, body=body), (TOKEN,), PUBLIC, ())
    assert not verified(hook([], path, headers=kind, body=body + b" "), (TOKEN,), PUBLIC, ())
    assert not verified(hook([], path, headers=kind, body=b""), (TOKEN,), PUBLIC, ())
    assert not verified(hook([], path, body=b""), (TOKEN,), PUBLIC, ())
    assert not verified(hook([], "/twilio/sms", headers=kind, body=body), (TOKEN,), PUBLIC, ())
    forged = hook(TEXT, path, signed_url=PUBLIC + path)
    assert not verified(forged, (TOKEN,), PUBLIC, ())


def test_promise_01_two_thousand_altered_requests_are_all_refused() -> None:
    original = hook(TEXT)
    assert verified(original, (TOKEN,), PUBLIC, ())
    for mutant in mutants(original, 2000, random.Random(11)):
        assert not verified(mutant, (TOKEN,), PUBLIC, ()), mutant


ODD: dict[str, Hook] = {
    "no signature": hook(TEXT, signature=""),
    "another's signature": hook(TEXT, token="guess"),
    "no header at all": Hook("POST", PUBLIC + "/twilio/sms", {}, b"Body=hi"),
    "bytes that are no text": hook(TEXT, body=b"\xff\xfe\x00Body=%ff"),
    "undecodable escapes": hook(TEXT, body=b"Body=%ff%fe"),
    "JSON without a hash": hook([], headers={"content-type": "application/json"}, body=b'{"a": 1}'),
    "port 99999": hook(TEXT, host="http://127.0.0.1:99999", signature="x"),
    "a signature of a megabyte": hook(TEXT, signature="A" * 1_000_000),
    "a form of a megabyte": hook([("Body", "x" * MAX_BODY)]),
    "a thousand fields": hook([(f"k{n}", "") for n in range(1000)]),
    "no URL": Hook("POST", "", hook(TEXT).headers, hook(TEXT).body),
    "broken URL": Hook("POST", "http://[::1/twilio/sms", hook(TEXT).headers, hook(TEXT).body),
    "multipart": hook(TEXT, headers={"content-type": "multipart/form-data; boundary=x"}),
    "a signature with accents": hook(TEXT, signature="é" * 28),
    "one value twice, another": hook([*TEXT, ("Body", "other")], signature=sign(TOKEN, PUBLIC + "/twilio/sms", TEXT)),
    "values trimmed": hook(changed(TEXT, Body=" hi "), body=urlencode(changed(TEXT, Body="hi")).encode()),
    "blank fields dropped": hook(TEXT, body=urlencode([x for x in TEXT if x[1]]).encode()),
    "a fragment left on": hook(TEXT, "/twilio/sms#rc=3"),
    "an empty query left on": hook(TEXT, "/twilio/sms?", signed_url=PUBLIC + "/twilio/sms"),
    "a trailing slash": hook(TEXT, "/twilio/sms/", signed_url=PUBLIC + "/twilio/sms"),
    "http where we are https": hook(TEXT, signed_url="http://desk.example/twilio/sms"),
}


@pytest.mark.parametrize("name", ODD)
def test_promise_02_an_odd_request_is_refused_and_never_breaks_us(name: str) -> None:
    assert verified(ODD[name], (TOKEN,), PUBLIC, ()) is False


@pytest.mark.parametrize("wrong", [None, 7, b"x", [None]])
def test_promise_02_even_nonsense_in_place_of_a_request_is_only_refused(wrong: object) -> None:
    assert verified(wrong, (TOKEN,), PUBLIC, ()) is False  # type: ignore[arg-type]
    assert verified(hook(TEXT), wrong, PUBLIC, ()) is False  # type: ignore[arg-type]


def test_an_empty_token_opens_no_door() -> None:
    assert not verified(hook(TEXT, token=""), ("", " "), PUBLIC, ())


def test_repeated_and_blank_fields_are_part_of_the_signature() -> None:
    assert verified(hook([*TEXT, ("Tag", "b"), ("Tag", "a"), ("Tag", "")]), (TOKEN,), PUBLIC, ())


def test_a_parameter_that_twilio_invents_tomorrow_is_let_in() -> None:
    assert verified(hook(changed(TEXT, SomethingNew="ñandú 🙂")), (TOKEN,), PUBLIC, ())


def test_promise_03_our_public_address_counts_not_what_the_server_saw() -> None:
    assert verified(hook(TEXT, host="http://10.0.0.7:8000"), (TOKEN,), PUBLIC, ())
    assert verified(hook(TEXT, signed_url="https://desk.example:443/twilio/sms"), (TOKEN,), PUBLIC, ())
    deeper = hook(TEXT, signed_url="https://clinic.example/desk/twilio/sms")
    assert verified(deeper, (TOKEN,), "https://clinic.example/desk/", ())  # the proxy strips /desk
    kept = hook(TEXT, "/desk/twilio/sms", signed_url="https://clinic.example/desk/twilio/sms")
    assert verified(kept, (TOKEN,), "https://clinic.example/desk", ())


def test_promise_03_a_trusted_proxy_may_say_how_it_was_called() -> None:
    def ask(peer: str, proxies: tuple[str, ...], **forwarded: str) -> bool:
        headers = {f"x-forwarded-{name}": value for name, value in forwarded.items()}
        given = hook(TEXT, signed_url="https://tunnel.example/twilio/sms", headers=headers, peer=peer)
        return verified(given, (TOKEN,), "http://127.0.0.1:8000", proxies)

    assert ask("10.0.0.2", ("10.0.0.2",), proto="https", host="tunnel.example")
    assert ask("10.0.0.2", ("10.0.0.0/24",), proto="https, http", host="tunnel.example, inner.local", port="443")
    assert not ask("10.0.0.3", ("10.0.0.2",), proto="https", host="tunnel.example")
    assert not ask("10.0.0.2", (), proto="https", host="tunnel.example")
    assert not ask("10.0.0.2", ("10.0.0.2",), proto="https", host="other.example, tunnel.example")
    assert not ask("10.0.0.2", ("10.0.0.2",), proto="javascript", host="tunnel.example")
    assert not ask("10.0.0.2", ("10.0.0.2",), proto="https", host="tunnel.example/twilio/sms?x=")
    assert not ask("not an address", ("10.0.0.2",), proto="https", host="tunnel.example")


def test_promise_03_another_port_that_the_proxy_names_is_part_of_the_address() -> None:
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "tunnel.example", "x-forwarded-port": "8443"}
    given = hook(TEXT, signed_url="https://tunnel.example:8443/twilio/sms", headers=headers, peer="::1")
    assert verified(given, (TOKEN,), "http://127.0.0.1:8000", ("::1",))


def test_promise_04_during_rotation_old_and_new_tokens_are_good_and_afterwards_only_the_new() -> None:
    during, after = Trust.of("AC1", "old, new", PUBLIC), Trust.of("AC1", "new,", PUBLIC)
    for number in range(50):
        pairs = changed(TEXT, Body=f"text {number}", From=PATIENT, To=NUMBER)
        assert during.covers(hook(pairs, token="old"))
        assert during.covers(hook(pairs, token="new"))
        assert after.covers(hook(pairs, token="new"))
        assert not after.covers(hook(pairs, token="old"))


def test_promise_04_the_old_token_ends_when_its_window_does() -> None:
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    now = [moment - timedelta(seconds=1)]
    trust = Trust.of("AC1", "new, old", PUBLIC, old_until=moment, clock=lambda: now[0])
    assert trust.covers(hook(TEXT, token="old"))
    assert trust.covers(hook(TEXT, token="new"))
    now[0] = moment
    assert not trust.covers(hook(TEXT, token="old"))
    assert trust.covers(hook(TEXT, token="new"))
