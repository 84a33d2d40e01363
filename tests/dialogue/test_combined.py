"""What the rules and the classifier find together, where the classifier alone hears danger."""

import pytest

from agent.dialogue.safety import combined
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding


@pytest.mark.parametrize(
    ("danger", "cls", "urgency"),
    [(0.2, "clinical_question", "urgent"), (0.44, "clinical_question", "urgent"), (0.46, "self_harm", "emergency")],
)
def test_words_of_self_harm_get_the_crisis_wording_where_the_alarm_hears_danger_too_and_else_a_nurse_at_once(
    danger: float, cls: str, urgency: str
) -> None:
    heard = Understanding(
        lang="en", lang_confidence=1, intent="self_harm", confidence=0.9, danger=danger, words=8, commands=()
    )
    found = combined(SafetyFinding(confidence=0.9), heard)
    assert (found.cls, found.urgency) == (cls, urgency)


def test_what_the_rules_find_needs_no_second_opinion() -> None:
    rule = SafetyFinding(cls="self_harm", urgency="emergency", tier="E2", category="self_harm", confidence=0.95)
    heard = Understanding(lang="en", lang_confidence=1, intent="book", confidence=0.9, danger=0.0, words=8, commands=())
    assert combined(rule, heard) == rule
