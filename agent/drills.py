"""Rehearsed bad days: a part of the desk's world fails, a conversation is played, and what had to hold is checked."""

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from agent.adapters.bus_redis import RedisBus
from agent.adapters.calendar.local import LocalCalendar
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.drill_scene import ALARM, ANA, BEN, BOOKING, Report, Scene, scene
from agent.model import fault
from agent.model.calendar import Opening, OpeningRequest
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.ports import Tx
from agent.understand.model import Chat, ModelProposer
from agent.web.loops import Loops

UNCLEAR = "well you see it is about my poor old knee again dear"
_SOON = 20.0  # seconds in which a lost Redis must be made good on a busy machine; the slow clock is a second


def sms_down(clinic: Clinic, content: Content, like: Desk | None = None) -> Report:
    """The SMS provider refuses everything for four minutes, then for half an hour."""
    with scene("sms-down", clinic, content, like=like) as at:
        for words in BOOKING[:2]:
            at.say(words)
        before = at.heard()
        at.report.say("-- the provider answers 503 to everything --")
        at.phone.down = fault.Busy("service unavailable", "503")
        for words in BOOKING[2:]:
            at.say(words)
        at.wait(4)
        at.report.check("while it is down nothing is lost: the request is prepared", at.tasks())
        at.report.check("while it is down the texts wait", at.waiting()[1] > 0 and at.heard() == before)
        at.report.say("-- the provider is back --")
        at.phone.down = None
        at.wait(11)
        at.show_staff()
        ids = [m.id for m in at.phone.taken]
        at.report.check("every text arrives, in the order in which it was written", ids == sorted(ids))
        at.report.check("the patient heard an answer to each text", at.heard() >= len(BOOKING))
        at.report.say("-- it goes away again, for half an hour --")
        at.phone.down = fault.Busy("service unavailable", "503")
        at.say("what are your hours?", BEN)
        at.say("STOP", ANA)
        at.wait(30)
        at.show_staff()
        told = [t for t in at.tasks() if t.reason == "delivery_busy"]
        at.report.check("staff are asked to call whom no text reached", told and told[0].priority == "urgent")
        at.phone.down = None
        with at.store.begin(write=False) as tx:
            at.report.check(
                "STOP counts though its receipt could not be sent", tx.optouts.stopped(at.message("").sender)
            )
        at.check_nothing_lost()
        return at.report


def model_down(clinic: Clinic, content: Content, like: Desk | None = None) -> Report:
    """The language model hangs, then talks nonsense; everything that matters never needed it."""
    with scene("model-down", clinic, content, like=like) as at:
        chats: dict[str, Chat] = {"hangs": Hanging(), "talks nonsense": Nonsense()}
        for name, chat in chats.items():
            at.report.say(f"-- the model {name} --")
            at.desk.model = ModelProposer(content, "drill:none", seconds=0.2, chat=chat)
            began = time.monotonic()
            at.say(UNCLEAR, BEN)
            at.report.check(
                f"a model that {name} holds a turn up by its deadline at most", time.monotonic() - began < 10
            )
            at.report.check(f"the patient is answered though it {name}", at.heard(BEN))
        for words in BOOKING:
            at.say(words)
        at.report.check("a visit can be asked for", any(t.kind == "booking" for t in at.tasks()))
        at.say(ALARM)
        at.report.check("an emergency is seen", any(t.priority == "stat" for t in at.tasks()))
        at.say("I want to talk to a person", BEN)
        at.report.check("a person can be reached", any(t.kind == "handoff" for t in at.tasks()))
        at.say("STOP", BEN)
        with at.store.begin(write=False) as tx:
            at.report.check("STOP is honoured", tx.optouts.stopped(at.message("", BEN).sender))
        at.show_staff()
        at.check_nothing_lost()
        return at.report


def calendar_down(clinic: Clinic, content: Content, like: Desk | None = None) -> Report:
    """The calendar does not answer: the request becomes a person's, and no time is promised."""
    with scene("calendar-down", clinic, content, like=like) as at:
        actions: Any = at.desk.actions
        actions._calendar = Broken(clinic)
        at.report.say("-- the calendar does not answer --")
        for words in BOOKING[:2]:
            at.say(words)
        handed = [t for t in at.tasks() if t.kind == "handoff"]
        at.report.check("a person gets the request", handed)
        at.report.check("with the patient's own words", any("knee" in e.quote for t in handed for e in t.evidence)
                        or any("knee" in str(t.proposal) for t in handed))  # fmt: skip
        at.report.check("no time is offered or promised", not any("\n1) " in m.text for m in at.phone.taken))
        at.report.check("the patient is answered", at.heard() >= 1)
        at.say(ALARM, BEN)
        at.report.check("an emergency is seen all the same", any(t.priority == "stat" for t in at.tasks()))
        at.show_staff()
        at.report.say("-- the calendar is back --")
        actions._calendar = at.desk.calendar
        for words in BOOKING:
            at.say(words, "+12125550143")
        at.report.check(
            "the next visit can be asked for", any(t.kind == "booking" and t.appointment for t in at.tasks())
        )
        at.check_nothing_lost()
        return at.report


