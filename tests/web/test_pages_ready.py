"""Whoever opens a page first does not wait until its template is compiled."""

import pytest

from agent.web import pages


def test_every_page_is_made_ready_and_each_says_how_long_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = pages.environment.__wrapped__()
    monkeypatch.setattr(pages, "environment", lambda: fresh)
    spent = list[float]()
    pages.compile_all(spent.append)
    names = fresh.list_templates(["html"])
    assert {name for _, name in fresh.cache} == set(names)  # type: ignore[union-attr]
    assert len(spent) == len(names) > 70
