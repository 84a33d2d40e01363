"""Outbox rows of words that no turn decided: a named person's own, and one-time codes."""

from datetime import datetime

from agent.desk.desk import Desk
from agent.dialogue.wording import render
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.message import Outbound


def reply_of_person(desk: Desk, conversation: Conversation, text: str, staff: str, now: datetime) -> Outbound:
    """A named person's own words, as an outbox row."""
    return Outbound(
        id=desk.new_id(), conversation=conversation.id, channel=conversation.channel, to=conversation.address,
        text=text, locale=conversation.locale, author=f"staff:{staff}", created_at=now, due_at=now,
    )  # fmt: skip


def code_message(desk: Desk, conversation: Conversation, raw: Outbound, now: datetime) -> Outbound:
    """A one-time code, worded in the conversation's language for the number on file."""
    say = Say(key="identity.code", values=raw.extra.get("values", {}))
    sms = conversation.model_copy(update={"channel": "sms"})
    rendered = render(desk.voice(sms, now), say)
    return raw.model_copy(
        update={
            "text": rendered.text,
            "keys": ("identity.code",),
            "extra": {},
            "to": Address(channel="sms", value=raw.to.value),
        }
    )
