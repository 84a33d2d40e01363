"""Promise 29: a call never goes silent or dead-ends, whatever a caller does or does not do."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime

from agent.dialogue.spoken import Voice
from agent.model.task import OPEN
from tests.prove.callers import number_of
from tests.prove.ground import Ground
from tests.telephone import MONDAY, SATURDAY_NIGHT, Telephone, telephone

PROMISE = "A call never goes silent or dead-ends"
CALLS = 396
SIZE = f"{CALLS} calls of silence, noise, keys alone and empty transcripts, by relay and by Gather, open and closed"
MISS = ("", "", "mmh", "xkq vrrt", "…", "key: 7", "key: 9", "la la la", "[noise]")
_PATIENCE = 15.0
Scene = tuple[str, datetime, bool]  # by which way, when, whether staff answer


async def _one(line: Telephone, number: str, rng: random.Random, staff: bool, way: str) -> str:
    """One caller who gives the desk nothing; how the call ended."""
    call = line.twilio.dial(number, pace=0.004)
    call.staff_answers = staff
    line.calls.append(call)
    seen = 0
    for _ in range(8):
        for _ in range(int(_PATIENCE / 0.01)):
            if len(call.said) > seen or call.state in ("ended", "person"):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError(f"silence by {way}: {[u.text for u in call.said][-1:]}")
        await asyncio.sleep(0.05)
        seen = len(call.said)
        if call.state in ("ended", "person"):
            break
        miss = rng.choice(MISS)
        if miss.startswith("key: "):
            await call.press(miss[-1])
        elif miss:
            await call.say(miss)
    for _ in range(int(_PATIENCE / 0.01)):
        if call.state != "transfer":
            break
        await asyncio.sleep(0.01)
    state = call.state
    await call.hang_up()
    return state


SCENES = tuple(
    (way, now, staff)
    for way in ("relay", "gather")
    for now, staff in ((MONDAY, False), (MONDAY, True), (SATURDAY_NIGHT, False))
)


def calls(url: str, how_many: int, seed: int, at_once: int = 8, scenes: Sequence[Scene] = SCENES) -> str:
    """Raises AssertionError at a silence, a call that ends without a word why, or one that ends with nobody told."""
    ended: dict[str, int] = {}
    for way, now, staff in scenes:
        with telephone(url, now, voice=way, voice_silence_seconds=0.2) as line:
            _batch(line, way, staff, how_many // len(scenes), seed, at_once, ended)
    return f"{sum(ended.values())} calls, no silence; " + ", ".join(
        f"{n} {state}" for state, n in sorted(ended.items())
    )


def _batch(
    line: Telephone, way: str, staff: bool, how_many: int, seed: int, at_once: int, ended: dict[str, int]
) -> None:  # fmt: skip
    limit = asyncio.Semaphore(at_once)

    async def one(n: int) -> str:
        async with limit:
            return await _one(line, number_of(n), random.Random(seed * 1000 + n), staff, way)

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(one(n) for n in range(how_many)))

    for n, state in enumerate(line.run(all_of_them(), 600)):
        told = {t.kind for t in line.tasks(number_of(n)) if t.status in OPEN}
        said = [u.text for u in line.calls[-how_many:][n].said] if state == "ended" else []
        if state in ("ended", "person"):
            words = [u.text for u in line.calls[-how_many:][n].said]
            bye = _any(line, "courtesy.goodbye", words)  # noise may sound like one
            assert bye or told & {"handoff", "callback", "urgent", "message"}, f"nobody told ({way}, {state})"
        if state == "ended":
            assert _any(line, "voice.closing", said), f"ended without a word: {said[-1:]}"
        if state == "transfer":
            raise AssertionError("rings for ever")
        ended[state] = ended.get(state, 0) + 1


def _any(line: Telephone, key: str, said: Sequence[str]) -> bool:
    """Whether the message was spoken, in whatever language a key or a noise had turned the call to."""
    desk = line.world.desk
    voices = (Voice(desk.content, desk.clinic, locale, "voice", desk.clock()) for locale in desk.content.messages)
    wanted = {voice.term(key, clinic=desk.clinic.name) for voice in voices}
    return any(words in each for words in wanted for each in said)


def prove(ground: Ground) -> str:
    return calls("sqlite://", CALLS, ground.seed)
