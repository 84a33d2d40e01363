"""A form inside a conversation: the question, its choices and what is known, in words of the form's own file."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from agent.dialogue.almanac import Almanac
from agent.dialogue.fold import fold
from agent.intake.bounds import hint
from agent.intake.measures import shown, unit_of
from agent.model.command import Command, SetSlot
from agent.model.content import Content
from agent.model.conversation import Frame
from agent.model.form import Asked, Form, Item, Text
from agent.model.message import Inbound
from agent.model.question import Offered

SLOT = "answer"
_FREE = ("string", "text", "open-choice", "attachment")  # kinds of questions
_STOPS = {"zh": "。", "hi": "।"}
_OPERATION = "#Procedure.code"
_HISTORY = (
    "#Condition.code", _OPERATION, "#FamilyMemberHistory.condition.code", "#AllergyIntolerance.code",
    "#MedicationStatement.medication[x]",
)  # fmt: skip
_LONGEST = 80  # characters of a value in a list of what is on file
_SPLIT = re.compile("[,;\n、،，；]")


def asked_in(content: Content, held: Any) -> tuple[Form, Item, Asked] | None:
    """What a flow's slot `item` stands for; None where the form has changed meanwhile."""
    if not isinstance(held, Mapping):
        return None
    asked = Asked.model_validate(held)
    form = content.forms.get(asked.form)
    item = form.item(asked.link) if form is not None else None
    return (form, item, asked) if form is not None and item is not None else None


def slot_asked(content: Content, frame: Frame | None) -> str:
    """The slot that this run asks for; `SLOT` for a form's question alone, since offers and recalls have an `answer`,
    too. "" where nothing is asked."""
    asked = frame.asked if frame is not None else None
    if frame is None or asked is None:
        return ""
    return asked if asked != SLOT or content.flows[frame.flow].slots[asked].type == "form_answer" else ""


def is_free(content: Content, frame: Frame) -> bool:
    """May any words whatever be the answer to what this run of a form has asked?"""
    held = frame.slots.get("item")
    found = asked_in(content, held.value) if held is not None else None
    return found is None or found[1].kind in _FREE


def asks_history(content: Content, frame: Frame) -> bool:
    """Does the question ask what somebody has, had or takes, by name, or whether there is any? Illnesses and medicines
    stand in the answer to it, and no question."""
    return _of_what(content, frame).endswith(_HISTORY)


def asks_operations(content: Content, frame: Frame) -> bool:
    """Does the question ask for operations that somebody had, or whether there were any?"""
    return _of_what(content, frame).endswith(_OPERATION)


def _of_what(content: Content, frame: Frame) -> str:
    held = frame.slots.get("item")
    found = asked_in(content, held.value) if held is not None else None
    if found is None:
        return ""
    form, item, _ = found
    opens = (g for g, _ in form.walk() if any((w.question, w.answer) == (item.link, True) for w in g.whens))
    first = next((i for g in (item, *opens) for i in (g, *g.items) if i.asks and i.definition), item)
    return first.definition


def with_photo(
    content: Content, frame: Frame | None, inbound: Inbound, commands: list[Command]
) -> tuple[list[Command], bool]:
    """The commands of a message with a picture, and whether that is an answer to a form: it is wherever a photograph
    was asked for, and where nothing else in the message answers the question."""
    held = frame.slots.get("item") if frame is not None and frame.asked == SLOT and inbound.media else None
    found = asked_in(content, held.value) if held is not None else None
    if found is None:
        return commands, False
    others = [c for c in commands if not (isinstance(c, SetSlot) and c.slot == SLOT)]
    answers = [c.value for c in commands if isinstance(c, SetSlot) and c.slot == SLOT]
    if answers and found[1].kind != "attachment" and not _caption(found[1], answers[0]):
        return commands, False
    photo = SetSlot(slot=SLOT, value={"do": "photo"}, source="patient", quote=inbound.text)
    return [*others, photo], True


def _caption(item: Item, answer: Any) -> bool:
    """ "Here is my card", beside the picture, where one of several was asked for: nothing of what can be chosen."""
    chosen = set(answer.get("values") or ()) & {c.code for c in item.choices}
    return item.kind == "open-choice" and answer.get("do") == "answer" and not chosen


def options(content: Content, held: Any) -> tuple[Offered, ...]:
    """What can be chosen. Payloads name item and turn, so that an old button answers nothing new."""
    found = asked_in(content, held)
    if found is None:
        return ()
    _, item, asked = found
    place = f"{SLOT}={asked.link}.{asked.row}"
    if asked.formers:
        return _of_turns(f"{SLOT}={asked.link}.held.{asked.formers[0]}", asked)
    if asked.known:
        yes, no = {"do": "keep", "values": list(asked.known)}, {"do": "anew"}
        return _yes_no(place, yes, no)
    if asked.more or item.kind == "boolean":
        return _yes_no(place, {"do": "answer", "values": [True]}, {"do": "answer", "values": [False]})
    return tuple(
        Offered(
            f"{place}={c.code}", {"do": "answer", "values": [c.code]},
            {"as": "form_choice", "value": {"form": asked.form, "link": asked.link, "code": c.code}}, "form",
        )
        for c in item.choices
    )  # fmt: skip


