"""Asks a process beside the desk how the draft hears a message; that process is started when it is first needed and
ends by itself. Patients are answered meanwhile as ever."""

import hashlib
import json
import subprocess
import sys
import threading
import weakref
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from agent.model.edit import Items
from agent.model.trial import TrialAnswer, TrialAsk, Wanted
from agent.settings import Settings

_PATIENCE = 3.0  # seconds for an answer; it says at once how far it is, unless the machine is busy
_HEARD_BY = ("intent/", "safety/", "clinic/", "language/")
Beside = tuple["subprocess.Popen[bytes]", Connection]


class Trial:
    """One for each web process. Shared between threads; one question at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._beside: Beside | None = None
        self._end: weakref.finalize[..., Trial] | None = None
        self._asked, self._told = 0, ""

    def hear(self, text: str, now: datetime, before: Items, after: Items, *, unsaved: bool = False) -> TrialAnswer:
        """How the draft `after` hears this, or how far it is. `now`: the clinic's wall clock. Never raises for any text
        or draft."""
        before, after = heard_by(before), heard_by(after)
        key = hashlib.sha256(json.dumps([before, after, unsaved], sort_keys=True).encode()).hexdigest()
        with self._lock:
            try:
                return self._ask(text, now, before, after, key, unsaved)
            except (OSError, EOFError, ValueError):
                self._stop()
                return TrialAnswer(id=self._asked, state="away")

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _ask(
        self, text: str, now: datetime, before: Items, after: Items, key: str, unsaved: bool
    ) -> TrialAnswer:  # fmt: skip
        if self._beside is not None and self._beside[0].poll() is not None:
            self._stop()  # it had nothing to do for a while
        _, line = self._beside or self._start()
        wanted = None
        if key != self._told:
            s = self._settings
            wanted = Wanted(key=key, before=dict(before), after=dict(after), unsaved=unsaved, clinic=s.clinic_file,
                            content=s.content, var=s.var)  # fmt: skip
        self._asked += 1
        ask = TrialAsk(id=self._asked, key=key, text=text, now=now, wanted=wanted)
        line.send_bytes(ask.model_dump_json().encode())
        self._told = key
        while line.poll(_PATIENCE):
            answer = TrialAnswer.model_validate_json(line.recv_bytes())
            if answer.id == self._asked:
                return answer
        return TrialAnswer(id=self._asked, state="reading")

    def _start(self) -> Beside:
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", "agent.trial_side", str(theirs.fileno())]
            process = subprocess.Popen(  # noqa: S603 (our own module)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )  # fmt: skip
        self._beside, self._told = (process, ours), ""
        self._end = weakref.finalize(self, _ended, process, ours)
        return self._beside

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._beside, self._told = None, ""


def heard_by(items: Items) -> Items:
    """The items that hearing depends on."""
    return {key: item for key, item in items.items() if key.startswith(_HEARD_BY)}


def _ended(process: "subprocess.Popen[bytes]", line: Connection) -> None:
    line.close()
    process.kill()
    process.wait()
