"""Somebody else named in answer to a form: "my son is allergic to peanuts too"."""

from agent.model.content import Content
from agent.model.form import Form, Item
from agent.model.question import Question
from agent.understand.said import Said
from agent.understand.values import ValueReader

_OF_A_BODY = ("AllergyIntolerance.", "MedicationStatement.", "Condition.", "Procedure.")
_REASON = "visit-reason."  # its questions, which have no place in the record
_AHEAD = 3  # words before the one that is spoken of: "no, but my son is"


def another(values: ValueReader, form: Form, item: Item, said: Said) -> str | None:
    """What the person named is to the writer, where the question is about the patient's own health; None otherwise.
    Not where family is asked for, nor a person to call."""
    found = values.relation(said.text, said.lang) if _of_health(form, item) else None
    if found is None or found.value == "self":
        return None
    first = len(said.text[: found.start].split()) <= _AHEAD
    return str(found.value) if found.sure or first else None


def asks_language(content: Content, q: Question | None) -> bool:
    """Is the open question which language somebody speaks?"""
    held = q.item[0] if q is not None and q.item else None
    form = content.forms.get(str(held.get("form"))) if held else None
    item = form.item(str(held["link"])) if form is not None and held else None
    return item is not None and item.definition.endswith("Patient.communication.language")


def _of_health(form: Form, item: Item) -> bool:
    opened = [i for i, _ in form.walk() if any(w.question == item.link for w in i.whens)]
    near = [item, *item.items, *opened, *(i for g in opened for i in g.items)]
    return item.link.startswith(_REASON) or any(f"#{part}" in i.definition for i in near for part in _OF_A_BODY)
