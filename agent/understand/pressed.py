"""A button, or the key that stands for one: its payload says what is meant, whatever the words beside it."""

from agent.model.command import AskAnswer, CannotHandle, ChangeLanguage, Command, Handoff, Repeat, SetSlot, StartFlow
from agent.model.content import Content
from agent.model.question import Question
from agent.model.understanding import Understanding

PERSON = "intent:talk_to_human"  # the payload of the "talk to a person" button, and of 0 on a telephone
REPEAT = "intent:repeat"  # of * on a telephone


def pressed(content: Content, text: str, payload: str, lang: str, question: Question | None) -> Understanding:
    """What a payload proposes; of a button that no longer stands, that it is stale."""
    slot, _, name = payload.partition("=")
    command: Command = CannotHandle(why="stale_button", source="payload")
    intent = "affirm"
    option = next((o for o in question.options if o.payload == payload), None) if question else None
    flow = content.flows.get(name) if slot == "flow" else None
    if flow is not None and flow.kind == "answer":
        command = AskAnswer(flow=name, source="payload")
    elif flow is not None and flow.kind == "task":
        command = StartFlow(flow=name, source="payload")
    elif payload == PERSON:
        command = Handoff(source="payload")
    elif slot == "language" and name in content.live:
        command, intent, lang = ChangeLanguage(locale=name, asked=True, source="payload"), "language_switch", name
    elif payload == REPEAT:
        command = Repeat(source="payload")
    elif option is not None:
        command = SetSlot(slot=slot, value=option.value, source="payload", quote=text)
    return Understanding(lang=lang, lang_confidence=1.0, intent=intent, confidence=1.0, commands=(command,))
