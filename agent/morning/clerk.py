"""A simulated clerk who works the queue as a person does with the keyboard, one request for each key that sends one."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import httpx2

from agent.morning.console import Console, Page, Refused, Row

_CLOSED = "Thank you. We have read this and will call you today."
_MOST_OFFERED = 2


@dataclass
class Clerk:
    """One person at one console. `pace`: seconds they look at a card before they press; `did`: decisions by kind."""

    console: Console
    pace: float
    seed: int
    did: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)  # what the console would not do, in its own words

    async def work(self) -> None:
        """Takes the most urgent task that nobody has, again and again, until cancelled."""
        random = Random(f"{self.seed}|{self.console.who.email}")  # noqa: S311
        tried: set[str] = set()
        while True:
            try:
                queue = await self.console.open("/console?view=free")
                waiting = [r for r in queue.rows if r.id not in tried]
                if not waiting:
                    await asyncio.sleep(self.pace)
                    continue
                row = waiting[0] if waiting[0].urgent else random.choice(waiting[:5])
                tried.add(row.id)
                await self._decide(row, random)
            except (httpx2.HTTPError, Refused) as no:
                self.refused.append(str(no) or type(no).__name__)
                await asyncio.sleep(self.pace)

    async def _decide(self, row: Row, random: Random) -> None:
        card = await self.console.open(f"/console/tasks/{row.id}")
        if not card.buttons:  # another role decides
            return
        await asyncio.sleep(random.uniform(0.5, 1.5) * self.pace)
        act, fields = _decision(card)
        address = card.act(act)
        assert address is not None
        await self.console.press(address, fields)
        self.did[act] += 1


def _decision(card: Page) -> tuple[str, list[tuple[str, str]]]:
    """What to press, and the whole form as a browser would send it."""
    fields = list(card.hidden.items())
    fields += [(c.name, c.value) for c in card.choices if c.checked and c.name in ("patient", "because")]
    people = [c for c in card.choices if c.name == "patient"]
    if people and not any(c.checked for c in people):
        fields.append(("patient", people[-1].value))  # "new patient" stands last: nobody is chosen who is not sure
    if card.act("confirm") and not card.problem:
        return "confirm", fields
    times = [c.value for c in card.choices if c.name == "opening"][:_MOST_OFFERED]
    if card.act("offer") and times:
        return "offer", [*fields, *(("opening", t) for t in times)]
    return "close", [*fields, ("done_words", _CLOSED)]


__all__ = ["Clerk"]
