"""Reads a language's PO file into approved messages; origin, review and assertions stand in the comments."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polib

from agent.content.faults import ContentFault, Fault
from agent.content.marks import note_in, pairs
from agent.model.content import Message

FACTS = frozenset({"booked", "cancelled", "held", "prepared", "told", "withdrawn"})
MAX_BYTES = 1_000_000
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"\s*')
_MSGID = re.compile(r'^msgid "([^"\\]+)"', re.MULTILINE)
_NUMBER_OF_FORMS = re.compile(r"nplurals\s*=\s*(\d)")


@dataclass(frozen=True)
class Book:
    """The messages of one language, where each stands, and why some may not be used yet (key -> reason)."""

    name: str
    messages: Mapping[str, Message]
    lines: Mapping[str, int]
    waiting: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)  # key -> hash of the English it was made from
    notes: Mapping[str, str] = field(default_factory=dict)  # key -> note of the translators
    plural_forms: str = ""  # the header's rule

    def fault(self, key: str, what: str, fix: str, *, notice: bool = False) -> Fault:
        """A defect of that message."""
        return Fault(self.name, self.lines.get(key, 0), f"{key}: {what}", fix, notice)


def read_po(path: Path, name: str) -> Book:
    """The book of messages. Raises ContentFault with every defect of its form."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ContentFault([Fault(name, 0, f"the file is larger than {MAX_BYTES} bytes", "Shorten it.")])
        data = path.read_bytes()
    except OSError:
        raise ContentFault([Fault(name, 0, "the file cannot be read", "Check that it exists.")]) from None
    try:
        return parse_po(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise ContentFault([Fault(name, line, "this is not UTF-8 text", "Save the file as UTF-8.")]) from None


def parse_po(text: str, name: str) -> Book:
    """As `read_po`, from text at hand."""
    return _book(*entries_of(text, name), name)


def entries_of(text: str, name: str) -> tuple[polib.POFile, dict[str, int]]:
    """The entries as they stand, and key -> line. Raises ContentFault for a text that is no PO file."""
    if len(text) > MAX_BYTES:
        raise ContentFault([Fault(name, 0, f"the file is larger than {MAX_BYTES} characters", "Shorten it.")])
    text = text.replace("\r\n", "\n")
    if strange := CONTROL.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        what = f"an invisible character (U+{ord(strange[0]):04X})"
        raise ContentFault([Fault(name, line, what, "Type the line anew.")])
    _well_formed(text, name)
    try:
        entries = polib.pofile(text + "\n", check_for_duplicates=False)
    except Exception as e:  # the parser is somebody else's, and the file may be anything
        found = re.search(r"line (\d+)", str(e))
        raise _broken(name, int(found.group(1)) if found and isinstance(e, OSError) else 1) from None
    return entries, _lines(text)


def _well_formed(text: str, name: str) -> None:
    """polib forgives a quote that is never closed and lines that it does not know: a book cut short must not pass."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#") and not _LINE.fullmatch(line):
            raise _broken(name, number)


def _broken(name: str, line: int) -> ContentFault:
    fix = 'Each line is msgid or msgstr and a text in "quotes", with \\" for a quote within it.'
    return ContentFault([Fault(name, line, "this is not a valid PO line", fix)])


def _lines(text: str) -> dict[str, int]:
    """Key -> the line of its msgid, where it first stands."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for match in _MSGID.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        found.setdefault(match[1], line)
    return found


def source_hash(*texts: str) -> str:
    """Twelve hex digits of the English that a translation was made from: its text, or all its plural forms."""
    return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:12]


def forms_in(rule: str) -> int:
    """How many plural forms a header's rule names; 1 where it names none."""
    found = _NUMBER_OF_FORMS.search(rule)
    return int(found[1]) if found else 1


def _book(entries: polib.POFile, places: Mapping[str, int], name: str) -> Book:
    rule = entries.metadata.get("Plural-Forms", "")
    messages: dict[str, Message] = {}
    lines: dict[str, int] = {}
    waiting: dict[str, str] = {}
    sources: dict[str, str] = {}
    notes: dict[str, str] = {}
    faults: list[Fault] = []
    for entry in entries:
        if entry.obsolete:
            continue
        key = entry.msgid
        if key in lines:
            what = f"{key} stands twice (first on line {lines[key]})"
            faults.append(Fault(name, entry.linenum or 0, what, "Keep one of them."))
            continue
        lines[key] = places.get(key, entry.linenum or 0)
        why = waits(entry, forms_in(rule))
        if why:
            waiting[key] = why
            continue
        messages[key] = _message(entry)
        sources[key] = pairs(entry.tcomment).get("source", "")
        if note := note_in(entry.tcomment):
            notes[key] = note
    if faults:
        raise ContentFault(faults)
    return Book(name, messages, lines, waiting, sources, notes, rule)


def waits(entry: polib.POEntry, forms: int) -> str:
    """Why an entry may not be used: marked fuzzy, empty, or short of a plural form; "" when it may."""
    if "fuzzy" in entry.flags:
        return "marked fuzzy"
    if not entry.msgid_plural:
        return "" if entry.msgstr.strip() else "empty"
    told = [text for _, text in sorted(entry.msgstr_plural.items()) if text.strip()]
    if not told:
        return "empty"
    return "" if len(told) >= forms else f"short of a plural form ({len(told)} of {forms})"


def _message(entry: polib.POEntry) -> Message:
    marks, facts, plural = pairs(entry.tcomment), pairs(entry.comment), forms_of(entry)
    return Message(
        key=entry.msgid,
        text=plural[-1] if plural else entry.msgstr,
        plural=plural,
        asserts=facts.get("asserts"),
        reviewed_only="reviewed-only" in entry.comment.split(),
        origin=marks.get("origin", "human"),
        reviewer=marks.get("reviewer"),
    )


def forms_of(entry: polib.POEntry) -> tuple[str, ...]:
    """Its plural forms in order; none where it has none."""
    return tuple(text for _, text in sorted(entry.msgstr_plural.items())) if entry.msgid_plural else ()
