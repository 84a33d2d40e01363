"""Calls that staff ask for, and who dials them, as Protocols."""

from typing import Protocol

from agent.model.call_back import CallBack


class CallBacks(Protocol):
    def open(self, back: CallBack) -> bool:
        """False, and nothing is written, where one of the same task is under way."""

    def get(self, id: str, *, lock: bool = False) -> CallBack | None: ...

    def save(self, back: CallBack) -> None: ...

    def last_of(self, task: str) -> CallBack | None: ...


class Dialler(Protocol):
    """A telephone line that can be told to ring somebody."""

    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int) -> str:
        """One network call; the provider's id of the call. `url` is asked what to do once it is answered. Raises a
        SendFault of agent.model.fault; after Unknown nobody may dial again, since it may be ringing."""
