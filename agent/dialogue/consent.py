"""STOP, START and HELP, and what only sounds like an opt-out; of somebody who has died the front desk is told, too."""

from agent.dialogue import patterns
from agent.dialogue.draft import Draft
from agent.dialogue.leaving import SURE_OF_STOP
from agent.model.command import Command, SetSlot, StartFlow
from agent.model.effect import OpenTask
from agent.model.message import Inbound
from agent.model.understanding import Understanding

BEREAVED = "bereaved"  # a flow
PERHAPS_STOP = 0.6


def consent(draft: Draft, inbound: Inbound, heard: Understanding) -> bool:
    """STOP, START and HELP; True when the message was one of them. Of "he has died, take him off your list" the texts
    end and the front desk is told."""
    if inbound.kind == "stop":
        draft.happened("OptedOut", how=inbound.provider.get("stop_word", "words"))
        if inbound.provider.get("stop_word") in ("CANCEL", "END", "QUIT"):
            draft.effects.append(
                OpenTask(
                    kind="message",
                    proposal={"message": inbound.text, "why": "stop_or_visit"},
                    evidence=({"field": "message", "quote": inbound.text, "inbound": inbound.id, "sure": False},),
                    priority="urgent",
                    reason="stop_or_visit",
                )
            )
            draft.happened("TaskOpened", kind="message")
        died = _died(heard)
        if died:
            _tell_of_death(draft, inbound)
        if not inbound.provider_said_stop:
            draft.say("consent.stopped.bereaved" if died else "consent.stopped")
        return True
    if inbound.kind == "start":
        draft.happened("OptedIn")
        if not inbound.provider_said_stop:
            draft.say("consent.started")
        return True
    if inbound.kind == "help":
        patterns.alarm_stands(draft, "")  # HELP is a keyword of carriers, and a cry
        if not inbound.provider_said_stop:
            draft.say("consent.help")
        return True
    return False


def _died(heard: Understanding) -> bool:
    return any(isinstance(c, StartFlow) and c.flow == BEREAVED for c in heard.commands)


def _tell_of_death(draft: Draft, inbound: Inbound) -> None:
    proposal = {"request": inbound.text, "why": BEREAVED}
    said = {"field": "request", "quote": inbound.text, "inbound": inbound.id, "sure": True}
    draft.effects.append(
        OpenTask(kind="message", proposal=proposal, evidence=(said,), priority="urgent", reason=BEREAVED)
    )
    draft.happened("TaskOpened", kind="message")


def perhaps_no_more(draft: Draft, inbound: Inbound, heard: Understanding) -> list[Command]:
    """The opt-out that is only heard, no keyword. A bare "stop" on the telephone may mean anything, and what only
    sounds like an opt-out too ("text me"): it is asked about, unless it answers the open question; said again, it is
    meant. Empty where nothing like it was said."""
    least = {"voice": SURE_OF_STOP, "sms": PERHAPS_STOP, "chat": SURE_OF_STOP}.get(inbound.channel)
    if least is None:
        return []
    said, frame = inbound.provider.get("stop", ""), draft.top
    if _died(heard):  # the number is noted; the loss comes before it
        return []
    started = [c for c in heard.commands if isinstance(c, StartFlow)]
    if not said and not started and heard.intent == "stop_messages" and heard.confidence >= least:
        said = "maybe"
    if _agrees_to_stop(draft, inbound, heard):
        said = "words"
    if said == "maybe":
        asked = frame.asked if frame is not None else None
        if any(isinstance(c, SetSlot) and c.slot == asked for c in heard.commands):
            return []
        said = "words" if frame is not None and frame.flow == patterns.STOPPING else said
    if not said:
        return []
    found: list[Command] = [StartFlow(flow=patterns.STOPPING, source="patient", quote=inbound.text)]
    if said == "words":
        found.append(SetSlot(slot="wish", value="stop_texts", source="patient"))
    return found


def _agrees_to_stop(draft: Draft, inbound: Inbound, heard: Understanding) -> bool:
    """ "Yes", written to "shall the texts end?"; on the telephone it may be to the half that was heard last."""
    asked = draft.top is not None and draft.top.flow == patterns.STOPPING and draft.top.asked == "wish"
    agrees = heard.intent in ("affirm", "stop_messages") and heard.confidence >= PERHAPS_STOP
    said = any(isinstance(c, SetSlot) and c.slot == "wish" for c in heard.commands)  # "yes, go on"
    return asked and inbound.channel != "voice" and agrees and not said
