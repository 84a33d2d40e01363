"""What may stand in a log: every event and every field of it, in one list. Anything else is dropped."""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

EVENTS: dict[str, frozenset[str]] = {  # event -> its fields; a test compares with every call in the source
    "action_failed": frozenset({"action", "fault"}),
    "bus_away": frozenset({"fault"}),
    "catch_up_failed": frozenset({"code", "fault", "seconds"}),
    "caught_up": frozenset({"kind", "count"}),
    "chat_failed": frozenset({"fault"}),
    "ear_failed": frozenset({"topic", "fault"}),
    "loop_failed": frozenset({"topic", "fault"}),
    "pace_alone": frozenset({"fault"}),
    "call_failed": frozenset({"fault"}),
    "call_refused": frozenset({"code"}),
    "publish_refused": frozenset(),
    "relay_refused": frozenset(),
    "rasa_action_failed": frozenset({"fault"}),
    "request_failed": frozenset({"kind", "fault", "code"}),
    "ring_lost": frozenset({"fault"}),
    "document_failed": frozenset({"fault"}),
    "record_failed": frozenset({"fault"}),
    "row_spoiled": frozenset({"kind"}),
    "send_failed": frozenset({"kind", "fault"}),
    "task_failed": frozenset({"fault"}),
    "texts_capped": frozenset({"kind"}),
    "turn_failed": frozenset({"fault", "attempts"}),
    "turns_parted": frozenset({"fault"}),
    "unsent_without_conversation": frozenset({"kind"}),
    "webhook_failed": frozenset({"path", "fault"}),
    "webhook_forged": frozenset({"path"}),
    "webhook_unreadable": frozenset({"path"}),
}
_OURS = frozenset({"level", "timestamp", "exc_type"})  # of every event, written here
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]{0,79}|/[a-z/]{0,79}")  # a name of our own, or the path of a route
_SPEAKS = frozenset({"uvicorn.error"})  # "address already in use"; its messages never quote a request


def only_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not listed for its event, and every value that is neither a number nor a plain name;
    an event that is not listed is only said to have been there. Of an exception only its type stays, since its text
    and its frames hold what was being worked on."""
    exc = line.pop("exc_info", None)
    found = sys.exc_info()[1] if exc is True else exc[1] if isinstance(exc, tuple) else exc
    if isinstance(found, BaseException):
        line["exc_type"] = type(found).__name__
    listed = EVENTS.get(str(line["event"]))
    if listed is None:
        line["event"] = "unlisted"
    may = (listed or frozenset()) | _OURS
    dropped = sorted(k for k, v in line.items() if k != "event" and (k not in may or not _plain(k, v)))
    for name in dropped:
        del line[name]
    if dropped:
        line["dropped"] = ",".join(dropped)
    return line


def _plain(name: str, value: object) -> bool:
    if name in _OURS or value is None or isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None


class Forgiving:
    """A place for lines that may be gone: a log that cannot be written never fails the work that it tells of."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._to.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._to.flush()


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
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, Forgiving(sys.stderr))),
    )
