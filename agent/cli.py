"""The `frontdesk` command: parses arguments and calls the rooms; each verb lives in agent/verbs/."""

import argparse
import sys
from importlib import import_module

from agent.logs import quiet_logs

VERBS = ("serve", "worker", "talk", "understand", "times", "converse", "evaluate", "check", "user", "audit")


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 success, 1 a check failed, 2 wrong arguments."""
    words = sys.argv[1:] if argv is None else argv
    chosen = next((w for w in words if w in VERBS), None)
    parser = argparse.ArgumentParser(
        prog="frontdesk", description="The front desk of a clinic: it prepares, a person confirms."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in VERBS if chosen is None else (chosen,):  # only the chosen verb is imported: some are slow
        verb = import_module(f"agent.verbs.{name}")
        doc = (verb.__doc__ or "").strip().splitlines()[0]
        sub = verbs.add_parser(name, help=doc, description=doc)
        verb.arguments(sub)
        sub.set_defaults(run=verb.run)
    given = parser.parse_args(words)
    quiet_logs()
    try:
        return int(given.run(given))
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
