"""The staff's desk under load: 500 open tasks, 50 live conversations and 20 open consoles, on one demo desk."""

import asyncio
import os
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from agent.demo.seed import sign_ins
from agent.house import content_of
from agent.morning.console import Console, Refused
from agent.morning.patient import Reply
from agent.morning.people import words
from agent.morning.play import Plan, play
from agent.morning.ways import ChatPage
from agent.settings import ROOT, Settings
from tests.bench.full_queue import fill
from tests.bench.levels import Levels, quarters
from tests.bench.shown import Shown
from tests.bench.wire import cpu_seconds, free_port, quantile, resident_mb, served

MINUTES = float(os.environ.get("BENCH_MINUTES", "3"))
_TALKS = os.environ.get("BENCH_TALKS", "")  # a file for what was said with the made-up patients who gave up
_BUNCH = 0.06  # seconds in which the page waits for more rings before it asks, as console.js does
_STAYS = 60.0  # seconds; at a new conversation for each live one a minute, about so many are live at a time
_HANDS = 8  # tasks that are dealt with at one time
_AGAIN = 0.4  # seconds that it leaves between two looks
_RETRY = 2.0  # seconds after which a page tries again to reach its desk
PATIENCE = 30.0  # seconds in which a change is shown at a console, or is counted as not shown


@dataclass
class Open:
    """A console that is open at the queue: a stream of events, and a look at the queue at each, as the page does."""

    console: Console
    page: Shown = field(default_factory=Shown)
    looks: list[float] = field(default_factory=list)  # seconds of each look
    sent: int = 0  # bytes of the lists
    same: int = 0  # looks at which nothing was new
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    fresh: asyncio.Condition = field(default_factory=asyncio.Condition)
    refused: Counter[int] = field(default_factory=Counter)

    async def listen(self) -> None:
        """Begun anew when it breaks off, as a browser does, until nobody is signed in any more."""
        timeout = httpx2.Timeout(30, read=None)
        while True:
            with suppress(httpx2.HTTPError):
                async with self.console.http.stream("GET", "/console/live", timeout=timeout) as stream:
                    async for line in stream.aiter_lines():
                        if line.startswith("event: gone"):
                            return
                        if line.startswith("event:"):
                            self.changed.set()
            await asyncio.sleep(_RETRY)

    async def look(self) -> None:
        while True:
            await self.changed.wait()
            await asyncio.sleep(_BUNCH)
            self.changed.clear()
            began = time.perf_counter()
            have = {"If-None-Match": self.page.tag} if self.page.tag else {}
            try:
                answer = await self.console.http.get("/console/queue", headers={"X-Live": "1", **have})
            except httpx2.HTTPError:
                self.refused[0] += 1
                self.changed.set()
                await asyncio.sleep(_RETRY)
                continue
            self.looks.append(time.perf_counter() - began)
            self.sent += len(answer.content)
            self.same += answer.status_code == 304
            self.refused[answer.status_code] += answer.status_code not in (200, 304)
            if answer.status_code == 200:
                async with self.fresh:
                    self.page.take(answer.text, answer.headers.get("etag", ""))
                    self.fresh.notify_all()
            await asyncio.sleep(max(0.0, _AGAIN - (time.perf_counter() - began)))

    async def shows(self, task: str, owner: str, since: float) -> float:
        """Seconds until this console shows that owner beside the task. Raises NotShown."""
        try:
            async with asyncio.timeout(PATIENCE), self.fresh:
                await self.fresh.wait_for(lambda: owner in self.page.owner(task))
        except TimeoutError as over:
            raise NotShown(f"{task} of {owner} is shown as of {self.page.owner(task) or 'nobody here'}") from over
        return time.perf_counter() - since


class NotShown(Exception):
    """A change that a console did not show."""


@dataclass
class Hands:
    """What is watched, or in somebody's hands just now, is decided by nobody else."""

    watched: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)


