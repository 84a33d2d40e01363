"""Reads what was typed on a page of the clinic's facts into the item that the facts file would hold."""

from typing import Any

from agent.adapters.clinic_edits import SHARE
from agent.model.clinic import WEEKDAYS
from agent.model.edit import Item
from agent.web.admin_room import FORM_BYTES, MOST_LINES, lines_of
from agent.web.signin import Form

_HIDDEN = "".join(map(chr, (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x200B, 0xFEFF)))
_DUE = ("minutes", "urgent_minutes")
_LONGEST = 1000  # characters of an answer


def typed(part: str, form: Form, before: Item) -> Item:
    """The part as it stands on the page."""
    item: Item
    if part == "hours":
        return {"hours": {day: spans(form.get(day)) for day in WEEKDAYS}}
    if part == "closures":
        return {"closures": _closures(form, before["closures"])}
    if part == "insurance":
        return {"plans": lines_of(form.get("plans"), FORM_BYTES)}
    if part == "answers":
        texts = {tag: " ".join(form.get(f"text-{tag}").split()) for tag in before["texts"]}
        return {"texts": texts}
    if part == "place":
        item = {n: " ".join(form.get(n).split()) for n in ("name", "address", "phone")}
        item["zone"] = form.get("zone").strip() or before["zone"]
        item["ended"] = form.get("ended") == "yes"
        for n in (n for n, held in before.items() if isinstance(held, dict)):
            item[n] = {tag: " ".join(form.get(f"{n}-{tag}").split()) for tag in before[n]}
        return item
    if part == "country":
        item = {"country": form.get("country"), "region": form.get("region").strip().upper()}
        return item | {n: _number(form.get(n)) if form.get(n).strip() else None for n in SHARE}
    if part == "provider":
        return {
            "name": " ".join(form.get("name").split()), "location": form.get("location"),
            "parallel": _number(form.get("parallel")), "hours": {day: spans(form.get(day)) for day in WEEKDAYS},
            "aliases": lines_of(form.get("aliases"), FORM_BYTES), "languages": form.all("languages"),
            "visit_types": form.all("visit_types"),
        }  # fmt: skip
    if part == "telephone":
        return {
            "phones": lines_of(form.get("phones"), FORM_BYTES), "at_once": form.get("at_once") == "yes",
            "seconds": _number(form.get("seconds")) if form.get("seconds").strip() else None,
            "recorded": form.get("recorded") == "yes", "most_seconds": _number(form.get("most_seconds")),
        }  # fmt: skip
    if part == "reminders":
        quiet = {n: _clock(form.get(n)) for n in ("quiet_from", "quiet_until")}
        called = form.all("called") if form.get("calls_shown") else before["called"]
        return quiet | {"rules": _reminding(form), "per_minute": _number(form.get("per_minute")), "called": called}
    if part == "due":
        return {"rules": _due(form)}
    if part == "visit":
        ticks = {n: form.get(n) == "yes" for n in ("desk_may_prepare", "new_patients", "ended")}
        names = {tag: " ".join(form.get(f"name-{tag}").split()) for tag in before["name"]}
        numbers = {n: _number(form.get(n)) for n in ("minutes", "buffer_before", "buffer_after")}
        notice = _number(form.get("notice_hours")) if form.get("notice_hours").strip() else None
        words = {
            tag: lines_of(form.get(f"aliases-{tag}"), FORM_BYTES) if form.all(f"aliases-{tag}") else held
            for tag, held in before["aliases"].items()
        }
        return {**ticks, **numbers, "notice_hours": notice, "name": names, "aliases": words}
    if part == "languages":
        return {"languages": form.all("languages"), "default_language": form.get("default_language")}
    if part == "waitlist":
        return {"notice_minutes": _number(form.get("notice_minutes")), "offers": _offers(form)}
    return {n: _number(form.get(n)) for n in before}


