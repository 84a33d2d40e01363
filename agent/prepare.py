"""Reads and checks the content and trains its models in a process of its own, whose memory goes with it; `python -m
agent.prepare` is that process. A composition root."""

import subprocess
import sys

from agent.adapters.clinic_file import load_clinic
from agent.house import hearing_of
from agent.settings import load_settings


def prepare() -> None:
    """Everything that a start needs is made and kept for it by another process. A fault is not told here: whoever then
    reads the content meets it as well."""
    subprocess.run([sys.executable, "-m", __name__], capture_output=True, check=False)  # noqa: S603 (ours)


def main() -> None:
    """Leave the checked content and its models in the folder of the settings."""
    settings = load_settings()
    hearing_of(settings, load_clinic(settings.clinic_file))


if __name__ == "__main__":
    main()
