"""A reply that a language model drafted for a person, and what the person made of it."""

from datetime import datetime

from agent.model.value import Value


class ReplyDraft(Value):
    """`text` in the patient's language, `meaning` the same in the language of whoever asked for it (empty where that
    is the patient's own). `outbound`: the reply that was sent of it, `edited`: in other words than these. `prompt`: the
    hash of the instructions; `ms`: how long the model took."""

    id: str
    conversation: str
    by: str
    text: str
    meaning: str = ""
    language: str
    model: str
    prompt: str
    ms: int
    made_at: datetime
    outbound: str = ""
    edited: bool = False
