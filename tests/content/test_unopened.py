"""What was found in order before is opened file by file, and says just what reading all of it says."""

from typing import Any

import pytest

from agent.content import sources
from agent.content.load import read_content
from agent.content.sources import Reading, Unopened
from tests import shared

ROOT = shared.SETTINGS.content


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were read, in order."""
    names: list[str] = []
    for kind in ("read_document", "read_po"):
        by = getattr(sources, kind)

        def noted(path: Any, name: str, by: Any = by) -> Any:
            names.append(name)
            return by(path, name)

        monkeypatch.setattr(sources, kind, noted)
    return names


def test_each_file_is_read_when_it_is_asked_for_and_once(read: list[str]) -> None:
    found = Unopened(ROOT)
    assert read == []
    for _ in range(2):
        assert found.books["es"].messages["booking.ask_day"].text
        assert found.documents.get("intents/es/_safety.yaml") is found.documents["intents/es/_safety.yaml"]
        assert found.books.get("tlh") is None
        assert found.documents.get("intents/tlh/_safety.yaml") is None
    assert read == ["locales/es/LC_MESSAGES/messages.po", "intents/es/_safety.yaml"]


def test_opened_whole_it_is_what_was_read_at_once() -> None:
    whole, found, spent = shared.reading().sources, Unopened(ROOT), list[float]()
    found.open_all(spent.append)
    assert found.books == whole.books
    for name, document in whole.documents.items():
        assert found.documents[name] == document, name
    assert found.faults == []
    assert len(spent) >= len(whole.documents) + len(whole.books)


def test_what_is_laid_over_it_reads_only_what_is_laid_over(read: list[str]) -> None:
    whole = shared.reading()
    before = Reading(whole.content, Unopened(ROOT), ())
    name = "intents/es/thanks.yaml"
    text = (ROOT / name).read_text("utf-8")
    again = [read_content(ROOT, edited={name: text + "# changed\n"}, like=before) for _ in range(2)]
    assert len(read) == len(set(read))  # the second time nothing is read again
    assert all(r.faults == () for r in again)
    assert again[1].content.messages == whole.content.messages
    assert again[1].content.aged == whole.content.aged


def test_a_file_that_was_edited_since_is_read_as_it_stands(tmp_path: Any) -> None:
    (tmp_path / "intents").mkdir()
    file = tmp_path / "intents" / "floors.yaml"
    file.write_text("one: 1\n")
    earlier = Unopened(tmp_path)
    assert earlier.documents["intents/floors.yaml"].data == {"one": 1}
    file.write_text("one: 1\ntwo: 2\n")
    later = sources.Sources(tmp_path, {}, earlier).table("intents/floors.yaml")
    assert later is not None
    assert later.data == {"one": 1, "two": 2}
