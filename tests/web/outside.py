"""A desk as strangers meet it: https, an account at Twilio, no demo. It hears nothing, so it is made quickly."""

from typing import Any

from fastapi.testclient import TestClient

from agent.model.clinic import Clinic
from agent.web.app import create_app
from tests.standin.hooks import ACCOUNT, PUBLIC, TOKEN
from tests.web.console_desk import World


class Outside(World):
    """`faults`: what the desk survived; no loop runs, so what was stored waits."""

    def __init__(self, **settings: Any) -> None:
        given = {"demo": False, "public_url": PUBLIC, "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN,
                 "widget_origins": "https://clinic.example", **settings}  # fmt: skip
        super().__init__(**given)
        self.faults: list[Exception] = []
        self.desk.on_fault = self.faults.append
        self.app = create_app(self.desk, loops=False)

    @property
    def clinic(self) -> Clinic:
        return self.desk.clinic

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=PUBLIC, raise_server_exceptions=False)

    def inbox_waiting(self) -> int:
        with self.desk.store.begin(write=False) as tx:
            return tx.inbox.waiting()

    def close(self) -> None:
        self.desk.store.close()
