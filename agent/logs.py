"""What may stand in a log: an allow-list of keys. Anything else is dropped and only its name is kept."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    "event level timestamp fault path topic attempts count seconds port host kind code pid exc_type state waiting".split()
)


def only_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list: a patient's words can only ever get in under a name of their own."""
    exc = line.pop("exc_info", None)
    if isinstance(exc, BaseException):
        line["exc_type"] = type(exc).__name__
    dropped = sorted(k for k in line if k not in ALLOWED)
    for name in dropped:
        del line[name]
    if dropped:
        line["dropped"] = ",".join(dropped)
    return line


def quiet_logs() -> None:
    """JSON lines on standard error; tracing of language models is off whatever the environment says."""
    import os

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
        os.environ[name] = "false"
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
