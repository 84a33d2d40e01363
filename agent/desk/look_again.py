"""A second look at what the desk heard: a sample of what it was sure of, and whatever staff say was misunderstood."""

import hashlib
from datetime import datetime

from agent.desk.desk import Desk
from agent.desk.second_opinion import known_of, names_on_file
from agent.model.conversation import Conversation
from agent.model.fault import Refused
from agent.model.message import Inbound
from agent.model.patient import StaffUser
from agent.model.safety import SafetyFinding
from agent.model.second_look import SecondLook, Verdict, Why
from agent.model.understanding import Understanding
from agent.ports import Tx
from agent.understand.veil import Veil

_SURE = 0.8  # the worst error is the one that nobody sees: only confident answers are sampled
_FEWEST_WORDS = 2


def sample(
    desk: Desk, tx: Tx, conversation: Conversation, inbound: Inbound, heard: Understanding, finding: SafetyFinding,
    now: datetime,
) -> None:  # fmt: skip
    """Keep one in so many confidently heard messages for a person to look at; which ones, their ids say."""
    every = desk.settings.second_look_every
    drawn = every > 0 and int.from_bytes(hashlib.sha256(inbound.id.encode()).digest()[:4]) % every == 0
    if not drawn or inbound.kind != "text" or inbound.payload or conversation.mode == "staff":
        return
    if heard.confidence < _SURE or finding.cls != "none" or heard.words < _FEWEST_WORDS:
        return
    _keep(desk, tx, conversation, inbound, heard, "sample", now)


def report(desk: Desk, inbound_id: str, conversation_id: str, meant: str, by: StaffUser) -> SecondLook:
    """A member of staff says what a message really meant. Raises Refused for what cannot be reported."""
    now = desk.clock()
    if meant not in desk.content.intents:
        raise Refused("choose what was meant")
    with desk.store.begin() as tx:
        conversation, inbound = tx.conversations.get(conversation_id), tx.inbox.get(inbound_id)
        if conversation is None or inbound is None or inbound.clinic != desk.clinic.id or not inbound.text.strip():
            raise Refused("this message cannot be reported")
        local = now.replace(tzinfo=None)
        heard = desk.ears.hear(inbound.text[: desk.settings.max_text], now=local, current=conversation.locale)
        look = tx.looks.of(desk.clinic.id, inbound_id)
        look = look or _keep(desk, tx, conversation, inbound, heard, "reported", now)
        return _decided(desk, tx, look, "wrong" if meant != look.heard else "right", meant, by, now)


def decide(desk: Desk, inbound_id: str, meant: str, by: StaffUser) -> SecondLook:
    """What a sampled message means; the same as was heard is "right"."""
    if meant not in desk.content.intents:
        raise Refused("choose what was meant")
    with desk.store.begin() as tx:
        look = tx.looks.of(desk.clinic.id, inbound_id)
        if look is None:
            raise Refused("this message is not looked at")
        return _decided(desk, tx, look, "right" if meant == look.heard else "wrong", meant, by, desk.clock())


def _keep(
    desk: Desk, tx: Tx, conversation: Conversation, inbound: Inbound, heard: Understanding, why: Why, now: datetime
) -> SecondLook:
    veil = Veil(known_of(heard, inbound, conversation, names_on_file(desk, tx, conversation)))
    words = veil.over(inbound.text[: desk.settings.max_text])
    look = SecondLook(
        id=desk.new_id(), clinic=desk.clinic.id, inbound=inbound.id, lang=heard.lang, channel=inbound.channel,
        text=words, heard=heard.intent, confidence=heard.confidence, why=why, at=now,
    )  # fmt: skip
    tx.looks.add(look)
    return look


def _decided(
    desk: Desk, tx: Tx, look: SecondLook, verdict: Verdict, meant: str, by: StaffUser, now: datetime
) -> SecondLook:
    told = look.model_copy(update={"verdict": verdict, "meant": meant, "by": by.id, "decided_at": now})
    tx.looks.save(told)
    desk.record(tx, f"staff:{by.id}", f"hearing:{verdict}", look.inbound, now,
                data={"heard": look.heard, "meant": meant, "lang": look.lang})  # fmt: skip
    return told
