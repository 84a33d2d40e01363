"""A machine that does to the calendar whatever patients, staff, the sweep and a jumping clock may do, in any order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.ids import new_ids
from agent.adapters.store.tables import metadata
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.fault import Conflict
from agent.ports import Store
from tests import shared
from tests.stores import open_test_store

MONDAY = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LENGTHS = ("office", "physical", "vaccine", "well_child", "cleaning")
_DEMO = shared.clinic()
_RULES = _DEMO.booking.model_copy(update={"hold_minutes": 60, "lead_minutes": 0, "overbooking": "staff"})
CLINIC = _DEMO.model_copy(update={"booking": _RULES})
LANES = {p.id: p.parallel for p in CLINIC.providers}


class Bookings(RuleBasedStateMachine):
    """`kept` is what the machine was told: id -> pending, booked, lost (told by a sweep) or given up."""

    make: Callable[[], str]  # the URL of an empty database
    holds: Bundle[str] = Bundle("holds")
    visits: Bundle[str] = Bundle("visits")

    @initialize()
    def open(self) -> None:
        self.now = MONDAY
        self.new_id = new_ids(lambda: self.now)
        self.store: Store = open_test_store(type(self).make(), self.new_id)
        self.calendar = LocalCalendar(CLINIC)
        self.kept: dict[str, str] = {}
        self.beside: set[str] = set()
        self.root: dict[str, str] = {}  # a wish -> the visit that its patient had at first

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(target=holds, visit=st.sampled_from(LENGTHS), at=st.integers(0, 5))
    def hold(self, visit: str, at: int) -> str:
        return self._hold(visit, at, None)

    @rule(target=holds, visit=st.sampled_from(LENGTHS), at=st.integers(0, 5), former=visits)
    def ask_to_move(self, visit: str, at: int, former: str) -> str:
        return self._hold(visit, at, former)

    def _hold(self, visit: str, at: int, former: str | None) -> str:
        id = self.new_id()
        with self.store.begin() as tx:
            times = self.calendar.openings(tx, OpeningRequest(visit_type=visit, limit=6), self.now)
            opening = times[at % len(times)]
            self.calendar.hold(tx, opening, id=id, patient="p", conversation="c", replaces=former, now=self.now)
        self.kept[id] = "pending"
        self.root[id] = self.root.get(former, former) if former else id
        return id

    @rule(rival=holds, overlap=st.integers(-30, 30))
    def a_rival_wants_a_time_near_it(self, rival: str, overlap: int) -> None:
        """Straight at the store, beside the grid of the clinic: only the atoms and the database say no."""
        row, moved = self._row(rival), overlap * MINUTE
        times = {n: getattr(row, n) + moved for n in ("start", "end", "busy_from", "busy_until", "local")}
        fresh = row.model_copy(update={**times, "id": self.new_id(), "status": "booked", "hold_expires_at": None,
                                       "replaces": None, "version": 0})  # fmt: skip
        try:
            with self.store.begin() as tx:
                tx.appointments.add(fresh, self.now)
        except Conflict:
            return
        self.kept[fresh.id] = "booked"
        self.root[fresh.id] = fresh.id

    @rule(target=visits, id=holds)
    def confirm(self, id: str) -> str:
        row = self._row(id)
        try:
            with self.store.begin() as tx:
                self.calendar.book(tx, id, row.version, self.now)
        except Conflict:
            good = row.status == "pending" and row.hold_expires_at is not None and row.hold_expires_at > self.now
            assert self.kept[id] != "pending" or not good or row.start <= self.now, (
                "a hold that is still good was refused"
            )
            return id
        for other in self.kept:
            asked_only = other == row.replaces and self.kept[other] == "pending"  # moved before it was decided
            if other != id and self.root[other] == self.root[id] and (asked_only or self.kept[other] == "booked"):
                self.kept[other] = "moved"
        self.kept[id] = "booked"
        return id

    @rule(id=holds)
    def confirm_beside(self, id: str) -> None:
        """Overbooked knowingly, as the clinic's policy permits."""
        row = self._row(id)
        opening = Opening.model_validate({name: getattr(row, name) for name in Opening.model_fields})
        extra = self.new_id()
        try:
            with self.store.begin() as tx:
                made = self.calendar.overbook(
                    tx, opening, id=extra, patient="p", conversation=None, replaces=None, now=self.now
                )
                self.calendar.book(tx, made.id, made.version, self.now)
        except Conflict:
            return
        self.kept[extra] = "booked"
        self.root[extra] = extra
        self.beside.add(extra)

    @rule(id=consumes(holds))
    def decline(self, id: str) -> None:
        with self.store.begin() as tx:
            self.calendar.release(tx, id, self.now)
        if self.kept[id] == "pending":
            self.kept[id] = "given up"

    @rule(id=consumes(visits))
    def cancel(self, id: str) -> None:
        with self.store.begin() as tx:
            self.calendar.cancel(tx, id, self.now)
        if self.kept[id] in ("booked", "pending"):
            self.kept[id] = "given up"

    @rule()
    def sweep(self) -> None:
        with self.store.begin() as tx:
            swept = [a.id for a in tx.appointments.sweep(self.now)]
        for id in swept:
            assert self.kept[id] == "pending", f"told twice, or of a hold that was {self.kept[id]}"
            self.kept[id] = "lost"

    @rule(minutes=st.sampled_from((1, 30, 59, 60, 61, 600)), back=st.booleans())
    def the_clock_jumps(self, minutes: int, back: bool) -> None:
        self.now += -minutes * MINUTE if back else minutes * MINUTE

    @rule(id=holds, ms=st.sampled_from((-1, 0, 1)))
    def the_clock_stands_at_an_expiry(self, id: str, ms: int) -> None:
        ends = self._row(id).hold_expires_at
        if ends is not None:
            self.now = ends + timedelta(milliseconds=ms)

    @invariant()
    def nobody_has_what_another_one_has(self) -> None:
        if not hasattr(self, "store"):
            return
        live = [r for r in map(self._row, self.kept) if r.status in ("pending", "booked")]
        live.sort(key=lambda a: (a.provider, a.lane, a.busy_from))
        for one, other in pairwise(live):
            if (one.provider, one.lane) == (other.provider, other.lane):
                assert one.busy_until <= other.busy_from, (one, other)
        assert all(r.lane < LANES[r.provider] for r in live if r.id not in self.beside)

    @invariant()
    def what_was_told_is_what_stands(self) -> None:
        for id, told in getattr(self, "kept", {}).items():
            status = self._row(id).status
            wanted = {"pending": ("pending", "cancelled"), "booked": ("booked",)}.get(told, ("cancelled",))
            assert status in wanted, f"{told} is {status}"

    @invariant()
    def a_hold_that_is_gone_waits_to_be_told(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.begin(write=False) as tx:
            due = {a.id for a in tx.appointments.lapsed(self.now)}
        gone = {id for id, told in self.kept.items() if told == "pending" and self._row(id).status == "cancelled"}
        assert gone <= due, "a lost hold would be told to nobody"

    @invariant()
    def one_patient_who_moves_has_one_visit(self) -> None:
        if hasattr(self, "kept"):
            roots = [self.root[id] for id, told in self.kept.items() if told == "booked"]
            assert len(roots) == len(set(roots))

    def _row(self, id: str) -> Appointment:
        with self.store.begin(write=False) as tx:
            found = tx.appointments.get(id)
        assert found is not None
        return found


def emptied(url: str) -> str:
    """The same PostgreSQL database without a row."""
    with psycopg.connect(url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")
    return url


def explore(make: Callable[[], str], stories: int, steps: int) -> None:
    """So many stories of so many steps, each on the empty database that `make` gives; raises at the shortest that
    breaks a rule."""
    how = settings(
        max_examples=stories, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(type("Machine", (Bookings,), {"make": staticmethod(make)}), settings=how)
