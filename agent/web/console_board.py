"""The queue's rows, written once for all who may see the same, and numbered so that a page can be sent what changed."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from threading import Lock
from zoneinfo import ZoneInfo

from markupsafe import Markup

from agent.desk.desk import Desk
from agent.desk.nudge import rings
from agent.dialogue.spoken import Voice
from agent.model.patient import StaffUser
from agent.model.task import Task, is_urgent
from agent.ports import Tx
from agent.web.console_rights import may, place_of
from agent.web.console_together import Together
from agent.web.console_tongue import Tongue, current
from agent.web.console_words import at, due, kind, staff_voice, what
from agent.web.lanes import Lane

_LOOKS_KEPT = 12  # of each audience: a page that is older is sent the whole
_AUDIENCES = 24
_WAITS = ("requested", "accepted")
_DONE_TODAY = 50
Draw = Callable[["Row", str], Markup]


@dataclass(frozen=True)
class Row:
    """A task in the queue."""

    task: Task
    kind: str
    what: str
    who: str
    owner: str
    due: str
    press: str
    at: str
    decides: bool
    batch: bool  # may be confirmed with others, exactly as prepared


@dataclass(frozen=True, eq=False)
class Drawn:
    """A row as HTML. The same object for as long as it reads the same. `section`: done, hold, urgent, free or taken."""

    row: Row
    section: str
    html: Markup
    place: str
    made: tuple[Hashable, ...]  # of what it was made
    day: date  # on which `row.at` was said

    @property
    def task(self) -> Task:
        return self.row.task


@dataclass(frozen=True)
class Look:
    """All that one audience sees as of `now`; another `mark` means that something differs."""

    mark: int
    now: datetime
    rows: tuple[Drawn, ...]


@dataclass(frozen=True)
class _Standing:
    """The clinic's tasks as of one moment, the same for everybody."""

    signs: tuple[Hashable, ...]
    mark: int
    now: datetime
    minute: int
    tasks: tuple[Task, ...]  # the open ones, urgent first, then what was done today
    staff: Mapping[str, str]


@dataclass
class _Audience:
    """People of one role, the same places and one language: every row reads the same to them."""

    user: StaffUser
    lock: Lock = field(default_factory=Lock)
    drawn: dict[str, Drawn] = field(default_factory=dict)
    minute: int = 0  # in which due times were last said
    looks: "OrderedDict[int, Look]" = field(default_factory=OrderedDict)


