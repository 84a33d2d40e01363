"""Erase a patient, a number or a conversation for good, keys included; or set and lift a legal hold.

  frontdesk forget 01J9…                       a patient by id, with their conversations
  frontdesk forget --phone +15550100001        the one patient with this number, or who wrote from it
  frontdesk forget --conversation 01J9…        one conversation
  frontdesk forget --hold ID --ref CASE-7      a legal hold: nothing of it is erased until --release ID
  frontdesk forget --again                     after a restore: erase once more what had been erased before

Erased are rows, what waits to be sent, and the keys, so that copies of the rows kept apart from their keys cannot be
read any more. What stays: the audit trail (ids only), the id of what was erased, and a STOP. Ids of erased patients
and conversations are also kept in forgotten.jsonl in the var folder, for --again.
"""

import argparse
import getpass
import json
import re
import sys
from datetime import datetime

from agent.adapters.ids import new_ids
from agent.desk import forget as desk
from agent.house import store_of, utc_now
from agent.model.fault import Busy, Refused
from agent.ports import Store, Tx
from agent.settings import Settings, load_settings
from agent.verbs.lines import clinic_from

LIST = "forgotten.jsonl"
_REF = re.compile(r"[A-Za-z0-9._/-]{0,40}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (__doc__ or "").partition("\n\n")[2]
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("patient", nargs="?", metavar="PATIENT", help="the patient's id")
    what.add_argument("--phone", metavar="NUMBER", help="a number as +15550100001")
    what.add_argument("--conversation", metavar="ID", help="one conversation")
    what.add_argument("--hold", metavar="ID", help="set a legal hold on a patient or a conversation")
    what.add_argument("--release", metavar="ID", help="lift a legal hold")
    what.add_argument("--again", action="store_true", help="erase what forgotten.jsonl lists")
    parser.add_argument("--why", choices=("request", "mistake", "test", "retention"), default="request")
    parser.add_argument("--ref", default="", help="number of the request or case: letters, digits and ._/- only")
    parser.add_argument(
        "--by", default="", metavar="EMAIL", help="whose decision it is; default: who is signed in here"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(given: argparse.Namespace) -> int:
    if not _REF.fullmatch(given.ref):
        return _wrong("--ref takes letters, digits and ._/- only (40 at most): no words about the person")
    if given.phone and not _NUMBER.fullmatch(given.phone):
        return _wrong("--phone takes a number as +15550100001")
    settings = load_settings()
    try:
        return _run(given, settings, store_of(settings, utc_now, new_ids(utc_now)))
    except Busy:
        print("the database is locked or away: nothing was erased", file=sys.stderr)
    except Refused as refused:
        print(refused, file=sys.stderr)
    return 1


def _run(given: argparse.Namespace, settings: Settings, store: Store) -> int:
    clinic = clinic_from(None).id
    with store.begin(write=False) as tx:
        by = desk.By(_actor(tx, given.by), given.why, given.ref)
    if given.hold or given.release:
        return _hold(given, store, by)
    if given.again:
        return _again(settings, store)
    with store.begin(write=False) as tx:
        found = _found(given, tx, clinic)
    if not given.yes and not _confirmed(found):
        print("nothing was erased", file=sys.stderr)
        return 1
    at: tuple[int, object] | None = None
    while True:  # rows that have no owner's key yet do not say whose they are
        with store.begin() as tx:
            at, _ = tx.privacy.reseal(at)
        if at is None:
            break
    with store.begin() as tx:
        done = desk.forget(tx, _found(given, tx, clinic), by, utc_now(), new_ids(utc_now))
        _remember(settings, done, utc_now())
    store.scrub()
    print("erased: " + ", ".join(f"{count} {name}" for name, count in sorted(done.rows.items()) if count))
    if done.beside:
        print(f"other people's conversations that may speak of this patient: {' '.join(done.beside)}")
    return 0


def _found(given: argparse.Namespace, tx: Tx, clinic: str) -> desk.Erasure:
    if given.phone:
        return desk.of_phone(tx, clinic, given.phone)
    if given.conversation:
        return desk.of_conversation(tx, clinic, given.conversation)
    return desk.of_patient(tx, clinic, given.patient)


def _hold(given: argparse.Namespace, store: Store, by: desk.By) -> int:
    with store.begin() as tx:
        changed = desk.hold(
            tx, given.hold or given.release, by, utc_now(), new_ids(utc_now), release=bool(given.release)
        )
    done, was = ("lifted", "there was no hold") if given.release else ("set", "it was set before")
    print(f"legal hold {done}" if changed else was)
    return 0


def _again(settings: Settings, store: Store) -> int:
    path, count = settings.var / LIST, 0
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)
        with store.begin() as tx:
            if row["kind"] == "patient":
                count += sum(tx.privacy.erase_patient(row["id"], utc_now()).values())
            else:
                count += sum(tx.privacy.erase_talk(row["id"], utc_now()).values())
    store.scrub()
    print(f"{count} rows erased again")
    return 0


def _remember(settings: Settings, done: desk.Erasure, now: datetime) -> None:
    """Outside the database, since a restore brings an older one back."""
    settings.var.mkdir(parents=True, exist_ok=True)
    rows = [("conversation", id) for id in done.talks] + ([("patient", done.patient)] if done.patient else [])
    with (settings.var / LIST).open("a", encoding="utf-8") as file:
        for kind, id in rows:
            file.write(json.dumps({"kind": kind, "id": id, "at": now.isoformat()}) + "\n")


def _confirmed(what: desk.Erasure) -> bool:
    whom = f"patient {what.patient} and " if what.patient else ""
    print(f"This erases {whom}{len(what.talks)} conversations for good. Type ERASE to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == "ERASE"


def _actor(tx: Tx, email: str) -> str:
    if not email:
        return f"operator:{getpass.getuser()}"
    user = tx.staff.by_email(email)
    if user is None:
        raise Refused("--by: there is nobody with that address")
    return f"staff:{user.id}"


def _wrong(why: str) -> int:
    print(why, file=sys.stderr)
    return 2
