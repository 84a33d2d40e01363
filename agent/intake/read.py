"""Reads a FHIR R4 Questionnaire, as JSON, into a Form; what cannot be read is told in one line each, nothing raises."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.model.form import Choice, Form, Item, Text, When

LARGEST = 1_000_000  # characters of a file
MOST_ITEMS, MOST_CHOICES, DEEPEST = 300, 60, 8
OWN = "https://frontdesk.example/StructureDefinition/"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SUB_FORM = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"
KINDS = frozenset("group display boolean choice open-choice date decimal integer string text attachment".split())
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


def read(text: str, name: str) -> Read:
    """A form from the text of its file."""
    if len(text) > LARGEST:
        return Read(None, [Flaw(f"the file is larger than {LARGEST:,} characters", "Make several forms of it.")])
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        return Read(None, [Flaw(f"this is no JSON: {str(wrong)[:80]}", "Write a FHIR R4 Questionnaire.")])
    if not isinstance(data, Mapping) or data.get("resourceType") != "Questionnaire":
        return Read(None, [Flaw("this is no FHIR Questionnaire", 'Write `"resourceType": "Questionnaire"`.')])
    reader = _Reader()
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
        name=name, url=str(url or name), title=_words(data, "title") or {"en": name}, items=items,
        version=str(data.get("version", "")),
    )  # fmt: skip
    return Read(form, reader.flaws, reader.subs)


class _Reader:
    """Gathers flaws while it reads; an item that cannot be read is left out and told of."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self.subs: dict[str, str] = {}
        self._links: set[str] = set()
        self._count = 0

    def bad(self, what: str, fix: str, link: str = "") -> None:
        self.flaws.append(Flaw(what, fix, link))

    def items(self, rows: Any, depth: int, *, in_rows: bool = False) -> tuple[Item, ...]:
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

    def _item(self, row: Any, depth: int, in_rows: bool) -> Item | None:
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
        if kind not in KINDS:
            self.bad(f"unknown type {kind}", f"Use one of {', '.join(sorted(KINDS))}.", link)
            return None
        repeats = row.get("repeats") is True
        if kind == "group" and repeats and in_rows:
            self.bad("a repeating group stands inside a repeating group", "Ask the inner one apart.", link)
            return None
        text = _words(row, "text")
        if not text and kind != "group":
            self.bad("it has no text", "Write what is asked.", link)
            return None
        item = Item(
            link=link, kind=kind, text=text, required=row.get("required") is True, repeats=repeats,
            choices=self._choices(row, kind, link), whens=self._whens(row, link),
            all_of=row.get("enableBehavior", "all") != "any", initial=self._initial(row, link),
            why=_extension_words(row, OWN + "why"), longest=self._longest(row, kind, link),
            definition=str(row.get("definition", "")), raises=_RAISES.get(link, _raises(row)),
            items=self.items(row.get("item"), depth + 1, in_rows=in_rows or (kind == "group" and repeats)),
        )  # fmt: skip
        sub = _extension(row, SUB_FORM).get("valueCanonical")
        if isinstance(sub, str):
            self.subs[link] = sub.partition("|")[0]
        elif kind == "group" and not item.items:
            self.bad("the group is empty", "Add `item`, or take it out.", link)
        return item

    def _choices(self, row: Mapping[str, Any], kind: str, link: str) -> tuple[Choice, ...]:
        if kind not in ("choice", "open-choice"):
            return ()
        options = row.get("answerOption")
        if not isinstance(options, list) or not options:
            what = "its answers stand in a ValueSet elsewhere" if "answerValueSet" in row else "it offers no answers"
            self.bad(what, "Write them as `answerOption`.", link)
            return ()
        if len(options) > MOST_CHOICES:
            self.bad(f"it offers {len(options):,} answers, {MOST_CHOICES} at most", "Ask in steps, or in words.", link)
            return ()
        found: dict[str, Choice] = {}
        for option in options:
            choice = _choice(option)
            if choice is None or choice.code in found:
                self.bad("an answer has no code, no words, or another's code", "Write valueCoding with both.", link)
            else:
                found[choice.code] = choice
        return tuple(found.values())

    def _whens(self, row: Mapping[str, Any], link: str) -> tuple[When, ...]:
        rows = row.get("enableWhen", [])
        found: list[When] = []
        for given in rows if isinstance(rows, list) else [None]:
            one: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
            answer, operator = _answer(one), one.get("operator")
            if answer is None or operator not in OPERATORS or not isinstance(one.get("question"), str):
                self.bad("an enableWhen has no question, operator or answer", "Write all three.", link)
                continue
            if operator == "exists" and not isinstance(answer, bool):
                self.bad("`exists` takes answerBoolean", "Write true or false.", link)
                continue
            found.append(When(question=one["question"], operator=operator, answer=answer))
        return tuple(found)

    def _initial(self, row: Mapping[str, Any], link: str) -> bool | float | str | None:
        options = row.get("answerOption")
        chosen = [
            o
            for o in (options if isinstance(options, list) else ())
            if isinstance(o, Mapping) and o.get("initialSelected") is True
        ]
        if chosen:
            choice = _choice(chosen[0])
            return choice.code if choice else None
        given = row.get("initial")
        if given is None:
            return None
        first = given[0] if isinstance(given, list) and given else None
        value = _answer(first, "value") if isinstance(first, Mapping) else None
        if value is None:
            self.bad("`initial` holds nothing that can be read", 'Write e.g. [{"valueBoolean": false}].', link)
        return value

    def _longest(self, row: Mapping[str, Any], kind: str, link: str) -> int:
        usual = _LONGEST_OF.get(kind, 300)
        given = row.get("maxLength", usual)
        if not isinstance(given, int) or not 0 < given <= 4000:
            self.bad("maxLength must be 1 to 4000", "Mend it.", link)
            return usual
        return given


