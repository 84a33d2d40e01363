"""What the safety gate found in one message; how it is found lives in dialogue, what follows from it in the flow."""

from typing import Literal

from agent.model.value import Value

SafetyClass = Literal["none", "distress", "clinical_question", "emergency", "self_harm"]
Urgency = Literal["none", "routine", "urgent", "emergency"]
Tier = Literal["E1", "E2", "E3", "S", "human"]


class Evidence(Value):
    """Words that a rule fired on: text[start:end] of the original message, offsets in code points."""

    start: int
    end: int
    text: str
    rule: str


class SafetyFinding(Value):
    """The most urgent thing found. tier: E1 emergency number, E2 crisis line, E3 clinician the same day,
    S safeguarding (discreet), human a person; None when nothing was found."""

    cls: SafetyClass = "none"
    urgency: Urgency = "none"
    tier: Tier | None = None
    category: str = "none"
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
