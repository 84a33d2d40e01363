"""What a second look at a confident answer needs of the store, as a Protocol."""

from typing import Protocol

from agent.model.second_look import SecondLook, Verdict


class SecondLooks(Protocol):
    def add(self, look: SecondLook) -> bool:
        """False where the message is looked at already."""

    def of(self, clinic: str, inbound: str) -> SecondLook | None: ...

    def by_verdict(self, clinic: str, verdict: Verdict, limit: int = 100) -> list[SecondLook]:
        """Newest first."""

    def save(self, look: SecondLook) -> None: ...
