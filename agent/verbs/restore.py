"""Put a back-up in place, whole or not at all; stop the desk first."""

import argparse
from pathlib import Path

from agent.adapters.ids import new_ids
from agent.adapters.store.restore import Restored, restore
from agent.house import owner_of, utc_now
from agent.model.fault import Busy, Refused
from agent.settings import load_settings
from agent.verbs.backup import progress, said

EPILOG = """
The database of FRONTDESK_DATABASE_URL must be empty, or be given up with --replace; save it first. The keys must be
those of the desk that was saved. In one transaction: a fault leaves everything as it was.
Texts that may have gone out since the copy was made are looked up at the provider and never sent again blindly; what
is not found there becomes a task for staff. Staff sign in anew.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("file", metavar="FILE", type=Path, help="what `frontdesk backup` wrote")
    parser.add_argument("--replace", action="store_true", help="give up what the database holds now")
    parser.add_argument("--unverified", action="store_true", help="even if its audit chain was altered; it will say so")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    try:
        owner = owner_of(settings, utc_now, new_ids(utc_now))
        done = restore(
            settings.database_url, given.file, owner,
            replace=given.replace, unverified=given.unverified, say=progress,
        )  # fmt: skip
    except Busy:
        return said("the database is locked or away: nothing was changed")
    except (Refused, OSError) as why:
        return said(f"{why}; nothing was changed")
    tell(done)
    return 0


def tell(done: Restored) -> None:
    print(f"{done.rows:,} rows as of {done.about.at}, made by version {done.about.version}; the audit chain goes on")
    print(f"{done.again} messages are taken anew; {done.asked} texts are looked up at the provider, none is sent again")
    print("Now run frontdesk forget --again, so that nobody who was forgotten since comes back.")
    print("Start the desk then. See docs/operations/backup.md for what to look at next.")
