"""Promise 31: whatever comes over a call's socket is tolerated, and only valid frames go out."""

import asyncio
import json
import random
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from agent.demo.twilio_records import signature
from agent.demo.twilio_relay import wrong_frame
from tests.prove.callers import number_of
from tests.prove.ground import Ground
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.telephone import Telephone, telephone

PROMISE = "Abuse of the protocol is tolerated"
FRAMES = 50_000
SIZE = f"{FRAMES:,} frames: no setup, wrong types, 1 MB, milliseconds as text and number, duplicates, broken JSON"
_EACH = 250  # frames of one socket at most


def frame(rng: random.Random) -> str | bytes:
    """One frame, mostly as no provider would write it."""
    odd: list[Any] = [None, True, 0, -1, 1e308, "", "x" * 300, [], {}, [[]], "\ud800", "\u202e", {"a": {"b": []}}]
    keys = ("type", "voicePrompt", "last", "digit", "lang", "callSid", "utteranceUntilInterrupt",
            "durationUntilInterruptMs", "name", "value", "description", "customParameters")  # fmt: skip
    kinds = ("setup", "prompt", "dtmf", "interrupt", "info", "error", "media", "text", "end")
    match rng.randrange(12):
        case 0:
            return bytes(rng.randrange(256) for _ in range(rng.randrange(40)))
        case 1:
            return rng.choice(("", "null", "[]", "{", "{}", '"setup"', "[" * 5000, '{"type":"prompt","last":tr'))
        case 2 if rng.random() < 0.02:
            return json.dumps({"type": "prompt", "voicePrompt": "a" * 1_000_000, "last": True})
        case 3:
            return json.dumps({"type": "interrupt", "utteranceUntilInterrupt": rng.choice(("Which", "", "Let me")),
                               "durationUntilInterruptMs": rng.choice((460, "460", "12.5", -3))})  # fmt: skip
        case 4:
            return json.dumps({"type": "info", "name": rng.choice(("agentSpeaking", "tokensPlayed", "x")),
                               "value": rng.choice(("on", "off", 3, None, "words"))})  # fmt: skip
        case 5:
            return json.dumps({"type": "prompt", "voicePrompt": rng.choice(("", "yes", "um, well")), "last": False})
        case 6:
            return json.dumps({"type": "dtmf", "digit": rng.choice(("1", "9", "*", "#", "12", "", "x", 5))})
        case 7 if rng.random() < 0.25:
            return json.dumps({"type": "prompt", "voicePrompt": rng.choice(("yes", "tomorrow", "مرحبا", "1")),
                               "lang": "en-US", "last": True})  # fmt: skip
        case _:
            made = {rng.choice(keys): rng.choice(odd) for _ in range(rng.randrange(1, 5))}
            return json.dumps({**made, "type": rng.choice((*kinds, *odd[:8]))})


async def _socket(line: Telephone, number: str, frames: int, rng: random.Random) -> tuple[int, int, list[str]]:
    """(frames sent, frames got, what was wrong with those got) of one socket of one call."""
    base = line.world.settings.public_url
    call = line.twilio.dial(number)
    await asyncio.sleep(0)
    for _ in range(2000):
        if call.relays and call.relays[-1].open:
            break
        await asyncio.sleep(0.005)
    await call.relays[-1].cut_off()  # the call is known; its socket is ours now
    url = f"{base.replace('http', 'ws')}/twilio/voice/relay"
    headers = {"X-Twilio-Signature": signature(TOKEN, url, {})}
    sent, got, wrong = 0, 0, list[str]()
    line.calls.append(call)
    try:
        async with connect(url, additional_headers=headers, max_size=None, proxy=None) as socket:
            if rng.random() < 0.9:
                setup = {"type": "setup", "sessionId": f"VX{rng.randrange(10**12)}", "callSid": call.id,
                         "accountSid": ACCOUNT, "from": number}  # fmt: skip
                await socket.send(json.dumps(setup))
            for _ in range(frames):
                one = frame(rng)
                for _ in range(2 if rng.random() < 0.05 else 1):
                    await socket.send(one)
                    sent += 1
                while True:
                    try:
                        async with asyncio.timeout(0.0005):
                            back = json.loads(await socket.recv())
                    except TimeoutError:
                        break
                    got += 1
                    wrong += [w for w in [wrong_frame(back)] if w]
    except ConnectionClosed:
        pass
    await call.hang_up()
    return sent, got, wrong


def abuse(url: str, frames: int, seed: int) -> str:
    """Raises AssertionError at a fault of ours, at a frame of ours that Twilio would not take, or where the desk does
    not answer an ordinary caller afterwards."""
    with telephone(url) as line:
        line.strict = False  # what these sockets do is nothing that Twilio would log as ours
        rng, sent, got, sockets = random.Random(seed), 0, 0, 0
        while sent < frames:
            sockets += 1
            more = line.run(
                _socket(line, number_of(sockets), min(_EACH, frames - sent), random.Random(rng.random())), 120
            )
            sent, got = sent + more[0], got + more[1]
            assert more[2] == [], more[2]
        assert line.world.faults == [], [repr(f) for f in line.world.faults[:3]]
        caller = line.ring("+13125550999")  # nobody of those before
        assert "automated assistant" in (said := caller.wait())[0], said
        assert caller.say("I need an appointment")
    return f"{sent:,} frames over {sockets} sockets; {got:,} of ours, all valid; no fault, the next call is answered"


def prove(ground: Ground) -> str:
    return abuse("sqlite://", FRAMES, ground.seed)
