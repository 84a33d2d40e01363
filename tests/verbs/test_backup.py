"""`frontdesk backup` and `frontdesk restore`: whole or not at all, no key inside, nothing done twice afterwards."""

import base64
import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import cli
from agent.adapters.ids import new_ids
from agent.adapters.store import archive, audit_key
from agent.adapters.store.backup import back_up
from agent.adapters.store.restore import restore
from agent.adapters.store.unit import Owner
from agent.adapters.vault import Vault
from agent.desk.sweep import sweep
from agent.model.fault import Refused
from agent.settings import load_settings
from tests.desk.world import JON, STRANGER, World
from tests.prove.p59_restore import load, means, put_back
from tests.stores import DATA_KEY, SECRET


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str, Path]:
    """A desk with a booking, a message being worked on, a text that is due, one for tomorrow and one being sent; its
    database and a copy of it."""
    folder = tmp_path_factory.mktemp("saved")
    url = f"sqlite:///{folder}/desk.db"
    world = World(url)
    world.book(name="Zebra Umbrella")
    world.text("what are your hours?", JON)
    first = world.rows()[0].model_copy(
        update={"provider_ids": (), "attempts": 0, "claimed_at": None, "state": "queued"}
    )
    with world.desk.store.begin() as tx:
        assert tx.inbox.claim(world.clock(), 60) is not None
        for name in ("sending", "due", "later", "chat"):
            change: dict[str, Any] = {"id": name, "conversation": name, "text": f"this is {name}"}
            change |= {"due_at": world.clock() + timedelta(days=name == "later")}
            change |= {"channel": "chat"} if name == "chat" else {}
            tx.outbox.add(first.model_copy(update=change))
            if name == "sending":
                tx.outbox.claim(world.clock(), 60)
    back_up(url, folder / "copy", "1.2.3", world.clock())
    return world, url, folder / "copy"


def rebuilt(path: Path, change: Any) -> Path:
    """The file with other lines, and a checksum that fits."""
    about, lines = archive.about(path), list(archive.lines(path))
    about, lines = change(about, lines)
    fresh = path.with_name(f"other-{len(list(path.parent.iterdir()))}")
    with archive.written(fresh, about) as out:
        for line in lines:
            out.write(json.dumps(line).encode() + b"\n")
    return fresh


def test_the_file_says_what_it_is_and_holds_no_key_and_no_word_of_a_patient(saved: tuple[World, str, Path]) -> None:
    world, _, copy = saved
    raw = copy.read_bytes()
    first = json.loads(raw.splitlines()[0])
    assert (first["frontdesk_backup"], first["version"], first["schema"]) == (1, "1.2.3", archive.about(copy).schema)
    assert first["content"] == world.desk.content.revision
    assert first["keys"].startswith("none;")
    assert copy.stat().st_mode & 0o077 == 0
    inside = b"".join(json.dumps(line).encode() for line in archive.lines(copy))
    for secret in (base64.b64encode(DATA_KEY), DATA_KEY, SECRET, b"Zebra", STRANGER.encode(), b"knee"):
        assert secret not in inside
        assert secret not in raw
    with pytest.raises(Refused, match="exists already"):
        back_up(f"sqlite:///{copy.parent}/desk.db", copy, "1", world.clock())
    assert copy.read_bytes() == raw


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_was_under_way_is_taken_anew_or_looked_up_and_never_sent_twice(
    saved: tuple[World, str, Path], kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    old, _, copy = saved
    url = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))
    old.clock.pass_time(seconds=1)
    done = restore(url, copy, means(old.clock))
    assert (done.asked, done.again) == (2, 1)
    world = World(url, clock=old.clock)
    with world.desk.store.begin(write=False) as tx:
        states = {n: found.state for n in ("sending", "due", "later", "chat") if (found := tx.outbox.get(n))}
        assert tx.audit.verify()[1] is None
        assert tx.audit.tail(1)[0].tag == "desk:restored"
    assert states == {"sending": "unknown", "due": "unknown", "later": "queued", "chat": "queued"}
    world.carrier.taken.append(("SM" + "f" * 32, world.row("due")))  # it went out after the copy was made
    sent = len(world.carrier.taken)
    world.settle()
    assert world.carrier.texts[sent:] == [world.rows(JON)[-1].text]  # the message that was being worked on is answered
    world.clock.pass_time(minutes=3)
    sweep(world.desk)
    assert (world.row("due").state, world.row("sending").state) == ("sent", "failed")
    assert len(world.carrier.taken) == sent + 1
    before, world.count = max(t.number for t in old.open_tasks()), 500
    assert world.book("+12125550155").number > before + 900  # a number said in the lost time is nobody else's
    world.close()


