"""Where forms that patients fill in are kept, as a Protocol."""

from typing import Protocol

from agent.model.form import FormRow


class Forms(Protocol):
    """Forms from the first question to the approval; each changed by compare-and-swap only."""

    def add(self, row: FormRow) -> None: ...

    def get(self, id: str) -> FormRow | None: ...

    def save(self, row: FormRow) -> FormRow:
        """With the next version. Raises Conflict when somebody else has changed it."""

    def open_of(self, clinic: str, patient: str | None, who: str) -> FormRow | None:
        """The open form changed last, of this patient or, for nobody on file, of those who said to be that person."""

    def of_patient(self, patient: str) -> list[FormRow]:
        """Oldest first."""

    def by_key(self, key: str) -> FormRow | None:
        """The form of a link, by the hash of its token."""
