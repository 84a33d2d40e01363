"""`python -m tests.core_phrases --update` seals the safety phrases as they stand: they are the core from then on."""

import json
import sys

from agent.dialogue.gate_core import SEAL, sealed
from tests import shared


def written() -> str:
    """The seal of the content in this checkout."""
    rows = shared.content().rows["safety"]
    return json.dumps({lang: sealed(row) for lang, row in rows.items()}, indent=0) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit("python -m tests.core_phrases --update")
    SEAL.write_text(written(), encoding="utf-8")
