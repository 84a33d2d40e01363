"""Where photographs of forms are kept, and who writes them anew, as Protocols."""

from datetime import datetime
from typing import Protocol

from agent.model.form import FormRow
from agent.model.photo import Developed, Photo


class Photos(Protocol):
    """Photographs beside their form, sealed under the key of the same owner."""

    def add(self, photo: Photo, content: bytes | None = None) -> None: ...

    def get(self, id: str) -> Photo | None: ...

    def content(self, id: str) -> bytes | None:
        """The picture itself; None where it is not kept."""

    def of_form(self, form: str) -> list[Photo]:
        """In the order in which they came."""

    def take_due(self, clinic: str, now: datetime, until: datetime) -> Photo | None:
        """The next one to fetch, nobody else's before `until`."""

    def save(self, photo: Photo, content: bytes | None = None) -> bool:
        """False where it is gone meanwhile. With `content`, the picture is kept with it."""

    def follow(self, form: FormRow) -> None:
        """The photographs belong to whom their form belongs to now, and are sealed under that key."""


class Darkroom(Protocol):
    """Opens what somebody says to be a photograph."""

    def develop(self, content: bytes) -> Developed:
        """The picture alone, written anew. Raises Refused for everything that is none, or is too much."""
