"""What a comment says of a message: who made it, from which English, who read it, and a note of the translators."""

import re
from collections.abc import Mapping

MARKS = ("origin", "source", "reviewer")
LONGEST_NOTE = 500  # characters
_NAME = 80  # characters of a reviewer's name
_LINE = 84  # of a note on one line: the book's writer breaks longer ones at 100, mark included


def pairs(comment: str) -> dict[str, str]:
    """`origin: machine; source: 1a2b` as a table; lines of a note are none of it."""
    parts = [part for line in comment.split("\n") if not _is_note(line) for part in line.split(";")]
    return {k.strip(): v.strip() for part in parts if ":" in part for k, v in [part.split(":", 1)]}


def note_in(comment: str) -> str:
    """The note, line by line as it was written; empty where there is none."""
    out: list[str] = []
    for line in comment.split("\n"):
        if line.startswith("note: "):
            out.append(line[6:])
        elif line.startswith("note+ ") and out:
            out[-1] += line[6:]
    return "\n".join(out)


def commented(before: str, marks: Mapping[str, str], note: str | None) -> str:
    """`before` with these marks instead of its own; what else it says stays. `note`: None leaves the note as it is."""
    said = {name: _plain(value) for name, value in marks.items()}
    own = [f"{name}: {value}" for name, value in said.items() if value and (name, value) != ("origin", "human")]
    lines = before.split("\n")
    parts = [part.strip() for line in lines if not _is_note(line) for part in line.split(";")]
    first = [part for part in parts if part and part.partition(":")[0].strip() not in said] + own
    kept = "; ".join(first)
    head = [kept] if len(kept) <= _LINE + 6 else first
    noted = [line for line in lines if _is_note(line)] if note is None else _noted(note)
    return "\n".join([*(line for line in head if line), *noted])


def plain_note(text: str) -> str:
    """A note as it is kept: lines without blank ones, single spaces, at most LONGEST_NOTE characters."""
    lines = (
        " ".join(line.split()) for line in re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split("\n")
    )
    return "\n".join(line for line in lines if line)[:LONGEST_NOTE].strip()


def _noted(note: str) -> list[str]:
    """A note in lines that no reader breaks, so that nothing in it can pass for a mark."""
    out: list[str] = []
    for line in plain_note(note).split("\n") if note.strip() else ():
        head, rest = "note: ", line
        while rest:
            size = len(rest[:_LINE].rstrip())
            out.append(head + rest[:size])
            head, rest = "note+ ", rest[size:]
    return out


def _is_note(line: str) -> bool:
    return line.startswith(("note: ", "note+ "))


def _plain(text: str) -> str:
    """A name that cannot end the comment that it stands in."""
    return " ".join(re.sub(r"[;:#\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())[:_NAME].strip()