def measure(
    tasks: int = 500, live: int = 50, consoles: int = 20, minutes: float = MINUTES, changes: int = 40
) -> dict[str, Any]:  # fmt: skip
    """`changes`: how often somebody takes a task or gives it back while it runs, each seen by every console."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "models").symlink_to(ROOT / "var" / "models")
        url = f"sqlite:///{folder}/frontdesk.db"
        fill(Settings(var=Path(folder), database_url=url, demo=True), tasks)
        env = {
            "FRONTDESK_DATABASE_URL": url,
            "FRONTDESK_VAR": folder,
            "FRONTDESK_PORT": str(port),
            "FRONTDESK_SOURCE_REQUESTS": "0",
        }  # here alone patients and staff come from one address
        with served(["-m", "agent.cli", "serve", "--demo"], port, env, "/readyz") as (process, _):
            found = asyncio.run(load(f"http://127.0.0.1:{port}", process.pid, tasks, live, consoles, minutes, changes))
    talks = "\n\n".join(found.pop("gave_up"))
    if _TALKS:
        Path(_TALKS).write_text(talks, "utf-8")
    return found


async def load(
    base: str, pid: int, tasks: int, live: int, consoles: int, minutes: float, changes: int, *, rested: bool = True
) -> dict[str, Any]:  # fmt: skip
    """`rested`: begun once a desk that was just started has come to rest."""
    people = sign_ins()
    admin = Console(base, people[2])
    await admin.sign_in()
    if rested:
        await _warm(base, pid)
    renders = [await _seconds(admin, "/console/queue") for _ in range(20)]
    opened = [Open(Console(base, people[n % 2])) for n in range(consoles)]
    for each in opened:
        await each.console.sign_in()
    background = [asyncio.create_task(work) for each in opened for work in (each.listen(), each.look())]
    started, spent, began = resident_mb(pid), cpu_seconds(pid), time.perf_counter()
    seconds = minutes * 60
    plan = Plan(base, int(live * max(1.0, seconds / 60)), seconds, seed=1, pace=min(1.0, minutes), stays=_STAYS)
    morning = asyncio.create_task(play(plan, content_of()))
    hands, levels, page = Hands(), Levels(), opened[0].page
    background.append(asyncio.create_task(work_off(admin, page, tasks, hands)))
    background.append(asyncio.create_task(levels.watch(lambda: resident_mb(pid), lambda: len(page.open()))))
    reached: list[float] = []
    not_done, not_shown = 0, list[str]()
    for n in range(changes):
        await asyncio.sleep(max(0.0, seconds * 0.1 + n * seconds * 0.8 / changes - (time.perf_counter() - began)))
        if n and time.perf_counter() - began > seconds:
            break
        try:
            reached += await change(admin, opened, n, hands)
        except (Refused, httpx2.HTTPError):
            not_done += 1
        except NotShown as missed:
            not_shown.append(str(missed))
    told = await morning
    lasted, spent = time.perf_counter() - began, cpu_seconds(pid) - spent
    for task in background:
        if task.done():
            task.result()  # raises what broke a console off
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    for each in (admin, *(o.console for o in opened)):
        await each.close()
    looks = [x for o in opened for x in o.looks]
    return {
        "list_ms_alone_p50": round(quantile(renders, 0.5) * 1000, 1),
        "list_ms_alone_p95": round(quantile(renders, 0.95) * 1000, 1),
        "list_ms_under_load_p50": round(quantile(looks, 0.5) * 1000, 1),
        "list_ms_under_load_p95": round(quantile(looks, 0.95) * 1000, 1),
        "lists_per_second": round(len(looks) / lasted, 1),
        "lists_refused": str(dict(+sum((o.refused for o in opened), Counter()))),
        "update_at_every_console_s_p50": round(quantile(reached, 0.5), 2),
        "update_at_every_console_s_p95": round(quantile(reached, 0.95), 2),
        "update_at_every_console_s_p99": round(quantile(reached, 0.99), 2),
        "update_at_every_console_s_most": round(max(reached, default=0.0), 2),
        "changes_refused": not_done,
        "changes_not_shown": not_shown,
        "tasks_open_at_end": len(opened[0].page.open()),
        "conversations": told.begun, "messages": told.sent, "unanswered": told.sent - told.answered,
        "first_answer_s_p50": round(quantile(told.first, 0.5), 2),
        "first_answer_s_p95": round(quantile(told.first, 0.95), 2),
        "failed": len(told.failed), "failed_how": told.failed[:20], "tasks_opened": told.tasks.total(),
        "gave_up": told.gave_up,
        "looks_that_found_nothing_new": round(sum(o.same for o in opened) / max(1, len(looks)), 2),
        "kb_per_look": round(sum(o.sent for o in opened) / 1024 / max(1, len(looks)), 1),
        "cpu_ms_per_look": round(spent * 1000 / max(1, len(looks)), 1),
        "cpu_share": round(spent / lasted, 2), "minutes": round(lasted / 60, 1),
        "resident_mb_at_start": started,
        "resident_mb_a_minute_in_the_last_half": levels.last_half(),
        "resident_mb_at_quarters": quarters(levels.memory),
        "tasks_open_at_quarters": quarters(levels.waiting),
    }  # fmt: skip


async def _warm(base: str, pid: int) -> None:
    """A desk that has just started still gets its models ready, each language's when it is first heard: somebody writes
    in each of them, and a few people come and go. Then it has nothing to do."""
    content = content_of()
    for language in content.live:
        heard = asyncio.Event()
        async with ChatPage(base, language, lambda *_, heard=heard: heard.set()).open() as page:
            await page.send(Reply(words()[language].reasons[0]))
            await asyncio.wait_for(heard.wait(), PATIENCE)
    await play(Plan(base, 3, 3.0, seed=2, pace=0.1), content)
    for _ in range(60):
        spent = cpu_seconds(pid)
        await asyncio.sleep(1)
        if cpu_seconds(pid) - spent < 0.05:
            return


async def _seconds(console: Console, path: str) -> float:
    began = time.perf_counter()
    await console.http.get(path)
    return time.perf_counter() - began


async def work_off(clerk: Console, shown: Shown, most: int, hands: Hands) -> None:
    """What comes is dealt with from the top, as much at a time as there is too much, so that as many tasks stay open as
    at the beginning however slow the machine is."""
    left_alone = set[str]()  # what can be neither closed nor declined
    while True:
        waiting = shown.open()
        free = [task for task in waiting if task not in left_alone | hands.watched]
        now = free[: max(0, min(len(waiting) - most, _HANDS))]
        hands.busy = set(now)
        await asyncio.gather(*(_dealt_with(clerk, task, left_alone) for task in now))
        hands.busy = set()
        await asyncio.sleep(2 if len(now) < _HANDS else _AGAIN)


async def _dealt_with(clerk: Console, task: str, left_alone: set[str]) -> None:
    said = [("done_words", "We called."), ("why", "call_us")]
    with suppress(Refused, httpx2.HTTPError):  # somebody else was quicker, or the desk is not reached
        page = await clerk.open(f"/console/tasks/{task}")
        if act := page.act("close") or page.act("decline"):
            await clerk.press(act, [(n, page.hidden[n]) for n in ("csrf", "version")] + said)
        else:
            left_alone.add(task)


async def change(admin: Console, opened: list[Open], n: int, hands: Hands) -> list[float]:
    """Somebody takes a task, or gives it back; seconds until each console shows it. Raises NotShown."""
    rows = (await admin.open("/console?view=free" if n % 2 == 0 else "/console?view=mine")).rows
    rows = [row for row in rows if row.id not in hands.busy]
    if not rows:
        return []
    task = rows[len(rows) // 2].id
    hands.watched.add(task)
    form = (await admin.open(f"/console/tasks/{task}")).hidden
    if "version" not in form:
        raise Refused("the card did not open")
    given = [("csrf", form["csrf"]), ("version", form["version"])]
    began = time.perf_counter()
    await admin.press(f"/console/tasks/{task}/{'take' if n % 2 == 0 else 'give-back'}", given)
    owner = admin.who.name if n % 2 == 0 else "unassigned"
    return list(await asyncio.gather(*(o.shows(task, owner, began) for o in opened)))
