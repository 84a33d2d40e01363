"""Joins what the gate's rules found with what the classifier heard: anything may raise urgency, nothing lowers it."""

from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding

_RANK = {"none": 0, "routine": 1, "urgent": 2, "emergency": 3}
_BY_INTENT = {
    "emergency": ("emergency", "urgent", "E1", 0.7),
    "self_harm": ("self_harm", "emergency", "E2", 0.6),
    "distress": ("distress", "urgent", "human", 0.6),
    "clinical_question": ("clinical_question", "routine", "E3", 0.6),
}
_FEWEST_WORDS = 3
_SURE, _SURE_WORDS = 0.9, 4  # from here the classifier alone raises the emergency wording
Route = str  # answer ask handoff emergency


def combined(finding: SafetyFinding, heard: Understanding, words: int = 99) -> SafetyFinding:
    """The more urgent of the two. A fragment of fewer than three `words` is for the rules alone to judge."""
    suggested = _BY_INTENT.get(heard.intent)
    if suggested is None or heard.confidence < suggested[3] or words < _FEWEST_WORDS:
        return finding
    cls, urgency, tier, _ = suggested
    if cls == "emergency":
        sure = heard.confidence >= _SURE and words >= _SURE_WORDS
        cls, urgency = ("emergency", "emergency") if sure else ("clinical_question", "urgent")
    if _RANK[urgency] <= _RANK[finding.urgency] or finding.tier == "S":  # safeguarding stays discreet
        return finding
    return SafetyFinding.model_validate(
        {
            "cls": cls,
            "urgency": urgency,
            "tier": tier,
            "category": heard.intent,
            "confidence": heard.confidence,
            "evidence": finding.evidence,
        }
    )


def route(finding: SafetyFinding, heard: Understanding) -> Route:
    """Where a message goes: the desk's answer, one clarifying question, a person, or the emergency wording."""
    if finding.urgency == "emergency":
        return "emergency"
    for_a_visit = finding.cls == "clinical_question" and finding.urgency == "routine" and heard.intent == "book"
    if finding.cls != "none" and not for_a_visit:
        return "handoff"
    if heard.intent in ("talk_to_human", "complaint"):
        return "handoff"
    if heard.intent == "out_of_scope" or heard.confidence < 0.5:
        return "ask"
    return "answer"
