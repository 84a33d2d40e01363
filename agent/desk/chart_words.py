"""FHIR values in a few words, for whoever decides what is written to the record."""

import json
from collections.abc import Mapping
from typing import Any

from agent.model.chart import Difference

MOST = 160  # characters of one value
_SILENT = frozenset({"resourceType", "id", "meta", "text", "extension"})


def brief(value: Any) -> str:
    """What a value says, without its codes where it has words."""
    words = _words(value)
    return words if len(words) <= MOST else words[: MOST - 1] + "…"


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if not isinstance(value, dict):
        return str(value)
    if isinstance(value.get("coding"), list) or isinstance(value.get("text"), str):
        shown = value.get("text") or next((c.get("display") or c.get("code") for c in value["coding"]), "")
        return str(shown or "")
    if "family" in value or "given" in value:
        return " ".join([*map(str, value.get("given") or []), str(value.get("family") or "")]).strip()
    for name in ("display", "reference", "value", "title", "code"):
        if isinstance(value.get(name), str):
            return str(value[name])
    if "attachment" in value:
        return _words(value["attachment"])
    parts = [_words(v) for k, v in value.items() if k not in _SILENT]
    return ", ".join(filter(None, parts)) or json.dumps(value, ensure_ascii=False)[:MOST]


def about(resource: Mapping[str, Any]) -> str:
    """What a resource is of."""
    for name in ("title", "code", "medicationCodeableConcept", "payor", "name", "deviceName", "activity", "type"):
        if resource.get(name):
            return brief(resource[name])
    return ""


def differences(there: Mapping[str, Any], then: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Field by field, those that change alone."""
    names = dict.fromkeys([*then, *there])
    return tuple(
        Difference(name=n, before=brief(there.get(n)), after=brief(then.get(n)))
        for n in names if n not in _SILENT and there.get(n) != then.get(n)
    )  # fmt: skip
