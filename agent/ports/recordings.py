"""Where recorded messages are kept, and where they are fetched from, as Protocols."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.model.recording import Recording


class Recordings(Protocol):
    """Recorded messages, sealed under the key of their conversation."""

    def add(self, recording: Recording) -> bool:
        """False, and nothing is written, where the provider's recording is known already."""

    def get(self, id: str) -> Recording | None: ...

    def at(self, provider_id: str) -> Recording | None: ...

    def content(self, id: str) -> bytes | None:
        """The sound itself; None where it is not kept."""

    def of_task(self, task: str) -> list[Recording]:
        """In the order in which they came."""

    def of_conversations(self, ids: list[str]) -> list[Recording]:
        """Those that are kept, the newest first."""

    def take_due(self, clinic: str, now: datetime, until: datetime) -> Recording | None:
        """The next one to fetch or to delete at the provider's, nobody else's before `until`."""

    def save(self, recording: Recording, content: bytes | None = None) -> bool:
        """False where it is gone meanwhile, or is only to be deleted by now. With `content`, the sound is kept too."""

    def put_off(self, id: str, until: datetime) -> None:
        """Not due before then."""

    def drop(self, id: str) -> None: ...


@dataclass(frozen=True)
class Sound:
    """The bytes of a recorded message, its media type and its whole seconds."""

    kind: str
    content: bytes
    seconds: int


class Tapes(Protocol):
    """The provider's store of recordings."""

    def fetch(self, provider_id: str) -> Sound:
        """Raises Refused for what is too large, empty or no sound, Busy when it cannot be had just now."""

    def delete(self, provider_id: str) -> None:
        """Gone there, or was not there. Raises Busy."""
