"""Reads a clinic file (YAML or JSON) into a checked Clinic; every mistake is one line that says how to mend it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from agent.adapters.clinic_rules import mistakes
from agent.model.clinic import WEEKDAYS, Clinic
from agent.model.fault import Refused

MAX_BYTES = 1_000_000  # a clinic group's facts are some 50 kB
MAX_DEPTH = 20
SPAN = re.compile(r"^\s*(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})\s*$")
DAYS = re.compile(r"^\s*([a-z]{3})\s*[-–—]\s*([a-z]{3})\s*$")


class ClinicFileError(Refused):
    """The file cannot be used; `lines` name file, key, what is wrong and how to mend it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Loader(yaml.CSafeLoader):
    """YAML with JSON's scalars only: `no` stays a word, 12:30 stays a time."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML's own name and shape


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9]\d*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])


def load_clinic(path: Path) -> Clinic:
    """The clinic of a YAML or JSON file. Raises ClinicFileError with one line for each mistake."""
    return checked_clinic(raw_facts(path), path.name)


def raw_facts(path: Path) -> Any:
    """What the file says, before it is checked. Raises ClinicFileError where it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        why = fault.strerror or "cannot be read"
        raise ClinicFileError([f"{path.name}: {why}; name a clinic file that exists and may be read"]) from fault
    return _read(raw, path.name)


def parse_clinic(raw: bytes, name: str) -> Clinic:
    """The clinic in the bytes of a file called `name`; see `load_clinic`."""
    return checked_clinic(_read(raw, name), name)


def checked_clinic(facts: Any, name: str) -> Clinic:
    """The clinic of the facts of a file called `name`. Raises ClinicFileError with one line for each mistake."""
    if not isinstance(facts, dict):
        raise ClinicFileError([f"{name}: holds no keys; start from the demo clinic's file"])
    try:
        clinic = Clinic.model_validate(_plain(facts))
    except ValidationError as fault:
        raise ClinicFileError([_line(name, e["loc"], e["type"], e["msg"]) for e in fault.errors()]) from None
    wrong = [f"{name}: {key}: {what}" for key, what in mistakes(clinic)]
    if wrong:
        raise ClinicFileError(wrong)
    return clinic


def _parsed(text: str) -> Any:
    """The data of a YAML text. Raises YAMLError, also for aliases and for deep nesting."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not read here",
                problem_mark=event.start_mark,  # type: ignore[arg-type]  # libyaml's mark
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise yaml.YAMLError("too deep")
    return yaml.load(text, _Loader)  # noqa: S506  # safe subclass


def _read(raw: bytes, name: str) -> Any:
    if len(raw) > MAX_BYTES:
        raise ClinicFileError([f"{name}: larger than {MAX_BYTES} bytes; keep only the clinic's facts in it"])
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text) if name.endswith(".json") else _parsed(text)
    except UnicodeDecodeError:
        raise ClinicFileError([f"{name}: is not UTF-8; save it as UTF-8"]) from None
    except json.JSONDecodeError as fault:
        raise ClinicFileError([f"{name}: line {fault.lineno}: {fault.msg}; correct the JSON there"]) from None
    except yaml.MarkedYAMLError as fault:
        line = min(fault.problem_mark.line, text.count("\n")) + 1 if fault.problem_mark else 1
        raise ClinicFileError([f"{name}: line {line}: {fault.problem}; correct the YAML there"]) from None
    except (yaml.YAMLError, RecursionError):
        raise ClinicFileError([f"{name}: cannot be read as YAML; remove odd characters and deep nesting"]) from None


def _plain(value: Any, key: str = "") -> Any:
    """The shorthands written out: "08:00-12:00" as a pair of times, `mon-fri` as five days."""
    if isinstance(value, dict):
        return dict(_pairs(value)) if key == "hours" else {k: _plain(v, str(k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_span(v) for v in value] if key == "hours" else [_plain(v) for v in value]
    return value


def _pairs(hours: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, spans in hours.items():
        found = DAYS.match(str(name))
        days = [str(name)]
        if found and found[1] in WEEKDAYS and found[2] in WEEKDAYS:
            first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2])
            days = list(WEEKDAYS[first : last + 1]) or days
        for day in days:
            yield day, _plain(spans if isinstance(spans, list) else [spans], "hours")


def _span(value: Any) -> Any:
    found = SPAN.match(value) if isinstance(value, str) else None
    return [found[1].rjust(5, "0"), found[2].rjust(5, "0")] if found else value


_HOW = {
    "missing": "this key is missing; add it (see the demo clinic's file)",
    "extra_forbidden": "no such key; correct its spelling or remove it",
    "tuple_type": 'should be a list; hours are written ["08:00-12:00", "13:00-17:00"]',
    "time_parsing": 'not a time; write "08:00", in quotes',
    "date_from_datetime_parsing": "not a date; write 2026-12-25",
}


def _line(name: str, where: tuple[int | str, ...], kind: str, message: str) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    how = _HOW.get(kind) or f"{message[0].lower()}{message[1:]}; correct the value"
    return f"{name}: {key or 'file'}: {how}"
