"""Promise 36: an alarm names the number of the clinic's own country, and no other's."""

import re
from typing import Any

import pytest

from agent.dialogue.alarms import alarm
from agent.dialogue.draft import Draft
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.model.effect import Say
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from tests.dialogue.talking import NOW, conversation, house

clinic, content = house()
ALARMS = {
    "emergency": SafetyFinding(cls="emergency", urgency="emergency", tier="E1", category="chest_pain", confidence=1.0),
    "crisis": SafetyFinding(cls="self_harm", urgency="emergency", tier="E2", category="self_harm", confidence=1.0),
}
NUMBERS = {n for row in content.emergency.values() for n in row.values()}


def said(country: str, lang: str, which: str) -> str:
    """The alarm's words at a clinic of that country; its own telephone number is left out of them."""
    there = clinic.model_copy(update={"country": country})
    talk = conversation(locale=lang)
    words = Inbound(
        id="i", clinic=there.id, channel="sms", sender=talk.address, text="…", provider_id="p", received_at=NOW
    )
    draft = Draft(talk, words, content, there, NOW)
    assert alarm(draft, ALARMS[which])
    urgent = [e for e in draft.effects if isinstance(e, Say) and e.urgent]
    assert urgent
    voice = Voice(content, there, lang, "sms", NOW)
    return re.sub(r"\(?\d{3}\)?[ -]\d{3}-\d{4}", "", "\n".join(render(voice, one).text for one in urgent))


def named(text: str) -> set[str]:
    """The emergency and crisis numbers of any country that stand in a text as words of their own."""
    return {n for n in NUMBERS if re.search(rf"(?<!\d){re.escape(n)}(?!\d)", text)}


@pytest.mark.parametrize("lang", content.live)
@pytest.mark.parametrize("which", sorted(ALARMS))
def test_promise_36_the_right_number_for_each_country_in_each_language(lang: str, which: str) -> None:
    for country, own in content.emergency.items():
        found = named(said(country, lang, which))
        wanted: Any = own.get(which) or own["emergency"]
        assert wanted in found, (country, found)
        assert found <= set(own.values()), (country, found)


@pytest.mark.parametrize("lang", content.live)
@pytest.mark.parametrize("which", sorted(ALARMS))
def test_promise_36_an_unknown_country_is_told_no_number_of_another(lang: str, which: str) -> None:
    assert not named(said("ZZ", lang, which))


def test_promise_36_988_is_named_in_the_united_states_and_canada_alone() -> None:
    assert {c for c, own in content.emergency.items() if "988" in own.values()} == {"US", "CA"}
