"""Rehearse a bad day: sms-down, model-down, calendar-down, redis-down or disk-full, on a desk that is thrown away."""

import argparse
import sys

from agent.drill_scene import Report
from agent.drills import DRILLS
from agent.verbs.lines import clinic_from, content_from

EPILOG = """
A desk is built in this process with a database of its own in a temporary folder; your database, your Redis and your
provider are never touched. A conversation is played while the fault lasts, then after it. Printed: what the patient
heard, what staff see, and what had to hold; what was acknowledged and lost must be nothing.
Exit status 1 where something did not hold.

""" + "\n".join(f"  {name:<14} {drill.__doc__}" for name, drill in DRILLS.items())


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("what", choices=DRILLS, help="what fails")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    report = DRILLS[given.what](clinic_from(given.clinic), content_from())
    show(report)
    return 0 if report.passed else 1


def show(report: Report) -> None:
    print(f"{report.name}: {DRILLS[report.name].__doc__}\n")
    print("\n".join(report.lines))
    print()
    for what, true in report.checks:
        print(f"  {'ok    ' if true else 'FAILED'} {what}")
    lost = [what for what, true in report.checks if not true]
    print(f"\nlost: {'nothing' if not lost else 'see what failed'}")
    if lost:
        print(f"{report.name}: {len(lost)} of {len(report.checks)} checks failed", file=sys.stderr)
