"""Read the audit trail, or verify that nobody has altered it."""

import argparse
import json
import sys

from agent.adapters.ids import new_ids
from agent.house import store_of, utc_now
from agent.model.fault import Busy
from agent.ports import Store
from agent.settings import load_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify", "tail"), nargs="?", default="verify")
    parser.add_argument("--limit", type=int, default=50)


def run(given: argparse.Namespace) -> int:
    try:
        return _read(given, store_of(load_settings(), utc_now, new_ids(utc_now)))
    except Busy:
        print("the database is locked or away", file=sys.stderr)
        return 1


def _read(given: argparse.Namespace, store: Store) -> int:
    with store.begin(write=False) as tx:
        if given.what == "tail":
            for event in tx.audit.tail(given.limit):
                print(json.dumps(event.model_dump(mode="json"), ensure_ascii=False))
            return 0
        count, broken = tx.audit.verify()
    if broken:
        print(f"broken after {count} sound rows: {broken}", file=sys.stderr)
        return 1
    print(f"{count} rows, unaltered")
    return 0
