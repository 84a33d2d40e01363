"""A proposal is decided once, and what one person types takes nobody else's place, on every database."""

from datetime import timedelta

import pytest

from agent.model.fault import Conflict
from agent.model.suggestion import Suggestion, Typed
from agent.ports import Store
from tests.contracts.samples import NOW

KEY = "message/es/booking.ask_day"


def suggestion(n: int, key: str = KEY, clinic: str = "k") -> Suggestion:
    return Suggestion(id=f"s-{n}", clinic=clinic, key=key, texts=("¿Qué día?",), model="m", prompt="p", ms=3, by="ana",
                      at=NOW)  # fmt: skip


def typed(text: str, by: str = "ana", key: str = KEY, minutes: int = 0) -> Typed:
    at = NOW + timedelta(minutes=minutes)
    return Typed(clinic="k", key=key, by=by, at=at, version=2, fields=(("text", text), ("text", "b")))


def test_a_proposal_waits_until_one_person_decides_and_stays_on_record(store: Store) -> None:
    refused = suggestion(3).model_copy(update={"state": "refused", "why": "it holds markup"})
    with store.begin() as tx:
        for row in (suggestion(1), suggestion(2, "intent/es/book"), refused, suggestion(4, clinic="other")):
            tx.suggestions.add(row)
    with store.begin(write=False) as tx:
        assert [s.id for s in tx.suggestions.open("k")] == ["s-1", "s-2"]
        assert tx.suggestions.open("k", KEY) == [suggestion(1)]
        assert tx.suggestions.of("k", KEY) == [suggestion(1), refused]
    taken = suggestion(1).model_copy(update={"state": "taken", "decided_by": "bo", "decided_at": NOW})
    with store.begin() as tx:
        tx.suggestions.decide(taken)
    for late in (taken, refused):
        with pytest.raises(Conflict), store.begin() as tx:
            tx.suggestions.decide(late)
    with store.begin(write=False) as tx:
        assert tx.suggestions.open("k", KEY) == []
        assert tx.suggestions.of("k", KEY) == [taken, refused]


def test_what_is_typed_is_kept_for_each_person_until_it_is_dropped_or_old(store: Store) -> None:
    with store.begin() as tx:
        tx.typings.put(typed("uno"))
        tx.typings.put(typed("dos", by="bo", minutes=1))
        tx.typings.put(typed("uno y medio", minutes=2))
        tx.typings.put(typed("x", key="intent/es/book", minutes=9))
    with store.begin(write=False) as tx:
        assert tx.typings.of("k", KEY) == [typed("uno y medio", minutes=2), typed("dos", by="bo", minutes=1)]
        assert tx.typings.of("other", KEY) == []
    with store.begin() as tx:
        tx.typings.drop("k", KEY, "ana")
        tx.typings.drop("k", KEY, "ana")
        assert tx.typings.sweep("k", NOW + timedelta(minutes=5)) == 1
        assert tx.typings.of("k", KEY) == []
        assert [t.by for t in tx.typings.of("k", "intent/es/book")] == ["ana"]
