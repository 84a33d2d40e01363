"""YAML as people keep it: read and written back with comments, order and quotes."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter


class _Plain(RoundTripRepresenter):
    """Nothing is written as null, as it stands in the files."""


_Plain.add_representer(type(None), lambda it, _: it.represent_scalar("tag:yaml.org,2002:null", "null"))


def _yaml() -> YAML:
    made = YAML()  # round trip: comments, order and quotes stay
    made.preserve_quotes = True
    made.Representer = _Plain
    made.width = 1_000_000
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def loaded(text: str) -> Any:
    return _yaml().load(text)


def dumped(data: Any) -> str:
    out = io.StringIO()
    _yaml().dump(data, out)
    return out.getvalue()
