"""Seal everything under the first key of FRONTDESK_DATA_KEY, while the desk works; the older keys may go then."""

import argparse
import sys

from agent.adapters.ids import new_ids
from agent.house import store_of, utc_now
from agent.model.fault import Busy
from agent.ports import Store
from agent.settings import load_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Every process must run with the new key first. The desk does the same by itself, more slowly."


def run(_: argparse.Namespace) -> int:
    try:
        rows, keys = _all(store_of(load_settings(), utc_now, new_ids(utc_now)))
    except Busy:
        print("the database is locked or away; run it again: what is done is done", file=sys.stderr)
        return 1
    print(f"{rows} rows and {keys} keys sealed anew; older data keys are of no use any more")
    return 0


def _all(store: Store) -> tuple[int, int]:
    rows = keys = 0
    at: tuple[int, object] | None = None
    while True:
        with store.begin() as tx:
            at, some = tx.privacy.reseal(at, again=True)
        rows += some
        if at is None:
            break
    while True:
        with store.begin() as tx:
            some = tx.privacy.rewrap()
        keys += some
        if not some:
            return rows, keys
