"""Checking the note of a twenty-minute visit on one core, and searching five thousand notes."""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from agent.documents.search import Note, Search
from agent.documents.verify import verify
from tests.documents.visit import NOTE, note, record, visit

_WORDS = 3_000  # of twenty minutes
_SENTENCES = 40


def measure() -> dict[str, Any]:
    talk, text = _long()
    verify(talk, text, record())
    times = []
    for _ in range(15):
        began = time.process_time()
        verify(talk, text, record())
        times.append(time.process_time() - began)
    search = Search(Note(f"n{n}", f"20{10 + n % 16}-0{1 + n % 9}-11", note(s0=f"Visit {n}.")) for n in range(5_000))
    asked = []
    for question in ("when did she last mention knee pain?", "dizziness", "ibuprofen dose", "allergic to penicillin"):
        search.find(question)
        began = time.process_time()
        search.find(question)
        asked.append(time.process_time() - began)
    return {
        "ms of CPU to check 40 sentences of 20 minutes": round(statistics.median(times) * 1000, 1),
        "MB of a process that checks notes": _megabytes(),
        "ms of CPU of a search in 5,000 notes, slowest": round(max(asked) * 1000, 1),
    }


def _long() -> tuple[Any, str]:
    once = visit()
    words = sum(len(u.text.split()) for u in once)
    return once * (_WORDS // words + 1), "\n".join((NOTE * 3)[:_SENTENCES])


def _megabytes() -> float:
    """The peak of a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.notes"], capture_output=True, text=True, check=True)
    return round(float(done.stdout) / 1024, 1)


if __name__ == "__main__":
    talk, text = _long()
    verify(talk, text, record())
    held = Path("/proc/self/status").read_text(encoding="utf-8")  # getrusage would count what the parent held
    print(re.search(r"VmHWM:\s+(\d+)", held)[1])  # type: ignore[index]
