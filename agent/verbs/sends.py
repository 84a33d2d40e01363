"""Stop all texts at once, in every process, or let them go again; what is due waits in the outbox meanwhile."""

import argparse
import sys

from agent.adapters.ids import new_ids
from agent.desk.halt import start, stop
from agent.house import store_of, utc_now
from agent.model.fault import Busy
from agent.ports import Tx
from agent.settings import load_settings

_BY = "operator"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("status", "stop", "start"), nargs="?", default="status")
    parser.add_argument("--everything", action="store_true", help="with stop: hold back emergency wording, too")


def run(given: argparse.Namespace) -> int:
    if given.everything and given.what != "stop":
        print("--everything goes with stop", file=sys.stderr)
        return 2
    new_id = new_ids(utc_now)
    try:
        with store_of(load_settings(), utc_now, new_id).begin() as tx:
            if given.what == "stop":
                stop(tx, _BY, utc_now(), new_id, everything=given.everything)
            elif given.what == "start":
                start(tx, _BY, utc_now(), new_id)
            said = _state(tx)
    except Busy:
        print("the database is locked or away: nothing was changed", file=sys.stderr)
        return 1
    print(said)
    return 0


def _state(tx: Tx) -> str:
    halt, waiting = tx.sends.halted(), tx.outbox.waiting()
    if halt is None:
        return f"sending; {waiting} waiting"
    what = "everything" if halt.everything else "all but emergency wording"
    who = "an operator" if halt.by == _BY else halt.by
    return f"stopped ({what}) by {who} at {halt.at:%Y-%m-%d %H:%M} UTC; {waiting} waiting"
