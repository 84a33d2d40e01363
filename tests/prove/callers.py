"""Callers who answer by what they hear, each on a loop of the stand-in: for the proofs of the telephone."""

import asyncio
import re
from dataclasses import dataclass, field

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_relay import Utterance
from tests.telephone import Telephone

SCRIPT = (  # what a caller hears -> what they do; the last match counts
    (r"How can I help", "say: I'd like an appointment, my knee hurts"),
    (r"Which day", "say: next Tuesday"),
    (r"times open|Which of these times", "key: 1"),
    (r"full name", "say: Ana Torres"),
    (r"date of birth\?", "say: March 3 1980"),
    (r"Shall I ask our staff to confirm", "say: yes"),
)
DONE = re.compile(r"I've asked for .* request number")
_PATIENCE = 15.0  # seconds without a word


@dataclass
class Booker:
    """Somebody who books a visit, whatever happens to the line. `deeds` counts what they did."""

    call: SimulatedCall
    seen: int = 0
    deeds: list[str] = field(default_factory=list)
    booked: bool = False

    async def heard(self) -> list[Utterance]:
        """What has been said since the last look, once there is something and a moment of quiet after it."""
        for _ in range(int(_PATIENCE / 0.01)):
            if len(self.call.said) > self.seen or self.call.state == "ended":
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError(f"silence after {self.deeds[-1:] or 'ringing'}")
        last = -1
        while last != len(self.call.said):
            last = len(self.call.said)
            await asyncio.sleep(0.03)
        new, self.seen = self.call.said[self.seen :], len(self.call.said)
        return new

    def answer_to(self, words: str) -> str:
        """The deed that answers the last question of these words, "" when there is none."""
        found = [(m.end(), deed) for pattern, deed in SCRIPT for m in re.finditer(pattern, words)]
        return max(found)[1] if found else ""

    async def do(self, deed: str) -> None:
        self.deeds.append(deed)
        kind, _, words = deed.partition(": ")
        await (self.call.press(words) if kind == "key" else self.call.say(words))

    async def book(self) -> None:
        """To the end of the request, or of the call."""
        for _ in range(30):
            words = " ".join(u.text for u in await self.heard())
            if DONE.search(words):
                self.booked = True
                return
            if self.call.state == "ended":
                return
            deed = self.answer_to(words)
            if deed:
                await self.do(deed)


def bookings(line: Telephone, number: str) -> int:
    return len([t for t in line.tasks(number) if t.kind == "booking"])


def number_of(n: int) -> str:
    return f"+1212{5550000 + n:07d}"
