"""Trains the model of one language in a process of its own: two at once use two processors, and the desk that asked
keeps neither scikit-learn nor the memory of training. `python -m agent.understand.train_one` reads a Job as JSON."""

import subprocess
import sys
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


def train_apart(job: Job) -> None:
    """Train in another process and wait for it. Raises RuntimeError with its last words when it fails."""
    command = [sys.executable, "-m", "agent.understand.train_one"]
    done = subprocess.run(  # noqa: S603 (our own module, no word of a patient)
        command, input=job.model_dump_json(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"training of {job.lang} failed: {done.stderr.strip()[-300:]}")


def main() -> None:
    """Read one job from standard input and do it."""
    from agent.understand.classifier import IntentClassifier

    job = Job.model_validate_json(sys.stdin.buffer.read())
    both = {job.lang} if job.two_scripts else set()
    trained = IntentClassifier.train(
        {job.lang: job.pairs}, alarms={job.lang: job.alarms}, swaps={job.lang: job.swaps}, two_scripts=both
    )
    trained.save(job.file)


if __name__ == "__main__":
    main()
