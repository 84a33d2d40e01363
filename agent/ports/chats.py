"""What is kept of web chats: their sessions, and how far each page has shown its lines."""

from datetime import datetime
from typing import Protocol


class ChatSessions(Protocol):
    def open(self, token_hash: str, conversation: str, origin: str, now: datetime) -> None: ...

    def find(self, token_hash: str) -> tuple[str, str, datetime, datetime] | None:
        """(conversation, origin, opened_at, seen_at)"""

    def touch(self, token_hash: str, now: datetime) -> None: ...

    def has_seen(self, conversation: str, line: str) -> bool:
        """The page has shown this line and all before it; False where it had shown it already."""

    def seen(self, conversation: str) -> str:
        """The newest line that a page has shown; empty where none has."""
