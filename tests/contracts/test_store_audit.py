"""The audit chain keeps its promises on every database."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, audited, raw, user

ROWS = 30


@pytest.fixture
def chained(store: Store) -> Store:
    for start in range(0, ROWS, 3):
        with store.begin() as tx:
            for n in range(start, start + 3):
                tx.audit.write(audited(n + 1, at=NOW + timedelta(seconds=n)))
    return store


def verified(store: Store) -> tuple[int, str | None]:
    with store.begin(write=False) as tx:
        return tx.audit.verify()


def tamper(store: Store, *statements: str) -> None:
    with raw(store) as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_chain_is_whole(chained: Store) -> None:
    assert verified(chained) == (ROWS, None)


def test_an_empty_chain_is_whole(store: Store) -> None:
    assert verified(store) == (0, None)


def test_what_was_done_can_be_read_back_newest_first(chained: Store) -> None:
    with chained.begin() as tx:
        tx.audit.write(audited(31, subject="t-3", why="asked"))
        assert [e.id for e in tx.audit.tail(2)] == ["au-31", "au-30"]
        assert tx.audit.tail(subject="t-3") == [
            audited(31, subject="t-3", why="asked"),
            audited(3, at=NOW + timedelta(seconds=2)),
        ]


def test_a_transaction_that_fails_leaves_no_trace_in_the_chain(chained: Store) -> None:
    def fails() -> None:
        with chained.begin() as tx:
            tx.audit.write(audited(99))
            raise RuntimeError("away")

    with pytest.raises(RuntimeError):
        fails()
    assert verified(chained) == (ROWS, None)


@pytest.mark.parametrize(
    "change",
    ["actor = 'staff:u-2'", "why = 'x'", "subject = 't-9'", "data = '{}'", "fields = '[]'", "tag = 'task:x'",
     "id = 'z'", "content_revision = 'r'", "hash = 'h'", "at = (SELECT at FROM audit WHERE seq = 8)"],
)  # fmt: skip
def test_promise_44_an_edited_row_is_named(chained: Store, change: str) -> None:
    tamper(chained, f"UPDATE audit SET {change} WHERE seq = 7")
    checked, wrong = verified(chained)
    assert checked == 6
    assert wrong is not None
    assert "row 7" in wrong


def test_promise_44_a_deleted_row_is_named(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit WHERE seq = 7")
    assert verified(chained) == (6, "row 7 is missing")


def test_promise_44_a_deleted_row_is_named_though_the_rest_was_renumbered(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit WHERE seq = 7")
    tamper(chained, *(f"UPDATE audit SET seq = {n - 1} WHERE seq = {n}" for n in range(8, ROWS + 1)))
    checked, wrong = verified(chained)
    assert checked == 6
    assert wrong is not None
    assert "row 7" in wrong


COPY = (
    "INSERT INTO audit SELECT {seq}, 'new', at, actor, tag, subject, why, fields, data, content_revision, hash "
    "FROM audit WHERE seq = {of}"
)


def test_promise_44_an_inserted_row_is_named(chained: Store) -> None:
    tamper(chained, *(f"UPDATE audit SET seq = {n + 1} WHERE seq = {n}" for n in range(ROWS, 6, -1)))
    tamper(chained, COPY.format(seq=7, of=8))
    checked, wrong = verified(chained)
    assert checked == 6
    assert wrong is not None
    assert "row 7" in wrong


def test_promise_44_a_row_put_at_the_end_is_named(chained: Store) -> None:
    tamper(chained, COPY.format(seq=ROWS + 1, of=ROWS))
    checked, wrong = verified(chained)
    assert checked == ROWS
    assert wrong is not None
    assert f"row {ROWS + 1}" in wrong


def test_promise_44_reordered_rows_are_named(chained: Store) -> None:
    tamper(
        chained,
        "UPDATE audit SET seq = 1000 WHERE seq = 7",
        "UPDATE audit SET seq = 7 WHERE seq = 8",
        "UPDATE audit SET seq = 8 WHERE seq = 1000",
    )
    checked, wrong = verified(chained)
    assert checked == 6
    assert wrong is not None
    assert "row 7" in wrong


def test_promise_44_a_tail_cut_off_is_noticed(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit WHERE seq > 20")
    assert verified(chained) == (20, "row 21 is missing")


def test_promise_44_a_forged_or_missing_head_is_noticed(chained: Store) -> None:
    tamper(
        chained,
        "DELETE FROM audit WHERE seq > 20",
        "UPDATE audit_head SET seq = 20, hash = (SELECT hash FROM audit WHERE seq = 20)",
    )
    assert verified(chained) == (20, "the signed head of the chain was changed")
    tamper(chained, "DELETE FROM audit_head")
    assert verified(chained) == (20, "the signed head of the chain is missing")


def test_a_check_during_work_raises_no_false_alarm(store: Store) -> None:
    def write_or_verify(n: int) -> str | None:
        with store.begin(write=n % 5 != 0) as tx:
            if n % 5 < 2:
                return tx.audit.verify()[1]
            tx.audit.write(audited(n))
        return None

    assert set(all_at_once(write_or_verify, range(100))) == {None}
    assert verified(store) == (60, None)


def test_the_chain_is_serial_under_many_writers(store: Store) -> None:
    def write(n: int) -> None:
        with store.begin() as tx:
            tx.staff.add(user(n))
            tx.audit.write(audited(f"{n}a"))
            tx.audit.write(audited(f"{n}b"))

    all_at_once(write, range(24))
    assert verified(store) == (48, None)
