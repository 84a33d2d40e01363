"""A change of content in words: what it is about, and line by line what goes and what comes."""

from difflib import SequenceMatcher
from typing import Any

from agent.content.items import place
from agent.content.plurals import forms
from agent.model.edit import Change, Item

_KINDS = {
    "message": "Message",
    "intent": "Sentences of",
    "safety": "Safety phrases:",
    "clinic": "Clinic:",
    "language": "Language",
}
_PARTS = {"hours": "hours of", "closures": "closed days", "insurance": "insurance plans", "answers": "answer on",
          "visit": "kind of visit", "booking": "booking", "due": "due times", "place": "place",
          "provider": "provider", "languages": "languages",
          "telephone": "telephones that are rung", "reminders": "reminders", "planted": "planted errors",
          "country": "law of the place"}  # fmt: skip
_NAMES = {"text": "", "origin": "made by", "reviewer": "read by", "examples": "example", "tests": "test",
          "not_this": "near miss", "phrases": "phrase", "plans": "plan", "closures": "day",
          "plural": "plural form", "note": "note", "rules": "rule", "aliases": "words",
          "one_in": "shown in one visit of", "most_a_day": "at most for one person on one day"}  # fmt: skip
_FORM = "for "  # a number: "for one", "for few"
_BY_LANGUAGE = ("phrases", "aliases")  # by tier or language, whose name alone would not say what it is
_UNSEEN = ("source",)
_WITHIN = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday", "E1": "for the emergency number", "E2": "for the crisis line", "E3": "for a person within minutes",
    "S": "for safeguarding", "human": "for a person", "routine": "for a person, without hurry",
}  # fmt: skip


def title_of(key: str) -> str:
    """ "Message booking.ask_day", "Clinic: hours of brooklyn"."""
    at = place(key)
    if at.kind == "clinic":
        return f"Clinic: {_PARTS.get(at.lang, at.lang)} {at.name.replace('_', ' ')}".strip()
    return f"{_KINDS[at.kind]} {at.name or at.lang}"


def rows_of(change: Change) -> list[dict[str, Any]]:
    """Rows {mark: "−" or "+", what, text, pieces}: what stays the same is left out; of a text that was mended the
    pieces are (text, changed)."""
    before, after = lines_of(_by_form(change.key, change.before)), lines_of(_by_form(change.key, change.after))
    gone = [x for x in before if x not in after]
    come = [x for x in after if x not in before]
    rows = []
    for what, text in gone:
        twin = next((t for w, t in come if w == what), None) if _one_alone(what) else None
        rows.append({"mark": "−", "what": what, "pieces": _pieces(text, twin)})
    for what, text in come:
        twin = next((t for w, t in gone if w == what), None) if _one_alone(what) else None
        rows.append({"mark": "+", "what": what, "pieces": _pieces(text, twin)})
    return rows


def _one_alone(what: str) -> bool:
    """Is there one of it only, so that what goes and what comes are the same thing mended?"""
    return what in ("", "made by", "read by") or what.startswith(_FORM)


def _by_form(key: str, item: Item | None) -> Item | None:
    """A message with its plural forms by the names of their rule, the last of which is not told twice."""
    told = (item or {}).get("plural")
    if item is None or not told or place(key).kind != "message":
        return item
    of = forms(place(key).lang)
    named = {f"{_FORM}{of[at].name if at < len(of) else at}": text for at, text in enumerate(told)}
    return named | {name: value for name, value in item.items() if name not in ("text", "plural")}


def lines_of(item: Item | None) -> list[tuple[str, str]]:
    """Every single thing of an item, each with what it is."""
    out: list[tuple[str, str]] = []
    for name, value in (item or {}).items():
        if name in _UNSEEN or value in ("", [], {}, None):
            continue
        what = _NAMES.get(name, name.replace("_", " "))
        if isinstance(value, dict):
            for inner, held in value.items():
                named = _WITHIN.get(str(inner), inner)
                for one in held if isinstance(held, list) else [held]:
                    out.append((f"{what if name in _BY_LANGUAGE else ''} {named}".strip(), _said(one)))
                if held == [] and name == "hours":
                    out.append((str(named), "closed"))
        elif isinstance(value, list):
            out += [(what, _said(one)) for one in value]
        else:
            out.append((what, "yes" if value is True else "no" if value is False else str(value)))
    return out


def _said(value: Any) -> str:
    if isinstance(value, dict):
        if "text" in value:
            return f"{value['text']} → {value.get('intent', '')}"
        named = value.get("name", {})
        rest = {k: v for k, v in value.items() if k != "name"}
        parts = [named.get("en", "") if isinstance(named, dict) else ""]
        parts += [", ".join(v) if isinstance(v, list) else str(v) for v in rest.values()]
        return " · ".join(p for p in parts if p)
    return str(value)


def _pieces(text: str, twin: str | None) -> list[tuple[str, bool]]:
    """The text in pieces, those that its twin does not have marked; whole words."""
    if twin is None:
        return [(text, False)]
    mine, other = text.split(" "), twin.split(" ")
    out: list[tuple[str, bool]] = []
    for op, a, b, _, _ in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if a < b:
            out.append((" ".join(mine[a:b]) + (" " if b < len(mine) else ""), op != "equal"))
    return out
