"""What tests, proofs and drills start ends with them, also where they are killed: no server, no worker stays behind."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import cache

_PR_SET_PDEATHSIG = 1


@cache
def _setpriv() -> str | None:
    """The program that binds another one to whoever starts it, where this system has it."""
    found = shutil.which("setpriv") if sys.platform == "linux" else None
    if found is None:
        return None
    tried = subprocess.run([found, "--pdeathsig", "KILL", "--", "true"], capture_output=True, check=False)
    return found if tried.returncode == 0 else None


def bound(command: Iterable[str], number: signal.Signals = signal.SIGKILL, *first: str) -> list[str]:
    """The command of a process that gets this signal as soon as the thread that starts it has ended, however that was.
    `first`: other options of setpriv. Where the system knows no such thing, the command as it is."""
    program = _setpriv()
    if program is None:
        return [*(["setpriv", *first, "--"] if first else []), *command]
    return [program, *first, "--pdeathsig", number.name.removeprefix("SIG"), "--", *command]


def bind(parent: int) -> None:
    """The same for a fork of `parent` that runs on in Python: said in the child, first of all."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was quicker
            os._exit(1)


def unwind_when_told() -> None:
    """SIGTERM ends this process as Ctrl-C does: what it has started is stopped and its folders are thrown away. And
    Ctrl-C does so also where a shell has started it in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
