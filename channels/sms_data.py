"""Reads the small YAML tables that lie beside the channel adapters; knows nothing of what they mean."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The YAML mapping `channels/<name>.yaml`; raises ValueError when it is not a mapping."""
    loaded = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"channels/{name}.yaml is not a mapping")
    return loaded
