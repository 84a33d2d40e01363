"""The last good content stays in service, and an open conversation keeps its own."""

import os
import threading
import time
from pathlib import Path

import pytest

from agent.content import ContentFault, ContentService, Fault, Reading
from tests.content.tree import ACTIONS, PO, TRIAL, Tree, copied

DAY = "booking.ask_day"


@pytest.fixture
def good(tmp_path: Path) -> Tree:
    """A copy without the defects that only a thorough look finds: what is under test is the service."""
    tree = copied(tmp_path / "house")
    for fault in sorted(tree.faults(thorough=True), key=lambda f: -f.line):
        lines = tree.text(fault.file).splitlines(keepends=True)
        assert fault.file.startswith("intents/"), str(fault)
        del lines[fault.line - 1]
        tree.write(fault.file, "".join(lines))
    return tree


def test_promise_51_an_edit_is_in_service_after_a_reload(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    first = service.current
    good.message("en", DAY, "Which day is best?")
    assert service.current is first
    assert service.reload() == []
    assert service.current.messages["en"][DAY].text == "Which day is best?"
    assert service.current.revision != first.revision


def test_promise_47_a_faulty_edit_is_refused_whole_and_the_last_good_content_stays(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    first = service.current
    good.message("en", "booking.dropped", "Something new.")
    line = good.message("es", DAY, "¿Qué {dia}?")
    (fault,) = service.reload()
    assert (fault.file, fault.line) == (PO.format("es"), line)
    assert service.current is first
    assert service.faults == [fault]
    good.message("es", DAY, "¿Qué día?")
    assert service.reload() == []
    assert service.faults == []
    assert service.current.messages["en"]["booking.dropped"].text == "Something new."


def test_promise_51_an_open_conversation_keeps_its_revision(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    first = service.current
    good.message("en", DAY, "Which day is best?")
    service.reload()
    assert service.at(first.revision) is first
    assert service.at(service.current.revision) is service.current
    assert service.at("unheard of") is service.current
    assert service.at(None) is service.current


def test_promise_51_going_back_is_reloading_the_older_files(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    first, before = service.current.revision, good.text(PO.format("en"))
    good.message("en", DAY, "Which day is best?")
    service.reload()
    good.write(PO.format("en"), before)
    assert service.reload() == []
    assert service.current.revision == first


def test_only_so_many_older_contents_are_kept(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS, kept=2)
    seen = [service.current.revision]
    for number in range(4):
        good.message("en", DAY, f"Which day, {number}?")
        assert service.reload() == []
        seen.append(service.current.revision)
    kept = [r for r in seen if service.at(r).revision == r]
    assert kept == seen[-3:]


def test_watching_reads_nothing_while_no_file_changes(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    assert service.watch() is None
    good.trial("collect: day", "collect: dya")
    told = service.watch()
    assert told is not None
    assert [f.file for f in told] == [TRIAL]
    assert service.watch() is None
    os.remove(good.root / TRIAL)
    assert service.watch() == []
    assert service.watch() is None


def test_there_is_no_service_without_good_content(good: Tree) -> None:
    good.trial("collect: day", "collect: dya")
    with pytest.raises(ContentFault, match="there is no slot dya"):
        ContentService(good.root, ACTIONS)


def test_what_the_rooms_above_refuse_is_refused_too(good: Tree) -> None:
    fault = Fault("intents/en/_safety.yaml", 3, "a phrase", "Mend it.")
    said: list[Fault] = []

    def prove(reading: Reading) -> list[Fault]:
        assert reading.whole
        return list(said)

    service = ContentService(good.root, ACTIONS, prove=prove)
    said.append(fault)
    good.message("en", DAY, "Which day is best?")
    first = service.current
    assert service.reload() == [fault]
    assert service.current is first


def test_readers_always_see_a_whole_content_while_files_change(good: Tree) -> None:
    service = ContentService(good.root, ACTIONS)
    seen: set[tuple[str, str]] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            content = service.current
            seen.add((content.revision, content.messages["en"][DAY].text))
            time.sleep(0.001)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(3):
        good.message("en", DAY, f"Which day, {number}?")
        service.reload()
    stop.set()
    reader.join()
    assert len({revision for revision, _ in seen}) == len(seen)
