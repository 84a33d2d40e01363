"""Fits raw tables of a file to the values of the model, and says of every misfit where it stands and what may stand
there instead."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from agent.content.faults import Fault, instead_of
from agent.content.read_yaml import Document, Key
from agent.model.value import Value

V = TypeVar("V", bound=Value)
_MOST = 8  # misfits told of one table
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a [list]",
    "list_type": "a [list]",
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
}


def fitted(kind: type[V], row: Any, document: Document, faults: list[Fault], *place: Key) -> V | None:
    """The value, or None with every misfit added to `faults`."""
    try:
        return kind.model_validate(row)
    except ValidationError as e:
        for error in e.errors()[:_MOST]:
            inner = tuple(error["loc"])
            what, fix = _said(kind, dict(error), inner)
            faults.append(document.fault(what, fix, *place, *inner))
    return None


def _said(kind: type[Value], error: dict[str, Any], place: tuple[Key, ...]) -> tuple[str, str]:
    key, where = str(place[-1]) if place else "this", _path(place)
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key {key}", instead_of(key, _keys_at(kind, place[:-1]))
        case "missing":
            return f"{where} is missing", f"Add `{key}: …`."
        case "literal_error":
            known = [x.strip(" '") for x in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
            return f"{where} may not be {error['input']!r}", instead_of(str(error["input"]), known)
        case found if found in _WANTED:
            return f"{where} must be {_WANTED[found]}, not {_shown(error['input'])}", "Mend the value."
    return f"{where}: {str(error['msg'])[:1].lower()}{str(error['msg'])[1:]}", "Mend the value."


def _path(place: Sequence[Key]) -> str:
    """steps → 3 → ask, counted from one as people count."""
    return " → ".join(str(k + 1) if isinstance(k, int) else k for k in place) or "this"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else repr(value)[:40]


def _keys_at(kind: type[Value], place: Sequence[Key]) -> list[str]:
    """The keys that the table at `place` may hold, as they are written in the file."""
    at: type[Value] | None = kind
    for key in place:
        field = _field(at, key) if at is not None and isinstance(key, str) else None
        if field is not None:
            at = _model_in(field.annotation)
    return [f.alias or n for n, f in at.model_fields.items()] if at is not None else []


def _field(kind: type[Value], key: str) -> FieldInfo | None:
    return next((f for n, f in kind.model_fields.items() if key in (n, f.alias)), None)


def _model_in(annotation: Any) -> type[Value] | None:
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a)) is not None), None)
