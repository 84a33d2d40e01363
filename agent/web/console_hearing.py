"""How well the desk hears: its drift in service, messages for a second look, and "this was misunderstood"."""

import json
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content.load import corpus
from agent.desk import look_again
from agent.desk.desk import Desk
from agent.measure.drift import Drift, drifts
from agent.model.fault import Refused
from agent.settings import ROOT
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_tongue import not_done, tr
from agent.web.console_words import at, staff_voice
from agent.web.signin import Form, Signed

PUBLISHED = ROOT / "intents" / "published.json"
_TURNS = 3_000  # of the newest rows of the audit trail
_KEPT = 60.0  # seconds that figures are kept for those who look again
_SHOWN = 40


def routes(door: Door) -> APIRouter:
    """`/console/hearing`, and what is said there of one message."""
    router = door.router()

    @router.get("/console/hearing")
    def hearing(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/hearing/{inbound}/{act}")
    async def act(request: Request, inbound: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, inbound, act))

    return router


class Watch:
    """The drift of one desk, read at most once a minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._found, self._read = desk, list[Drift](), 0.0

    def drifts(self) -> list[Drift]:
        if time.monotonic() - self._read > _KEPT or not self._read:
            with self._desk.store.begin(write=False) as tx:
                rows = [e.data for e in tx.audit.tail(_TURNS) if e.tag == "turn:decided"]
            held = self._desk.ears.held if self._desk.ears is not None else lambda _: []
            found = drifts(reversed(rows), published(PUBLISHED), self._trained(), held)
            self._found, self._read = found, time.monotonic()
        return self._found

    def _trained(self) -> dict[str, Counter[str]]:
        """How many examples each kind of request has, by language, in the content that serves."""
        pairs = corpus(self._desk.content)
        return {lang: Counter(intent for _, intent in each) for lang, each in pairs.items()}


@cache
def published(path: Path) -> dict[str, Any]:
    """The figures of the published content; empty where nobody has measured it."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _show(door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200) -> Response:
    desk = door.desk
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin(write=False) as tx:
        looks = tx.looks.by_verdict(desk.clinic.id, "open", _SHOWN)
        wrong = tx.looks.by_verdict(desk.clinic.id, "wrong", _SHOWN)
        right = len(tx.looks.by_verdict(desk.clinic.id, "right", 1000))
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
    return door.page(
        request, "hearing.html", signed, status, looks=looks, wrong=wrong, right=right, staff=staff, problem=problem,
        said_of=lambda whys: [tr(why) for why in whys], drifts=Watch(desk).drifts(), at=lambda when: at(voice, when),
    )  # fmt: skip


def _act(
    door: Door, request: Request, signed: Signed, form: Form, deed: Deed, inbound: str, act: str
) -> Response:  # fmt: skip
    meant, back = form.get("meant"), form.get("back")
    done = RedirectResponse("/console/hearing", 303)
    if act == "report" and back.startswith("/console/") and "//" not in back:
        done = RedirectResponse(f"{back}?reported={inbound}#l-{inbound}", 303)
    try:
        if act == "report":
            look_again.report(deed.desk(done), inbound, form.get("conversation"), meant, signed.user)
        elif act == "decide":
            look_again.decide(deed.desk(done), inbound, meant, signed.user)
        else:
            raise NotThere
    except Refused as refused:
        return _show(door, request, signed, not_done(refused), 422)
    return done
