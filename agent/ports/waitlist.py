"""What the waitlist needs of the store, as a Protocol: entries, freed times and offers are rows, never timers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.model.waitlist import Entry, EntryState, Freed, Offer, OfferState


class Waitlist(Protocol):
    """A database rule keeps one open offer for each person and one for each conversation."""

    def person(self, name: str, dob: str) -> str:
        """The same for the same name and date of birth, and tells neither."""

    def add(self, entry: Entry, person: str) -> None: ...

    def entry(self, id: str) -> Entry | None: ...

    def in_state(self, clinic: str, state: EntryState) -> list[Entry]:
        """Who joined first stands first."""

    def of_person(self, clinic: str, person: str) -> list[Entry]:
        """Those that wait, oldest first."""

    def move(self, entry: str, before: Sequence[EntryState], after: EntryState, now: datetime, why: str = "") -> bool:
        """False when it is in none of the states `before` any more."""

    def free(self, freed: Freed) -> None:
        """Due work: this time is to be offered."""

    def take_freed(self, clinic: str, now: datetime) -> Freed | None:
        """The one that has been due longest, ours until this transaction ends; nobody waits for one that is taken."""

    def put_off(self, freed: str, due_at: datetime) -> None: ...

    def used_up(self, freed: str) -> None: ...

    def freed(self, clinic: str) -> list[Freed]: ...

    def offer(self, offer: Offer) -> bool:
        """False when this person, or this conversation, has an open one."""

    def put_again(self, offer: Offer) -> bool:
        """The same offer, put in another conversation, under another run or for longer; False where it is no longer
        open. Raises Conflict where that conversation has another open one."""

    def open_offers(self, clinic: str) -> list[Offer]:
        """By expiry."""

    def get_offer(self, id: str, *, lock: bool = False) -> Offer | None: ...

    def settle(self, offer: str, state: OfferState, now: datetime, why: str = "") -> bool:
        """False when it is open no more."""

    def offers_of(self, entry: str) -> list[Offer]:
        """By when they were made."""

    def offers_since(self, clinic: str, since: datetime) -> list[Offer]: ...
