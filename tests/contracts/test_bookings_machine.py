"""Whatever happens to a calendar in whatever order, nobody is booked twice and nothing is lost in silence."""

from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.ids import new_ids
from agent.model.calendar import OpeningRequest
from agent.ports import Store
from tests.contracts.bookings_machine import CLINIC, MONDAY, emptied, explore


def test_promise_17_anything_may_happen_to_bookings_and_nobody_is_booked_twice() -> None:
    explore(lambda: "sqlite://", stories=8, steps=20)


def test_promise_17_anything_may_happen_on_postgresql_too(shared_postgres_url: str) -> None:
    explore(lambda: emptied(shared_postgres_url), stories=3, steps=15)


def test_promise_17_who_moves_again_after_a_hold_that_ran_out_keeps_one_visit(store: Store) -> None:
    calendar, new_id = LocalCalendar(CLINIC), new_ids(lambda: MONDAY)
    with store.begin() as tx:
        times = calendar.openings(tx, OpeningRequest(visit_type="office", limit=6), MONDAY)
        named = {"patient": "p", "conversation": "c", "now": MONDAY}
        visit = calendar.hold(tx, times[0], id=new_id(), replaces=None, **named)
        calendar.book(tx, visit.id, visit.version, MONDAY)
        lost = calendar.hold(tx, times[1], id=new_id(), replaces=visit.id, **named)
        calendar.release(tx, lost.id, MONDAY)
        asked = calendar.hold(tx, times[2], id=new_id(), replaces=lost.id, **named)
        again = calendar.hold(tx, times[3], id=new_id(), replaces=asked.id, **named)
        calendar.book(tx, again.id, again.version, MONDAY)
    with store.begin(write=False) as tx:
        rows = [tx.appointments.get(id) for id in (visit.id, lost.id, asked.id, again.id)]
    assert [row.status for row in rows if row] == ["cancelled", "cancelled", "cancelled", "booked"]
