"""What a question's answer must keep to beyond its kind, as FHIR's extensions say it; read, checked, and shown."""

from collections.abc import Mapping
from typing import Any

from agent.intake.measures import is_moment, is_time, measured, order, unit_of
from agent.intake.measures import shown as plainly
from agent.intake.parts import extension, value_of, words_of
from agent.intake.patterns import matches, unfit
from agent.model.form import Bounds, Item, Text

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_LEAST, _MOST, _PLACES = _FHIR + "minValue", _FHIR + "maxValue", _FHIR + "maxDecimalPlaces"
_SHORTEST, _PATTERN, _SHOWN = _FHIR + "minLength", _FHIR + "regex", _FHIR + "entryFormat"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
_BIRTH = "#Patient.birthDate"
_WORDS = ("string", "text", "open-choice")
Wrong = tuple[str, str]  # what, and how to mend it


def bounds_of(row: Mapping[str, Any], kind: str, base: str) -> tuple[Bounds, list[Wrong]]:
    """The bounds of an item, and what is wrong with them; a bound that is wrong is left out."""
    wrong: list[Wrong] = []
    fields: dict[str, Any] = {}
    for name, url, sdc in (("least", _LEAST, "minQuantity"), ("most", _MOST, "maxQuantity")):
        held = extension(row, url) or extension(row, _SDC + sdc)
        if held:
            value = value_of(held, "value")
            if _is_bound(kind, value):
                fields[name] = value
            else:
                wrong.append((f"its {url.rpartition('/')[2]} is none for {kind}", "Give it a value of its type."))
    least, most = fields.get("least"), fields.get("most")
    if least is not None and most is not None and _above(kind, least, most):
        wrong.append((f"its least value {least} is above its most {most}", "Exchange them."))
        fields.clear()
    for name, url, kinds in (("shortest", _SHORTEST, _WORDS), ("places", _PLACES, ("decimal",))):
        held = extension(row, url)
        number = held.get("valueInteger")
        if held and (kind not in kinds or isinstance(number, bool) or not isinstance(number, int) or number < 0):
            wrong.append((f"its {url.rpartition('/')[2]} is none for {kind}", "Write valueInteger, from 0."))
        elif held:
            fields[name] = number
    held = extension(row, _PATTERN)
    if held:
        given = held.get("valueString")
        why = unfit(given) if isinstance(given, str) and given else "the pattern is empty"
        if kind not in _WORDS:
            why = f"a pattern is nothing for {kind}"
        if why:
            wrong.append((why, "Write a plain one, such as [A-Z]{2}\\d{6}, or check it by hand."))
        else:
            fields["pattern"] = given
    fields["shown"] = words_of(extension(row, _SHOWN), "valueString", base)
    return Bounds(**fields), wrong


def _above(kind: str, least: float | str, most: float | str) -> bool:
    if isinstance(least, str) and isinstance(most, str):
        return (order(kind, least, most) or 0) > 0
    return isinstance(least, int | float) and isinstance(most, int | float) and least > most


def _is_bound(kind: str, value: object) -> bool:
    match kind:
        case "date":
            return isinstance(value, str) and len(value) == 10 and is_moment(value)
        case "dateTime":
            return is_moment(value)
        case "time":
            return is_time(value)
        case "quantity":
            return measured(value) is not None
    return kind in ("integer", "decimal") and isinstance(value, int | float) and not isinstance(value, bool)


def within(item: Item, value: bool | float | str) -> bool:
    """Does a value of the right kind keep to the bounds? A choice always does."""
    held = item.bounds
    if any(value == c.code for c in item.choices):
        return True
    if isinstance(value, str):
        kept = len(value.strip()) >= held.shortest and (not held.pattern or matches(held.pattern, value.strip()))
        low, high = (b if isinstance(b, str) else None for b in (held.least, held.most))
        below, above = (None if b is None else order(item.kind, value, b) for b in (low, high))
        return kept and (below is None or below >= 0) and (above is None or above <= 0)
    lowest, highest = (b if isinstance(b, int | float) else None for b in (held.least, held.most))
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        return False
    return held.places is None or round(float(value), held.places) == float(value)


def hint(item: Item, locale: str) -> str:
    """What an answer looks like, without words of any language but the form's own: “(0–10)”; empty without bounds, and
    for a date of birth, whose bounds only keep slips out."""
    held = item.bounds
    shown = _said(held.shown, locale)
    if shown:
        return f"({shown})"
    if item.definition.endswith(_BIRTH):
        return ""
    units = " / ".join(_said(unit.text, locale) for unit in item.units)
    match _plain(item, held.least, locale), _plain(item, held.most, locale):
        case None, None if units:
            return f"({units})"
        case None, None:
            return ""
        case low, None:
            return f"(≥ {low})"
        case None, high:
            return f"(≤ {high})"
        case str(low), high:
            return f"({low} – {high})"
        case low, high:
            return f"({low}–{high})"


def _plain(item: Item, bound: float | str | None, locale: str) -> float | str | None:
    if not isinstance(bound, str):
        return bound
    unit = unit_of(item, bound)
    return f"{bound.partition(' ')[0]} {_said(unit.text, locale)}" if unit is not None else plainly(item.kind, bound)


def _said(text: Text, locale: str) -> str:
    return text.get(locale) or text.get(locale.partition("-")[0]) or text.get("en", "")
