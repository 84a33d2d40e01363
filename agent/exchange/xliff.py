"""Messages as XLIFF 1.2, which every translator's tool reads: English as source, the language as target; what the
standard has no word for stands in attributes of our own, which a tool keeps or drops."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, indent, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from agent.exchange.opening import refused
from agent.exchange.unit import MOST_UNITS, Outgoing, Told, Unit, forms_out, single

_XLIFF, _OURS, _XML = (
    "urn:oasis:names:tc:xliff:document:1.2",
    "urn:frontdesk:marks",
    "http://www.w3.org/XML/1998/namespace",
)
_SPACE, _PLURALS, _MACHINE = f"{{{_XML}}}space", "x-gettext-plurals", "mt-suggestion"
_UNFINISHED = ("new", "needs-translation", "needs-adaptation", "needs-l10n")
_NUMBERED = re.compile(r"(.+)\[(\d)\]")
_ENCODING = re.compile(r"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_WITHIN = ("mrk",)  # marks of segments, which tools put around text
_DEEPEST = 40


def xliff_of(rows: list[Outgoing], lang: str) -> str:
    """The file; a message with plural forms is a group of one unit each."""
    register_namespace("", _XLIFF)
    register_namespace("fd", _OURS)
    root = Element(_in("xliff"), {"version": "1.2"})
    about = {"original": "messages", "source-language": "en", "target-language": lang, "datatype": "plaintext"}
    body = SubElement(SubElement(root, _in("file"), about), _in("body"))
    for row in rows:
        plural = forms_out(row, lang)
        into = body
        if plural:
            into = SubElement(body, _in("group"), {"id": row.name, "restype": _PLURALS})
        single_one = (row.english.text if row.english is not None else "", str((row.item or {}).get("text", "")))
        for at, (english, text) in enumerate(plural or [single_one]):
            _unit(into, row, f"{row.name}[{at}]" if plural else row.name, english, text, first=at == 0)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _unit(into: Element, row: Outgoing, id: str, english: str, text: str, *, first: bool) -> None:
    item: dict[str, Any] = row.item or {}
    reviewer, origin = str(item.get("reviewer") or ""), str(item.get("origin") or "")
    about = {"id": id, "resname": row.name, _SPACE: "preserve", "approved": "yes" if reviewer else "no"}
    ours = {"origin": origin, "reviewer": reviewer}
    unit = SubElement(into, _in("trans-unit"), about | {f"{{{_OURS}}}{n}": v for n, v in ours.items() if v})
    SubElement(unit, _in("source")).text = english
    if row.item is not None:
        unread = not reviewer and origin in ("machine", "translator")
        state = "signed-off" if reviewer else "needs-review-translation" if unread else "translated"
        made = {"state-qualifier": _MACHINE} if origin == "machine" else {}
        SubElement(unit, _in("target"), {"state": state, **made}).text = text
    if first and row.english is not None and row.english.reviewed_only:
        SubElement(
            unit, _in("note"), {"from": "developer"}
        ).text = "Crisis or consent wording: a named person reads it."
    if first and item.get("note"):
        SubElement(unit, _in("note"), {"from": "translator"}).text = str(item["note"])


def read(text: str, name: str) -> Told:
    """What the file says. Raises ContentFault for what is no XLIFF 1.2, or XML that could do harm."""
    declared = _ENCODING.match(text.lstrip())
    if declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise refused(name, 1, f"it says that it is {declared[1]}, and is UTF-8", "Save the file as UTF-8.")
    root, lines = _tree(text, name)
    if root.tag != _in("xliff"):
        fix = "Save it as XLIFF 1.2 (.xlf)."
        raise refused(name, lines[root], "this is not an XLIFF 1.2 file", fix)
    files = list(root.iter(_in("file")))
    units = [(group, unit) for file in files for group, unit in _found(file, None)]
    if len(units) > MOST_UNITS:
        raise refused(name, 0, f"the file has more than {MOST_UNITS} messages", "Split it.")
    lang = next((file.get("target-language", "") for file in files), "")
    return Told(lang, single(_units(units, lines)))


def _found(at: Element, group: Element | None) -> Iterator[tuple[Element | None, Element]]:
    """Each trans-unit with the group of plural forms that it stands in."""
    for child in at:
        if child.tag == _in("trans-unit"):
            yield group, child
        elif child.tag in (_in("group"), _in("body")):
            yield from _found(child, child if child.get("restype") == _PLURALS else group)


def _units(units: list[tuple[Element | None, Element]], lines: dict[Element, int]) -> Iterator[Unit]:
    gathered: dict[Element, list[Unit]] = {}
    for group, element in units:
        unit = _read_unit(element, lines[element])
        numbered = _NUMBERED.fullmatch(unit.name)
        if group is None or numbered is None:
            yield unit
            continue
        gathered.setdefault(group, []).append(unit)
    for forms in gathered.values():
        yield _together(forms)


def _together(forms: list[Unit]) -> Unit:
    """Units of one message's plural forms as that message."""
    numbered = [(_NUMBERED.fullmatch(unit.name), unit) for unit in forms]
    rows = sorted((found[1], int(found[2]), unit) for found, unit in numbered if found)
    name, first = rows[0][0], rows[0][2]
    english = tuple(dict.fromkeys(text for _, _, unit in rows for text in unit.beside))
    waits = next((unit.waits for unit in forms if unit.waits), "")
    if not waits and [(n, at) for n, at, _ in rows] != [(name, at) for at in range(len(rows))]:
        waits = "a plural form is missing"
    texts = tuple(unit.text for _, _, unit in rows)
    return replace(first, name=name, text=texts[-1], plural=texts, beside=english, waits=waits)


