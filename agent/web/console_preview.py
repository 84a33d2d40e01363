"""What the patient would be told: the very decision is taken in a transaction that is then undone, and overheard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.model.fault import Busy, Refused
from agent.model.message import Line
from agent.model.task import Task
from agent.ports import Bus, Store, Tx
from agent.web.console_replies import masked
from agent.web.console_tongue import current, said, tr


@dataclass(frozen=True)
class Told:
    """`text` in the patient's language, `gloss` beside it in the reader's where that is another one, or `problem`: why
    it cannot be done now."""

    text: str = ""
    locale: str = "en"
    gloss: str = ""
    buttons: tuple[str, ...] = ()
    problem: str = ""
    later: datetime | None = None  # when it goes out, where that is not at once


_MOMENT = timedelta(minutes=1)  # for second thoughts


class _Undo(Exception):
    pass


class _Mute:
    def ring(self, topic: str, what: str = "") -> None:  # noqa: ARG002
        return

    def well(self) -> bool:
        return True

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:  # noqa: ARG002
        return lambda: None


class _Undone:
    """A store whose transactions never commit; what they would say is kept."""

    def __init__(self, store: Store, task: Task, locale: str | None) -> None:
        self._store, self._task, self._locale = store, task, locale
        self.lines: list[Line] = []
        self.later: datetime | None = None

    @contextmanager
    def begin(self, *, write: bool = True, durable: bool = True) -> Iterator[Tx]:
        if not write:
            with self._store.begin(write=False) as tx:
                yield tx
            return
        try:
            with self._store.begin(write=write, durable=durable) as tx:
                held = tx.conversations.get(self._task.conversation) if self._task.conversation else None
                if held is not None and self._locale:
                    tx.conversations.save(held.model_copy(update={"locale": self._locale}), self._task.created_at)
                plant = tx.plants.of_task(self._task.id)
                if plant is not None:  # nothing is decided here
                    tx.plants.end(plant.id, "undecided", plant.shown_at)
                before = {line.id for line in whole_thread(tx, self._task.conversation)}
                yield tx
                after = whole_thread(tx, self._task.conversation)
                self.lines = [x for x in after if x.id not in before and x.direction == "out"]
                self.later = later(tx, self.lines)
                raise _Undo
        except _Undo:
            return

    def scrub(self) -> None:
        """Nothing was erased."""

    def close(self) -> None:
        return


def whole_thread(tx: Tx, conversation: str | None, most: int = 2000) -> list[Line]:
    """Every line as staff see it, oldest first; of a very long thread the first `most`."""
    lines: list[Line] = []
    while conversation and len(lines) < most:
        more = tx.conversations.thread(conversation, lines[-1].id if lines else "")
        lines += more
        if len(more) < 200:
            break
    return masked(lines)


def later(tx: Tx, lines: list[Line]) -> datetime | None:
    """When these words go out, where they wait for the end of a night."""
    rows = [row for line in lines if (row := tx.outbox.get(line.id)) is not None]
    return max((r.due_at for r in rows if r.due_at - r.created_at > _MOMENT), default=None)


def told(desk: Desk, task: Task, decide: Callable[[Desk], object]) -> Told:
    """Runs `decide` on a desk that forgets; never raises for what a person can be told."""
    try:
        lines, waits = _overheard(desk, task, decide, None)
        ours = current().content
        foreign = bool(lines) and (lines[0].locale or "en").split("-")[0] != ours
        gloss = _overheard(desk, task, decide, ours)[0] if foreign else []
    except Refused as refused:
        return Told(problem=said(refused))
    except Busy:
        return Told(problem=tr("The desk is busy just now; try again."))
    return Told(
        text="\n".join(x.text for x in lines),
        locale=(lines[0].locale or "en") if lines else task.language,
        gloss="\n".join(x.text for x in gloss),
        buttons=tuple(b.label for x in lines for b in x.buttons),
        later=waits,
    )


def _overheard(
    desk: Desk, task: Task, decide: Callable[[Desk], object], locale: str | None
) -> tuple[list[Line], datetime | None]:  # fmt: skip
    store = _Undone(desk.store, task, locale)
    bus: Bus = _Mute()
    decide(replace(desk, store=store, bus=bus))
    return store.lines, store.later
