"""Read the audit trail, or verify that nobody has altered it."""

import argparse
import json
import sys

from agent.adapters.ids import new_ids
from agent.adapters.store import open_store
from agent.house import keys_of, utc_now
from agent.settings import load_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify", "tail"), nargs="?", default="verify")
    parser.add_argument("--limit", type=int, default=50)


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    data, secret = keys_of(settings)
    store = open_store(settings.database_url, data_key=data, secret=secret, clock=utc_now, new_id=new_ids(utc_now))
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