class Board:
    """Many consoles look at the same tasks at every ring. The database is asked at each look; what it says is written
    only where it differs from the last time, and never shared between people who may not see the same."""

    def __init__(self, desk: Desk, draw: Callable[[], Draw], lane: Lane) -> None:
        """`draw`: makes the template's macro, in the language of the moment; `lane`: the threads of open consoles."""
        self._desk, self._draw = desk, draw
        self._lock = Lock()
        self._last: _Standing | None = None
        self._marks = 0
        self._audiences: OrderedDict[Hashable, _Audience] = OrderedDict()
        self._together = Together(lane)

    async def ask(self, user: StaffUser) -> Look:
        """As `look`; one look serves all of an audience who ask meanwhile. Raises Busy."""
        return await self._together.ask(audience_of(user, current()), lambda: self.look(user))

    def look(self, user: StaffUser) -> Look:
        """What this person may see now, in the language of the moment. Raises Busy."""
        desk, audience = self._desk, self._audience(user)
        with desk.store.begin(write=False) as tx:
            standing = self._standing(tx, desk.clock())
            with audience.lock:
                return audience.looks.get(standing.mark) or self._write(tx, audience, standing)

    def past(self, user: StaffUser, mark: int) -> Look | None:
        """An earlier look, while it is kept."""
        return self._audience(user).looks.get(mark)

    def _audience(self, user: StaffUser) -> _Audience:
        key = audience_of(user, current())
        with self._lock:
            found = self._audiences.setdefault(key, _Audience(user))
            self._audiences.move_to_end(key)
            while len(self._audiences) > _AUDIENCES:
                self._audiences.popitem(last=False)
        return found

    def _standing(self, tx: Tx, now: datetime) -> _Standing:
        desk = self._desk
        zone = ZoneInfo(desk.clinic.zone)
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        tasks = tx.tasks.open(desk.clinic.id)
        late = sum(t.due_at < now for t in tasks)
        rung = tuple(rings(t, now) for t in tasks if t.assignee is None and is_urgent(t))
        done = [t for t in tx.tasks.done(desk.clinic.id, _DONE_TODAY) if t.decided_at and t.decided_at >= midnight]
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
        held = tuple((t.id, t.version) for t in (*tasks, *done))
        minute = int(now.timestamp() // 60)  # due times are told in minutes
        signs = (minute, desk.content.revision, late, rung, len(tasks), tuple(staff.items()), held)
        with self._lock:
            if self._last is None or self._last.signs != signs:
                self._marks += 1
                self._last = _Standing(signs, self._marks, now, minute, (*tasks, *done), staff)
            return self._last

    def _write(self, tx: Tx, audience: _Audience, standing: _Standing) -> Look:
        voice = staff_voice(self._desk, standing.now)
        day = standing.now.astimezone(ZoneInfo(self._desk.clinic.zone)).date()
        same_minute, audience.minute = audience.minute == standing.minute, standing.minute
        pen: list[Draw] = []
        seen: dict[str, Drawn] = {}
        for task in standing.tasks:
            owner = standing.staff.get(task.assignee or "", "")
            made = (task.version, owner, voice.content.revision)
            before = audience.drawn.get(task.id)
            if before is not None and before.made == made:
                row = before.row if same_minute else _later(before, voice, day, standing.now)
            elif may(audience.user, "see", task):
                row = row_of(voice, tx, audience.user, task, owner, standing.now)
            else:
                continue
            if before is not None and before.row is row and before.day == day:
                seen[task.id] = before
                continue
            pen = pen or [self._draw()]
            section = section_of(task)
            seen[task.id] = Drawn(row, section, pen[0](row, section), place_of(task), made, day)
        audience.drawn = seen
        look = Look(standing.mark, standing.now, tuple(seen.values()))
        audience.looks[standing.mark] = look
        while len(audience.looks) > _LOOKS_KEPT:
            audience.looks.popitem(last=False)
        return look


def audience_of(user: StaffUser, tongue: Tongue) -> tuple[Hashable, ...]:
    """What decides how rows read and which are there. Whose they are is each person's own."""
    return user.clinic, user.role, tuple(sorted(user.locations)), tongue.tag, tongue.country


def section_of(task: Task) -> str:
    """Where a task stands, whoever looks."""
    if task.decided_at is not None:
        return "done"
    if task.status == "on-hold":
        return "hold"
    if is_urgent(task):
        return "urgent"
    return "free" if task.assignee is None else "taken"


def is_plain(voice: Voice, task: Task) -> bool:
    """A kind that is marked low-risk, routine, with nothing unsure about it, for a visit that is known."""
    policy, concerned = voice.content.tasks.get(task.kind), task.proposal.get("appointment")
    known = isinstance(concerned, dict) and bool(concerned.get("id"))
    sure = all(e.sure for e in task.evidence)
    return bool(policy and policy.low_risk) and known and sure and not is_urgent(task) and task.status in _WAITS


def row_of(voice: Voice, tx: Tx, user: StaffUser, task: Task, owner: str, now: datetime) -> Row:
    relative, press = due(task, now)
    known = tx.patients.get(task.patient) if task.patient else None
    decides = may(user, "decide", task)
    p = task.proposal
    return Row(
        task=task, kind=kind(voice, task), what=what(voice, task),
        who=known.name if known else str(p.get("name") or p.get("patient_name") or ""), owner=owner,
        due=relative, press=press, at=at(voice, task.decided_at or task.due_at), decides=decides,
        batch=decides and is_plain(voice, task),
    )  # fmt: skip


def _later(before: Drawn, voice: Voice, day: date, now: datetime) -> Row:
    """The same row at another minute."""
    row = before.row
    relative, press = due(row.task, now)
    said = row.at if before.day == day else at(voice, row.task.decided_at or row.task.due_at)
    same = (relative, press, said) == (row.due, row.press, row.at)
    return row if same else replace(row, due=relative, press=press, at=said)


__all__ = ["Board", "Draw", "Drawn", "Look", "Row", "audience_of", "is_plain", "row_of", "section_of"]
