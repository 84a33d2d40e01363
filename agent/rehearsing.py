"""Rehearses what is proposed: takes one proposal, has it played in a process of its own, and keeps what was found."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from queue import Empty, Queue
from typing import Any

from agent.desk.desk import Desk
from agent.model.edit import Items, Proposal
from agent.model.fault import Conflict
from agent.model.message import Inbound

LEASE = timedelta(seconds=90)  # a process that died leaves it to another one after this
_RECENT, _DAYS = 10_000, timedelta(days=30)  # messages that are heard again
_PAGE = 250  # of them read at once: the desk answers meanwhile
_END = ""
_EVERY = 0.01  # of the whole, before progress is written again


def rehearse_next(desk: Desk, only: tuple[str, ...] | None = None) -> bool:
    """True when there was one to rehearse. `only`: just these of the product's conversations."""
    found = _claimed(desk)
    if found is None:
        return False
    try:
        for told in _played(desk, found, only):
            if not told:
                found = _save(desk, found, lease_until=desk.clock() + LEASE)  # patients are many: it has to wait
                continue
            if "report" in told:
                _settle(desk, found, told["report"])
                return True
            if told["done"] - found.done >= _EVERY or not found.step:
                found = _save(desk, found, step=told["step"], done=told["done"], lease_until=desk.clock() + LEASE)
        _settle(desk, found, {"faults": ["The rehearsal broke off. Withdraw the proposal and propose it again."]})
    except Conflict:
        return True  # withdrawn meanwhile
    return True


def _claimed(desk: Desk) -> Proposal | None:
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        waiting = [p for p in tx.content.proposals(desk.clinic.id, 1) if _is_free(p, now)]  # one is open at a time
    if not waiting:
        return None
    try:
        return _save(desk, waiting[-1], state="checking", lease_until=now + LEASE, done=0.0)
    except Conflict:
        return None


def _is_free(proposal: Proposal, now: Any) -> bool:
    lapsed = proposal.lease_until is None or proposal.lease_until < now
    return proposal.state == "waiting" or (proposal.state == "checking" and lapsed)


def _save(desk: Desk, proposal: Proposal, **changes: Any) -> Proposal:
    with desk.store.begin() as tx:
        return tx.content.save_proposal(proposal.model_copy(update=changes))


def _settle(desk: Desk, found: Proposal, report: dict[str, Any]) -> None:
    state = "faulty" if report["faults"] or report.get("below") else "checked"
    _save(desk, found, state=state, report=report, done=1.0, step="", lease_until=None)
    desk.bus.ring(f"console:{desk.clinic.id}", found.id)


def _played(desk: Desk, found: Proposal, only: tuple[str, ...] | None) -> Iterator[dict[str, Any]]:
    """The lines of the rehearsing process, and an empty one where it is silent for long. What patients wrote goes
    through a pipe and is written nowhere."""
    settings = desk.settings
    task = {
        "before": _published(desk, found.on), "after": found.items, "turns": _recent(desk), "scripts": only,
        "clinic": str(settings.clinic_file), "content": str(settings.content), "var": str(settings.var),
    }  # fmt: skip
    command = [sys.executable, "-m", "agent.consequences"]
    with subprocess.Popen(  # noqa: S603 (our own module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines: Queue[str] = Queue()
        threading.Thread(target=_feed, args=(process, json.dumps(task)), daemon=True).start()
        threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
        try:
            while (line := _next(lines)) != _END:
                yield json.loads(line)
        finally:
            process.kill()


def _listen(process: "subprocess.Popen[str]", lines: "Queue[str]") -> None:
    assert process.stdout is not None
    with suppress(ValueError, OSError):  # closed: nobody waits for it any more
        for line in process.stdout:
            lines.put(line)
    lines.put(_END)


def _next(lines: "Queue[str]") -> str:
    try:
        return lines.get(timeout=LEASE.total_seconds() / 3)
    except Empty:
        return "{}"


def _feed(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(text)
        process.stdin.close()
    except OSError:
        return  # it has ended already


def _published(desk: Desk, number: int) -> Items:
    with desk.store.begin(write=False) as tx:
        found = tx.content.revision(desk.clinic.id, number) if number else None
    return found.items if found is not None else {}


def _recent(desk: Desk) -> list[tuple[str, str]]:
    """(inbound id, text) of the newest messages whose text is still there, newest first."""
    out: list[tuple[str, str]] = []
    since, before = desk.clock() - _DAYS, None
    while len(out) < _RECENT:
        with desk.store.begin(write=False) as tx:
            rows = tx.inbox.newest(_PAGE, before)
        if not rows or rows[0][1].received_at < since:
            break
        before = rows[-1][0]
        out += [(x.id, x.text[: desk.settings.max_text]) for _, x in rows if _is_said(x) and x.received_at >= since]
    return out[:_RECENT]


def _is_said(heard: Inbound) -> bool:
    """Words of their own: no button, no key, no sign of the channel."""
    return heard.kind in ("text", "speech") and bool(heard.text.strip()) and not heard.payload
