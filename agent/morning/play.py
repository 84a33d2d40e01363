"""Plays a morning against a running demo desk: every patient at their own pace, and clerks where they are asked for."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

import httpx2

from agent.demo.seed import SignIn, sign_ins
from agent.demo.twilio_records import AUTOMATIC
from agent.model.content import Content
from agent.model.message import Button
from agent.morning.clerk import Clerk
from agent.morning.console import Console
from agent.morning.heard import Listener
from agent.morning.patient import Patient, Reply
from agent.morning.people import Person, draw
from agent.morning.told import Told
from agent.morning.ways import ChatPage, Phones, TooLong

PATIENCE = 30.0  # seconds after which a message counts as unanswered
QUIET = 0.7  # seconds without another line: the desk has said all it has to say
GREETED = 5.0  # seconds in which a chat page that has opened is greeted
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DECISIONS = ("decision.", "visit.")


class NoDemo(Exception):
    """There is no demo desk at that address; nothing was sent."""


@dataclass(frozen=True)
class Plan:
    """What is played. `seconds`: the length of the morning; `pace`: how slowly patients think, 1 as people do; None:
    in proportion to the morning. `stays`: seconds for which a patient who has nothing more to say keeps the page
    open, or the telephone at hand; None: to the end."""

    base: str
    conversations: int
    seconds: float
    seed: int
    with_staff: bool = False
    pace: float | None = None
    stays: float | None = None


async def play(plan: Plan, content: Content, progress: Callable[[Told, float], None] = lambda *_: None) -> Told:
    """The whole morning. Raises NoDemo before anything is sent."""
    told = Told(plan.conversations)
    await _demo_only(plan.base)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=plan.base, timeout=30, trust_env=False))
        phones, admin = Phones(http), Console(plan.base, _sign_in("admin"))
        stack.push_async_callback(admin.close)
        await admin.sign_in()
        before = await _last_number(admin)
        await phones.start()
        clerks = [Clerk(Console(plan.base, who), plan.seconds / 300, plan.seed) for who in _clerks(plan.with_staff)]
        for clerk in clerks:
            stack.push_async_callback(clerk.console.close)
            await clerk.console.sign_in()
        morning = _Morning(plan, content, told, phones)
        beside = [asyncio.create_task(x) for x in (phones.watch(), *(c.work() for c in clerks))]
        beside.append(asyncio.create_task(_show(told, progress)))
        try:
            await morning.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await _count_tasks(admin, before, told)
        for clerk in clerks:
            told.decided += clerk.did
            told.clerks_refused.update(clerk.refused)
        told.undelivered = phones.undelivered
        if phones.lost:
            told.failed.append(f"{phones.lost} texts of patients were never taken by the desk")
    return told


class _Said:
    """What the desk has said that a patient has not read yet."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, tuple[Button, ...]]] = []
        self._bell = asyncio.Event()

    def put(self, text: str, buttons: tuple[Button, ...] = ()) -> None:
        self._lines.append((text, buttons))
        self._bell.set()

    async def anything(self, seconds: float) -> bool:
        """Waits for the first word."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), seconds)
        return bool(self._lines)

    async def all(self) -> tuple[str, tuple[Button, ...]]:
        """Everything that is said in one go, with the buttons that stand under it."""
        heard = 0
        while heard < len(self._lines):
            heard = len(self._lines)
            await asyncio.sleep(QUIET)
        lines, self._lines = self._lines, []
        self._bell.clear()
        return "\n".join(text for text, _ in lines), lines[-1][1]

    def forget(self) -> None:
        """What was said until now is no answer to what is sent next."""
        self._lines = []
        self._bell.clear()


class _Morning:
    """The patients, each in a task of their own until the morning is over."""

    def __init__(self, plan: Plan, content: Content, told: Told, phones: Phones) -> None:
        self._plan, self._content, self._told, self._phones = plan, content, told, phones
        self._listener = Listener(content)
        self._began = time.monotonic()
        self._scale = min(1.0, plan.seconds / 600) if plan.pace is None else plan.pace

    async def run(self) -> None:
        """Until everybody is done: who still waits for a decision listens to the end of the morning."""
        people = draw(self._content, self._plan.conversations, self._plan.seconds, self._plan.seed)
        done = await asyncio.gather(*(self._live(p) for p in people), return_exceptions=True)
        for person, end in zip(people, done, strict=True):
            if isinstance(end, BaseException):
                self._told.failed.append(f"{_who(person)}: {type(end).__name__}")

    async def _live(self, person: Person) -> None:
        await asyncio.sleep(max(0.0, person.begins - self._passed()))
        patient = Patient(person, self._content, self._listener, self._plan.seed)
        heard = _Said()
        told = self._told
        told.begun += 1
        told.live += 1
        told.languages[person.language] += 1
        told.channels[person.channel] += 1
        try:
            async with AsyncExitStack() as stack:
                if person.channel == "chat":
                    page = ChatPage(self._plan.base, person.language, heard.put)
                    stack.enter_context(self._phones.at(person.phone, patient.note))
                    await stack.enter_async_context(page.open())
                    if await heard.anything(GREETED):  # reads the greeting before writing
                        await heard.all()
                    await self._talk(patient, heard, page)
                    told.slowed += page.slowed
                else:
                    stack.enter_context(self._phones.at(person.phone, heard.put))
                    await self._talk(patient, heard, None)
        finally:
            told.live -= 1
            told.ends[patient.over or "still open at the end"] += 1
        if patient.stuck:
            told.failed.append(f"{_who(person)}: gave up, asked {max(patient.asked, key=patient.asked.__getitem__)}")
            told.gave_up.append("\n".join((_who(person), *patient.talk)))

    async def _talk(self, patient: Patient, heard: _Said, page: ChatPage | None) -> None:
        random = Random(f"{self._plan.seed}|pace|{patient.person.number}")  # noqa: S311
        reply: Reply | None = patient.begin()
        while reply is not None:
            if not await self._say(patient, reply, heard, page):
                return
            reply = await self._next(patient, heard, random)

    async def _say(
        self, patient: Patient, reply: Reply, heard: _Said, page: ChatPage | None
    ) -> bool:  # fmt: skip
        """Sends it, and waits for the first word of an answer; False where none came."""
        told, began = self._told, time.monotonic()
        try:
            if page is not None:
                await page.send(reply)
            else:
                await self._phones.send(patient.person.phone, reply.text)
        except (httpx2.HTTPError, TimeoutError, TooLong) as fault:
            told.failed.append(f"{_who(patient.person)}: could not send ({type(fault).__name__})")
            patient.over = "no connection"
            return False
        told.sent += 1
        if not await heard.anything(PATIENCE):
            told.failed.append(f"{_who(patient.person)}: no answer in {PATIENCE:.0f} s to message {patient.turns}")
            patient.over = "not answered"
            return False
        told.answered += 1
        told.first.append(time.monotonic() - began)
        return True

    async def _next(self, patient: Patient, heard: _Said, random: Random) -> Reply | None:
        """What the patient says next, once they have read; while they wait for staff they listen on."""
        while True:
            left = max(QUIET, self._plan.seconds - self._passed())
            if not await heard.anything(left if self._plan.stays is None else min(left, self._plan.stays)):
                return None  # the morning is over, or they are gone
            text, buttons = await heard.all()
            if patient.over == "stopped" and text not in AUTOMATIC.values():
                self._told.failed.append(f"{_who(patient.person)}: was texted after STOP")
            if patient.person.channel == "sms":
                patient.note(text)
            before = len(patient.told)
            reply = patient.hear(text, buttons)
            self._told.later.update(k for k in patient.told[before:] if k.startswith(_DECISIONS))
            if reply is not None:
                await asyncio.sleep(random.uniform(2.0, 9.0) * self._scale)
                if patient.over == "stopped":  # what came while they wrote it came before the STOP
                    heard.forget()
                return reply

    def _passed(self) -> float:
        return time.monotonic() - self._began


async def _demo_only(base: str) -> None:
    """The stand-in answers on the demo's own machine and nowhere else."""
    if urlsplit(base).hostname not in _LOOPBACK:
        raise NoDemo(f"{base} is not on this machine; a rehearsal is only for the demo")
    try:
        async with httpx2.AsyncClient(base_url=base, timeout=10, trust_env=False) as http:
            answer = await http.get("/standin/texts", params={"after": "0"})
            found = answer.status_code == 200 and "cursor" in answer.json()
    except (httpx2.HTTPError, ValueError):
        found = False
    if not found:
        raise NoDemo(f"there is no demo desk at {base}; start one with: frontdesk serve --demo")


async def _last_number(admin: Console) -> int:
    rows = [*(await admin.open("/console")).rows, *(await admin.open("/console/done")).rows]
    return max((r.number for r in rows), default=0)


async def _count_tasks(admin: Console, before: int, told: Told) -> None:
    """Tasks that were opened this morning, as the console shows them."""
    rows = {r.id: r for path in ("/console", "/console/done") for r in (await admin.open(path)).rows}
    fresh = [r for r in rows.values() if r.number > before]
    told.tasks.update(r.kind for r in fresh)
    told.urgent = sum(r.urgent or r.kind == "urgent" for r in fresh)


async def _show(told: Told, progress: Callable[[Told, float], None]) -> None:
    began = time.monotonic()
    while True:
        progress(told, time.monotonic() - began)
        await asyncio.sleep(1)


def _clerks(wanted: bool) -> list[SignIn]:
    return [_sign_in("front-desk"), _sign_in("clinician")] if wanted else []


def _sign_in(role: str) -> SignIn:
    return next(u for u in sign_ins() if u.role == role)


def _who(person: Person) -> str:
    return f"#{person.number} {person.language} {person.channel} {person.errand} ({person.habit})"
