"""A new data key comes into use while the desk works."""

from collections.abc import Callable
from datetime import UTC, datetime

from agent.adapters.store import open_store
from agent.ports import Store
from agent.ports.keys import Begun
from tests.contracts.samples import ANNA, NOW, conversation, inbound, outbound, patient, raw, task
from tests.stores import DATA_KEY, SECRET

NEW_KEY = bytes(reversed(range(32)))


def test_promise_43_after_a_rotation_every_row_has_the_new_key_and_is_still_found(
    store: Store, store_url: str, new_id: Callable[[], str]
) -> None:
    from agent.adapters.store import SqlStore
    from agent.adapters.store.keyring import find_ring
    from agent.adapters.store.tables import data_keys
    from agent.adapters.vault import Vault

    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        for n in range(250):
            tx.inbox.store(inbound(n), "c1")
        tx.outbox.add(outbound(1))
        tx.tasks.add(task(1))
        tx.patients.add(patient(1))
        grip = tx.keys.begin("caller", "key", b"body", NOW, 60).grip
        assert tx.keys.begin("caller", "open", b"body", NOW, 60).state == "new"
        assert grip is not None
        tx.keys.finish(grip, b"first")
    rotated = Vault(NEW_KEY, [DATA_KEY])
    if store_url == "sqlite://":  # the rows live in this store only: give it the new key
        assert isinstance(store, SqlStore)
        means = store._means
        with raw(store) as connection:
            ring = find_ring(connection, rotated)
            assert ring is not None
        again = SqlStore(store._engine, type(means)(ring, means.audit_key, means.clock, means.new_id), alone=True)
    else:
        again = open_store(
            store_url, data_key=NEW_KEY, secret=SECRET, clock=lambda: datetime.now(UTC), new_id=new_id,
            older_keys=[DATA_KEY],
        )  # fmt: skip
    with again.begin() as tx:
        tx.conversations.save(conversation(locale="es"), NOW)
    assert again.reseal() == 4  # the keys of the conversation, the patient, the desk and the indexes; no row
    assert again.reseal() == 0
    with raw(again) as connection:
        alone = Vault(NEW_KEY)
        for id, owner, wrapped in connection.execute(data_keys.select().with_only_columns(
            data_keys.c.id, data_keys.c.owner, data_keys.c.wrapped)):  # fmt: skip
            assert len(alone.unwrap(id, owner, wrapped)) == 32  # the old key is of no use any more
    with again.begin() as tx:
        assert tx.inbox.get("in-249") == inbound(249)
        assert tx.patients.by_phone("k", ANNA.value) == [patient(1)]
        assert tx.keys.begin("caller", "key", b"body", NOW, 60) == Begun("done", answer=b"first")
        found = tx.conversations.by_address("k", ANNA)
        assert found is not None
        assert found.locale == "es"
    again.close()
