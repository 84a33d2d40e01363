"""What the editing of content needs of the store, as a Protocol: drafts, revisions and proposals to publish."""

from typing import Protocol

from agent.model.edit import Edit, Proposal, Revision


class Contents(Protocol):
    """Wording of the clinic, nothing of patients."""

    def edits(self, clinic: str) -> list[Edit]:
        """The draft, by key."""

    def edit(self, clinic: str, key: str) -> Edit | None: ...

    def put(self, edit: Edit) -> Edit:
        """Saves it with the next version; raises Conflict unless the kept one still has `edit.version` (0: none)."""

    def drop(self, clinic: str, key: str, version: int) -> None:
        """Raises Conflict when the edit has another version, or is gone."""

    def head(self, clinic: str) -> int:
        """The number of the newest revision; 0: the files alone."""

    def revision(self, clinic: str, number: int) -> Revision | None: ...

    def with_content(self, clinic: str, content: str) -> Revision | None:
        """The newest revision whose content has this hash."""

    def revisions(self, clinic: str, limit: int = 50) -> list[Revision]:
        """Newest first."""

    def publish(self, revision: Revision) -> None:
        """It serves from the moment that the transaction ends. Raises Conflict unless its number follows the head."""

    def propose(self, proposal: Proposal) -> None: ...

    def proposal(self, id: str) -> Proposal | None: ...

    def save_proposal(self, proposal: Proposal) -> Proposal:
        """Raises Conflict when it has been changed since; answers it with its new version."""

    def proposals(self, clinic: str, limit: int = 20) -> list[Proposal]:
        """Newest first."""
