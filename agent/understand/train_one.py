"""Trains models in a process of its own, one language after the other: two processes use two processors, and the desk
that asked keeps neither scikit-learn nor the memory of training. `python -m agent.understand.train_one` reads one Job
as JSON a line."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.model.value import Value

Pairs = tuple[tuple[str, str], ...]


class Job(Value):
    """What one training reads, and the file it writes; see `IntentClassifier.train`."""

    lang: str
    pairs: Pairs
    alarms: Pairs
    swaps: tuple[tuple[str, ...], ...] = ()
    two_scripts: bool = False
    file: Path


def train_apart(jobs: Sequence[Job]) -> None:
    """Train all of them in one other process and wait for it. Raises RuntimeError with its last words when it fails."""
    command = [sys.executable, "-m", "agent.understand.train_one"]
    lines = "\n".join(job.model_dump_json() for job in jobs)
    done = subprocess.run(  # noqa: S603 (our own module, no word of a patient)
        command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        names = ", ".join(job.lang for job in jobs)
        raise RuntimeError(f"training of {names} failed: {done.stderr.strip()[-300:]}")


def shares(jobs: Sequence[Job], most: int) -> list[list[Job]]:
    """The jobs dealt to at most `most` processes, so that all end at about the same time."""
    dealt: list[list[Job]] = [[] for _ in range(min(most, len(jobs)))]
    for job in sorted(jobs, key=_size, reverse=True):
        min(dealt, key=lambda share: sum(map(_size, share))).append(job)
    return dealt


def _size(job: Job) -> int:
    return len(job.pairs) + len(job.alarms)


def main() -> None:
    """Do every job of standard input."""
    from agent.understand.classifier import IntentClassifier

    for line in sys.stdin.buffer:
        job = Job.model_validate_json(line)
        both = {job.lang} if job.two_scripts else set()
        trained = IntentClassifier.train(
            {job.lang: job.pairs}, alarms={job.lang: job.alarms}, swaps={job.lang: job.swaps}, two_scripts=both
        )
        trained.save(job.file)


if __name__ == "__main__":
    main()
