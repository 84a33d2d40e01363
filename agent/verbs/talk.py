"""Talk with the desk in the terminal, as a patient would; nothing is kept."""

import argparse
import sys
from datetime import UTC, datetime

from agent.house import content_of
from agent.rehearsal_desk import Rehearsal, fields_of
from agent.verbs.lines import clinic_from


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", choices=("sms", "chat", "voice"), default="sms")
    parser.add_argument("--number", default="+12125550123", help="the number you text from")
    parser.add_argument("--clinic", metavar="FILE", help="clinic facts; default: the demo clinic")


def run(given: argparse.Namespace) -> int:
    rehearsal = Rehearsal(
        clinic_from(given.clinic), content_of(), datetime.now(UTC), channel=given.channel, sender=given.number
    )
    here = sys.stdin.isatty()
    if here:
        print(f"{rehearsal.desk.clinic.name} · {given.channel} · empty line or Ctrl-D ends")
    while True:
        if here:
            print("you> ", end="", flush=True)
        text = sys.stdin.readline()
        if not text.strip():
            break
        for said in rehearsal.say(text.strip()):
            print("\n".join(f"desk> {part}" if i == 0 else f"      {part}" for i, part in enumerate(said.splitlines())))
            sys.stdout.flush()
    for task in rehearsal.tasks():
        shown = ", ".join(f"{k}: {v}" for k, v in fields_of(task).items())
        print(f"task #{task.number} {task.kind} ({task.status}) {shown}")
    return 0
