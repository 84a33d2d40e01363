"""Joins what the gate's rules found with what the classifier heard: anything may raise urgency, nothing lowers it."""

from collections.abc import Callable

from agent.dialogue.gate import SafetyGate
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding

_RANK = {"none": 0, "routine": 1, "urgent": 2, "emergency": 3}
_BY_INTENT = {
    "emergency": ("emergency", "urgent", "E1", 0.65),
    "self_harm": ("self_harm", "emergency", "E2", 0.55),
    "distress": ("distress", "urgent", "human", 0.6),
    "clinical_question": ("clinical_question", "routine", "E3", 0.5),
}
_FEWEST_WORDS = 3
_SURE, _SURE_WORDS = 0.9, 4  # from here the classifier alone raises the emergency wording
_SEEN_TOO = 0.45  # danger in words heard as self-harm that get the crisis wording; with less, a nurse reads them
_DANGER, _PERSON = 0.5, 0.4  # from here the alarm head alone calls a person: urgently, or at all
_PERSON_WORDS = 4  # three words are too few to tell a worry from an odd answer; danger is told in three
_CLEAR, _BEYOND_DOUBT = 0.8, 0.93  # where an everyday request is as clear as this, the danger must be clearer still
Route = str  # answer ask handoff emergency


def weighed(
    gate: SafetyGate, text: str, lang: str, *maybe: str, heard: Understanding,
    again: Callable[[str, Understanding], Understanding],
) -> SafetyFinding:  # fmt: skip
    """What the gate and the classifier find together. `lang` and `maybe` as `SafetyGate.read` takes them; `again`
    weighs words anew: where the classifier adds to what was found, it is asked about the text without dying phones,
    and without figures of speech ("die laughing") unless it heard an emergency."""
    finding = gate.read(text, lang, *maybe)
    together = combined(finding, heard)
    if together == finding or (rest := gate.without_harmless(text, lang, figures=heard.intent != "emergency")) == text:
        return together
    return min(together, combined(finding, again(rest, heard)), key=lambda each: _RANK[each.urgency])


def combined(finding: SafetyFinding, heard: Understanding) -> SafetyFinding:
    """The most urgent of three: the rules, the intent, and the alarm head, which weighs danger whatever the intent.

    A fragment of fewer than three words is for the rules alone to judge, and so is discretion (safeguarding)."""
    if heard.words < _FEWEST_WORDS or finding.tier == "S":
        return finding
    suggested = [finding, _by_intent(heard), _by_alarm(heard)]
    worst = max((each for each in suggested if each is not None), key=lambda each: _RANK[each.urgency])
    return worst.model_copy(update={"evidence": finding.evidence})


def _by_intent(heard: Understanding) -> SafetyFinding | None:
    suggested = _BY_INTENT.get(heard.intent)
    if suggested is None or heard.confidence < suggested[3]:
        return None
    cls, urgency, tier, _ = suggested
    if cls == "emergency":
        sure = heard.confidence >= _SURE and heard.words >= _SURE_WORDS
        cls, urgency = ("emergency", "emergency") if sure else ("clinical_question", "urgent")
    if cls == "self_harm" and heard.danger < _SEEN_TOO:
        return _found("clinical_question", "urgent", "E3", heard.intent, heard.confidence)
    return _found(cls, urgency, tier, heard.intent, heard.confidence)


def _by_alarm(heard: Understanding) -> SafetyFinding | None:
    clear = heard.confidence >= _CLEAR and heard.intent not in _BY_INTENT
    if heard.danger >= (_BEYOND_DOUBT if clear else _DANGER):
        return _found("clinical_question", "urgent", "E3", "alarm", heard.danger)
    if heard.danger + heard.person >= _PERSON and heard.words >= _PERSON_WORDS:
        return _found("clinical_question", "routine", "E3", "alarm", heard.danger + heard.person)
    return None


def _found(cls: str, urgency: str, tier: str, category: str, confidence: float) -> SafetyFinding:
    row = {"cls": cls, "urgency": urgency, "tier": tier, "category": category, "confidence": min(confidence, 1.0)}
    return SafetyFinding.model_validate(row)


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
