"""Runs the verbs of the command line in this process and in one of their own."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]


def answers(work: Callable[[dict[str, Any]], dict[str, Any]], *lines: str) -> list[dict[str, Any]]:
    """What `each_line` writes for these lines."""
    from agent.verbs.lines import each_line

    out = io.StringIO()
    assert each_line(work, source=lines, out=out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def frontdesk(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """`frontdesk <words>` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *words],
        input=given,
        capture_output=True,
        cwd=HOUSE,
        timeout=90,
        check=False,
    )
