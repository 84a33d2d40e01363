"""JSON lines in, JSON lines out: in order, flushed as they go; a bad line yields an error and the run goes on."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

from agent.adapters.clinic_file import load_clinic
from agent.model.clinic import Clinic
from agent.settings import load_settings


def each_line(
    work: Callable[[dict[str, Any]], dict[str, Any]], source: Iterable[str] | None = None, out: TextIO | None = None
) -> int:
    """Answer every line; 0 when the run is through, whatever single lines were."""
    stream = out or sys.stdout
    for raw in source if source is not None else sys.stdin:
        if raw.strip():
            stream.write(json.dumps(_answer(work, raw), ensure_ascii=False) + "\n")
            stream.flush()
    return 0


def _answer(work: Callable[[dict[str, Any]], dict[str, Any]], raw: str) -> dict[str, Any]:
    id: Any = None
    try:
        given = json.loads(raw)
        if not isinstance(given, dict):
            raise ValueError("each line is a JSON object")
        id = given.get("id")
        return work(given)
    except (ValueError, KeyError, TypeError) as e:
        what = f"missing {e}" if isinstance(e, KeyError) else str(e).splitlines()[0]
        return {"id": id, "error": what}
    except Exception as e:
        return {"id": id, "error": type(e).__name__}


def clinic_from(path: str | None) -> Clinic:
    """The clinic of `--clinic`, else the demo clinic. Exits with 2 and one line when the file is wrong."""
    try:
        return load_clinic(Path(path) if path else load_settings().clinic_file)
    except (OSError, ValueError) as e:
        print(str(e).splitlines()[0], file=sys.stderr)
        raise SystemExit(2) from None


def text_of(given: dict[str, Any]) -> str:
    """The line's text; raises ValueError for anything but a string."""
    text = given["text"]
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    return text