def _choice(option: Any) -> Choice | None:
    if not isinstance(option, Mapping):
        return None
    coding = option.get("valueCoding")
    if isinstance(option.get("valueString"), str):
        words = _words(option, "valueString")
        return Choice(code=option["valueString"], text=words)
    if not isinstance(coding, Mapping) or not isinstance(coding.get("code"), str) or not coding["code"]:
        return None
    words = _words(coding, "display")
    if not words:
        return None
    score = next((_number(_extension(row, url)) for row in (coding, option, ) for url in (ORDINAL, OWN + "score")
                  if _number(_extension(row, url)) is not None), None)  # fmt: skip
    return Choice(code=coding["code"], system=str(coding.get("system", "")), text=words, score=score,
                  initial=option.get("initialSelected") is True)  # fmt: skip


def _answer(row: Mapping[str, Any], stem: str = "answer") -> bool | float | str | None:
    """The value of `answerBoolean`, `answerCoding`, `answerInteger` and their kin."""
    for name in ("Boolean", "Integer", "Decimal", "Date", "String"):
        value = row.get(stem + name)
        if isinstance(value, bool | int | float | str):
            return value
    coding = row.get(stem + "Coding")
    code = coding.get("code") if isinstance(coding, Mapping) else None
    return code if isinstance(code, str) else None


def _number(extension: Mapping[str, Any]) -> float | None:
    for name in ("valueDecimal", "valueInteger"):
        if isinstance(extension.get(name), int | float):
            return float(extension[name])
    return None


def _raises(row: Mapping[str, Any]) -> str:
    value = _extension(row, OWN + "raises").get("valueCode")
    return value if value == "self_harm" else ""


def _extension(row: Any, url: str) -> Mapping[str, Any]:
    """The first extension of this url, or an empty one."""
    rows = row.get("extension") if isinstance(row, Mapping) else None
    found = (e for e in rows if isinstance(e, Mapping) and e.get("url") == url) if isinstance(rows, list) else ()
    return next(iter(found), {})


def _extension_words(row: Mapping[str, Any], url: str) -> Text:
    return _words(_extension(row, url), "valueString")


def _words(row: Mapping[str, Any], name: str) -> Text:
    """The English words and their translations; empty where there are none."""
    english = row.get(name)
    if not isinstance(english, str) or not english.strip():
        return {}
    out = {"en": english.strip()}
    beside = row.get(f"_{name}")
    extensions = beside.get("extension") if isinstance(beside, Mapping) else None
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, Mapping) and one.get("url") == TRANSLATION:
            parts = {p.get("url"): p for p in one.get("extension") or () if isinstance(p, Mapping)}
            lang = parts.get("lang", {}).get("valueCode")
            content = parts.get("content", {})
            said = content.get("valueString") or content.get("valueMarkdown")
            if isinstance(lang, str) and isinstance(said, str) and said.strip():
                out[lang] = said.strip()
    return out
