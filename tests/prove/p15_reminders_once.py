"""Promise 15: two thousand reminders due at one moment go out once each and in time, by whatever worker."""

import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import psycopg
from ruamel.yaml import YAML

from agent.adapters.ids import new_ids
from agent.house import utc_now
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.settings import Settings
from tests.contracts.samples import appointment
from tests.live import CLINIC
from tests.prove.ground import Ground
from tests.stores import open_test_store
from tests.topology import Many, many
from tests.topology.history import settle

PROMISE = "A reminder goes once, and in time"
REMINDERS, WORKERS, DUE_IN, LATE = 2000, 5, 10, 60.0
FASTEST = 6000  # a minute: as much as may be written, so that the machine is what is measured
SIZE = f"{REMINDERS} reminders due at one moment in {DUE_IN} s, {WORKERS} workers, one of them killed on the way"
_EACH, _APART = 250, timedelta(minutes=30)  # visits of one provider, and how far they lie apart


def always_day(folder: Path, per_minute: int = FASTEST) -> Path:
    """The demo clinic without quiet hours, in a country whose law asks for none: a proof runs at night, too."""
    yaml = YAML(typ="safe", pure=True)
    data = yaml.load(Settings().clinic_file.read_text("utf-8"))
    data["country"] = "CA"
    data["reminders"] |= {"quiet_from": "23:59:59", "quiet_until": "00:00", "per_minute": per_minute}
    made = folder / "clinic.yaml"
    with made.open("w", encoding="utf-8") as out:
        yaml.dump(data, out)
    return made


def plan(url: str, count: int) -> None:
    """So many patients with a visit each, and a reminder of it that is due tomorrow."""
    new_id, now, rule = new_ids(utc_now), utc_now(), CLINIC.reminders.rules[0].name
    store, due = open_test_store(url, new_id), now + timedelta(days=1)
    people = [p.id for p in CLINIC.providers] + [f"more-{n}" for n in range(-(-count // _EACH))]
    with store.begin() as tx:
        for n in range(count):
            who, start = f"p-{n}", now + timedelta(days=2) + _APART * (n % _EACH)
            tx.patients.add(
                Patient(
                    id=who,
                    clinic=CLINIC.id,
                    name=f"Patient {n}",
                    dob=date(1980, 1, 1),
                    phones=(f"+1212{5_560_000 + n}",),
                )
            )
            visit = appointment(f"a-{n}", start, 20, clinic=CLINIC.id, patient=who, provider=people[n // _EACH],
                                location=CLINIC.locations[0].id, visit_type=CLINIC.visit_types[0].id)  # fmt: skip
            tx.appointments.add(visit, now)
            tx.reminders.plan(Reminder(appointment=visit.id, rule=rule, clinic=CLINIC.id, visit_at=start, due_at=due))
    store.close()


def reminded(run: Many, count: int, due_in: float) -> str:
    """Plans them, kills a worker once a fifth is sent, and looks at what went out. Raises AssertionError where one went
    twice, not at all, or too late."""
    plan(run.database, count)
    with psycopg.connect(run.database, autocommit=True) as db:
        db.execute("update reminders set due_at = %s", (utc_now() + timedelta(seconds=due_in),))
        killed, began = False, time.monotonic()
        while left := one(db, "select count(*) from reminders where state = 'due'"):
            assert time.monotonic() - began < due_in + 3 * LATE, f"{left} of {count} are not settled"
            if not killed and left < count * 0.8:
                run.workers[-1].kill()
                killed = True
            time.sleep(0.1)
        settle(run, LATE)
        states: dict[str, int] = dict(db.execute("select state, count(*) from reminders group by state").fetchall())
        late = one(db, "select extract(epoch from max(settled_at - due_at)) from reminders")
        early = one(db, "select count(*) from reminders where settled_at < due_at")
    got = Counter(str(m.to) for m in run.twilio.accepted())
    assert states == {"sent": count}, states
    assert len(got) == count, f"{len(got)} people of {count} were reminded"
    assert not early, f"{early} went too early"
    assert late <= LATE, f"the last was {late:.0f} s late"
    texts = set(got.values())
    assert texts == {1}, texts
    return (
        f"{count} reminders, each once, the last settled {late:.0f} s after it was due; a worker was killed meanwhile"
    )


def one(db: "psycopg.Connection[tuple[float]]", query: str) -> float:
    row = db.execute(query).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0


def prove(ground: Ground) -> str:
    folder = ground.folder()
    with many(folder, webs=1, workers=WORKERS, concurrency=1, FRONTDESK_CLINIC=str(always_day(folder))) as run:
        return reminded(run, REMINDERS, DUE_IN)
