"""The words of a bulk send: the approved message with its few values, as each language hears it, and what in it a
second person should look at."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.dialogue.turn import begin_for_staff
from agent.dialogue.wording import render
from agent.model.address import Address, Channel
from agent.model.bulk import LINE, BulkKind, Choice, Way
from agent.model.calendar import Appointment
from agent.model.clinic import Texts
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.fault import Refused

FLOWS: Mapping[BulkKind, str] = {"recall": "recall", "away": "displaced", "closing": "displaced"}
_OF_CALLS = ("call.opening", "call.machine", "call.pass_on")
_LINK = re.compile(r"https?:|www\.|\S\.(?:com|org|net|info|link|ly|us)\b", re.IGNORECASE)
_CARRIER = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|UNSTOP)\b")
_JOINED = frozenset({"ar", "ko", "zh"})  # written without a space before or behind a word
_CONDITION = "#Condition.code"
_PLAIN = re.compile(r"[{}<>\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def checked_lines(desk: Desk, lines: Mapping[str, str]) -> Texts:
    """The clinic's own sentences by language, tidied; empty ones are left out. Raises Refused for what no text may
    hold."""
    kept: Texts = {}
    for tag, line in lines.items():
        text = " ".join(line.split())
        if not text:
            continue
        if tag not in desk.content.live:
            raise Refused("the desk does not speak this language")
        if len(text) > LINE:
            raise Refused("a sentence of your own has at most %(most)s characters", most=LINE)
        if _PLAIN.search(text) or _CARRIER.search(text):
            raise Refused("write plain words, without braces, markup or a word that carriers take as an opt-out")
        if _LINK.search(text):
            raise Refused("a text to many holds no links")
        kept[tag] = text
    return kept


def slots_of(
    kind: BulkKind, choice: Choice, lines: Texts, locale: str, visit: Appointment | None, whom: str, way: Way = "text"
) -> dict[str, object]:  # fmt: skip
    """What the flow of such a send begins with, beside the ids of its person."""
    slots: dict[str, object] = {}
    if locale in lines:
        slots["line"] = lines[locale]
    if whom:
        slots |= {"whom": whom, "manner": "for" if way == "text" else way}
    if visit is None:
        return slots | {"appointment_type": choice.visit_type}
    opening = spoken_opening(visit)
    return slots | {"why": kind, "visit": opening, "appointment": opening, "location": visit.location}


def shown(
    desk: Desk, kind: BulkKind, choice: Choice, lines: Texts, locale: str, visit: Appointment | None, now: datetime,
    whom: str = "",
) -> str:  # fmt: skip
    """The text as somebody who hears this language gets it."""
    return first_words(desk, kind, slots_of(kind, choice, lines, locale, visit, whom), locale, "sms", now)


def first_words(
    desk: Desk, kind: BulkKind, slots: dict[str, object], locale: str, channel: Channel, now: datetime
) -> str:  # fmt: skip
    """What its flow says first, begun with these slots."""
    talk = Conversation(
        id="", clinic=desk.clinic.id, channel=channel, address=Address(channel=channel, value="+10000000000"),
        locale=locale, greeted=True, opened_at=now,
    )  # fmt: skip
    begun = begin_for_staff(talk, FLOWS[kind], slots, desk.content, desk.clinic, now)
    voice = desk.voice(begun.conversation, now)
    return "\n".join(render(voice, say).text for say in begun.effects if isinstance(say, Say))


def mark(desk: Desk, kind: BulkKind) -> str:
    """Changes with each approved word that such a send may say, in any language."""
    flow = desk.content.flows[FLOWS[kind]]
    stems = (*_OF_CALLS, *(step.ask for step in flow.steps if step.ask))
    options = {f"option.{word}" for slot in flow.slots.values() for word in slot.options}
    said = [
        f"{tag}|{key}|{message.text}"
        for tag in sorted(desk.content.live)
        for key, message in sorted(desk.content.messages.get(tag, {}).items())
        if key.startswith(stems) or key in options
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def clinical_words(desk: Desk, texts: Sequence[tuple[str, str]], lines: Mapping[str, str]) -> list[tuple[str, str]]:
    """(language, words) that look clinical: what the safety phrases of any language find in whatever is read or heard
    and in the clinic's own sentences, and there also what kinds of visits, and the conditions on forms, are called."""
    found: list[tuple[str, str]] = []
    for tag, text in (*texts, *lines.items()):
        finding = desk.gate.read(text, tag)
        if finding.cls != "none":
            found += [(tag, e.text) for e in finding.evidence] or [(tag, finding.category or finding.cls)]
    for tag, line in lines.items():
        said = line.casefold()
        edge = "" if tag in _JOINED else r"\b"
        names = (*_kinds(desk, tag), *_conditions(desk, tag))
        found += [(tag, name) for name in names if re.search(f"{edge}{re.escape(name)}{edge}", said)]
    return list(dict.fromkeys(found))


def _kinds(desk: Desk, tag: str) -> list[str]:
    """What patients call the clinic's kinds of visits in this language."""
    kinds = desk.clinic.visit_types
    names = [v.name[t] for v in kinds for t in (tag, desk.clinic.default_language) if t in v.name]
    names += [alias for v in kinds for alias in v.aliases.get(tag, ())]
    return sorted({n.casefold() for n in names if n.strip()})


def _conditions(desk: Desk, tag: str) -> list[str]:
    """What the clinic's forms call the conditions that they ask about, in this language."""
    names = [
        choice.text[tag]
        for form in desk.content.forms.values()
        for item, _ in form.walk()
        for choice in item.choices
        if item.definition.endswith(_CONDITION) and choice.code != "none" and tag in choice.text
    ]
    return sorted({n.casefold() for n in names})
