"""The `frontdesk` command: parses arguments and calls the rooms; each verb lives in agent/verbs/."""

import argparse
import sys

from agent.verbs import audit, check, converse, evaluate, serve, talk, times, understand, user, worker

VERBS = {
    "serve": serve,
    "worker": worker,
    "talk": talk,
    "understand": understand,
    "times": times,
    "converse": converse,
    "evaluate": evaluate,
    "check": check,
    "user": user,
    "audit": audit,
}


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 success, 1 a check failed, 2 wrong arguments."""
    parser = argparse.ArgumentParser(
        prog="frontdesk", description="The front desk of a clinic: it prepares, a person confirms."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        doc = (verb.__doc__ or "").strip().splitlines()[0]
        sub = verbs.add_parser(name, help=doc, description=doc)
        verb.arguments(sub)
        sub.set_defaults(run=verb.run)
    given = parser.parse_args(argv)
    try:
        return int(given.run(given))
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
