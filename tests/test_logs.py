"""What may stand in a log: allowed names, types of faults, and never a patient's words."""

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from agent import logs
from agent.settings import ROOT

WORDS = "zebra-umbrella"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that goes to standard error once logs are set up."""
    out = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", out)
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
        monkeypatch.setenv(name, "true")
    for name in ("uvicorn", "uvicorn.error"):  # as `frontdesk serve` leaves them; servers of other tests do not
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    logs.quiet_logs()
    yield out
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def fail() -> None:
    raise ValueError(WORDS)


def test_only_allowed_names_are_written_and_others_are_named(written: io.StringIO) -> None:
    structlog.get_logger().warning("turn_failed", fault="KeyError", text=WORDS, phone="+17185550133")
    line = json.loads(written.getvalue())
    assert (line["event"], line["fault"], line["dropped"]) == ("turn_failed", "KeyError", "phone,text")
    assert WORDS not in written.getvalue()


@pytest.mark.parametrize("how", [True, "itself", "tuple"])
def test_of_an_exception_only_the_type_is_written(written: io.StringIO, how: Any) -> None:
    try:
        fail()
    except ValueError as fault:
        given = {True: True, "itself": fault, "tuple": (type(fault), fault, fault.__traceback__)}[how]
        structlog.get_logger().error("turn_failed", exc_info=given)
    assert json.loads(written.getvalue())["exc_type"] == "ValueError"
    assert WORDS not in written.getvalue()


def test_other_libraries_say_who_and_what_kind_and_no_more(written: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("celery.app.trace").exception("Task raised: %s", WORDS)
    logging.getLogger("sqlalchemy").warning("parameters %s", WORDS)
    logging.getLogger("uvicorn.error").error("address already in use")
    assert written.getvalue().splitlines() == [
        "ERROR celery.app.trace ValueError",
        "WARNING sqlalchemy",
        "ERROR uvicorn.error address already in use",
    ]


def test_an_event_that_is_not_listed_and_a_value_that_is_no_plain_name_are_dropped(written: io.StringIO) -> None:
    structlog.get_logger().warning(f"said {WORDS}", fault="KeyError")
    structlog.get_logger().warning("webhook_forged", path="/twilio/sms")
    structlog.get_logger().warning("webhook_forged", path=f"/console/{WORDS} +17185550133")
    structlog.get_logger().warning("turn_failed", fault="my knee hurts", attempts=3)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["unlisted", "webhook_forged", "webhook_forged", "turn_failed"]
    assert [line.get("dropped") for line in lines] == ["fault", None, "path", "fault"]
    assert (lines[1]["path"], lines[3]["attempts"]) == ("/twilio/sms", 3)
    assert WORDS not in written.getvalue()


def calls_of(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """(event, fields) of every log call; whatever is written in another way than house style is an error."""
    text = path.read_text("utf-8")
    found = 0
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        spoken = node.func.value
        if (
            isinstance(spoken, ast.Call)
            and getattr(spoken.func, "id", getattr(spoken.func, "attr", "")) == "get_logger"
        ):
            found += 1
            (event,) = node.args
            assert isinstance(event, ast.Constant), f"{path.name}:{node.lineno}: the event is a word of its own"
            assert all(k.arg for k in node.keywords), f"{path.name}:{node.lineno}: every field is named"
            yield str(event.value), frozenset(str(k.arg) for k in node.keywords) - {"exc_info"}
    assert text.count("get_logger()") == found, f"{path.name}: a log call that this test cannot read"


def test_every_log_call_of_the_source_is_listed_with_its_fields_and_nothing_else_is() -> None:
    used: dict[str, set[str]] = {}
    for path in sorted(p for folder in ("agent", "channels") for p in (ROOT / folder).rglob("*.py")):
        if path == ROOT / "agent" / "logs.py":
            continue
        text = path.read_text("utf-8")
        past = r"logging\.(getLogger\([^)]*\)\.)?(debug|info|warning|error|exception|critical|log)\("
        assert not re.search(past, text), f"{path.name} logs past the list"
        for event, fields in calls_of(path):
            used.setdefault(event, set()).update(fields)
    assert {event: frozenset(fields) for event, fields in used.items()} == logs.EVENTS


def test_tracing_of_models_is_off_whatever_the_environment_says(written: io.StringIO) -> None:
    import os

    assert {os.environ[n] for n in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING")} == {"false"}
