"""JSON lines in, JSON lines out: in order, flushed as they go; a bad line yields an error and the run goes on."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO

from agent.adapters.clinic_file import ClinicFileError, load_clinic
from agent.content import ContentFault, load_content
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.settings import ROOT, load_settings

MOST_CHARACTERS = 1_000_000  # of one line
_EDGES = "\ufeff \t\r\n"
Work = Callable[[dict[str, Any]], dict[str, Any]]


def each_line(work: Work, source: Iterable[str] | None = None, out: TextIO | None = None) -> int:
    """Answer every line; 0 when the run is through, whatever single lines were. Blank lines are passed over.

    Bytes that are not UTF-8 are read as U+FFFD; what is written is always UTF-8, whatever the terminal's locale."""
    for raw in source if source is not None else _decoded(sys.stdin.buffer):
        if raw.strip(_EDGES):
            _write(json.dumps(_answer(work, raw), ensure_ascii=False) + "\n", out or sys.stdout)
    return 0


def _decoded(stream: BinaryIO) -> Iterator[str]:
    most = MOST_CHARACTERS * 4
    while raw := stream.readline(most):
        rest = raw
        while len(rest) == most and not rest.endswith(b"\n"):  # an endless line is one line, and never all in memory
            rest = stream.readline(most)
        yield raw.decode("utf-8", errors="replace") if rest is raw else " " + "x" * MOST_CHARACTERS


def _write(text: str, stream: TextIO) -> None:
    data = text.encode("utf-8", errors="replace")  # half a surrogate pair cannot be written
    raw: BinaryIO | None = getattr(stream, "buffer", None)
    if raw is None:
        stream.write(data.decode())
    else:
        raw.write(data)
    stream.flush()


def _answer(work: Work, raw: str) -> dict[str, Any]:
    id: Any = None
    try:
        if len(raw) > MOST_CHARACTERS:
            raise ValueError(f"a line has at most {MOST_CHARACTERS} characters")
        given = _parsed(raw.strip(_EDGES))
        id = given.get("id")
        return work(given)
    except (ValueError, KeyError, TypeError) as e:
        what = f"missing {e}" if isinstance(e, KeyError) else (str(e).splitlines() or [type(e).__name__])[0]
        return {"id": id, "error": what}
    except Exception as e:
        return {"id": id, "error": type(e).__name__}


def _parsed(raw: str) -> dict[str, Any]:
    try:
        given = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as e:
        what = str(e) if isinstance(e, json.JSONDecodeError) else "nested too deeply, or not a number"
        raise ValueError(f"not JSON: {what}") from None
    if not isinstance(given, dict):
        raise ValueError("each line is a JSON object")
    return given


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def clinic_from(path: str | None) -> Clinic:
    """The clinic of `--clinic`, else the demo clinic. Exits with 2, a line for each mistake, when the file is wrong."""
    try:
        return load_clinic(Path(path) if path else load_settings().clinic_file)
    except (OSError, ValueError, ClinicFileError) as e:
        lines = e.lines if isinstance(e, ClinicFileError) else str(e).splitlines()[:1]
        wrong(*(f"--clinic: {line}" for line in lines))


def content_from(root: Path = ROOT) -> Content:
    """The content of a folder, its actions unchecked. Exits with 1, a line for each fault."""
    try:
        return load_content(root)
    except ContentFault as e:
        print(e, file=sys.stderr)
        raise SystemExit(1) from None


def wrong(*lines: str) -> NoReturn:
    """Wrong arguments: the lines on standard error, exit status 2."""
    for line in lines:
        print(line, file=sys.stderr)
    raise SystemExit(2)


def text_of(given: dict[str, Any]) -> str:
    """The line's text, half surrogate pairs replaced; raises ValueError for anything but a string."""
    text = given["text"]
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
