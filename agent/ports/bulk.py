"""What bulk sends need of the store, as a Protocol: who is meant, who was told, and the bounds the database keeps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from agent.model.address import Address
from agent.model.bulk import Answer, Bulk, Person, Tally, Told, Way
from agent.model.calendar import Appointment


class Bulks(Protocol):
    """The database itself refuses a stage that nobody agreed to where somebody has to, an agreement by whoever prepared
    it, and a text or a call beyond a number's share of the day."""

    def add(self, bulk: Bulk, people: Sequence[Person]) -> None: ...

    def get(self, id: str, *, lock: bool = False) -> Bulk | None: ...

    def all(self, clinic: str, limit: int = 100) -> list[Bulk]:
        """The newest first."""

    def save(self, bulk: Bulk) -> None: ...

    def has_rule(self, clinic: str, rule: str) -> bool:
        """Has this standing rule prepared its send of the month, whatever became of it?"""

    def waiting(self, clinic: str) -> int:
        """Prepared ones that wait for a person to answer for them, or to agree."""

    def sending(self, clinic: str) -> list[str]:
        """The ids of those that go on."""

    def going(self, id: str) -> bool:
        """Is it being sent, and not stopped? Asked by each claim of a text of it, in whatever process."""

    def release(self, bulk: str, stage: int, since: datetime, seconds: Mapping[Way, float]) -> int:
        """The people of this stage become due from then on, those of each way so many seconds apart; how many they
        are."""

    def take_due(self, clinic: str, now: datetime) -> tuple[Bulk, Person] | None:
        """Whoever has been due longest in a send that goes on, ours until this transaction ends."""

    def settle(self, person: Person) -> None: ...

    def of_text(self, message: str) -> Person | None:
        """Whom that row of the outbox is for."""

    def of_call(self, call: str, *, lock: bool = False) -> Person | None:
        """Whom that call is for."""

    def place(self, person: Person, to: Address, day: str, message: str, now: datetime, *, dial: int = 0) -> bool:
        """Writes down that this text is one of the number's on that day of the clinic; False when the number has had
        its share, or the person was told of the same thing that day. The same text again is True.
        `dial`: the number is dialled for the first, the second time; that is no second time True."""

    def has_room(self, clinic: str, to: Address, day: str) -> bool:
        """Has the number a place left of that day?"""

    def give_back(self, message: str) -> None:
        """It certainly was not dialled: its place is free again."""

    def told_since(self, clinic: str, patient: str, about: str, since: datetime) -> bool:
        """Was the patient sent a bulk text about this, or rung, since then?"""

    def texts_since(self, clinic: str, patient: str, since: datetime) -> int:
        """How many bulk texts went to the patient since then, calls that were dialled among them, whatever they were
        about."""

    def take_back(self, bulk: str, now: datetime) -> int:
        """Whose text was withdrawn before it went out is due again; how many they are."""

    def finish(self, clinic: str, now: datetime) -> int:
        """Sends of which nothing is left to do are done."""

    def on_their_way(self, bulk: str) -> int:
        """People of released stages who are due, and not put off for a reason, who are being called, or whose text is
        not out yet."""

    def first_due(self, bulk: str) -> datetime | None:
        """When the first of those who are due, in released stages, is to be told."""

    def tallies(self, bulk: str) -> list[Tally]: ...

    def people(self, bulk: str, *, state: str | None = None, limit: int = 200) -> list[Person]: ...

    def called(self, bulk: str, limit: int = 200) -> list[Told]:
        """Those of released stages who were to be called, whatever came of it; who was reached last of all."""

    def note(self, bulk: str, patient: str, about: str, answer: Answer, now: datetime) -> bool:
        """What they answered; False where they were not asked."""

    def past_visits(self, clinic: str, now: datetime) -> Iterator[list[Appointment]]:
        """Of each patient without a visit or a request to come, the visits that took place, by start."""

    def number_key(self, number: str) -> str:
        """A blind index, the same for every way to write the number."""
