"""`frontdesk forget` and `frontdesk reseal`: they ask, they erase, they refuse in one line."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.cli import main
from agent.ports import Store
from agent.settings import load_settings
from tests import shared
from tests.contracts.samples import NOW, conversation, inbound, patient
from tests.stores import DATA_KEY, SECRET, open_test_store

PHONE = "+15550100001"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_id: Callable[[], str]) -> Store:
    """A database with one patient, as the verb will find it."""
    url = f"sqlite:///{tmp_path}/desk.db"
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", url)
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_DATA_KEY", base64.b64encode(DATA_KEY).decode())
    monkeypatch.setenv("FRONTDESK_SECRET_KEY", SECRET.decode())
    load_settings.cache_clear()
    clinic = shared.clinic().id
    store = open_test_store(url, new_id)
    with store.begin() as tx:
        tx.patients.add(patient(1, clinic=clinic, phones=(PHONE,)))
        tx.conversations.add(conversation(clinic=clinic, patient="p-1"), NOW)
        tx.inbox.store(inbound(1), "c1")
    return store


@pytest.fixture(autouse=True)
def _settings_anew() -> Iterator[None]:
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()  # or whoever comes next would look for the models in a folder of ours


def says(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    told = capsys.readouterr()
    return status, told.out, told.err


def test_promise_45_the_verb_erases_a_patient_and_writes_who_and_why(
    desk: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = says(capsys, "forget", "--phone", PHONE, "--yes", "--why", "mistake", "--ref", "CASE-7")
    assert (status, err) == (0, "")
    assert out.startswith("erased: 1 conversations, 1 inbox, 2 keys, 1 patients")
    with desk.begin(write=False) as tx:
        assert tx.patients.get("p-1") is None
        assert tx.inbox.get("in-1") is None
        told = tx.audit.tail(1)[0]
        assert (told.tag, told.subject, told.why, told.data["ref"]) == ("patient:forgotten", "p-1", "mistake", "CASE-7")
        assert told.actor.startswith("operator:")
        assert tx.audit.verify() == (1, None)
    listed = [json.loads(line)["id"] for line in (tmp_path / "forgotten.jsonl").read_text().splitlines()]
    assert listed == ["c1", "p-1"]
    with desk.begin() as tx:  # a restore has brought it back
        tx.patients.add(patient(1, clinic=shared.clinic().id))
    assert says(capsys, "forget", "--again") == (0, "1 rows erased again\n", "")
    with desk.begin(write=False) as tx:
        assert tx.patients.get("p-1") is None


def test_it_asks_first(desk: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, status in (("no\n", 1), ("", 1), ("ERASE\n", 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert says(capsys, "forget", "--conversation", "c1")[0] == status
    with desk.begin(write=False) as tx:
        assert tx.conversations.get("c1") is None
        assert tx.patients.get("p-1") is not None


def test_promise_45_a_legal_hold_is_set_refuses_and_is_lifted(desk: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert says(capsys, "forget", "--hold", "p-1", "--ref", "CASE-7") == (0, "legal hold set\n", "")
    status, out, err = says(capsys, "forget", "p-1", "--yes")
    assert (status, out, err) == (1, "", "a legal hold is set on p-1: nothing was erased\n")
    assert says(capsys, "forget", "--release", "p-1")[1] == "legal hold lifted\n"
    assert says(capsys, "forget", "p-1", "--yes")[0] == 0


WRONG: dict[tuple[str, ...], int] = {
    (): 2, ("p-1", "--phone", PHONE): 2, ("--phone", "five"): 2, ("p-1", "--ref", "her name is Ann"): 2,
    ("p-1", "--why", "because"): 2, ("p-9", "--yes"): 1, ("--phone", "+15550199999", "--yes"): 1,
    ("--conversation", "c9", "--yes"): 1, ("--hold", "nobody"): 1, ("p-1", "--by", "nobody@here"): 1,
}  # fmt: skip


def test_what_cannot_be_is_refused_in_one_line_and_erases_nothing(
    desk: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, status in WRONG.items():
        try:
            got = main(["forget", *words])
        except SystemExit as left:
            got = int(str(left.code))
        told = capsys.readouterr()
        assert (got, told.out) == (status, ""), words
        assert len(told.err.strip().splitlines()) == 1, words
    with desk.begin(write=False) as tx:
        assert tx.patients.get("p-1") is not None


def test_promise_43_after_reseal_the_new_key_opens_alone(
    desk: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = (base64.b64encode(key).decode() for key in (bytes(reversed(DATA_KEY)), DATA_KEY))
    monkeypatch.setenv("FRONTDESK_DATA_KEY", f"{new},{old}")
    load_settings.cache_clear()
    status, out, _ = says(capsys, "reseal")
    assert (status, out) == (0, "0 rows and 3 keys sealed anew; older data keys are of no use any more\n")
    monkeypatch.setenv("FRONTDESK_DATA_KEY", new)
    load_settings.cache_clear()
    assert says(capsys, "forget", "--phone", PHONE, "--yes")[0] == 0
    monkeypatch.setenv("FRONTDESK_DATA_KEY", old)
    load_settings.cache_clear()
    with pytest.raises(SystemExit, match="FRONTDESK_DATA_KEY"):
        main(["reseal"])
