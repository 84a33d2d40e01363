"""`make prove`: every promise at its full size; a table, written to docs/measurements.md. Broken off, it leaves nothing
running: what proofs start ends with them (tests/children.py).

A proof is a module `pNN_what.py` in this folder with `PROMISE` (its sentence), `SIZE` (its full size, in words) and
`prove(ground)`, which returns what was done and found, in words, and raises AssertionError where the promise is broken.
The same functions at a smaller size run in `make test`, in tests with the promise's number in their name.
"""

import argparse
import importlib
import os
import secrets
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from tests.children import unwind_when_told
from tests.prove.ground import ground

os.environ.setdefault("FRONTDESK_UNDO_SECONDS", "0")  # a proof of its own says what it does
HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "measurements.md"
BEGIN, END = "<!-- make prove: begin -->", "<!-- make prove: end -->"


@dataclass(frozen=True)
class Outcome:
    """One row of the table."""

    number: int
    promise: str
    size: str
    result: str
    kept: bool
    seconds: float


def proofs() -> dict[str, ModuleType]:
    """Name of the proof -> its module, in the order of the promises."""
    names = sorted(p.stem for p in HERE.glob("p[0-9][0-9]_*.py"))
    return {name: importlib.import_module(f"tests.prove.{name}") for name in names}


def run(name: str, module: ModuleType, seed: int) -> Outcome:
    """The proof on ground of its own; whatever it raises is a broken promise, never the end of the run."""
    began = time.monotonic()
    try:
        with ground(seed) as given:
            result, kept = str(module.prove(given)), True
    except Exception as broken:
        result, kept = f"{type(broken).__name__}: {broken}".splitlines()[0][:300], False
    return Outcome(int(name[1:3]), module.PROMISE, module.SIZE, result, kept, time.monotonic() - began)


def table(outcomes: list[Outcome], seed: int, when: datetime) -> str:
    """The outcomes as Markdown."""
    rows = [
        f"`make prove`, {when:%Y-%m-%d}, seed {seed}.",
        "",
        "| promise | what | size | found | kept | seconds |",
        "|---|---|---|---|---|---|",
    ]
    for o in outcomes:
        cells = (o.number, o.promise, o.size, o.result, "yes" if o.kept else "**no**", f"{o.seconds:.0f}")
        rows.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
    return "\n".join(rows)


def write(text: str, document: Path = DOCS) -> None:
    """Put the table between its two marks. Raises ValueError where they are missing."""
    before, found, rest = document.read_text("utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{document.name}: no place for the table ({BEGIN} … {END})")
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def main() -> int:
    asked = argparse.ArgumentParser(prog="make prove", description=__doc__)
    asked.add_argument("only", nargs="*", help="numbers of promises; default all, and only then the docs are written")
    asked.add_argument("--seed", type=int, help="repeat a run")
    given = asked.parse_args()
    unwind_when_told()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    chosen = {n: m for n, m in proofs().items() if not given.only or n[1:3] in {o.zfill(2) for o in given.only}}
    outcomes = []
    for name, module in chosen.items():
        try:
            outcome = run(name, module, seed)
        except KeyboardInterrupt:
            print(f"broken off at {name}; seed {seed}")
            return 130
        outcomes.append(outcome)
        mark = "kept  " if outcome.kept else "BROKEN"
        print(f"{outcome.number:>2} {mark} {outcome.seconds:6.0f} s  {module.SIZE}: {outcome.result}", flush=True)
    print(f"seed {seed}")
    if not given.only:
        write(table(outcomes, seed, datetime.now(UTC)))
    return 0 if outcomes and all(o.kept for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
