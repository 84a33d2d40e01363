"""Reads a message as the answer to a question of a form; what cannot be read is kept in the person's own words."""

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from agent.intake.engine import fits
from agent.model.clinic import Clinic
from agent.model.command import SetSlot
from agent.model.content import Content
from agent.model.form import Asked, Form, Given, Item, medicines
from agent.model.question import Question
from agent.understand.form_brought import FREE, Brought
from agent.understand.form_choices import NOT_AT_ALL, SPLIT, FormChoices, how_often
from agent.understand.form_measures import is_day, moment_in, number_in, quantity_in, time_in
from agent.understand.form_people import another
from agent.understand.repairs import Repairs
from agent.understand.said import UNSURE, Said
from agent.understand.times import Expression
from agent.understand.values import ValueReader
from agent.understand.words import phrase, words_of

_EMAIL = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,190}\.[^\s@,;<>]{2,20}")
_NEGATIVE = re.compile(r"[-−–]\d+")  # "-1" is no number of a choice
_OF_A_DENIAL = 7  # words, that nothing else is told in
_LONG_WORDS = 300  # a question that takes more may be answered with an address, too
_STEERS = (("later", "later"), ("back", "go_back"))
_MOST_BESIDE = 3  # further questions that one message may answer


class FormAnswers:
    """What a message gives to the item that was asked, the one before, or those that follow."""

    def __init__(self, content: Content, clinic: Clinic, values: ValueReader, repairs: Repairs) -> None:
        self._content, self._clinic, self._values, self._repairs = content, clinic, values, repairs
        self._brought = Brought(content, repairs)
        self._chosen = FormChoices(content, values, self._brought.denials)

    def read(self, said: Said, q: Question) -> SetSlot | None:
        """None where the message says nothing to it; at the second try every word is kept, as unsure."""
        held, before = q.item or (None, None)
        asked = Asked.model_validate(held) if held else None
        form = self._content.forms.get(asked.form) if asked is not None else None
        item = form.item(asked.link) if form is not None and asked is not None else None
        text = said.text.strip()
        if asked is None or form is None or item is None or not text:
            return None
        if any(self._repairs.is_whole(text, said.lang, kind) for kind in ("repeat", "form_words")):
            return None  # "form": the word that the desk itself gave for going on
        steered = self._steered(said)
        if steered is not None:
            return self._slot(q, text, {"do": steered})
        last = form.item(Given.model_validate(before).link) if before else None
        mended = self._mended(said, last) if last is not None else None
        if mended is not None:
            return self._slot(q, text, {"do": "mend", "values": mended})
        if q.options and _NEGATIVE.fullmatch(text):
            return None
        pressed = _by_number(text, q)
        if pressed is not None:
            return self._slot(q, text, pressed)
        if self._stopped(said, form, item) and len(asked.formers) < 2:
            return self._slot(q, text, {"do": "gone" if asked.formers else "stopped"})
        found = self._answer(said, q, asked, item)
        who = another(self._values, form, item, said)
        if who is None:
            return found
        instead = found.value if found is not None else None
        return self._slot(q, text, {"do": "another", "who": who, "instead": instead}, free=True)

    def _answer(self, said: Said, q: Question, asked: Asked, item: Item) -> SetSlot | None:
        text = said.text.strip()
        if asked.formers:
            return self._on_file(said, q, asked)
        if asked.known:
            return self._confirmed(said, q, asked, item)
        if asked.more:
            return self._more(said, q, item, text)
        return self._given(said, q, item, text)

    def _given(self, said: Said, q: Question, item: Item, text: str) -> SetSlot | None:
        if (item.kind == "open-choice" or item.kind in FREE) and (elsewhere := self._of_no_answer(said, q, item)):
            return elsewhere[0]
        bare = item.kind in FREE and (
            self._skips(said) or (not q.tries and self._yes_no(said, text) and said.size <= 2)
        )
        if item.kind == "boolean" and (opened := self._opened(said, q, item)):
            return opened
        if often := how_often(item, text, said.lang, self._repairs):
            return self._slot(q, text, {"do": "answer", "values": [often]})
        values = None if bare else self.value(item, text, said)
        if values is not None:
            found: dict[str, Any] = {"do": "answer", "values": values}
            if self._chosen.half(item, values, said.lang):
                found["unsure"] = True
            if more := self._brought.since(self._form(q), item, said):
                found["more"] = [list(each) for each in more]
            return self._slot(q, text, found, free=item.kind in (*FREE, "open-choice"))
        if any(c.code == NOT_AT_ALL for c in item.choices) and self._yes_no(said, text) is False:
            return self._slot(q, text, {"do": "answer", "values": [NOT_AT_ALL]})
        if self._skips(said) or (item.kind == "attachment" and self._yes_no(said, text) is False):
            return self._slot(q, text, {"do": "skip"})
        if item.kind == "attachment":
            return self._slot(q, text, {"do": "words"}, free=True) if any(c.isalnum() for c in text) else None
        first, *rest = [p for p in SPLIT.split(text) if p] or [text]
        values = self.value(item, first, said) if rest and item.kind not in FREE else None
        if values is not None:
            return self._slot(q, text, {"do": "answer", "values": values, "more": self._beside(rest, said, q)})
        heard_out = q.tries or (item.raises and not said.asks)  # who answers so about self-harm is not asked twice
        if heard_out and len(phrase(text)) > 0:
            return self._slot(q, text, {"do": "answer", "values": [], "unsure": True}, sure=UNSURE)
        return None

    def _of_no_answer(self, said: Said, q: Question, item: Item) -> tuple[SetSlot | None] | None:
        """ "No others" is none of the choices, or passes; an address for e-mail is none of these answers."""
        if self._repairs.is_whole(said.text, said.lang, "has_none") or self._has_no_such(said, item):
            none = any(c.code == "none" for c in item.choices)
            found = {"do": "answer", "values": ["none"]} if none else {"do": "skip"}
            return (self._slot(q, said.text.strip(), found),)
        reach = "telecom" in item.definition or item.longest > _LONG_WORDS
        return (None,) if _EMAIL.fullmatch(said.text.strip()) and not reach and not q.tries else None

    def _has_no_such(self, said: Said, item: Item) -> bool:
        """ "No email", "I don't have a phone" to a question for it."""
        denied = self._brought.denials(said.lang)
        few = said.size <= _OF_A_DENIAL and not any(c.isdecimal() or c == "@" for c in said.text)
        if "telecom" not in item.definition or not few:
            return False
        none = self._repairs.within(said.text, said.lang, "has_none", _OF_A_DENIAL)
        return none or any(w.text in denied for w in words_of(said.text))

    def _opened(self, said: Said, q: Question, item: Item) -> SetSlot | None:
        """A yes or a no to what asks whether there are any, with what it brings along."""
        found = self._values.yes_no(said.text, said.lang)
        opened = self._brought.heard(self._form(q), item, said, None if found is None else bool(found.value))
        if opened is None:
            return None
        more = {"more": [list(each) for each in opened.more]} if opened.more else {}
        return self._slot(q, said.text, {"do": "answer", "values": [opened.yes], **more}, free=bool(more))

    def _confirmed(self, said: Said, q: Question, asked: Asked, item: Item) -> SetSlot | None:
        """Yes keeps what is known, no asks afresh, and a new value takes its place at once."""
        yes = self._yes_no(said, said.text)
        if yes is not None:
            return self._slot(q, said.text, {"do": "keep", "values": list(asked.known)} if yes else {"do": "anew"})
        found = self._given(said, q, item, said.text.strip())
        if found is None or not item.repeats or not found.value.get("values"):
            return found
        both = list(dict.fromkeys([*asked.known, *found.value["values"]]))  # is it more, or instead? staff ask
        return found.model_copy(update={"value": {**found.value, "values": both, "unsure": True}})

    def _on_file(self, said: Said, q: Question, asked: Asked) -> SetSlot | None:
        """Right still, changed, or no longer so; anything else that is said to it is kept in these words."""
        text = said.text.strip()
        named = self._named(said, q)
        if named is not None:
            return self._slot(q, text, named)
        yes = self._yes_no(said, text)
        if yes is not None and not (yes and asked.which):
            return self._slot(q, text, {"do": "keep" if yes else "anew"})
        if self._skips(said):
            return self._slot(q, text, {"do": "skip"})
        if not any(c.isalnum() for c in text) or said.asks:
            return None
        return self._slot(q, text, {"do": "words"}, free=True)

    def _named(self, said: Said, q: Question) -> dict[str, Any] | None:
        """The option whose own words were said."""
        for option in q.options:
            key = option.label.get("value", "")
            for tag in dict.fromkeys((said.lang, "en")):
                label = self._content.message(tag, str(key), "sms")
                if label is not None and phrase(label.text) == phrase(said.text):
                    return dict(option.value)
        return None

    def _more(self, said: Said, q: Question, group: Item, text: str) -> SetSlot | None:
        """One more turn or none; "aspirin", to "is there anything more to add?", is a yes and what it is about."""
        yes = self._yes_no(said, text)
        if self._skips(said):  # "skip" is no medicine
            yes = False
        plain = None if yes is None else self._slot(q, text, {"do": "answer", "values": [yes]})
        return plain if self._skips(said) else self._opened(said, q, group) or plain

    def _form(self, q: Question) -> Form:
        return self._content.forms[Asked.model_validate((q.item or ({},))[0]).form]

    def _steered(self, said: Said) -> str | None:
        """Why it is asked may be asked in any language: the words for it mean nothing else elsewhere."""
        whole = self._repairs.is_whole
        if any(whole(said.text, tag, "why_ask") for tag in dict.fromkeys((said.lang, *self._content.live))):
            return "why"
        return next((do for do, kind in _STEERS if whole(said.text, said.lang, kind)), None)

    def _mended(self, said: Said, last: Item) -> list[Any] | None:
        """ "No, it's penicillin": the value for the item before."""
        words = words_of(said.text[:200])
        denied = len(words) > 1 and words[0].text in self._brought.denials(said.lang)
        tails = (said.text, said.text[words[1].start :] if denied else "")
        rest = next((r for t in tails if t and (r := self._repairs.after(t, said.lang, "i_meant"))), "")
        return self.value(last, rest, said) if rest else None

    def _stopped(self, said: Said, form: Form, item: Item) -> bool:
        """A bare "I stopped it", while medicines are being asked for."""
        return self._repairs.is_whole(said.text, said.lang, "stopped") and medicines(form, item) is not None

    def _skips(self, said: Said) -> bool:
        return self._repairs.is_whole(said.text, said.lang, "skip")

    def _yes_no(self, said: Said, text: str) -> bool | None:
        found = self._values.yes_no(text, said.lang)
        return bool(found.value) if found is not None and found.sure else None

    def _beside(self, parts: Sequence[str], said: Said, q: Question) -> list[Any]:
        """Each further part with what it would be for every item that can only hold a choice, a number or a date."""
        form, out = self._form(q), []
        for part in parts[:_MOST_BESIDE]:
            read = {i.link: v for i, _ in form.walk() if i.asks and i.kind not in (*FREE, "open-choice")
                    and (v := self.value(i, part, said)) is not None}  # fmt: skip
            out.append([part, read])
        return out

    def value(self, item: Item, text: str, said: Said) -> list[Any] | None:
        """The values that these words are for the item; None where they are none, or none that it can hold."""
        found = self._read(item, text, said)
        return found if found is not None and all(fits(item, v) for v in found) else None

    def _read(self, item: Item, text: str, said: Said) -> list[Any] | None:
        match item.kind:
            case "boolean":
                yes = self._yes_no(said, text)
                return None if yes is None else [yes]
            case "choice" | "open-choice":
                return self._chosen.read(item, text, said, may_be_own=not self._skips(said))
            case "date" | "time" | "dateTime" | "quantity":
                found = self._measured(item, text, said)
                return None if found is None else [found]
            case "integer" | "decimal":
                number = number_in(text, self._row(said.lang, "numbers"), whole=item.kind == "integer")
                return None if number is None else [number]
            case "attachment":
                return None
            case "string" if "telecom" in item.definition:
                return self._reach(item, text, said)
            case _:
                bare = text.strip()[: item.longest]
                parts = [p for p in SPLIT.split(bare) if p] if item.repeats else [bare]
                return list(parts) if any(c.isalnum() for c in bare) else None

    def _reach(self, item: Item, text: str, said: Said) -> list[Any] | None:
        """A phone number or an address for e-mail, as the item asks."""
        if "email" in item.definition:
            found = _EMAIL.search(text)
            return [found[0].strip(".")] if found else None
        number = self._values.phone(text, said.lang, self._clinic.country)
        return [str(number.value)] if number is not None else None

    def _date(self, text: str, said: Said) -> str | None:
        order = "mdy" if said.lang == "en" and self._clinic.country in ("US", "PH") else "dmy"
        born = self._values.dob(text, said.lang, True, said.now.date(), order)  # type: ignore[arg-type]
        if born is not None and born.sure:
            return str(born.value)
        days = [e for e in said.expressions if isinstance(e, Expression) and e.kind == "date" and e.text in text]
        return str(days[0].value)[:10] if len(days) == 1 and is_day(str(days[0].value)[:10]) else None

    def _measured(self, item: Item, text: str, said: Said) -> str | None:
        if item.kind == "time":
            return time_in(text, said)
        if item.kind == "quantity":
            return quantity_in(item, text, self._row(said.lang, "numbers"), self._row(said.lang, "units"))
        day = self._date(text, said)
        return day if item.kind == "date" else moment_in(text, said, ZoneInfo(self._clinic.zone), day)

    def _row(self, lang: str, name: str) -> dict[str, Any]:
        return dict(self._content.rows.get("values", {}).get(lang, {}).get(name, {}))

    @staticmethod
    def _slot(q: Question, text: str, value: dict[str, Any], *, free: bool = False, sure: float = 1.0) -> SetSlot:
        kept = {**value, "free": True} if free else value
        return SetSlot(slot=q.slot, value=kept, source="patient", quote=text, confidence=sure)


def _by_number(text: str, q: Question) -> dict[str, Any] | None:
    bare = text.strip("#.)( ")
    if bare.isdecimal() and len(bare) < 3 and 1 <= int(bare) <= len(q.options):
        return dict(q.options[int(bare) - 1].value)
    return None
