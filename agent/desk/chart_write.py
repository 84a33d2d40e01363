"""Carries out what a person approved for the record: step by step, each looked up before it is written, so that a lost
answer or a killed worker never doubles anything; what is in the way is kept until somebody has mended it."""

from datetime import timedelta

from structlog import get_logger

from agent.desk.chart import note_place, only_if, planned
from agent.desk.chart_plan import resolved
from agent.desk.desk import Desk
from agent.model.chart import Change, ChartWrite
from agent.model.fault import Conflict, Refused
from agent.model.patient import Patient
from agent.model.wording import N_
from agent.ports.chart import ChartAway, ChartChanged, ChartFault, ChartUnsure, OpenChart

LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=20)  # after the first try that failed; doubled each time
LONGEST_WAIT = timedelta(hours=1)
TRIES = 12  # about six hours; then a person is asked
_MOVED = N_("The record's address has changed since this was approved: look again.")
_CHANGED = N_("The record has changed since you looked: look again. What stands as done below is written.")


def write_next(desk: Desk) -> bool:
    """One approved writing, as far as it goes; False where none is due. Nothing waits for the network inside a
    transaction."""
    if desk.chart is None:
        return False
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.charts.take_due(desk.clinic.id, now, now + LEASE)
        patient = tx.patients.get(row.patient) if row is not None else None
    if row is None:
        return False
    try:
        _settle(desk, *_written(desk, row, patient))
    except Conflict:  # somebody with a later lease was faster
        return True
    return True


def _written(desk: Desk, row: ChartWrite, patient: Patient | None) -> tuple[ChartWrite, ChartFault | Refused | None]:
    assert desk.chart is not None
    if patient is None:
        return row, Refused("there is no such patient")
    if desk.chart.server != row.server:
        return row, ChartChanged(_MOVED)
    try:
        with desk.chart.opened() as record:
            places = dict[str, str]()
            for number, approved in enumerate(row.changes):
                step = approved if approved.done else _step(record, patient, approved, places, row.chosen)
                note_place(places, step)
                if not approved.done:
                    changes = (*row.changes[:number], step, *row.changes[number + 1 :])
                    with desk.store.begin() as tx:
                        now = desk.clock()
                        told = {"changes": changes, "changed_at": now, "due_at": now + LEASE}
                        row = tx.charts.put(row.model_copy(update=told))
    except (ChartFault, Refused) as fault:
        if isinstance(fault, Conflict):
            raise
        return row, fault
    except Exception as fault:
        desk.on_fault(fault)
        get_logger().error("record_failed", fault=type(fault).__name__)
        return row, ChartAway(N_("Something went wrong on our side; it is tried again."))
    return row, None


def _step(record: OpenChart, patient: Patient, approved: Change, places: dict[str, str], chosen: str) -> Change:
    """Done, or found done. Raises ChartFault, Refused."""
    now = planned(record, patient, approved.wanted, places, chosen)
    if now.act != "unchanged":
        approved_body = resolved(approved.body, places)
        if (now.act, now.target, now.seen, now.body) != (approved.act, approved.target, approved.seen, approved_body):
            raise ChartChanged(_CHANGED)
        try:
            made = (
                record.create(now.body, "&".join(f"{k}={v}" for k, v in only_if(now.wanted).items()))
                if now.act == "create"
                else record.update(now.body, now.seen)
            )
        except ChartChanged:  # perhaps by an earlier try of ours that came late
            now = planned(record, patient, approved.wanted, places, chosen)
            if now.act != "unchanged":
                raise ChartChanged(_CHANGED) from None
        else:
            now = now.model_copy(update={"at": f"{made['resourceType']}/{made['id']}"})
    return approved.model_copy(update={"at": now.at, "ours": now.ours, "done": True})


def _settle(desk: Desk, row: ChartWrite, fault: ChartFault | Refused | None) -> None:
    now = desk.clock()
    again = isinstance(fault, ChartAway | ChartUnsure) and row.attempts < TRIES
    wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 12), LONGEST_WAIT)
    told = {
        "state": "written" if fault is None else "waiting" if again else "stopped",
        "why": "" if fault is None else fault.why,
        "gaps": {} if fault is None else {k: str(v)[:300] for k, v in fault.values.items()},
        "due_at": now + wait if again else now, "changed_at": now,
    }  # fmt: skip
    with desk.store.begin() as tx:
        saved = tx.charts.put(row.model_copy(update=told))
        tag = {"written": "record:written", "waiting": "record:put_off", "stopped": "record:stopped"}[saved.state]
        if saved.state == "written" and saved.withdraws:
            tag = "record:withdrawn"
        data = {"done": sum(c.done for c in saved.changes), "of": len(saved.changes)}
        desk.record(tx, "system", tag, saved.id, now, data=data | ({"fault": type(fault).__name__} if fault else {}))
    desk.bus.ring(f"console:{desk.clinic.id}")