def _offers(form: Form) -> list[Item]:
    """A row without minutes is taken out; one without hours is for every time."""
    rows = zip(form.all("within_hours"), form.all("minutes"), strict=False)
    return [
        ({"within_hours": _number(hours)} if hours.strip() else {}) | {"minutes": _number(minutes)}
        for hours, minutes in rows if minutes.strip()
    ]  # fmt: skip


def spans(text: str) -> list[str]:
    """ "8:00-12:00, 13 - 17:30" as the facts file writes it; what is no time is left for the checks to refuse."""
    parts = [p.strip().replace("–", "-").replace("—", "-") for p in text.replace(";", ",").split(",")]
    return ["-".join(_clock(x) for x in p.split("-")) for p in parts if p and p.casefold() != "closed"]


def _clock(text: str) -> str:
    text = text.strip()
    hour, _, minute = text.partition(":")
    return f"{int(hour):02d}:{minute or '00'}" if hour.isascii() and hour.isdigit() and len(hour) < 3 else text


def _closures(form: Form, before: list[Item]) -> list[Item]:
    """A row is kept with its names in other languages as long as its English one stays."""
    names: dict[Any, Any] = {row.get("name", {}).get("en", ""): row.get("name", {}) for row in before}
    names |= {(row["day"], row.get("name", {}).get("en", "")): row.get("name", {}) for row in before}
    columns = [form.all(n) for n in ("day", "until", "called", "place", "open")]
    out: list[Item] = []
    for day, until, called, place, hours in zip(*columns, strict=False):
        name, (kind, _, whose) = " ".join(called.split()), place.partition(":")
        if not (day.strip() or name):
            continue
        row: Item = {"day": day.strip()}
        stood = names.get((day.strip(), name)) or names.get(name)
        optional = {"until": until.strip(), "name": stood or ({"en": name} if name else {}),
                    kind: whose if kind in ("location", "provider") else "", "hours": spans(hours)}  # fmt: skip
        out.append(row | {n: v for n, v in optional.items() if v})
    return out


def _reminding(form: Form) -> list[Item]:
    """A row without days and hours is taken out; one with hours counts those; days without a time are at ten."""
    out: list[Item] = []
    for days, at, hours, ask in zip(*(form.all(n) for n in ("days", "at", "hours", "ask")), strict=False):
        if hours.strip():
            out.append({"hours": _number(hours), "ask": ask == "yes"})
        elif days.strip():
            out.append({"days": _number(days), **({"at": _clock(at)} if at.strip() else {}), "ask": ask == "yes"})
    return out


def _due(form: Form) -> list[Item]:
    """A row without minutes is as the desk has it."""
    out: list[Item] = []
    for kind, reason, *minutes in zip(*(form.all(n) for n in ("kind", "reason", *_DUE)), strict=False):
        given = {n: _number(text) for n, text in zip(_DUE, minutes, strict=True) if text.strip()}
        if given:
            out.append({"kind": kind.strip(), **({"reason": reason.strip()} if reason.strip() else {}), **given})
    return out


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text


def hidden(item: Any) -> list[str]:
    """What a person cannot see, markup, an answer or a list without end, anywhere in the item."""
    if isinstance(item, dict):
        return [line for value in item.values() for line in hidden(value)]
    if isinstance(item, list) and len(item) > MOST_LINES:
        return [f"There are {len(item)} lines; at most {MOST_LINES} are looked at."]
    if isinstance(item, list):
        return [line for value in item for line in hidden(value)]
    if not isinstance(item, str):
        return []
    if any(c in _HIDDEN or ord(c) < 32 for c in item):
        return [f"“{item[:40]}” holds an invisible character: type it anew."]
    if any(c in item for c in "<>{}`") or "javascript:" in item.casefold():
        return [f"“{item[:40]}” holds signs of a programme (< > {{ }} `): write plain text."]
    return [f"“{item[:40]}…” is longer than {_LONGEST} characters."] if len(item) > _LONGEST else []