def _of_turns(place: str, asked: Asked) -> tuple[Offered, ...]:
    """Several turns on file are right or not; one is right, has changed, or is no longer so."""
    if len(asked.formers) > 1:
        return _yes_no(f"{place}.{asked.formers[-1]}", {"do": "keep"}, {"do": "anew"})
    words = ("changed", "gone") if asked.which else ("keep", "changed", "gone")
    return tuple(
        Offered(f"{place}={word}", {"do": word}, {"as": "key", "value": f"option.form.{word}"}) for word in words
    )


def is_offered(content: Content, held: Any, text: str) -> bool:
    """Whether the text is nothing but choices that the question itself offers, in any of their languages."""
    found = asked_in(content, held)
    choices = found[1].choices if found is not None else ()
    labels = {_bare(label) for choice in choices for label in choice.text.values()}
    said = [piece for piece in _SPLIT.split(text) if piece.strip()]
    return bool(said) and bool(labels) and all(_bare(piece) in labels for piece in said)


def _bare(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in fold(text))


def _yes_no(place: str, yes: dict[str, Any], no: dict[str, Any]) -> tuple[Offered, ...]:
    pairs = (("yes", yes), ("no", no))
    return tuple(Offered(f"{place}={word}", value, {"as": "key", "value": f"option.{word}"}) for word, value in pairs)


def words(text: Text, locale: str) -> str:
    """In the locale (es-MX falls back to es), else English."""
    return text.get(locale) or text.get(locale.partition("-")[0]) or text.get("en", "")


def question_text(content: Content, locale: str, held: Any) -> str:
    """The question, with what should be read before it."""
    found = asked_in(content, held)
    if found is None:
        return ""
    form, item, asked = found
    before = [words(one.text, locale) for link in asked.before if (one := form.item(link)) is not None]
    limits = "" if asked.formers or asked.more or item.choices else hint(item, locale)
    parts = [part for part in (*before, words(item.text, locale), limits) if part]
    return " ".join(parts if asked.formers or asked.more else (_ended(part, locale) for part in parts))


def _ended(text: str, locale: str) -> str:
    """With a full stop where it ends in a word: the choices are read out right behind it."""
    ends = text[-1].isalnum() or text[-1] in ")）"
    return text + _STOPS.get(locale.partition("-")[0], ".") if ends else text


def why_text(content: Content, locale: str, held: Any) -> str:
    """Why it is asked, or nothing."""
    found = asked_in(content, held)
    return words(found[1].why, locale) if found is not None else ""


def choice_text(content: Content, locale: str, held: Any) -> str:
    """One choice of an item."""
    form = content.forms.get(str(held.get("form"))) if isinstance(held, Mapping) else None
    item = form.item(str(held["link"])) if form is not None else None
    return value_text(item, held["code"], locale, None) if item is not None else ""


def known_text(content: Content, locale: str, held: Any, almanac: Almanac, yes: str, no: str) -> str:
    """What is held of this item already."""
    found = asked_in(content, held)
    if found is None:
        return ""
    form, item, asked = found
    if asked.turns:
        return "; ".join(turn_text(form, turn, locale, almanac) for turn in asked.turns)
    said = [yes if v is True else no if v is False else value_text(item, v, locale, almanac) for v in asked.known]
    return ", ".join(said)


def turn_text(form: Form, turn: Mapping[str, tuple[Any, ...]], locale: str, almanac: Almanac | None) -> str:
    """One turn of a group in a line: what it is, and in brackets what more is known of it."""
    said = [
        ", ".join(_short(value_text(item, v, locale, almanac)) for v in values)
        for link, values in turn.items() if (item := form.item(link)) is not None
    ]  # fmt: skip
    return f"{said[0]} ({', '.join(said[1:])})" if len(said) > 1 else "".join(said)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def value_text(item: Item, value: Any, locale: str, almanac: Almanac | None) -> str:
    """A value as people of the locale read it."""
    choice = next((c for c in item.choices if c.code == value), None)
    if choice is not None:
        return words(choice.text, locale)
    if item.kind == "date" and almanac is not None:
        return almanac.long_date(date.fromisoformat(str(value)))
    if item.kind == "time" and almanac is not None:
        return almanac.clock(time.fromisoformat(str(value)))
    if item.kind == "dateTime" and almanac is not None:
        day = almanac.long_date(date.fromisoformat(str(value)[:10]))
        return f"{day}, {almanac.clock(time.fromisoformat(str(value)[11:16]))}" if len(str(value)) > 10 else day
    unit = unit_of(item, str(value))
    return f"{str(value).partition(' ')[0]} {words(unit.text, locale)}" if unit else shown(item.kind, value)
