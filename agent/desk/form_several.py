"""Several things in one answer that names a single one: "lisinopril and metformin" is no medicine of that name."""

import re

from agent.model.content import Content
from agent.model.form import Form, Given, Item
from agent.understand.form_choices import AND, joints

_NAMED = ("MedicationStatement.medication[x]", "AllergyIntolerance.code", "Condition.code", "Procedure.code")
_BETWEEN = re.compile(r"[;\n、；]|[,،，](?=\s*[^\W\d])")


def names_one(item: Item) -> bool:
    """Is a medicine, an allergy, an illness or an operation asked for by name?"""
    return item.definition.endswith(_NAMED)


def doubted(content: Content, form: Form, given: Given, language: str) -> Given:
    """The answer, as a question for staff where it seems to name several: some are one ("trimethoprim and
    sulfamethoxazole"), and nobody but a person can tell."""
    item = form.item(given.link)
    settled = given.unsure or given.confirmed
    if item is None or settled or not names_one(item):
        return given
    codes = {c.code for c in item.choices}
    rows = content.rows.get("repairs", {})
    words = tuple(str(w) for tag in dict.fromkeys((language, "en")) for w in rows.get(tag, {}).get(AND, ()))
    found = any(len(_parts(str(value), words)) > 1 for value in given.values if value not in codes)
    return given.model_copy(update={"unsure": True}) if found else given


def _parts(text: str, words: tuple[str, ...]) -> list[str]:
    parts = _BETWEEN.split(text)
    for glued in (False, True):
        parts = [piece for part in parts for piece in joints(words, glued).split(part)]
    return [part for part in parts if sum(c.isalpha() for c in part) > 1]