def test_a_desk_that_holds_something_is_not_overwritten_unless_it_is_given_up(
    saved: tuple[World, str, Path], tmp_path: Path
) -> None:
    old, _, copy = saved
    url = f"sqlite:///{tmp_path}/desk.db"
    world = World(url)
    world.say("hello", "+12125550160")
    with pytest.raises(Refused, match="--replace"):
        restore(url, copy, means(world.clock))
    assert world.rows("+12125550160")
    world.close()
    restore(url, copy, means(old.clock), replace=True)
    back = World(url, clock=old.clock)
    assert back.rows(STRANGER)
    with back.desk.store.begin(write=False) as tx:
        assert tx.audit.tail(1)[0].data["replaced_head"]
    back.close()


def test_a_broken_foreign_or_newer_file_and_other_keys_are_refused_and_change_nothing(
    saved: tuple[World, str, Path], tmp_path: Path
) -> None:
    old, _, copy = saved
    url, good = f"sqlite:///{tmp_path}/desk.db", means(old.clock)
    whole = copy.read_bytes()
    bad = tmp_path / "bad"
    broken = [whole[:-100], whole[: len(whole) // 2], whole[:2000] + b"x" + whole[2001:], whole + b"\n"]
    for raw, why in [*((b, "damaged") for b in broken), (b"PK\x03\x04", "not a back-up"), (b"", "not a back-up"),
                     (b"[]\n", "not a back-up"), (gzip.compress(b"x"), "not a back-up")]:  # fmt: skip
        bad.write_bytes(raw)
        with pytest.raises(Refused, match=why):
            restore(url, bad, good)

    def newer(about: archive.About, lines: list[Any]) -> tuple[archive.About, list[Any]]:
        return archive.About(**{**vars(about), "schema": "9999"}), lines

    def foreign(about: archive.About, lines: list[Any]) -> tuple[archive.About, list[Any]]:
        return about, [{**lines[0], "table": 'x"; DROP TABLE audit; --'}, *lines[1:]]

    def shorter(about: archive.About, lines: list[Any]) -> tuple[archive.About, list[Any]]:
        return about, [line for at, line in enumerate(lines) if not (isinstance(line, list) and at % 2)]

    for change, why in (
        (newer, "does not know"),
        (foreign, "not of the schema"),
        (shorter, "not complete|not fit together"),
    ):
        with pytest.raises(Refused, match=why):
            restore(url, rebuilt(copy, change), good)
    others = (
        (Owner(Vault(bytes(32), ()), audit_key(SECRET), old.clock, new_ids(old.clock)), "FRONTDESK_DATA_KEY"),
        (Owner(Vault(DATA_KEY, ()), audit_key(b"x" * 32), old.clock, new_ids(old.clock)), "FRONTDESK_SECRET_KEY"),
    )
    for other, why in others:
        with pytest.raises(Refused, match=why):
            restore(url, copy, other)
    assert restore(url, copy, good).rows > 50  # the target is as empty as it was


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_59_a_copy_made_under_load_goes_on_without_loss_or_doubling(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/desk.db" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    loaded = load(url, tmp_path, conversations=4, copies=1)
    put_back(loaded, loaded.copies[0], url)


def test_the_verbs_say_in_one_line_what_they_did_and_why_not(
    saved: tuple[World, str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, url, copy = saved
    monkeypatch.setattr("agent.logs.quiet_logs", lambda: None)  # it would keep this test's own standard error
    monkeypatch.setenv("FRONTDESK_DATA_KEY", base64.b64encode(DATA_KEY).decode())
    monkeypatch.setenv("FRONTDESK_SECRET_KEY", SECRET.decode())

    def frontdesk(*words: str, url: str) -> tuple[int, str, str]:
        monkeypatch.setenv("FRONTDESK_DATABASE_URL", url)
        load_settings.cache_clear()
        status = cli.main(list(words))
        said = capsys.readouterr()
        return status, said.out, said.err

    fresh = f"sqlite:///{tmp_path}/new/desk.db"
    try:
        status, out, _ = frontdesk("backup", str(tmp_path / "now"), url=url)
        assert status == 0
        assert "no key in it" in out
        for words, where, why in (
            (["backup", str(tmp_path / "now")], url, "exists already"),
            (["backup", str(tmp_path / "no" / "such")], url, "No such file"),
            (["backup", str(tmp_path / "other")], f"sqlite:///{tmp_path}/none.db", "nothing to save"),
            (["backup", str(tmp_path / "other")], "postgresql://127.0.0.1:1/x", "away"),
            (["restore", str(tmp_path / "none")], fresh, "No such file"),
            (["restore", str(copy)], url, "not empty"),
        ):
            status, out, err = frontdesk(*words, url=where)
            assert (status, out, err.count("\n")) == (1, "", 1), err
            assert why in err
        status, out, _ = frontdesk("restore", str(tmp_path / "now"), url=fresh)
        assert status == 0
        assert "texts are looked up at the provider" in out
    finally:
        load_settings.cache_clear()
