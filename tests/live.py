"""A real desk with a stand-in for Twilio beside it: posts texts as Twilio does and sees what the desk sends."""

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from agent.adapters.ids import new_ids
from agent.house import utc_now
from agent.model.address import Address
from agent.ports import Store
from agent.settings import Settings
from tests.clinics import clinic_of
from tests.ports import free_port
from tests.served import environment
from tests.standin import TwilioStandIn, served
from tests.standin.hooks import ACCOUNT, TOKEN, sign
from tests.stores import DATA_KEY, SECRET, open_test_store

CLINIC = clinic_of(Settings().clinic_file)


@dataclass
class Live:
    """Where the desk listens, how it is set up, and Twilio."""

    port: int
    env: dict[str, str]
    twilio: TwilioStandIn

    def post(self, sid: str, sender: str, text: str = "what are your hours?", seconds: float = 15.0) -> int:
        """The status of the webhook's answer; 0 when there was none."""
        url = f"http://127.0.0.1:{self.port}/twilio/sms"
        pairs = [
            ("MessageSid", sid), ("SmsSid", sid), ("AccountSid", ACCOUNT), ("From", sender), ("To", CLINIC.numbers[0]),
            ("Body", text), ("NumMedia", "0"),
        ]  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": sign(TOKEN, url, pairs)}
        request = urllib.request.Request(url, urlencode(pairs).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0

    def answers(self, sender: str) -> int:
        """How many texts Twilio accepted for this person."""
        return len(self.twilio.accepted(sender))

    def store(self) -> Store:
        return open_test_store(self.env["FRONTDESK_DATABASE_URL"], new_ids(utc_now))


@contextmanager
def live(var: Path, **settings: str) -> Iterator[Live]:
    """Twilio's stand-in is up; starting the desk is the test's own business."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    twilio = TwilioStandIn(
        ACCOUNT, TOKEN, CLINIC.numbers[0], f"{base}/twilio/sms", f"{base}/twilio/sms/status", pace=0.01
    )
    with served(twilio.app) as api:
        env = environment(
            var, FRONTDESK_PORT=str(port), FRONTDESK_PUBLIC_URL=base, TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN, TWILIO_API_URL=api, FRONTDESK_DATA_KEY=base64.b64encode(DATA_KEY).decode(),
            FRONTDESK_SECRET_KEY=SECRET.decode(), **settings,
        )  # fmt: skip
        yield Live(port, env, twilio)


def turns_of(store: Store, sender: str) -> int:
    with store.begin(write=False) as tx:
        held = tx.conversations.by_address(CLINIC.id, Address(channel="sms", value=sender))
        return len([e for e in tx.conversations.events(held.id) if e.name == "MessageHeard"]) if held else 0


def wait_for(true: Callable[[], object], seconds: float = 30.0, why: str = "it did not happen") -> float:
    """Seconds until it held."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, why
        time.sleep(0.05)
    return time.monotonic() - began
