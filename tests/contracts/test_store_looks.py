"""Second looks are stored once for each message and found by their verdict, on every database."""

import pytest

from agent.model.fault import Conflict
from agent.model.second_look import SecondLook
from agent.ports import Store
from tests.contracts.samples import NOW


def look(n: int, **given: object) -> SecondLook:
    kept = {"id": f"look-{n}", "clinic": "k", "inbound": f"in-{n}", "lang": "es", "channel": "sms", "text": "¿ya está?",
            "heard": "hours_location", "confidence": 0.9, "why": "sample", "at": NOW}  # fmt: skip
    return SecondLook.model_validate(kept | given)


def test_a_message_is_looked_at_once(store: Store) -> None:
    with store.begin() as tx:
        assert tx.looks.add(look(1))
        assert not tx.looks.add(look(2, inbound="in-1"))
        assert tx.looks.of("k", "in-1") == look(1)
        assert tx.looks.of("other", "in-1") is None


def test_a_verdict_moves_it(store: Store) -> None:
    with store.begin() as tx:
        for n in (1, 2, 3):
            tx.looks.add(look(n))
        tx.looks.save(look(2, verdict="wrong", meant="results_question", by="rosa", decided_at=NOW))
    with store.begin(write=False) as tx:
        assert [x.id for x in tx.looks.by_verdict("k", "open")] == ["look-3", "look-1"]
        assert [x.meant for x in tx.looks.by_verdict("k", "wrong")] == ["results_question"]
        assert tx.looks.by_verdict("k", "open", limit=1)[0].id == "look-3"
    with pytest.raises(Conflict), store.begin() as tx:
        tx.looks.save(look(9))
