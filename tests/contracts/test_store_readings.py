"""How far a provider's list has been read is kept on every database, and one process at a time reads on."""

from datetime import timedelta

from agent.ports import Store
from agent.ports.missed import Reading
from tests.contracts.samples import NOW, all_at_once

OURS = "+17185550100"


def test_the_first_claim_begins_now_and_the_next_comes_when_it_is_due(store: Store) -> None:
    with store.begin() as tx:
        assert tx.readings.get(OURS) is None
        assert tx.readings.claim(OURS, NOW, 60) == Reading(NOW, NOW)
        assert tx.readings.claim(OURS, NOW + timedelta(seconds=59), 60) is None
        assert tx.readings.claim(OURS, NOW + timedelta(seconds=59), 60, at_once=True) == Reading(NOW, NOW)
        assert tx.readings.claim(OURS, NOW + timedelta(seconds=118), 60) is None
        assert tx.readings.claim(OURS, NOW + timedelta(seconds=119), 60) == Reading(NOW, NOW)
        assert tx.readings.claim("+17185550101", NOW, 60) is not None


def test_a_reading_goes_forward_only_and_a_success_ends_a_failure(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with store.begin() as tx:
        tx.readings.claim(OURS, NOW, 60)
        tx.readings.failed(OURS, NOW, told=True)
        assert tx.readings.get(OURS) == Reading(NOW, NOW, failing_since=NOW, told=True)
        tx.readings.reached(OURS, later)
        assert tx.readings.get(OURS) == Reading(NOW, later)
        tx.readings.reached(OURS, NOW)
        assert tx.readings.get(OURS) == Reading(NOW, later)


def test_of_many_who_ask_at_one_moment_one_reads(store: Store) -> None:
    def ask(_: int) -> bool:
        with store.begin() as tx:
            return tx.readings.claim(OURS, NOW, 60) is not None

    assert sum(all_at_once(ask, range(12), threads=6)) == 1
