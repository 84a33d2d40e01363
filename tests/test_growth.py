"""The hot queries find their rows through an index on both databases, however much is stored."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.adapters.store.engine import make_engine
from tests.bench import growth


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_hot_query_reads_a_whole_table(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    new_id: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(growth, "REAL", 10)
    url = f"sqlite:///{tmp_path}/desk.db" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    desk = growth.prepared(url)
    growth.stock(url, desk.clinic.id, 1, 500)
    assert growth.scans(desk, url) == []
    if kind == "sqlite":  # PostgreSQL walks some other index whole, which its plan does not tell apart
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("drop index ix_audit_subject"))
        engine.dispose()
        assert [line.partition(":")[0] for line in growth.scans(desk, url)] == ["audit"]
    desk.store.close()
