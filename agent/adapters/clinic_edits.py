"""The parts of the clinic's facts that an admin edits, laid over the facts file; checked as the file itself is."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agent.adapters.clinic_file import ClinicFileError, checked_clinic, raw_facts
from agent.model.clinic import WEEKDAYS, Clinic, Spans
from agent.model.edit import Item, Items
from agent.model.fault import Refused

PARTS = ("hours", "closures", "insurance", "answers", "visit", "booking")
_BOOKING = ("lead_minutes", "horizon_days", "notice_hours")


def part_of(key: str) -> tuple[str, str]:
    """(part, of what) of a key "clinic/<part>/<what>". Raises Refused for another one."""
    kind, _, rest = key.partition("/")
    part, _, name = rest.partition("/")
    if kind != "clinic" or part not in PARTS:
        raise Refused("there is no such part of the clinic's facts to edit")
    return part, name


def edited_clinic(file: Path, items: Items) -> Clinic:
    """The clinic of this file with the items in it. Raises ClinicFileError with one line for each mistake."""
    facts = raw_facts(file)
    _lay_over(facts, items)
    return checked_clinic(facts, file.name)


def edited_text(file: Path, items: Items) -> str:
    """The file's text with the items in it; comments, order and quotes stay. Raises ClinicFileError."""
    edited_clinic(file, items)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(file.read_text(encoding="utf-8-sig"))
    _lay_over(data, items)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def standing_fact(clinic: Clinic, key: str) -> Item | None:
    """What stands at that key in the clinic's facts; None where nothing does."""
    part, name = part_of(key)
    match part:
        case "hours":
            place = next((x for x in clinic.locations if x.id == name), None)
            return {"hours": {d: _spans(place.hours.get(d, ())) for d in WEEKDAYS}} if place else None
        case "closures":
            return {"closures": [_closure(c) for c in clinic.closures]}
        case "insurance":
            return {"plans": list(clinic.insurance)}
        case "answers":
            return {"texts": dict(clinic.answers[name])} if name in clinic.answers else None
        case "visit":
            kind = next((v for v in clinic.visit_types if v.id == name), None)
            if kind is None:
                return None
            return {n: getattr(kind, n) for n in ("desk_may_prepare", "new_patients", "minutes")}
        case _:
            return {n: getattr(clinic.booking, n) for n in _BOOKING}


def _spans(spans: Spans) -> list[str]:
    return [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]


def _closure(closure: Any) -> Item:
    row: Item = closure.model_dump(mode="json", exclude_defaults=True)
    return row | ({"hours": _spans(closure.hours)} if closure.hours else {})


def _lay_over(facts: Any, items: Items) -> None:
    """A part whose location, topic or kind of visit is no longer in the file is passed over."""
    doing: dict[str, Callable[[Any, str, Item], None]] = {
        "hours": _hours, "visit": _visit, "booking": _booking,
        "closures": lambda facts, _, item: facts.__setitem__("closures", item["closures"]),
        "insurance": lambda facts, _, item: facts.__setitem__("insurance", item["plans"]),
        "answers": lambda facts, name, item: facts.setdefault("answers", {}).__setitem__(name, item["texts"]),
    }  # fmt: skip
    for key, item in sorted(items.items()):
        if key.startswith("clinic/"):
            part, name = part_of(key)
            try:
                doing[part](facts, name, item)
            except (KeyError, TypeError, AttributeError):
                raise ClinicFileError([f"{part}: this cannot be laid over the facts file"]) from None


def _named(rows: Any, name: str) -> Any:
    return next((row for row in rows if row.get("id") == name), None)


def _hours(facts: Any, name: str, item: Item) -> None:
    place = _named(facts["locations"], name)
    if place is not None:
        place["hours"] = {d: list(spans) for d, spans in item["hours"].items() if spans}


def _visit(facts: Any, name: str, item: Item) -> None:
    kind = _named(facts["visit_types"], name)
    if kind is not None:
        kind.update({n: item[n] for n in ("desk_may_prepare", "new_patients", "minutes") if n in item})


def _booking(facts: Any, _: str, item: Item) -> None:
    facts.setdefault("booking", {}).update({n: item[n] for n in _BOOKING if n in item})
