"""Promise 30: a dropped voice socket recovers: the same call goes on, and nothing is done twice."""

import asyncio

from tests.prove.callers import Booker, bookings, number_of
from tests.prove.ground import Ground
from tests.telephone import Telephone, telephone

PROMISE = "A dropped voice socket recovers"
CODES = (1006, 1011, 1012)
MOMENTS = ("before", "with", "after")  # the caller's deed at which the socket is lost
TURNS = 6
SIZE = f"the socket lost before, with and after each of {TURNS} turns, and twice in a call, closed three ways"


async def _one(line: Telephone, number: str, turn: int, moment: str, code: int, times: int) -> Booker:
    call = line.twilio.dial(number, pace=0.004)
    call.staff_answers = False
    line.calls.append(call)
    booker = Booker(call)
    for count in range(40):
        words = " ".join(u.text for u in await booker.heard())
        if "request number" in words and "I've asked for" in words:
            booker.booked = True
            break
        deed = booker.answer_to(words)
        losing = len(booker.deeds) == turn and times > 0
        if losing and moment == "before":
            times -= 1
            await _lose(call, code)
            continue
        if deed:
            await booker.do(deed)
        if losing and moment != "before":
            times -= 1
            if moment == "after":
                await asyncio.sleep(0.15)
            await _lose(call, code)
        assert count < 39, "round in circles"
    await call.hang_up()
    return booker


async def _lose(call: "object", code: int) -> None:
    relay = call.relays[-1]  # type: ignore[attr-defined]
    if code == 1006:
        await relay.cut_off()
    else:
        await relay.drop(code)


def drops(url: str, cases: list[tuple[int, str, int, int]], at_once: int = 6) -> str:
    """Raises AssertionError where a call does not come to its booking, or comes to two."""
    with telephone(url) as line:
        limit = asyncio.Semaphore(at_once)

        async def one(n: int, case: tuple[int, str, int, int]) -> Booker:
            async with limit:
                return await _one(line, number_of(n), *case)

        async def all_of_them() -> list[Booker]:
            return await asyncio.gather(*(one(n, case) for n, case in enumerate(cases)))

        found = line.run(all_of_them(), 600)
        resumed = 0
        for n, booker in enumerate(found):
            assert booker.booked, f"never booked: {cases[n]}"
            assert bookings(line, number_of(n)) == 1, f"booked {bookings(line, number_of(n))} times: {cases[n]}"
            sessions = {r.id for r in booker.call.relays}
            assert len({r.call["CallSid"] for r in booker.call.relays}) == 1
            resumed += len(sessions) - 1
    return f"{len(cases)} calls, {resumed} sockets lost and taken up again, each booked once"


def all_cases() -> list[tuple[int, str, int, int]]:
    return [
        (turn, moment, code, times)
        for turn in range(TURNS) for moment in MOMENTS for code in CODES for times in (1, 2)
    ]  # fmt: skip


def prove(ground: Ground) -> str:
    return drops(ground.sqlite(), all_cases())
