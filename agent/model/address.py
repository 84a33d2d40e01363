"""Where a person can be reached; never prints more than the last four digits."""

from typing import Literal

from agent.model.value import Value

Channel = Literal["sms", "chat", "voice"]


class Address(Value):
    """A channel and the person's handle on it: an E.164 number, or a chat session id."""

    channel: Channel
    value: str

    def __str__(self) -> str:
        return f"{self.channel}:…{self.value[-4:]}"

    def __repr__(self) -> str:
        return f"Address({self})"
