"""`python -m tests.topology`: the desk as many processes on this machine, without containers, until Ctrl-C.

With `--load RATE` it sends so many texts a second for `--seconds`, kills and stops things at random unless `--calm`,
and says what the history checker found: exit status 1 where anything was lost or doubled. See docs/operations/drill.md.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from agent.adapters.ids import new_ids
from agent.demo.seed import sign_ins, staff
from agent.house import utc_now
from agent.web.passwords import hash_password
from tests.children import unwind_when_told
from tests.live import CLINIC
from tests.stores import open_test_store
from tests.topology.history import check, settle, waiting
from tests.topology.load import Load, under
from tests.topology.many import Many, many
from tests.topology.trouble import make_trouble

SETTLE = 300.0  # seconds after the load until nothing may wait any more


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.topology", description=__doc__)
    asked.add_argument("--webs", type=int, default=2, help="web processes (default 2)")
    asked.add_argument("--workers", type=int, default=2, help="Celery workers (default 2)")
    asked.add_argument("--concurrency", type=int, default=1, help="processes of each worker (default 1)")
    asked.add_argument("--load", type=float, metavar="RATE", help="texts a second; without it, nothing is sent")
    asked.add_argument("--seconds", type=float, default=60.0, help="how long the load lasts (default 60)")
    asked.add_argument("--people", type=int, default=300, help="how many people write (default 300)")
    asked.add_argument("--calm", action="store_true", help="kill nothing")
    asked.add_argument("--seed", type=int, help="repeat the troubles of a run")
    given = asked.parse_args()
    unwind_when_told()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    try:
        return _run(given, seed)
    except KeyboardInterrupt:
        print("  broken off; everything is stopped", flush=True)
        return 130


def _run(given: argparse.Namespace, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="frontdesk-many-") as folder:
        print("starting PostgreSQL, Redis, the stand-in for Twilio, web processes and workers …", flush=True)
        with many(Path(folder), webs=given.webs, workers=given.workers, concurrency=given.concurrency) as run:
            staffed(run)
            _greet(run, folder)
            if given.load is None:
                return _stay()
            return _drill(run, given, seed)


def staffed(run: Many) -> None:
    """The demo's staff can sign in at the console."""
    new_id = new_ids(utc_now)
    store = open_test_store(run.database, new_id)
    with store.begin() as tx:
        for user in staff(CLINIC, new_id, hash_password):
            tx.staff.add(user)
    store.close()


def _greet(run: Many, folder: str) -> None:
    somebody = sign_ins()[0]
    print(f"\n  Chat with the clinic {run.base}/chat\n  Staff console        {run.base}/console")
    print(f"    sign in as         {somebody.email}, {somebody.password}\n  Figures              {run.base}/metrics\n")
    for member in (*run.webs, *run.workers):
        at = f"http://127.0.0.1:{member.port}" if member.port else ""
        assert member.process is not None
        print(f"  {member.name:<10} pid {member.process.pid:<8} {at}")
    print(f"\n  Logs                 {folder}\n  Database             {run.database}\n", flush=True)


def _stay() -> int:
    print("  Ctrl-C stops everything.", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return 0


def _drill(run: Many, given: argparse.Namespace, seed: int) -> int:
    print(f"  {given.load:g} texts a second for {given.seconds:g} s, seed {seed}\n", flush=True)
    began = time.monotonic()

    def say(line: str) -> None:
        in_, out = waiting(run)
        print(f"  {time.monotonic() - began:5.0f} s  {line:<48} waiting: {in_} in, {out} out", flush=True)

    load = Load(run, rate=given.load, seconds=given.seconds, people=given.people)
    with under(load) as sent:
        if given.calm:
            for _ in range(int(given.seconds // 5)):
                time.sleep(5)
                say("")
        else:
            for line in make_trouble(run, random.Random(seed), given.seconds):
                say(line)
    say("the load is over")
    run.ready()
    took = settle(run, SETTLE)
    found = check(run, sent)
    say(f"everything was settled {took:.0f} s later")
    print(f"\n  {sent}\n  {found}\n")
    with urllib.request.urlopen(f"{run.base}/metrics", timeout=10) as answer:
        figures = [line for line in answer.read().decode().splitlines() if "waiting" in line and line[0] != "#"]
    print("  " + "\n  ".join(figures))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
