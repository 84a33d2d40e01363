"""Reads one YAML file of an admin: strings stay strings, no aliases, no bombs, and every defect names its line."""

from pathlib import Path
from typing import Any

import yaml
from yaml.resolver import BaseResolver

from agent.content.faults import ContentFault, Fault

MAX_BYTES = 1_000_000
MAX_NODES = 60_000
MAX_DEPTH = 20


class _Loader(yaml.SafeLoader):
    """YAML 1.2-like scalars: only true/false/null, integers and decimals are converted ("no" and "12:30" stay text)."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", "n~"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(
        _tag, __import__("re").compile(_pattern), list(_first) + ([""] if "null" in _tag else [])
    )


def _unique_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key, _ in node.value:
        name = loader.construct_object(key)
        if not isinstance(name, str | int | float | bool):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key.start_mark)
        if name in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {name!r} stands twice (first on line {seen[name]})", key.start_mark
            )
        seen[name] = key.start_mark.line + 1
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def read_yaml(path: Path, name: str) -> Any:
    """The file's data. Raises ContentFault with one Fault: file, line, what, how to fix."""
    data = _bytes(path, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise ContentFault([Fault(name, line, "this is not UTF-8 text", "Save the file as UTF-8.")]) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Any:
    """As `read_yaml`, from text at hand."""
    try:
        _guard(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        line = mark.line + 1 if mark else 0
        what = (e.problem or e.context or "this is not valid YAML").strip()
        raise ContentFault([Fault(name, line, what, "Mend the line; check indentation, colons and quotes.")]) from None
    except yaml.YAMLError as e:
        what = str(e).splitlines()[0]
        raise ContentFault([Fault(name, 0, what, "Remove the character that YAML does not allow.")]) from None


def _bytes(path: Path, name: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError:
        raise ContentFault(
            [Fault(name, 0, "the file cannot be read", "Check that it exists and is readable.")]
        ) from None
    if len(data) > MAX_BYTES:
        raise ContentFault([Fault(name, 0, f"the file is larger than {MAX_BYTES} bytes", "Split it.")])
    return data


def _guard(text: str) -> None:
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Loader):
        nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases (& and *) are not allowed", problem_mark=event.start_mark
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise yaml.MarkedYAMLError(problem="this is nested too deeply or too long", problem_mark=event.start_mark)
