"""`make bench`: speed and memory of the desk, beside the floor of a bare route, in one run; a table and JSON."""

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import admin, after, consoles, floor, growth, notes, openings, processes, scale, stages, turns, voice
from tests.children import unwind_when_told

VAR = Path(__file__).resolve().parents[2] / "var" / "bench"


def main() -> int:
    unwind_when_told()
    parts = {
        "openings": openings.measure, "notes": notes.measure, "stages": stages.measure, "floor": floor.measure,
        "turns": turns.measure, "voice": voice.measure, "consoles": consoles.measure, "processes": processes.measure,
        "growth": growth.measure, "after": after.measure, "admin": admin.measure, "scale": scale.measure,
    }  # fmt: skip
    wanted = sys.argv[1:] or list(parts)
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "python": platform.python_version(), "cores": 2}
    for name in wanted:
        found[name] = parts[name]()
        for key, value in found[name].items():
            print(f"{name:<9} {key:<44} {value}", flush=True)
    if "floor" in found and "turns" in found:
        ratio = found["floor"]["routes_per_second_32"] / found["turns"]["turns_per_second_32"]
        found["ratio"] = {"bare_durable_routes_for_one_turn": round(ratio, 1)}
        print(f"ratio     bare durable routes for one turn             {ratio:.1f}")
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json").write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
