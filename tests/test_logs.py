"""What may stand in a log: allowed names, types of faults, and never a patient's words."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from agent import logs

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


def test_tracing_of_models_is_off_whatever_the_environment_says(written: io.StringIO) -> None:
    import os

    assert {os.environ[n] for n in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING")} == {"false"}
