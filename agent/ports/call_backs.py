"""Calls that staff ask for, as a Protocol."""

from typing import Protocol

from agent.model.call_back import CallBack


class CallBacks(Protocol):
    def open(self, back: CallBack) -> bool:
        """False, and nothing is written, where one of the same task is under way."""

    def get(self, id: str, *, lock: bool = False) -> CallBack | None: ...

    def save(self, back: CallBack) -> None: ...

    def last_of(self, task: str) -> CallBack | None: ...
