"""Reads a FHIR R4 Questionnaire, as JSON, into a Form; what cannot be read is told in one line each, nothing raises."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from agent.intake.bounds import bounds_of
from agent.intake.measures import LONGEST_UNIT
from agent.intake.parts import OWN, choice_of, coded, extension, extensions, value_of, words_of
from agent.intake.turns import DEEPEST_TURNS
from agent.intake.valuesets import MOST, ValueSets, choices_in, contained
from agent.model.form import Choice, Form, Item, Kind, When

LARGEST = 1_000_000  # characters of a file
MOST_ITEMS, DEEPEST = 300, 8
HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
RULE = "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint"
SUB_FORM = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"
_INSTEAD = {
    "url": "Ask it as `string`.",
    "reference": "Offer what is meant as `choice`, or ask it as `string`.",
}  # fmt: skip
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
KINDS = frozenset(get_args(Kind))
OPERATORS = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})
_RAISES = {"phq9.9": "self_harm"}
_LONGEST_OF = {"string": 300, "text": 2000, "open-choice": 300}


@dataclass(frozen=True)
class Flaw:
    """What is wrong, and how to mend it. `link` names the item; empty: the form as a whole. `minor`: it works so."""

    what: str
    fix: str
    link: str = ""
    minor: bool = False


@dataclass
class Read:
    """`subs`: link of a group -> url of the form that stands in its place."""

    form: Form | None
    flaws: list[Flaw] = field(default_factory=list)
    subs: dict[str, str] = field(default_factory=dict)


def read(text: str, name: str, sets: ValueSets | None = None) -> Read:
    """A form from the text of its file. `sets`: the ValueSets that stand beside it, by url."""
    if len(text) > LARGEST:
        return Read(None, [Flaw(f"the file is larger than {LARGEST:,} characters", "Make several forms of it.")])
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        return Read(None, [Flaw(f"this is no JSON: {str(wrong)[:80]}", "Write a FHIR R4 Questionnaire.")])
    if not isinstance(data, Mapping) or data.get("resourceType") != "Questionnaire":
        return Read(None, [Flaw("this is no FHIR Questionnaire", 'Write `"resourceType": "Questionnaire"`.')])
    written = data.get("language")
    base = written.partition("-")[0] if isinstance(written, str) and written else "en"
    reader = _Reader({**(sets or {}), **contained(data)}, base)
    items = reader.items(data.get("item"), 1)
    if not items:
        reader.bad("it asks nothing", "Add `item`.")
    own = data.get("name")
    if own != name:
        reader.bad(f"its name is {own}, its file is {name}", "Call both the same.")
    url = data.get("url")
    if not isinstance(url, str) or not url:
        reader.bad("it has no url", "Give it one, for others to name it by.")
    form = Form(
        name=name, url=str(url or name), title=words_of(data, "title", base) or {"en": name}, items=items,
        version=str(data.get("version", "")),
    )  # fmt: skip
    return Read(form, reader.flaws, reader.subs)


class _Reader:
    """Gathers flaws while it reads; an item that cannot be read is left out and told of."""

    def __init__(self, sets: ValueSets, base: str) -> None:
        self._sets, self._base = sets, base
        self.flaws: list[Flaw] = []
        self.subs: dict[str, str] = {}
        self._links: set[str] = set()
        self._count = 0

    def bad(self, what: str, fix: str, link: str = "") -> None:
        self.flaws.append(Flaw(what, fix, link))

    def items(self, rows: Any, depth: int, *, in_rows: int = 0) -> tuple[Item, ...]:
        if rows is None:
            return ()
        if not isinstance(rows, list):
            self.bad("`item` must be a list", "Write `[{…}]`.")
            return ()
        if depth > DEEPEST:
            self.bad(f"groups stand more than {DEEPEST} deep", "Flatten them.")
            return ()
        found = (self._item(row, depth, in_rows) for row in rows)
        return tuple(item for item in found if item is not None)

    def _item(self, row: Any, depth: int, in_rows: int) -> Item | None:
        link = row.get("linkId") if isinstance(row, Mapping) else None
        if not isinstance(link, str) or not link or len(link) > 80:
            self.bad("an item has no linkId, or one of more than 80 characters", "Give each its own, such as visit.1.")
            return None
        self._count += 1
        if link in self._links or self._count > MOST_ITEMS:
            several = link in self._links
            what = "there are two items of this linkId" if several else f"there are more than {MOST_ITEMS} items"
            self.bad(what, "Give each its own." if several else "Make several forms of it.", link)
            return None
        self._links.add(link)
        kind = row.get("type")
        if not isinstance(kind, str) or kind not in KINDS:
            usual = f"Use one of {', '.join(sorted(KINDS))}."
            self.bad(f"unknown type {kind}", _INSTEAD.get(kind, usual) if isinstance(kind, str) else usual, link)
            return None
        if extension(row, HIDDEN).get("valueBoolean") is True:
            self.flaws.append(Flaw("it is hidden, and so not asked", "Take it out, or show it.", link, minor=True))
            return None
        repeats = row.get("repeats") is True
        turning = in_rows + (kind == "group" and repeats)
        if turning > DEEPEST_TURNS:
            what = f"repeating groups stand more than {DEEPEST_TURNS} deep in one another"
            self.bad(what, "Ask the innermost apart.", link)
            return None
        text = words_of(row, "text", self._base)
        if not text and kind != "group":
            self.bad("it has no text", "Write what is asked.", link)
            return None
        if extension(row, RULE):
            what = "its rule (questionnaire-constraint) is not kept to here"
            self.flaws.append(Flaw(what, "Say it with minValue, maxValue or regex.", link, minor=True))
        bounds, wrong = bounds_of(row, kind, self._base)
        for what, fix in wrong:
            self.bad(what, fix, link)
        item = Item(
            link=link, kind=kind, text=text, required=row.get("required") is True, repeats=repeats,
            choices=self._choices(row, kind, link), units=self._units(row, kind, link), whens=self._whens(row, link),
            all_of=row.get("enableBehavior", "all") != "any", initial=self._initial(row, link), bounds=bounds,
            why=words_of(extension(row, OWN + "why"), "valueString", self._base),
            longest=self._longest(row, kind, link), definition=str(row.get("definition", "")),
            raises=_RAISES.get(link, _raises(row)),
            afresh=extension(row, OWN + "afresh").get("valueBoolean") is True,
            items=self.items(row.get("item"), depth + 1, in_rows=turning),
        )  # fmt: skip
        sub = extension(row, SUB_FORM).get("valueCanonical")
        if isinstance(sub, str):
            self.subs[link] = sub.partition("|")[0]
        elif kind == "group" and not item.items:
            self.bad("the group is empty", "Add `item`, or take it out.", link)
        return item

    def _choices(self, row: Mapping[str, Any], kind: str, link: str) -> tuple[Choice, ...]:
        if kind not in ("choice", "open-choice"):
            return ()
        options = row.get("answerOption")
        if "answerValueSet" in row:
            choices, why = choices_in(self._sets, row["answerValueSet"], self._base)
            if why:
                self.bad(why, "Write out at most 60 of them in a ValueSet here or beside, or as `answerOption`.", link)
            return choices
        if not isinstance(options, list) or not options:
            self.bad("it offers no answers", "Write them as `answerOption`.", link)
            return ()
        if len(options) > MOST:
            self.bad(f"it offers {len(options):,} answers, {MOST} at most", "Ask in steps, or in words.", link)
            return ()
        found: dict[str, Choice] = {}
        for option in options:
            choice = choice_of(option, self._base)
            if choice is None or choice.code in found:
                self.bad("an answer has no code, no words, or another's code", "Write valueCoding with both.", link)
            else:
                found[choice.code] = choice
        return tuple(found.values())

    def _units(self, row: Mapping[str, Any], kind: str, link: str) -> tuple[Choice, ...]:
        """Those that a quantity may have: one, several, or those of a ValueSet; without any, it may have any."""
        listed = [e.get("valueCoding") for url in (_UNIT, f"{_UNIT}Option") for e in extensions(row, url)]
        elsewhere = extension(row, f"{_UNIT}ValueSet").get("valueCanonical")
        if kind != "quantity":
            return ()
        if elsewhere is not None:
            units, why = choices_in(self._sets, elsewhere, self._base)
            if why:
                self.bad(why.replace("answer", "unit"), "Write them as questionnaire-unitOption.", link)
            return units
        found: dict[str, Choice] = {}
        for coding in listed[:MOST]:
            unit = coded(coding, self._base)
            if unit is None or " " in unit.code or len(unit.code) > LONGEST_UNIT or unit.code in found:
                self.bad("a unit has no code, no words, or another's code", "Write valueCoding with both.", link)
            else:
                found[unit.code] = unit
        return tuple(found.values())

    def _whens(self, row: Mapping[str, Any], link: str) -> tuple[When, ...]:
        rows = row.get("enableWhen", [])
        found: list[When] = []
        for given in rows if isinstance(rows, list) else [None]:
            one: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
            answer, operator = value_of(one), one.get("operator")
            if answer is None or operator not in OPERATORS or not isinstance(one.get("question"), str):
                self.bad("an enableWhen has no question, operator or answer", "Write all three.", link)
                continue
            if operator == "exists" and not isinstance(answer, bool):
                self.bad("`exists` takes answerBoolean", "Write true or false.", link)
                continue
            found.append(When(question=one["question"], operator=operator, answer=answer))
        return tuple(found)

    def _initial(self, row: Mapping[str, Any], link: str) -> tuple[bool | float | str, ...]:
        options = row.get("answerOption")
        choices = [choice_of(option) for option in (options if isinstance(options, list) else ())]
        chosen = tuple(c.code for c in choices if c is not None and c.initial)
        given = row.get("initial")
        if chosen or given is None:
            return chosen
        rows = given if isinstance(given, list) and given else [None]
        found = [value_of(one, "value") if isinstance(one, Mapping) else None for one in rows]
        if None in found:
            self.bad("`initial` holds nothing that can be read", 'Write e.g. [{"valueBoolean": false}].', link)
        return tuple(v for v in found if v is not None)

    def _longest(self, row: Mapping[str, Any], kind: str, link: str) -> int:
        usual = _LONGEST_OF.get(kind, 300)
        given = row.get("maxLength", usual)
        if not isinstance(given, int) or not 0 < given <= 4000:
            self.bad("maxLength must be 1 to 4000", "Mend it.", link)
            return usual
        return given


def _raises(row: Mapping[str, Any]) -> str:
    value = extension(row, OWN + "raises").get("valueCode")
    return value if value == "self_harm" else ""
