"""What may stand in a log: an allow-list of keys. Anything else is dropped and only its name is kept."""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    "event level timestamp fault path topic attempts count seconds port host kind code pid exc_type state "
    "waiting".split()
)
_SPEAKS = frozenset({"uvicorn.error"})  # "address already in use"; its messages never quote a request


def only_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list: a patient's words can only ever get in under a name of their own.
    Of an exception only its type stays, since its text and its frames hold what was being worked on."""
    exc = line.pop("exc_info", None)
    found = sys.exc_info()[1] if exc is True else exc[1] if isinstance(exc, tuple) else exc
    if isinstance(found, BaseException):
        line["exc_type"] = type(found).__name__
    dropped = sorted(k for k in line if k not in ALLOWED)
    for name in dropped:
        del line[name]
    if dropped:
        line["dropped"] = ",".join(dropped)
    return line


class TypesOnly(logging.Formatter):
    """Lines of other libraries: who speaks and which fault, never the message or the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name}"
        if record.exc_info and record.exc_info[0] is not None:
            return f"{line} {record.exc_info[0].__name__}"
        return f"{line} {record.getMessage()}" if record.name in _SPEAKS else line


def quiet_logs() -> None:
    """JSON lines on standard error; tracing of language models is off whatever the environment says."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
        os.environ[name] = "false"
    plain = logging.StreamHandler()
    plain.setFormatter(TypesOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[plain], force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
