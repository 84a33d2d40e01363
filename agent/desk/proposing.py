"""Proposes from the clinic's own instructions that somebody asks after a visit, where nothing else was heard."""

from agent.desk.desk import Desk
from agent.desk.leaflets import index_of, sheets_of
from agent.dialogue.options import question
from agent.model.command import CannotHandle, ChangeLanguage, Clarify, Command, SetSlot, StartFlow
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from agent.model.understanding import Understanding
from agent.understand.normalize import words
from agent.understand.passages import Index, Shelf

FLOW, QUESTION, ANSWERED = "aftercare", "request", "answered"
CLINICAL, SURE = "clinical_question", 0.6  # what the classifier itself gives to a nurse
_FEWEST_WORDS = 2


def about_a_visit(desk: Desk, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Understanding:
    """A question that names a treatment, or that a known patient of one asks, and that a passage is close to, is a
    question after a visit: in every language that the instructions have. The flow decides what is told."""
    text = inbound.text.strip()
    nothing = all(isinstance(c, CannotHandle | Clarify | ChangeLanguage) or _beside(c) for c in heard.commands)
    nothing = nothing and not (heard.intent == CLINICAL and heard.confidence >= SURE)
    if inbound.payload or not nothing or words(text) < _FEWEST_WORDS or conversation.mode != "agent":
        return heard
    asked = question(conversation, desk.content_for(conversation))
    if asked is not None and (asked.flow, asked.slot) != (FLOW, ANSWERED):
        return heard
    if any(isinstance(c, CannotHandle) and c.why == "unsupported_language" for c in heard.commands):
        return heard
    if asked is None and not _is_close(desk, conversation, text, heard.lang):
        return heard
    begun: list[Command] = [StartFlow(flow=FLOW, source="classifier", confidence=heard.confidence)] if not asked else []
    wanted = SetSlot(slot=QUESTION, value=text, source="patient", quote=text)
    kept = [c for c in heard.commands if not isinstance(c, CannotHandle | Clarify)]
    return heard.model_copy(update={"commands": (*begun, wanted, *kept)})


def _beside(command: Command) -> bool:
    """Read beside a question, and no answer of its own."""
    return isinstance(command, SetSlot) and command.slot != ANSWERED


def _is_close(desk: Desk, conversation: Conversation, text: str, language: str) -> bool:
    with desk.store.begin(write=False) as tx:
        general = index_of(tx, desk.passages, desk.clinic.id)
        named = general.named(text, language)
        mine = []
        if not named and conversation.identity == "verified" and conversation.patient:
            mine = sheets_of(tx, desk.clinic.id, conversation.patient, desk.clock())
    shelf = Shelf(Index([s for s in mine if s.patient], desk.passages.small), general)
    only = named or {s.id for s in mine}
    return bool(only) and any(h.close for h in shelf.find(text, language, only, 1))
