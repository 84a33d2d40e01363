"""A patient is driven through every flow, faults and kills included: no trace anywhere but in sealed columns."""

import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from agent.adapters.store import SqlStore
from agent.model.address import Address
from tests.canary import PHONE, SAID, WORDS, Watched, broker, pages, processes, spellings, talk, traces
from tests.contracts.samples import dump
from tests.live import CLINIC, Live, live, wait_for
from tests.prove.ground import Ground
from tests.served import frontdesk, ready

PROMISE = "No patient in logs, queues, addresses, traces or in the clear at rest"
SIZE = "28 texts of a canary patient on one process with SQLite, and on web, Celery, Redis, PostgreSQL; 6 kills each"


def _served(desk: Live, stack: ExitStack, worker: bool, watched: Watched) -> list[ExitStack]:
    """The running processes, each to be killed alone."""
    running = []
    for words in (("serve",), *((("worker", "--concurrency", "1"),) if worker else ())):
        alone = stack.enter_context(ExitStack())
        process = alone.enter_context(frontdesk(*words, env=desk.env))
        if words == ("serve",):
            ready(desk.port, process, 240)
        processes([process.pid], watched)
        running.append(alone)
    return running


def canary(folder: Path, kills: int, texts: tuple[str, ...] = SAID, **settings: str) -> tuple[Watched, int]:
    """(what was seen, texts acknowledged). Raises AssertionError for any trace, and where the sealed rows do not hold
    what was said: a search that cannot find anything proves nothing."""
    watched, redis_url = Watched(), settings.get("FRONTDESK_REDIS_URL", "")
    with ExitStack() as stack:
        if redis_url:
            stack.enter_context(broker(redis_url, watched))
        desk = stack.enter_context(live(folder, **settings))
        running = _served(desk, stack, bool(redis_url), watched)
        size, said = max(1, len(texts) // (kills + 1)), 0
        for at in range(0, len(texts), size):
            said += talk(desk, at + 1, texts[at : at + size])
            if at // size < kills:
                for process in running:  # while turns and sends are in hand
                    process.close()
                running = _served(desk, stack, bool(redis_url), watched)
        pages(desk, watched)
        store = desk.store()
        wait_for(lambda: not _waiting(store), 240, "texts are still waiting")
        time.sleep(1)  # sends, callbacks, rings
        pages(desk, watched)
        with store.begin(write=False) as tx:
            held = tx.conversations.by_address(CLINIC.id, Address(channel="sms", value=PHONE))
            assert held is not None
            heard = [line.text for line in tx.conversations.thread(held.id) if line.direction == "in"]
            watched.add("audit", "\n".join(e.model_dump_json() for e in tx.audit.tail(100_000)).encode())
        assert len(heard) == said, f"{said} acknowledged, {len(heard)} kept"
        assert traces("rows", "\n".join(heard).encode(), spellings()), "the search finds nothing where it should"
        assert isinstance(store, SqlStore)
        watched.add("every column", dump(store).encode())
        watched.add("log", (folder / "log").read_bytes())
        _files(folder, desk, watched)
        store.close()
    found = watched.traces()
    assert not found, "; ".join(found[:5])
    return watched, said


def _waiting(store: object) -> int:
    assert isinstance(store, SqlStore)
    with store.begin(write=False) as tx:
        return tx.inbox.waiting()


def _files(folder: Path, desk: Live, watched: Watched) -> None:
    """The raw files of the database and whatever else the desk has left in its folder; PostgreSQL's rows as text."""
    for path in folder.rglob("*"):
        if path.is_file() and "models" not in path.parts and path.name != "log":
            watched.add(f"file {path.name}", path.read_bytes())
    url = desk.env["FRONTDESK_DATABASE_URL"]
    if url.startswith("postgresql"):
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in names:
                with connection.cursor().copy(f'COPY "{name}" TO STDOUT') as rows:  # type: ignore[arg-type]
                    watched.add(f"table {name}", b"".join(bytes(part) for part in rows))


def prove(ground: Ground) -> str:
    told = []
    watched, said = canary(ground.folder(), 6)
    told.append(f"one process: {said} texts, {watched.bytes() // 1000} kB searched, 0 traces")
    many = {"FRONTDESK_DATABASE_URL": ground.postgres(), "FRONTDESK_REDIS_URL": ground.redis()}
    watched, said = canary(ground.folder(), 6, **many)
    commands = len(watched.seen.get("Redis commands", []))
    assert commands > 100, f"only {commands} commands reached Redis"
    told.append(f"web, Celery, Redis, PostgreSQL: {said} texts, {commands} Redis commands, "
                f"{watched.bytes() // 1000} kB searched, 0 traces")  # fmt: skip
    return f"{len(WORDS)} details; " + "; ".join(told)