def redis_down(clinic: Clinic, content: Content, like: Desk | None = None) -> Report:
    """No Redis: no bell rings between processes, and the slow clocks find the work."""
    bus = RedisBus("redis://127.0.0.1:1/0")
    with scene("redis-down", clinic, content, like=like, bus=bus, real_time=True) as at:
        loops = Loops(at.desk, alone=False, beside=0.3)
        loops.start()
        try:
            at.report.say("-- Redis cannot be reached; a web process works on its slow clock --")
            for count, words in enumerate(("hello", "what are your hours?", "where are you?"), 1):
                began = time.monotonic()
                at.text(words)
                while at.heard() < count and time.monotonic() - began < _SOON:
                    time.sleep(0.02)
                took = time.monotonic() - began
                at.report.say(f"   desk> {at.phone.taken[-1].text}" if at.heard() >= count else "   (nothing)")
                at.report.check(f"answer {count} comes, slower ({took:.1f} s)", at.heard() >= count)
        finally:
            loops.stop()
            bus.close()
        at.check_nothing_lost()
        return at.report


def disk_full(clinic: Clinic, content: Content, like: Desk | None = None) -> Report:
    """The disk is full: what cannot be stored is not acknowledged, so that its sender tries again."""
    with scene("disk-full", clinic, content, like=like) as at:
        at.say("hello")
        at.text("what are your hours?")
        at.report.say("-- the disk is full --")
        _limit(at, full=True)
        refused = None
        for _ in range(60):
            refused = at.message("please tell me about parking. " * 60, BEN)
            try:
                receive(at.desk, refused)
            except fault.Busy:
                break
            at.report.say("patient> (a long text, still stored)")
        else:
            refused = None
        at.report.check("a text that cannot be stored is not acknowledged", refused)
        try:
            at.settle()
        except fault.Busy:
            at.report.say("   (the desk waits; nothing is half done)")
        at.report.check("staff can still read", isinstance(at.tasks(), list))
        at.report.say("-- there is room again; the provider tries again what was not acknowledged --")
        _limit(at, full=False)
        at.wait(2)
        if refused is not None:
            again = receive(at.desk, refused)
            at.report.check("it is taken when it comes again", again.fresh)
            at.report.check("and once only", not receive(at.desk, refused).fresh)
        at.settle()
        at.report.check("the text from before is answered", at.heard() >= 2)
        at.show_staff()
        at.check_nothing_lost()
        return at.report


def _limit(at: Scene, *, full: bool) -> None:
    """Let the database grow no more (or again)."""
    raw = at.store._engine.raw_connection()
    try:
        inner = raw.driver_connection
        assert isinstance(inner, sqlite3.Connection)
        (pages,) = inner.execute("PRAGMA page_count").fetchone()
        inner.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000_000}")
    finally:
        raw.close()


class Hanging:
    """A chat model that answers long after anybody waits."""

    def invoke(self, messages: list[tuple[str, str]]) -> Any:  # noqa: ARG002
        time.sleep(1.0)
        return {"commands": []}


class Nonsense:
    """A chat model that answers anything but what it was asked."""

    def invoke(self, messages: list[tuple[str, str]]) -> Any:  # noqa: ARG002
        return {"commands": [{"do": "book_everything", "value": "now"}], "patient": "told"}


class Broken(LocalCalendar):
    """A calendar that does not answer."""

    def openings(self, tx: Tx, request: OpeningRequest, now: datetime) -> list[Opening]:  # noqa: ARG002
        raise TimeoutError("the calendar does not answer")


DRILLS: dict[str, Callable[..., Report]] = {
    "sms-down": sms_down,
    "model-down": model_down,
    "calendar-down": calendar_down,
    "redis-down": redis_down,
    "disk-full": disk_full,
}
__all__ = ["DRILLS"]
