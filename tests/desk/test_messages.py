"""Every message, in every live language, with the longest values of the demo clinic, as a text carries it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import regex

from agent.dialogue.spoken import Voice
from agent.dialogue.wording import placeholders, render
from agent.model.effect import Say
from agent.model.message import Outbound
from channels.sms import shape
from channels.splitting import MAX_UNITS, segments, units
from tests.desk.world import World

WORLD = World()
KEYS = sorted(k for k in WORLD.desk.content.messages["en"] if not k.endswith(("@voice", "@chat")))
BUDGET = 8  # segments: two answers may travel in one text
_NOW = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)  # a Wednesday in September: long names in many languages


def longest(tag: str) -> dict[str, Any]:
    """For each placeholder the longest value that the demo clinic's facts and people can bring."""
    clinic = WORLD.clinic
    provider = max(clinic.providers, key=lambda p: len(p.name))
    place = max(clinic.locations, key=lambda x: len(x.name))
    visit = max(clinic.visit_types, key=lambda v: len(v.name.get(tag, "")))
    local = "2026-12-30T12:45:00-05:00"
    opening = {
        "id": "A",
        "provider": provider.id,
        "location": place.id,
        "visit_type": visit.id,
        "local": local,
        "zone": place.zone,
        "start": local,
    }
    return {
        "opening": {"as": "opening", "value": opening},
        "appointment": {"as": "opening", "value": opening},
        "openings": {"as": "openings", "value": [opening] * 3},
        "appointments": {"as": "openings", "value": [opening] * 3},
        "due": {"as": "due", "value": "2026-12-30T22:45:00+00:00"},
        "pending_due": {"as": "due", "value": "2026-12-30T22:45:00+00:00"},
        "date": {"as": "date", "value": ["2026-12-30", "2027-01-28"]},
        "time": {"as": "time", "value": ["12:45", "17:45"]},
        "provider": {"as": "provider", "value": provider.id},
        "location": {"as": "location", "value": place.id},
        "appointment_type": {"as": "visit_type", "value": visit.id},
        "dob": {"as": "dob", "value": "1988-09-28"},
        "name": "Xiomara Rodríguez Peña",
        "staff": "Dr. Amara Okafor",
        "number": "99999",
        "count": 99,
        "pending_number": "99999",
        "role": {"as": "key", "value": "role.front-desk"},
        "pending_role": {"as": "key", "value": "role.clinician"},
    }


@pytest.mark.parametrize("tag", WORLD.desk.content.live)
def test_promise_28_every_text_fits_its_budget_and_is_cut_between_graphemes_only(tag: str) -> None:
    """Budget, Twilio's limit on a body, and nothing lost or split when a text is cut."""
    long: list[tuple[str, int]] = []
    for key in KEYS:
        voice = Voice(WORLD.desk.content, WORLD.clinic, tag, "sms", _NOW)
        message = WORLD.desk.content.message(tag, key, "sms")
        assert message is not None, key
        values = longest(tag)
        for name in placeholders(message.text) - set(values):
            values[name] = "Wojciechowski-Castellanos"  # a long word for whatever else a message may name
        text = render(voice, Say(key=key, values=values)).text
        if segments(text) > BUDGET:
            long.append((key, segments(text)))
        _whole(text)
        _whole(text + " 👩‍👩‍👧‍👦é🇺🇸" * 40)  # the same beside a person's own words
    assert long == []


def _whole(text: str) -> None:
    parts = shape(_row(text))
    assert all(units(part) <= MAX_UNITS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    graphemes = set(regex.findall(r"\X", text))
    assert all(g in graphemes for part in parts for g in regex.findall(r"\X", part))


def _row(text: str) -> Outbound:
    from agent.model.address import Address

    to = Address(channel="sms", value="+12125550199")
    return Outbound(
        id="X", conversation="C", channel="sms", to=to, text=text, locale="en", created_at=_NOW, due_at=_NOW
    )


@pytest.mark.parametrize("tag", WORLD.desk.content.live)
def test_promise_41_a_text_names_the_clinic_by_its_alias_and_never_the_reason(tag: str) -> None:
    """A phone lies open on a table: what the desk says of a visit by itself names no reason and no kind of visit."""
    for key in (k for k in KEYS if k.startswith(("decision.", "identity.code", "handoff.joined", "consent."))):
        message = WORLD.desk.content.message(tag, key, "sms")
        assert message is not None
        assert not placeholders(message.text) & {"reason", "appointment_type", "message", "name", "dob"}, key
        voice = Voice(WORLD.desk.content, WORLD.clinic, tag, "sms", _NOW)
        text = render(voice, Say(key=key, values=longest(tag))).text
        assert WORLD.clinic.name not in text, key
        for visit in WORLD.clinic.visit_types:
            assert visit.name[tag] not in text, key


def test_a_receipt_that_is_asked_for_again_is_said_again_with_its_row(world: World) -> None:
    world.book()
    first = world.carrier.texts[-1]
    assert world.say("say that again")[-1] == first
