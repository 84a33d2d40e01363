"""Whether a caller's number may be sent texts, and the end of texts to it; words are put elsewhere."""

from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.dialogue.leaving import takes_texts
from agent.model.address import Address


class MayText(ClinicAction):
    """-> `texts`: "may"; "stopped" where the number said so itself; "cannot" where it is hidden or a landline, or where
    a person is writing with it just now."""

    called = "action_may_text"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        number = at.conversation.address.value
        if not takes_texts(number):
            return {"texts": "cannot"}
        address = Address(channel="sms", value=number)
        if at.tx.optouts.stopped(address):
            return {"texts": "stopped"}
        there = at.tx.conversations.by_address(at.clinic.id, address)
        return {"texts": "cannot" if there is not None and there.mode == "staff" else "may"}


class StopTexts(ClinicAction):
    """-> `stopped`: "yes", and nothing more goes to this number, neither texts nor automated calls; "hidden" where the
    number is withheld, or nobody in a chat has proven whose it is."""

    called = "action_stop_texts"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        talk = at.conversation
        number, how = talk.address.value, "said on the phone"
        if talk.channel == "chat":
            number, how = _proven(at), "said in a chat"
        if not number.startswith("+"):
            return {"stopped": "hidden"}
        at.tx.optouts.stop(Address(channel="sms", value=number), at.now, how)
        return {"stopped": "yes"}


class EndCalls(ClinicAction):
    """-> `calls`: "ended": whoever would rather be written to gets no automated call, also where they had agreed to
    them; "unknown" where it is not plain whose number it is. Texts go on."""

    called = "action_end_calls"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        number = _proven(at) if at.conversation.channel == "chat" else at.conversation.address.value
        if not number.startswith("+"):
            return {"calls": "unknown"}
        at.tx.consents.withdraw(Address(channel="voice", value=number))
        return {"calls": "ended"}


def _proven(at: Context) -> str:
    """The number of somebody in a chat who has proven who they are; "" where it is not plain."""
    known = at.conversation.identity == "verified" and at.conversation.patient is not None
    patient = at.tx.patients.get(at.conversation.patient) if known and at.conversation.patient else None
    return patient.phones[0] if patient is not None and len(patient.phones) == 1 else ""
