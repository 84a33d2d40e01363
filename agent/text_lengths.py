"""Measures every message that can go out as a text, with the longest values of the clinic; nothing is sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from agent.content.check_keys import said_keys
from agent.content.faults import Fault
from agent.content.plurals import COUNT, forms
from agent.content.sources import Reading
from agent.content.used_keys import USED
from agent.dialogue.spoken import Voice, speak
from agent.dialogue.wording import placeholders, render
from agent.model.bulk import LINE
from agent.model.clinic import Clinic
from agent.model.content import Content, Message
from agent.model.effect import Say
from channels.splitting import encoding, segments

BUDGET = {"GSM-7": 3, "UCS-2": 5}  # segments
_OFFERED = 3
_PARTS = ("facts.", "format.", "option.", "options.", "part.", "relation.", "role.", "term.", "why.", "flow.", "task.")
_NAME = "Guadalupe Villanueva-Ortiz"  # longer than nineteen names in twenty
_BESIDE = {"decision.booked": "visit.calendar", "decision.changed": "visit.calendar"}  # said in the same text
_CLINIC_TEXT = frozenset({"facts"})  # the clinic's own answers: their length is the clinic's to choose
_YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Measured(NamedTuple):
    """A message at its longest."""

    locale: str
    key: str
    encoding: str
    segments: int
    text: str


def too_long(reading: Reading, clinic: Clinic, *only: str) -> list[Fault]:
    """A fault for each message of a live language (of `only` these, where given) that breaks the budget of segments."""
    return [
        reading.sources.books[m.locale].fault(
            m.key,
            f"at its longest it takes {m.segments} text segments ({m.encoding}); at most {BUDGET[m.encoding]} may be",
            "Shorten it.",
        )
        for m in measured(reading.content, clinic, *only)
        if m.segments > BUDGET[m.encoding] and m.locale in reading.sources.books
    ]


def measured(content: Content, clinic: Clinic, *only: str) -> Iterator[Measured]:
    """Every message that a text may carry, in every live language, rendered with the longest values."""
    choices = _choices(content, clinic)
    for locale in only or content.live:
        voice = Voice(content, clinic, locale, "sms", _NOW)
        longest = longest_values(voice)
        for key in sorted(said_keys(content) | USED):
            message = content.message(locale, key, "sms")
            if key.startswith(_PARTS) or message is None or placeholders(message.text) & _CLINIC_TEXT:
                continue
            values = {name: longest[name] for name in placeholders(message.text) if name in longest}
            say = Say(key=key, values=values, options=_labelled(choices.get(key, ()), longest))
            text = max((render(voice, each).text for each in _counted(say, message, locale)), key=len)
            if key in _BESIDE:
                text += "\n" + render(voice, Say(key=_BESIDE[key], values={"link": longest["link_short"]})).text
            how = encoding(text)
            yield Measured(locale, key, how, segments(text), text)


def _counted(say: Say, message: Message, locale: str) -> list[Say]:
    """It for a number of each plural form, where it has them."""
    numbers = [form.numbers[-1] for form in forms(locale)] if message.plural else []
    return [say.model_copy(update={"values": {**say.values, COUNT: number}}) for number in numbers] or [say]


def longest_values(voice: Voice) -> dict[str, str]:
    """The longest text that each placeholder can be given at this clinic in this language."""
    clinic = voice.clinic

    def most(kind: str, values: Any) -> str:
        return max((speak(voice, {"as": kind, "value": v}) for v in values), key=len, default="")

    day = max(_YEAR, key=lambda d: len(speak(voice, {"as": "date", "value": d.isoformat()})))
    day_of_year = speak(voice, {"as": "date", "value": day.isoformat()})
    late = time(22, 45)
    openings = [
        {"local": datetime.combine(day, late).isoformat(), "provider": p.id, "location": place.id}
        for p in clinic.providers
        for place in clinic.locations
        if place.id == p.location
    ]
    roles = sorted({t.role for t in voice.content.tasks.values()})
    numbers = voice.content.emergency.get(clinic.country, {})
    due = datetime.combine(day, late, tzinfo=UTC).isoformat()
    words = {
        "opening": most("opening", openings),
        "opening_short": most("opening_short", openings),
        "visit": most("visit", openings),
        "line": "x" * LINE,
        "name": _NAME,
        "staff": _NAME,
        "by": _NAME,
        "whom": _NAME.split(" ", 1)[0],
        "approved_on": day_of_year,
        "dob": most("dob", [d.replace(year=1984).isoformat() for d in _YEAR]),
        "day": most("date", [day.isoformat()]),
        "time": most("time", ["22:45"]),
        "role": most("key", [f"role.{r}" for r in roles]),
        "due": most("due", [due]),
        "number": "12345",
        COUNT: "100",
        "code": "123456",
        "provider": most("provider", [p.id for p in clinic.providers]),
        "location": most("location", [x.id for x in clinic.locations]),
        "why": most("key", [k for k in voice.content.messages.get("en", {}) if k.startswith("why.")]),
        "title": most("key", [f.title for f in voice.content.flows.values()]),
        "insurance_match": max(clinic.insurance, key=len, default=""),
        "link": f"https://{'x' * 30}/document/{'x' * 32}",
        "link_short": f"https://{'x' * 30}/visit/{'x' * 16}",
        "item": most("form_question", _asked(voice.content)),
        "known": _NAME,
        "because": most("form_why", _asked(voice.content)),
        "emergency": numbers.get("emergency") or voice.term("term.local_emergency_number"),
        "crisis": numbers.get("crisis", ""),
        "visit_type": most("visit_type", [v.id for v in clinic.visit_types]),
    }
    same = {"second": "title", "pending_role": "role", "pending_due": "due", "pending_number": "number",
            "pending_decided": "day"}  # fmt: skip
    words |= {name: words[of] for name, of in same.items()}
    return words | {"appointment": words["opening"], "appointments": "\n".join([f"- {words['opening']}"] * 2)}


def _asked(content: Content) -> list[dict[str, Any]]:
    """Every question of every form, as a flow holds it."""
    return [{"form": f.name, "link": i.link} for f in content.forms.values() for i, _ in f.walk() if i.asks]


def _labelled(kinds: tuple[str, ...], longest: dict[str, str]) -> tuple[dict[str, Any], ...]:
    """Options as a Say carries them: the longest value of a kind, or a fixed label."""
    return tuple(
        {
            "label": longest.get(k, {"as": "key", "value": k}) if "." not in k else {"as": "key", "value": k},
            "payload": k,
        }
        for k in kinds
    )


def _choices(content: Content, clinic: Clinic) -> dict[str, tuple[str, ...]]:
    """Message key -> the choices that follow it, as kinds of values or keys of labels."""
    out: dict[str, tuple[str, ...]] = {}
    for flow in content.flows.values():
        for step in flow.steps:
            slot = flow.slots.get(step.collect or "")
            if slot is None or step.ask is None:
                continue
            if slot.type == "bool":
                kinds: tuple[str, ...] = ("option.yes", "option.no")
            elif slot.type == "visit_type":
                kinds = ("visit_type",) * min(4, len(clinic.visit_types))
            elif slot.options_from == "openings":
                kinds = ("opening_short",) * _OFFERED + ("option.more",)
            elif slot.options_from:
                kinds = ("opening_short",) * 2
            else:
                kinds = tuple(f"option.{word}" for word in slot.options)
            varied = [k for k in content.messages.get("en", {}) if step.ask_by and k.startswith(f"{step.ask}.")]
            for key in (step.ask, f"{step.ask}.again", *varied):
                out[key] = max(out.get(key, ()), kinds, key=len)
    return out
