"""The parts of the clinic's facts that an admin edits, laid over the facts file; checked as the file itself is."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agent.adapters.clinic_file import ClinicFileError, checked_clinic, raw_facts
from agent.model.clinic import WEEKDAYS, Clinic, Location, Provider, Spans, Texts, VisitType
from agent.model.edit import Item, Items
from agent.model.fault import Refused
from agent.model.outgoing_call import ABOUT

PARTS = (
    "hours", "closures", "insurance", "answers", "visit", "booking", "due", "place", "provider", "waitlist",
    "telephone", "reminders", "country", "planted", "languages",
)  # fmt: skip
SHARE = ("texts_a_day", "texts_a_week")
_PLACE, _PLACE_TEXTS = ("name", "address", "phone", "zone", "ended"), ("parking", "directions")
_VISIT = ("desk_may_prepare", "new_patients", "ended", "minutes", "buffer_before", "buffer_after", "notice_hours")
_MAKING = ("place", "visit")  # first: what else is edited of them lies over them
_QUIET = ("quiet_from", "quiet_until")
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
        case "place":
            place = next((x for x in clinic.locations if x.id == name), None)
            return place_item(clinic, place) if place else None
        case "provider":
            person = next((x for x in clinic.providers if x.id == name), None)
            return provider_item(person) if person else None
        case "closures":
            return {"closures": [_closure(c) for c in clinic.closures]}
        case "insurance":
            return {"plans": list(clinic.insurance)}
        case "answers":
            return answer_item(clinic, clinic.answers[name]) if name in clinic.answers else None
        case "visit":
            kind = next((v for v in clinic.visit_types if v.id == name), None)
            return visit_item(clinic, kind) if kind else None
        case "country":
            share = {n: getattr(clinic.bulk, n) for n in SHARE}
            return {"country": clinic.country, "region": clinic.region} | share
        case "telephone":
            rung, mail = clinic.transfer, clinic.voicemail
            return {
                "phones": list(rung.phones), "at_once": rung.at_once, "seconds": rung.seconds,
                "recorded": mail.enabled, "most_seconds": mail.most_seconds,
            }  # fmt: skip
        case "reminders":
            kept = clinic.reminders.model_dump(mode="json", exclude_none=True)
            rest = {"rules": [_rule(r) for r in kept["rules"]], "per_minute": kept["per_minute"]}
            return {n: kept[n][:5] for n in _QUIET} | rest | {"called": kept["calls"]["kinds"]}
        case "due":
            return {"rules": [r.model_dump(mode="json", exclude_none=True) for r in clinic.due]}
        case "languages":
            return {"languages": list(clinic.languages), "default_language": clinic.default_language}
        case "planted":
            return clinic.planted_errors.model_dump()
        case "waitlist":
            offers = [o.model_dump(exclude_none=True) for o in clinic.waitlist.offers]
            return {"notice_minutes": clinic.waitlist.notice_minutes, "offers": offers}
        case _:
            return {n: getattr(clinic.booking, n) for n in _BOOKING}


def answer_item(clinic: Clinic, texts: Texts) -> Item:
    """Texts in every language of the clinic, also where there is none yet."""
    return {"texts": {tag: texts.get(tag, "") for tag in dict.fromkeys([*clinic.languages, *texts])}}


def visit_item(clinic: Clinic, kind: VisitType) -> Item:
    """Names, and words that patients use, in every language of the clinic, also where there is none yet."""
    names = {tag: kind.name.get(tag, "") for tag in clinic.languages}
    words = {tag: list(kind.aliases.get(tag, ())) for tag in clinic.languages}
    return {n: getattr(kind, n) for n in _VISIT} | {"name": names, "aliases": words}


def place_item(clinic: Clinic, place: Location) -> Item:
    """Texts in every language of the clinic, also where there is none yet."""
    texts = {n: {tag: getattr(place, n).get(tag, "") for tag in clinic.languages} for n in _PLACE_TEXTS}
    return {n: getattr(place, n) for n in _PLACE} | texts


def provider_item(person: Provider) -> Item:
    """What an admin edits of a provider; other names in other languages stay as they are."""
    lists = {n: list(getattr(person, n)) for n in ("aliases", "languages", "visit_types")}
    hours = {d: _spans(person.hours.get(d, ())) for d in WEEKDAYS}
    return {"name": person.name, "location": person.location, "parallel": person.parallel, "hours": hours} | lists


def _rule(row: Item) -> Item:
    """Days before at a time, or hours before."""
    return {n: row[n] for n in ("hours", "ask")} if "hours" in row else row | {"at": row["at"][:5]}


def _spans(spans: Spans) -> list[str]:
    return [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]


def _closure(closure: Any) -> Item:
    row: Item = closure.model_dump(mode="json", exclude_defaults=True)
    return row | ({"hours": _spans(closure.hours)} if closure.hours else {})


def _lay_over(facts: Any, items: Items) -> None:
    """A part whose location, topic or kind of visit is no longer in the file is passed over."""
    doing: dict[str, Callable[[Any, str, Item], None]] = {
        "hours": _hours, "visit": _visit, "booking": _booking, "place": _located, "provider": _works,
        "telephone": _telephone, "country": _country,
        "reminders": _reminders,
        "waitlist": lambda facts, _, item: facts.setdefault("waitlist", {}).update(item),
        "planted": lambda facts, _, item: facts.__setitem__("planted_errors", dict(item)),
        "closures": lambda facts, _, item: facts.__setitem__("closures", item["closures"]),
        "insurance": lambda facts, _, item: facts.__setitem__("insurance", item["plans"]),
        "due": lambda facts, _, item: facts.__setitem__("due", item["rules"]),
        "languages": lambda facts, _, item: facts.update(item),
        "answers": lambda facts, name, item: facts.setdefault("answers", {}).__setitem__(
            name, {tag: text for tag, text in item["texts"].items() if text}
        ),
    }  # fmt: skip
    parts = [(*part_of(key), item) for key, item in sorted(items.items()) if key.startswith("clinic/")]
    for part, name, item in sorted(parts, key=lambda x: x[0] not in _MAKING):
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


def _made(rows: Any, name: str, whole: bool) -> Any:
    """The row of that id; a new one at the end where there is none and the item is a `whole` one."""
    row = _named(rows, name)
    if row is None and whole:
        row = {"id": name}
        rows.append(row)
    return row


def _located(facts: Any, name: str, item: Item) -> None:
    """A place that is not in the file yet is opened."""
    place = _made(facts["locations"], name, "zone" in item)
    if place is not None:
        _set(place, {n: item[n] for n in _PLACE if n in item})
        for n in _PLACE_TEXTS:
            place[n] = {tag: text for tag, text in item[n].items() if text}


def _set(row: Any, values: Item) -> None:
    """`ended` stands there only where it is so, and nothing that is None."""
    for name, value in values.items():
        if value is None or (name == "ended" and not value):
            row.pop(name, None)
        else:
            row[name] = value


def _country(facts: Any, _: str, item: Item) -> None:
    facts["country"] = item["country"]
    for held, names in ((facts, ("region",)), (facts.setdefault("bulk", {}), SHARE)):
        for n in names:
            held.pop(n, None)
            if item[n]:
                held[n] = item[n]
    if not facts["bulk"]:
        del facts["bulk"]


def _works(facts: Any, name: str, item: Item) -> None:
    """Somebody who is not in the file yet begins to work here."""
    person = _made(facts["providers"], name, whole=True)
    person.update(item | {"hours": {d: list(spans) for d, spans in item["hours"].items() if spans}})


def _reminders(facts: Any, _: str, item: Item) -> None:
    """`called`: what the desk calls about."""
    held = facts.setdefault("reminders", {})
    held.update({n: value for n, value in item.items() if n != "called"})
    if "called" in item and (item["called"] != list(ABOUT) or "kinds" in held.get("calls", {})):
        held.setdefault("calls", {})["kinds"] = list(item["called"])


def _telephone(facts: Any, _: str, item: Item) -> None:
    seconds = {"seconds": item["seconds"]} if item.get("seconds") is not None else {}
    facts["transfer"] = {"phones": item["phones"], "at_once": item["at_once"], **seconds}
    facts["voicemail"] = {"enabled": item["recorded"], "most_seconds": item["most_seconds"]}


def _visit(facts: Any, name: str, item: Item) -> None:
    """A kind of visit that is not in the file yet is one from now on. Names without a text are kept out."""
    kind = _made(facts["visit_types"], name, "name" in item)
    if kind is not None:
        _set(kind, {n: item[n] for n in _VISIT if n in item})
        if "name" in item:
            kind["name"] = {tag: text for tag, text in item["name"].items() if text}
        for tag, words in item.get("aliases", {}).items():
            held = kind.get("aliases", {})
            if words and list(held.get(tag, ())) != words:  # what stays keeps its form in the file
                kind.setdefault("aliases", {})[tag] = list(words)
            elif not words and tag in held:
                del held[tag]


def _booking(facts: Any, _: str, item: Item) -> None:
    facts.setdefault("booking", {}).update({n: item[n] for n in _BOOKING if n in item})
