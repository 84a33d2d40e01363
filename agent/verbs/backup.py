"""Save everything the desk keeps to one file, while it works; the keys are not in it."""

import argparse
import sys
from importlib.metadata import version
from pathlib import Path

from agent.adapters.store.backup import back_up
from agent.house import utc_now
from agent.model.fault import Busy, Refused
from agent.settings import load_settings

EPILOG = """
The file holds every row as it stands at one moment, what patients said still sealed. It holds NO KEY: keep
FRONTDESK_DATA_KEY and FRONTDESK_SECRET_KEY (on loopback var/keys.json) somewhere else, or it can never be read.
Its first line says what it is, its last line is the SHA-256 of all before. `frontdesk restore FILE` puts it back,
also into the other kind of database.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("file", metavar="FILE", type=Path, help="where to write; must not exist yet")


def run(given: argparse.Namespace) -> int:
    try:
        rows = back_up(load_settings().database_url, given.file, version("frontdesk"), utc_now(), progress)
    except Busy:
        return said("the database is locked or away: nothing was written")
    except (Refused, OSError) as why:
        return said(str(why))
    size = given.file.stat().st_size
    print(f"{given.file}: {sum(rows.values()):,} rows of {len(rows)} tables, {size / 1e6:,.1f} MB, no key in it")
    return 0


def progress(table: str) -> None:
    """On a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{table}", end="", file=sys.stderr, flush=True)


def said(why: str) -> int:
    """One line on standard error; the exit status."""
    print(why, file=sys.stderr)
    return 1
