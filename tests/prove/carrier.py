"""The Twilio stand-in as a process of its own: run as `python -m tests.prove.carrier PORT`."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import uvicorn

from agent.demo.twilio_standin import TwilioStandIn
from agent.settings import ROOT
from channels.sms import SmsChannel
from channels.twilio_rest import TwilioRest
from tests.children import bound

ACCOUNT, TOKEN, NUMBER = "AC" + "5" * 32, "t0ken", "+17185550100"


class Running:
    """The stand-in at `base`; what it accepted is asked for over its own REST API."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opened: list[TwilioRest] = []

    def channel(self) -> SmsChannel:
        """A fresh channel to it, with connections of its own."""
        self._opened.append(TwilioRest(ACCOUNT, TOKEN, self.base))
        return SmsChannel(self._opened[-1])

    def close(self) -> None:
        for rest in self._opened:
            rest.close()

    def accepted(self) -> list[str]:
        """The body of every text that was taken."""
        page: str | None = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1000"
        bodies: list[str] = []
        while page:
            listed = httpx2.get(self.base + page, auth=(ACCOUNT, TOKEN), timeout=60).json()
            bodies += [text["body"] for text in listed["messages"]]
            page = listed["next_page_uri"]
        return bodies


@contextmanager
def running_carrier(our_number: str = NUMBER) -> Iterator[Running]:
    """Ready when it leaves here; stopped at the end."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    process = subprocess.Popen(bound([sys.executable, "-m", "tests.prove.carrier", str(port), our_number]), cwd=ROOT)
    try:
        running = Running(f"http://127.0.0.1:{port}")
        until = time.monotonic() + 60
        while True:
            try:
                running.accepted()
                break
            except httpx2.HTTPError:
                assert time.monotonic() < until, "the stand-in does not start"
                time.sleep(0.05)
        yield running
        running.close()
    finally:
        process.kill()
        process.wait(10)


if __name__ == "__main__":
    standin = TwilioStandIn(ACCOUNT, TOKEN, sys.argv[2], "http://127.0.0.1:9/", None, pace=0.0)
    uvicorn.run(standin.app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical", access_log=False)
