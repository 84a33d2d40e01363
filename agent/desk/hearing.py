"""What a message says: proposals of the ears, findings of the safety gate, and where one may be asked, a model's."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.proposing import about_a_visit
from agent.desk.second_opinion import asked_of, joined, names_on_file, wanted
from agent.dialogue.forms import SLOT, is_free
from agent.dialogue.options import question
from agent.dialogue.safety import weighed
from agent.model.command import CannotHandle, ChangeLanguage, Command, Repeat, SetSlot, StartFlow
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from agent.understand.model import Proposed
from agent.understand.proposing import FORM

_BARE = 3  # words
_COURTESIES = ("affirm", "deny", "thanks", "greeting", "goodbye")


@dataclass(frozen=True)
class Heard:
    """What was heard of a message, and against which version of the conversation."""

    understanding: Understanding
    finding: SafetyFinding
    version: int
    model: Proposed | None = None  # what a language model was asked, where there is one


def hear(desk: Desk, conversation: Conversation, inbound: Inbound, now: datetime, *, alone: bool = False) -> Heard:
    """What the message proposes, and what the safety gate finds in its raw text. `alone`: no language model is asked
    (inside a transaction nothing may wait for a network)."""
    text = inbound.text[: desk.settings.max_text]
    said = min(now, inbound.received_at)  # "tomorrow" counts from then, however late it is heard
    local = said.astimezone(ZoneInfo(desk.clinic.zone)).replace(tzinfo=None)
    understanding = _beneath(desk, conversation, text, local, _heard(desk, conversation, inbound, text, local))
    finding = weighed(
        desk.gate, inbound.text, understanding.lang, conversation.locale, heard=understanding, again=desk.ears.weighed
    )
    asks_again = _after_alarm(conversation) and desk.ears.asks_what_to_do(text, understanding.lang)
    if asks_again:
        again = Repeat(source="patient", quote=text)
        understanding = understanding.model_copy(update={"intent": "out_of_scope", "commands": (again,)})
    elif _after_alarm(conversation) and _bare(understanding):
        on: Command = StartFlow(flow=FORM, source="patient", quote=text)  # the question stands too far back
        understanding = understanding.model_copy(update={"commands": (on,)})
    if not alone:
        understanding = about_a_visit(desk, conversation, inbound, understanding)
    proposed = None
    if (
        desk.model is not None
        and not alone
        and not asks_again
        and wanted(understanding, finding, inbound, conversation)
    ):
        with desk.store.begin(write=False) as tx:
            names = names_on_file(desk, tx, conversation)
        asked = question(conversation, desk.content_for(conversation))
        proposed = desk.model.propose(asked_of(understanding, inbound, conversation, asked, names))
        understanding = joined(understanding, proposed)
    return Heard(understanding, finding, conversation.version, proposed)


def _heard(
    desk: Desk, conversation: Conversation, inbound: Inbound, text: str, local: datetime
) -> Understanding:  # fmt: skip
    spoken_before = conversation.turns or conversation.locale_asked or conversation.last_keys  # also by the clinic
    return desk.ears.hear(
        text,
        now=local,
        prior=conversation.locale if spoken_before else None,
        current=conversation.locale,
        question=question(conversation, desk.content_for(conversation)) if conversation.mode != "staff" else None,
        payload=inbound.payload,
        open_flows=tuple(f.flow for f in conversation.frames),
        spoken=inbound.channel == "voice",
    )


def _beneath(
    desk: Desk, conversation: Conversation, text: str, local: datetime, heard: Understanding
) -> Understanding:  # fmt: skip
    """A form was being filled in when the clinic asked something else, such as whether they will come: what answers
    only the form's question is its answer. Free words are not; they may be about either."""
    content, frames = desk.content_for(conversation), conversation.frames
    at = next((i for i, f in enumerate(frames) if f.flow == FORM and f.asked == SLOT), len(frames) - 1)
    above = frames[at + 1 :]
    if (
        not above
        or conversation.mode != "agent"
        or any(content.flows[f.flow].kind != "pattern" for f in above)
        or not all(isinstance(c, CannotHandle | ChangeLanguage) for c in heard.commands)
    ):
        return heard
    asked = question(conversation.model_copy(update={"frames": frames[: at + 1]}), content)
    again = desk.ears.hear(
        text, now=local, prior=conversation.locale, current=conversation.locale, question=asked, open_flows=(FORM,)
    )
    answers = [c for c in again.commands if isinstance(c, SetSlot) and c.slot == SLOT]
    if asked is None or not answers or (is_free(content, frames[at]) and answers[0].value["do"] != "back"):
        return heard
    back: Command = StartFlow(flow=FORM, source="patient", quote=text)
    return again.model_copy(update={"commands": (back, *answers)})


def _bare(heard: Understanding) -> bool:
    """Nothing but "ok", "no" or thanks, which a form would take for an answer?"""
    answers = [
        c.value for c in heard.commands if isinstance(c, SetSlot) and c.slot == SLOT and isinstance(c.value, dict)
    ]
    plain = any(all(isinstance(v, bool) for v in a.get("values", ())) for a in answers)
    return bool(answers) and heard.words <= _BARE and (plain or heard.intent in _COURTESIES)


def _after_alarm(conversation: Conversation) -> bool:
    """Were the last words of the desk those of an alarm? "What do I do?" then asks for them once more."""
    return any(str(said.get("key", "")).startswith("safety.") for said in conversation.last_keys)
