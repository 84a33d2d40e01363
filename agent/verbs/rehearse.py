"""Rehearse a morning on a running demo desk while you work the queue, or one patient's whole journey with a clock that
is moved."""

import argparse
import asyncio
import secrets
import sys
from zoneinfo import ZoneInfo

from agent.morning.console import Refused
from agent.morning.play import NoDemo, Plan, play
from agent.morning.told import Told, quantile
from agent.settings import ROOT, load_settings
from agent.verbs.lines import clinic_from, content_from

DEMO = ROOT / "agent" / "demo" / "clinic.yaml"
EPILOG = """
morning: start the demo first (frontdesk serve --demo, or make run), sign in at its console, and run this beside it.
Simulated patients text through the Twilio stand-in and chat through the page's socket; they answer what the desk
asks, ask questions in between, change their minds, mistype codes, write STOP, or do not answer any more. Some are
worried, some have an emergency. You work the queue meanwhile; with --with-staff two simulated clerks do.

At the end: what was sent and answered, the seconds to the first answer, tasks by kind, and everything that failed.
Exit status 1 where something failed. Only the demo on this machine can be rehearsed; anything else is refused.

journey: nothing has to run. A desk is built on this machine with a database that is thrown away and Twilio's stand-in
beside it; a patient who speaks Haitian Creole asks for a first visit by text, answers the clinic's questions with a
photo of the card, goes on on the form's page, is reminded, comes, and on day 3 writes of fever and redness, which a
nurse gets with the words. Each step is printed; exit status 1 and one line where a step does not come about.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("what", choices=("morning", "journey"), help="what is played")
    parser.add_argument("--conversations", type=int, default=200, metavar="N")
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="how long it takes")
    parser.add_argument("--seed", type=int, help="the same seed draws the same people")
    parser.add_argument("--url", help="the demo desk; default: this machine, FRONTDESK_PORT or 8000")
    parser.add_argument("--with-staff", action="store_true", help="two simulated clerks work the queue as well")


def run(given: argparse.Namespace) -> int:
    return _journey() if given.what == "journey" else _morning(given)


def _journey() -> int:
    from agent.journey.place import place
    from agent.journey.story import MONDAY, NUMBER, Missing, Story

    clinic = clinic_from(str(DEMO))
    with place(clinic, content_from(), MONDAY, NUMBER) as at:
        try:
            for number, step in enumerate(Story(at).steps(), 1):
                print(f"{number}. {step.title} ({step.at.astimezone(ZoneInfo(clinic.zone)):%a %d %b, %H:%M})")
                _tell("patient>", step.said)
                _tell("   desk>", step.heard)
                _tell("  staff>", step.seen)
                print(flush=True)
        except (Missing, TimeoutError) as missing:
            print(f"rehearse: {missing}", file=sys.stderr)
            return 1
    print("The whole way, step by step.")
    return 0


def _tell(who: str, lines: list[str]) -> None:
    for line in lines:
        print(f"  {who} " + line.replace("\n", "\n" + " " * (len(who) + 3)))


def _morning(given: argparse.Namespace) -> int:
    if not (0 < given.conversations <= 2000 and 0.1 <= given.minutes <= 240):
        print("rehearse: 1 to 2000 conversations in 0.1 to 240 minutes", file=sys.stderr)
        return 2
    seed = secrets.randbelow(100_000) if given.seed is None else given.seed
    base = (given.url or f"http://127.0.0.1:{load_settings().port}").rstrip("/")
    plan = Plan(base, given.conversations, given.minutes * 60, seed, given.with_staff)
    here = sys.stderr.isatty()
    try:
        told = asyncio.run(play(plan, content_from(), _progress if here else lambda *_: None))
    except (NoDemo, Refused) as no:
        print(f"rehearse: {no}", file=sys.stderr)
        return 1
    if here:
        print("\r\033[K", end="", file=sys.stderr)
    print(f"A morning of {given.minutes:g} minutes, seed {seed}\n")
    print("\n".join(told.lines()))
    return 1 if told.failed else 0


def _progress(told: Told, passed: float) -> None:
    line = (
        f"  {int(passed) // 60}:{int(passed) % 60:02d}  {told.begun} of {told.planned} begun, {told.live} live, "
        f"{told.answered} of {told.sent} answered, p95 {quantile(told.first, 0.95):.1f} s, {len(told.failed)} failed"
    )
    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