def _read_unit(element: Element, line: int) -> Unit:
    id = element.get("resname") if "[" not in element.get("id", "") else element.get("id")
    source, target = element.find(_in("source")), element.find(_in("target"))
    text, waits = "", "empty"
    if target is not None:
        strange = next((child for child in target.iter() if child is not target and _bare(child) not in _WITHIN), None)
        text = "".join(target.itertext())
        state = target.get("state", "")
        waits = f"it holds <{_bare(strange)}>: write plain text" if strange is not None else ""
        waits = waits or (f"marked {state}" if state in _UNFINISHED else "") or ("" if text.strip() else "empty")
    machine = target is not None and target.get("state-qualifier") == _MACHINE
    note = "\n".join(n.text or "" for n in element.findall(_in("note")) if n.get("from") != "developer").strip()
    return Unit(
        name=(id or element.get("id") or "").strip(), text=text,
        origin="machine" if machine else element.get(f"{{{_OURS}}}origin", ""),
        reviewer=element.get(f"{{{_OURS}}}reviewer", ""),
        beside=("".join(source.itertext()),) if source is not None else (),
        note=note or None, waits=waits, line=line,
    )  # fmt: skip


class _Numbering(TreeBuilder):
    """Remembers on which line each element begins, and bounds how deep they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Element, int] = {}
        self.reader: Any = None
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _TooDeep
        made = super().start(tag, attrs)
        self.lines[made] = int(self.reader.CurrentLineNumber)
        return made

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


class _TooDeep(Exception):
    pass


def _tree(text: str, name: str) -> tuple[Element, dict[Element, int]]:
    builder = _Numbering()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, encoding="utf-8")
    builder.reader = parser.parser
    try:
        parser.feed(text.encode("utf-8", "surrogatepass"))
        return parser.close(), builder.lines
    except DefusedXmlException:
        line = int(parser.parser.CurrentLineNumber)
        raise refused(name, line, "it declares a document type or entities", "Take the DOCTYPE out.") from None
    except _TooDeep:
        line = int(parser.parser.CurrentLineNumber)
        raise refused(name, line, "its elements stand too deep in one another", "Save it anew as XLIFF 1.2.") from None
    except SyntaxError as broken:  # what ElementTree's ParseError is
        line = (getattr(broken, "position", None) or (1, 0))[0]
        raise refused(name, line, "this is not well-formed XML, or it is cut short", "Save or copy it anew.") from None


def _in(tag: str) -> str:
    return f"{{{_XLIFF}}}{tag}"


def _bare(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
