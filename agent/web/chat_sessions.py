"""Chat sessions: opened, resumed and ended by an unguessable token that is itself never stored; no socket here."""

import hashlib
import secrets
from datetime import datetime, timedelta

from agent.adapters.ids import earlier
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import open_conversation
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.message import Line
from agent.ports import Tx

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_ONE = timedelta(milliseconds=1)


class Sessions:
    """Opens and resumes chat sessions; the token itself is never stored."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def resume(self, token: str | None, origin: str) -> Conversation | None:
        """The conversation of a live token used from the origin it was made for; None otherwise."""
        if not token:
            return None
        now = self._desk.clock()
        with self._desk.store.begin() as tx:
            conversation = _alive(tx, token, origin, now)
            if conversation is None:
                return None
            tx.chats.touch(_hash(token), now)
            return tx.conversations.get(conversation)

    def open(self, lang: str, origin: str) -> tuple[str, Conversation]:
        """A fresh session; its first line says that this is software and how to reach a person."""
        desk, now, token = self._desk, self._desk.clock(), secrets.token_urlsafe(32)
        tag = lang.split("-", maxsplit=1)[0].lower()
        locale = tag if tag in desk.content.live else desk.clinic.default_language
        with desk.store.begin() as tx:
            address = Address(channel="chat", value=secrets.token_hex(16))
            held = open_conversation(desk, tx, address, now, locale)
            greeted = held.model_copy(update={"greeted": True})
            hello = (Say(key="greeting.disclosure"), Say(key="greeting.offer"))
            carry_out(desk, tx, greeted, hello, now)
            saved = tx.conversations.save(greeted, now)
            tx.chats.open(_hash(token), held.id, origin, now)
        desk.bus.ring("outbox", held.id)
        return token, saved

    def shown(self, conversation: str, line: str) -> bool:
        """The page has shown this line and those before it; False where that was known, or there is no such line."""
        with self._desk.store.begin() as tx:
            known = any(x.id == line for x in tx.conversations.thread(conversation, earlier(line, _ONE), 9))
            return known and tx.chats.has_seen(conversation, line)

    def lines(self, conversation: str, after: str) -> tuple[list[Line], Conversation | None, dict[str, str]]:
        """New lines, the conversation as it stands, and the names of the staff in it."""
        with self._desk.store.begin(write=False) as tx:
            held = tx.conversations.get(conversation)
            lines = [x for x in tx.conversations.thread(conversation, after) if x.state != "held"]
            staff = {line.author for line in lines if line.author.startswith("staff:")}
            if held is not None and held.assignee:
                staff.add(f"staff:{held.assignee}")
            users = {a: tx.staff.get(a.removeprefix("staff:")) for a in staff}
        return lines, held, {a: u.name for a, u in users.items() if u is not None}


def _alive(tx: Tx, token: str, origin: str, now: datetime) -> str | None:
    """The conversation of a token that is neither idle nor too old, used from its own origin."""
    found = tx.chats.find(_hash(token))
    if found is None:
        return None
    conversation, made_for, opened_at, seen_at = found
    return None if made_for != origin or now - opened_at > ABSOLUTE or now - seen_at > IDLE else conversation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
