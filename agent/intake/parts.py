"""Pieces of FHIR that forms are made of: words with their translations, extensions, values and codings."""

from collections.abc import Mapping
from typing import Any

from agent.intake.measures import quantity_in
from agent.model.form import Choice, Text

OWN = "https://frontdesk.example/StructureDefinition/"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def choice_of(option: Any, base: str = "en") -> Choice | None:
    """One `answerOption`: a coding, or a bare word, number or day."""
    if not isinstance(option, Mapping):
        return None
    initial = option.get("initialSelected") is True
    if isinstance(option.get("valueString"), str) and option["valueString"].strip():
        words = words_of(option, "valueString", base)
        return Choice(code=option["valueString"], typed="string", text=words, score=_score(option), initial=initial)
    for typed, name in (("integer", "valueInteger"), ("date", "valueDate"), ("time", "valueTime")):
        bare = option.get(name)
        if isinstance(bare, int | str) and not isinstance(bare, bool) and str(bare):
            fields = {"code": str(bare), "typed": typed, "text": {"en": str(bare)}}
            return Choice.model_validate({**fields, "score": _score(option), "initial": initial})
    return coded(option.get("valueCoding"), base, option)


def coded(
    coding: Any, base: str = "en", beside: Mapping[str, Any] | None = None, system: str = ""
) -> Choice | None:  # fmt: skip
    """A Coding, or a concept of a ValueSet, as a choice; None where it has no code or no words."""
    if not isinstance(coding, Mapping) or not isinstance(coding.get("code"), str) or not coding["code"]:
        return None
    words = {**words_of(coding, "display", base)}
    if not words:
        return None
    designations = coding.get("designation")
    for one in designations if isinstance(designations, list) else ():
        if isinstance(one, Mapping):
            _say(words, one.get("language"), one.get("value"))
    found = beside or {}
    score = _score(coding) if _score(coding) is not None else _score(found)
    return Choice(code=coding["code"], system=str(coding.get("system") or system), text=words, score=score,
                  initial=found.get("initialSelected") is True)  # fmt: skip


def _score(row: Mapping[str, Any]) -> float | None:
    return next((n for url in (ORDINAL, OWN + "score") if (n := number_of(extension(row, url))) is not None), None)


def value_of(row: Mapping[str, Any], stem: str = "answer") -> bool | float | str | None:
    """The value of `answerBoolean`, `answerCoding`, `answerInteger` and their kin."""
    if (measured := quantity_in(row.get(stem + "Quantity"))) is not None:
        return measured
    for name in ("Boolean", "Integer", "Decimal", "Date", "DateTime", "Time", "String"):
        value = row.get(stem + name)
        if isinstance(value, bool | int | float | str):
            return value
    coding = row.get(stem + "Coding")
    code = coding.get("code") if isinstance(coding, Mapping) else None
    return code if isinstance(code, str) else None


def number_of(extension: Mapping[str, Any]) -> float | None:
    """The number of an extension."""
    for name in ("valueDecimal", "valueInteger"):
        if isinstance(extension.get(name), int | float):
            return float(extension[name])
    return None


def extensions(row: Any, url: str) -> list[Mapping[str, Any]]:
    """Every extension of this url."""
    rows = row.get("extension") if isinstance(row, Mapping) else None
    return [e for e in rows if isinstance(e, Mapping) and e.get("url") == url] if isinstance(rows, list) else []


def extension(row: Any, url: str) -> Mapping[str, Any]:
    """The first extension of this url, or an empty one."""
    return next(iter(extensions(row, url)), {})


def words_of(row: Mapping[str, Any], name: str, base: str = "en") -> Text:
    """The words, written in `base`, and their translations; those stand in where English is missing. Empty where there
    are none."""
    written = row.get(name)
    if not isinstance(written, str) or not written.strip():
        return {}
    out: dict[str, str] = {}
    _say(out, base, written)
    beside = row.get(f"_{name}")
    extensions = beside.get("extension") if isinstance(beside, Mapping) else None
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, Mapping) and one.get("url") == TRANSLATION:
            content = extension(one, "content")
            _say(
                out, extension(one, "lang").get("valueCode"), content.get("valueString") or content.get("valueMarkdown")
            )
    out.setdefault("en", written.strip())
    return out


def _say(words: dict[str, str], lang: Any, said: Any) -> None:
    """es-MX stands in for es where nothing else does."""
    if isinstance(lang, str) and lang and isinstance(said, str) and said.strip():
        words[lang] = said.strip()
        words.setdefault(lang.partition("-")[0], said.strip())
