"""What the desk needs to keep its promise of privacy: erasure, legal holds, retention, keys sealed anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.model.address import Address
from agent.model.privacy import Keeping, Kept, WrappedKey


class Privacy(Protocol):
    """Subjects are ids of patients or conversations. What is erased leaves a tombstone with the id alone."""

    def hold(self, subject: str, by: str, ref: str, now: datetime) -> bool:
        """A legal hold; False where there is one."""

    def release(self, subject: str) -> bool:
        """False where there was none."""

    def held(self, subjects: Sequence[str]) -> set[str]:
        """Those of them under a legal hold."""

    def talk(self, id: str) -> Kept | None:
        """The conversation, locked."""

    def talks_of(self, patient: str) -> list[Kept]:
        """Conversations of the patient, and those in which a visit of theirs was arranged (also other people's)."""

    def talks_at(self, clinic: str, address: Address) -> list[Kept]: ...

    def visits_to_come(self, *, patient: str | None, conversation: str | None, now: datetime) -> list[str]:
        """Held or booked ones that have not ended; for a conversation those that belong to no patient."""

    def erase_talk(self, id: str, now: datetime) -> dict[str, int]:
        """Every row of the conversation and its key; rows by table. Visits of a patient stay the patient's."""

    def erase_patient(self, id: str, now: datetime) -> dict[str, int]:
        """The patient, their visits and their key; rows by table. Their conversations are erased one by one."""

    def erase_task(self, id: str) -> None: ...

    def tombstones(self, since: datetime) -> list[tuple[str, str]]:
        """(patient | conversation, id) erased since."""

    def lapse(self, kind: Keeping, clinic: str, before: datetime, limit: int) -> int:
        """Erases at most so many rows of this kind that are older, none under a legal hold; returns how many."""

    def rewrap(self) -> int:
        """Wraps some keys with the current master key that an older one has wrapped; how many, 0 at the end."""

    def reseal(self, at: tuple[int, object] | None, *, again: bool = False) -> tuple[tuple[int, object] | None, int]:
        """Seals some rows under their owners' keys that the master key itself has sealed, from there on (None: from
        the start, unless a walk has been finished before): (where to go on or None at the end, rows changed)."""

    def keys_out(self) -> list[WrappedKey]:
        """Every key, for a copy that is kept apart from the copies of the rows."""

    def keys_in(self, keys: Sequence[WrappedKey]) -> None:
        """Replaces every key by these. Open the store anew afterwards."""


class Scrubs(Protocol):
    def scrub(self) -> None:
        """Takes what was erased out of the files, not only out of the tables. Outside any transaction."""
