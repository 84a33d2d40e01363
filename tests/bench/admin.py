"""What an admin waits for: the box to try a message, the check of what was typed, the check of everything, and the
rehearsal of a draft in which one language is learned anew; what patients wait for meanwhile, beside the same alone."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.actions import ACTIONS
from agent.content import read_content
from agent.desk import editing
from agent.desk.receive import receive
from agent.desk.turn import work
from agent.learning import ears_for, gate_for
from agent.measure.cases import cases
from agent.model.address import Address
from agent.model.message import Inbound
from agent.proof import prove
from agent.rehearsing import rehearse_next
from agent.settings import load_settings
from agent.workbench import Workbench
from tests.web.console_desk import World
from tests.web.console_served import utc_now

TURNS, TRIED = 10_000, 150
EVERY, ALONE = 0.5, 30.0  # seconds between messages of patients, and how long they come while nothing else is done
MORE = {"phrases": {"E1": ["zeppelin qwark"]}, "tests": ["there is a zeppelin qwark"]}
ADDED = "tôi muốn ghi tên vô danh sách gặp ông bác sĩ hiền hiền hôm bữa"


def measure() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        models.mkdir()
        for file in (load_settings().var / "models").iterdir():
            os.link(file, models / file.name)
        world = World(f"sqlite:///{folder}/desk.db", utc_now, var=Path(folder))
        desk = world.desk
        desk.ears, desk.gate = ears_for(desk.content, desk.clinic, models), gate_for(desk.content, models)
        try:
            return _tried(world) | _checked(world) | _rehearsed(world)
        finally:
            desk.store.close()


def _texts(world: World, count: int) -> list[str]:
    """Tests of every language by turns."""
    content = world.desk.content
    each = [iter(cycle([case.text for case in cases(content, lang)])) for lang in content.live]
    return [next(each[n % len(each)]) for n in range(count)]


def _tried(world: World) -> dict[str, Any]:
    admin, spent = world.admin(), list[float]()
    for text in _texts(world, 2 * TRIED):
        began = time.perf_counter()
        assert admin.post("/admin/try", data={"text": text}).status_code == 200
        spent.append(1000 * (time.perf_counter() - began))
    spent = spent[TRIED:]  # the models of all languages are there
    return {"try it, p50 ms": _round(statistics.median(spent)), "try it, p99 ms": _round(sorted(spent)[-2])}


def _checked(world: World) -> dict[str, Any]:
    bench, content = Workbench(world.desk), world.desk.content
    bench.shelf()
    kinds = {"message": "booking.ask_day", "intent": "book", "safety": "chest_pain"}
    found: dict[str, Any] = {}
    for kind, name in kinds.items():
        keys = [f"{kind}/{lang}/{name}" for lang in content.live]
        typed = [(key, MORE if kind == "safety" else bench.published(key) or {}) for key in keys]
        spent = [_cost(lambda key=key, item=item: bench.faults_at(key, item)) for key, item in typed]  # type: ignore[misc]
        found |= {f"check of one {kind}, p50 ms of CPU": _round(1000 * statistics.median(c for c, _ in spent)),
                  f"check of one {kind}, slowest, ms": _round(1000 * max(w for _, w in spent))}  # fmt: skip
    key = "safety/vi/chest_pain"
    item = {"phrases": {"E1": ["như có voi giẫm lên người tôi"]}, "tests": ["ôi như có voi giẫm lên người tôi"]}
    files = bench.files()
    for what, check in {
        "full check of a draft": lambda: bench.faults({key: item}),
        "full check from nothing": lambda: prove(read_content(bench.root, frozenset(ACTIONS)), world.desk.clinic),
    }.items():
        cpu, wall = _cost(check)
        found |= {f"{what}, s of CPU": _round(cpu), f"{what}, s": _round(wall)}
    assert files.faults == ()
    return found


def _cost(done: Callable[[], object]) -> tuple[float, float]:
    """(seconds of CPU, seconds)"""
    cpu, wall = time.process_time(), time.perf_counter()
    done()
    return time.process_time() - cpu, time.perf_counter() - wall


def _rehearsed(world: World) -> dict[str, Any]:
    desk, by = world.desk, world.user("admin")
    texts = _texts(world, TURNS)
    for start in range(0, TURNS, 100):
        world.talk(*texts[start : start + 100], phone=f"+1212555{start // 100:04d}")
    with desk.store.begin() as tx:  # as if they had been answered
        while held := tx.inbox.claim_several(desk.clock(), 600.0, 500):
            tx.inbox.finish_all(held)
    bench = Workbench(desk)
    was = bench.published("intent/vi/book") or {}
    editing.save(desk, by, "intent/vi/book", {**was, "examples": [*was["examples"], ADDED]}, was, 0)
    editing.propose(desk, by, "one more sentence")
    alone = _answered(world, lambda since: time.monotonic() - since < ALONE)
    rehearsal = threading.Thread(target=rehearse_next, args=(desk,))
    began = time.monotonic()
    rehearsal.start()
    beside = _answered(world, lambda _: rehearsal.is_alive())
    took = time.monotonic() - began
    with desk.store.begin(write=False) as tx:
        (proposal,) = tx.content.proposals(desk.clinic.id, 1)
    report = proposal.report or {}
    assert proposal.state in ("checked", "faulty"), proposal.state
    return {
        "rehearsal: messages heard again": report.get("heard", 0),
        "rehearsal: conversations played": report.get("played", 0),
        "rehearsal: differences found": report.get("found", 0),
        "rehearsal, s": _round(took),
        "a turn alone, p50 ms": _round(statistics.median(alone)), "a turn alone, p95 ms": _round(_p95(alone)),
        "a turn meanwhile, p50 ms": _round(statistics.median(beside)), "a turn meanwhile, p95 ms": _round(_p95(beside)),
    }  # fmt: skip


def _answered(world: World, goes_on: Callable[[float], bool]) -> list[float]:
    """ms that each message of a patient took, from its arrival to the answer in the outbox."""
    desk, since, spent = world.desk, time.monotonic(), list[float]()
    texts = iter(cycle(_texts(world, 300)))
    while goes_on(since) or len(spent) < 20:
        who = Address(channel="sms", value=f"+1646555{len(spent) % 10_000:04d}")
        message = Inbound(
            id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=who, text=next(texts),
            provider_id=f"SM{desk.new_id()}", received_at=desk.clock(),
        )  # fmt: skip
        began = time.perf_counter()
        receive(desk, message)
        while work(desk):
            pass
        spent.append(1000 * (time.perf_counter() - began))
        time.sleep(EVERY)
    return spent


def _p95(spent: list[float]) -> float:
    return sorted(spent)[int(len(spent) * 0.95)]


def _round(value: float) -> float:
    return round(value, 2 if value < 10 else 1)
