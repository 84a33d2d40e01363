"""Take the content files, as they stand now, for what is published; where admins published otherwise, it is told."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from agent.actions import ACTIONS
from agent.adapters.clinic_edits import edited_clinic, standing_fact
from agent.adapters.clinic_file import load_clinic
from agent.adapters.ids import new_ids
from agent.content import ContentFault, Reading, read_content
from agent.content.items import place, standing, written
from agent.content.load import revision_of
from agent.house import store_of, utc_now
from agent.model.audit import AuditEvent
from agent.model.clinic import Clinic
from agent.model.edit import Change, Item, Revision
from agent.model.fault import Busy, Conflict, Refused
from agent.ports import NewId, Tx
from agent.proof import prove
from agent.settings import Settings, load_settings
from agent.verbs.lines import wrong

EPILOG = """
What admins publish in /admin is laid over the files. `frontdesk export --content .` writes it into them, for git; this
verb is the way back: what the files say by now is no longer laid over them. Where a file and what was published differ,
each difference is one line on standard error and nothing changes (status 1), until --take says which of the two stays.
Running processes take it up within two seconds.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--reason", default="taken from the files", help="for the history")
    parser.add_argument("--take", choices=("files", "published"), help="which stays where the two differ")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    new_id = new_ids(utc_now)
    try:
        clinic = load_clinic(settings.clinic_file)
        reading = read_content(settings.content, frozenset(ACTIONS), thorough=True)
        faults = [f for f in reading.faults if not f.notice] or [f for f in prove(reading, clinic) if not f.notice]
        if faults:
            print("\n".join(map(str, faults)), file=sys.stderr)
            return 1
        store = store_of(settings, utc_now, new_id)
        try:
            with store.begin() as tx:
                lines, done = taken(tx, settings, clinic, reading, given.take, given.reason, new_id, utc_now())
        finally:
            store.close()
    except Busy:
        wrong("the database is away: start it, or set FRONTDESK_DATABASE_URL")
    except (Conflict, Refused, ContentFault) as refused:
        print(refused, file=sys.stderr)
        return 1
    for line in lines:
        print(line, file=sys.stderr)
    if done is not None:
        print(done)
    return 0 if done is not None else 1


def taken(
    tx: Tx, settings: Settings, clinic: Clinic, reading: Reading, take: str | None, reason: str, new_id: NewId,
    now: datetime,
) -> tuple[list[str], str | None]:  # fmt: skip
    """(where files and published differ, what was done; None where that has to be decided first). Raises Conflict."""
    head = tx.content.head(clinic.id)
    serving = tx.content.revision(clinic.id, head) if head else None
    if serving is None or not serving.items:
        return [], "nothing is laid over the files: they serve as they are"
    differing = {k: v for k, v in serving.items.items() if not agrees(v, in_files(reading, clinic, k))}
    lines = [f"{key}: published {_shown(item)}; the files say {_shown(in_files(reading, clinic, key))}"
             for key, item in sorted(differing.items())]  # fmt: skip
    if differing and take is None:
        return [*lines, "Say --take files or --take published, or run `frontdesk export --content` first."], None
    items = dict(differing) if take == "published" else {}
    gone = sorted(set(serving.items) - set(items))
    if not gone:
        return [], "nothing to do: the files hold none of what is published"
    changes = tuple(Change(key=k, before=serving.items[k], after=in_files(reading, clinic, k)) for k in gone
                    if k in differing)  # fmt: skip
    root: Path = settings.content
    edited_clinic(settings.clinic_file, items)
    tx.content.publish(
        Revision(
            clinic=clinic.id, number=head + 1, content=revision_of(root, written(root, items)), base=revision_of(root),
            items=items, changes=changes, author="operator", reason=reason, at=now,
        )
    )  # fmt: skip
    row = {"id": new_id(), "at": now, "actor": "operator", "tag": "content:published", "subject": str(head + 1),
           "why": reason, "data": {"from": "files"}}  # fmt: skip
    tx.audit.write(AuditEvent.model_validate(row))
    return lines, f"revision {head + 1}: {len(gone)} taken from the files, {len(items)} still laid over them"


def in_files(reading: Reading, clinic: Clinic, key: str) -> Item | None:
    """What the files say at that key."""
    at = place(key)
    return standing_fact(clinic, key) if at.kind == "clinic" else standing(reading.content, at)


def agrees(item: Item, found: Item | None) -> bool:
    """Do the files say the same? Which English a message was made from, and notes, are no part of it; nor is what an
    item of an older version does not know."""
    beside = ("source", "note")
    return found is not None and all(k in found and found[k] == v for k, v in item.items() if k not in beside)


def _shown(item: Item | None) -> str:
    text = str(item["text"]) if item and "text" in item else str(item) if item else "nothing"
    return f"“{' '.join(text.split())[:80]}”"
