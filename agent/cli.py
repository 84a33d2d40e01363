"""The `frontdesk` command: parses arguments and calls the rooms; each verb lives in agent/verbs/."""

import argparse
import ast
import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

VERBS = (
    "serve",
    "worker",
    "talk",
    "understand",
    "times",
    "converse",
    "draft-note",
    "verify-note",
    "evaluate",
    "check",
    "publish",
    "export",
    "user",
    "audit",
    "forget",
    "reseal",
    "fhir-key",
    "sends",
    "backup",
    "restore",
    "drill",
    "rehearse",
)
# They log nothing, and start sooner without the logging library.
SILENT = frozenset({"understand", "times", "verify-note", "evaluate", "check"})
_FOLDER = Path(__file__).parent / "verbs"


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {message} (see {self.prog} --help)\n")
        raise SystemExit(2)


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 success, 1 a check failed, 2 wrong arguments."""
    words = sys.argv[1:] if argv is None else argv
    given = _parser(next((w for w in words if not w.startswith("-")), None)).parse_args(words)
    if given.verb not in SILENT:
        from agent.logs import quiet_logs

        quiet_logs()
    try:
        return int(given.run(given))
    except BrokenPipeError:
        # Whoever read us has gone: nothing is left to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Only the chosen verb is imported: some are slow. Of the others the first line of their file is enough."""
    parser = _Parser(prog="frontdesk", description="The front desk of a clinic: it prepares, a person confirms.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", title="verbs")
    for name in VERBS:
        about = _about(name)
        sub = verbs.add_parser(
            name, help=about, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == chosen:
            verb = _imported(f"agent.verbs.{_module(name)}")
            verb.arguments(sub)
            sub.set_defaults(run=verb.run)
    return parser


def _imported(module: str) -> ModuleType:
    """Modules stay: looking through them for garbage again and again costs an eighth of the import."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


def _module(verb: str) -> str:
    return verb.replace("-", "_")


def _about(verb: str) -> str:
    """The first line of the verb's own docstring, read without importing it."""
    source = (_FOLDER / f"{_module(verb)}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
