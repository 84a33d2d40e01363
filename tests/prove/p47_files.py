"""Promise 47, for files of translators: every language goes out and comes back whole; no file that is hostile, cut
short or in another encoding changes a message unasked, hides what it does, or counts as read by whoever has not."""

import csv
import io
import time
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from agent.content import ContentFault
from agent.content.check_messages import MARKUP
from agent.content.read_po import CONTROL
from agent.exchange.opening import MAX_BYTES
from agent.incoming import FORMATS, WORKBOOKS, Incoming, incoming, out, workbook_out
from agent.workbench import Workbench
from tests.hostile import PAYLOADS
from tests.prove.ground import Ground
from tests.web.console_desk import World

PROMISE = "Translators' files break, hide and skip nothing"
SIZE = (
    f"15 languages x 5 formats out and back; {len(PAYLOADS)} payloads in each format; 31 hostile files; each format "
    "cut at 150 places"
)
WITHIN = 20.0  # seconds for any one file
_NAME = "courtesy.welcome"
_SAFE = "safety.urgent"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_HEAD = '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
_PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def prove(ground: Ground) -> str:
    world = World(f"sqlite:///{ground.folder()}/desk.db")
    bench = Workbench(world.desk)
    went = round_trips(bench, bench.shelf().reading.content.live)
    refused, slowest = hostile(bench)
    left, inert = attacked(bench, PAYLOADS)
    cuts = sum(cut(bench, format, 150) for format in FORMATS)
    world.desk.store.close()
    assert slowest < WITHIN, f"{slowest:.1f} s"
    return (
        f"{went} things out and back unchanged; {refused} hostile files refused in one line, the slowest in "
        f"{slowest:.1f} s; of payloads {left} left out by name and {inert} inert; {cuts} cut files changed nothing"
    )


def round_trips(bench: Workbench, languages: Iterable[str]) -> int:
    """Every file of these languages comes back as it went; raises AssertionError where one would change anything."""
    count = 0
    for lang in languages:
        for format in FORMATS:
            text = out(bench, {}, lang, format)
            found = incoming(bench, {}, lang, text.encode())
            assert (found.format, found.changes, found.left) == (format, (), ()), (lang, format, found.left[:3])
            count += text.count("\n") if format == "csv" else len(bench.shelf().reading.content.messages[lang])
        for format in WORKBOOKS:
            found = incoming(bench, {}, lang, workbook_out(bench, {}, lang, format))
            assert (found.format, found.changes, found.left) == (format, (), ()), (lang, format, found.left[:3])
            count += 1
    return count


def files(bench: Workbench) -> dict[str, bytes]:
    """Files that are refused whole."""
    es = {format: out(bench, {}, "es", format) for format in FORMATS}
    unit = f'<trans-unit id="{_NAME}"><source>You</source><target>{{}}</target></trans-unit>'
    whole = _XML + _HEAD + f'<file target-language="es"><body>{unit}</body></file></xliff>'
    return {
        "laughs": f'{_XML}<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>{_HEAD}&l9;</xliff>'.encode(),
        "quadratic": f'{_XML}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{_HEAD}{"&a;" * 20_000}</xliff>'.encode(),
        "outside": f'{_XML}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{whole.format("&a;")}'.encode(),
        "doctype": f'{_XML}<!DOCTYPE xliff SYSTEM "http://127.0.0.1:1/x.dtd">{whole.format("x")}'.encode(),
        "undefined": whole.format("&evil;").encode(),
        "deep": (_XML + _HEAD + "<group>" * 100_000).encode(),
        "two roots": (whole.format("x") + whole.format("y")[len(_XML) :]).encode(),
        "version 2": b'<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f"/></xliff>',
        "a page": b"<!doctype html><title>x</title>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "utf-16": es["xliff"].encode("utf-16"),
        "latin xliff": es["xliff"].encode("latin-1", "replace"),
        "declared": es["xliff"].replace("UTF-8", "windows-1252", 1).encode(),
        "latin po": es["po"].encode("latin-1", "replace"),
        "latin csv": es["csv"].encode("latin-1", "replace"),
        "utf-16 csv": es["csv"].encode("utf-16"),
        "french po": out(bench, {}, "fr", "po").encode(),
        "french xliff": out(bench, {}, "fr", "xliff").encode(),
        "xlsx": b"PK\x03\x04" + bytes(500),
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
        "empty": b" \n ",
        "zeros": bytes(1000),
        "prose": b"Please translate these for me",
        "large": es["po"].encode() + b"# " + b"x" * MAX_BYTES,
        "monstrous": b"a" * 10_000_000,
        "bell": (_PO + 'msgid "a"\nmsgstr "\x07"\n').encode(),
        "no quotes": (_PO + "msgid a\nmsgstr b\n").encode(),
        "many rows": ("request,kind,sentence\n" + "book,test,x\n" * 30_000).encode(),
        "many units": (_XML + _HEAD + "<file><body>" + unit.format("x") * 6000 + "</body></file></xliff>").encode(),
        "open quote": b'request,kind,sentence\nbook,test,"never closed\n' + b"x,y,z\n" * 50,
        "large cell": b"request,kind,sentence\nbook,test," + b"x" * 200_000,
    }  # fmt: skip


def hostile(bench: Workbench) -> tuple[int, float]:
    """Each such file is refused in one line that says what and how to mend it; (how many, the slowest in seconds)."""
    slowest, all_of_them = 0.0, files(bench)
    for name, data in all_of_them.items():
        began = time.monotonic()
        try:
            found = incoming(bench, {}, "es", data)
        except ContentFault as broken:
            (fault,) = broken.faults
            assert fault.what, name
            assert fault.fix, name
            assert "\n" not in str(fault), name
        else:
            raise AssertionError(f"{name} was taken: {found.changes[:1]}")
        slowest = max(slowest, time.monotonic() - began)
    return len(all_of_them), slowest


def looked(bench: Workbench, lang: str, data: bytes) -> Incoming | None:
    """What it would change; None where it is refused whole, in one line."""
    try:
        return incoming(bench, {}, lang, data)
    except ContentFault as broken:
        (_,) = broken.faults
        return None


def attacked(bench: Workbench, payloads: Iterable[str]) -> tuple[int, int]:
    """Each payload as a message and as a sentence: left out by name with why, or plain text; beside them a good change
    is taken. Those that no file can hold are tried alone. (left out, inert)."""
    names = [n for n in bench.shelf().reading.content.messages["es"] if "@" not in n and n not in (_NAME, _SAFE)]
    alone = [p for p in payloads if CONTROL.search(p)]
    together = [p for p in payloads if not CONTROL.search(p)]
    left, inert = 0, 0
    for some in (*([p] for p in alone), together):
        held = dict(zip([_SAFE, *names], some, strict=False))
        assert len(held) == len(some)
        for format, data in {"po": _as_po(held), "xliff": _as_xliff(held), "csv": _as_csv(some)}.items():
            found = looked(bench, "es", data)
            if found is None:
                assert some is not together, format
                left += 1
                continue
            assert found.format == format
            assert any("A la orden" in repr(c.arrival.value) for c in found.changes), (format, found.left)
            assert not any(c.arrival.value.get("reviewer") for c in found.changes)
            taken = [w for c in found.changes for w in _words(c.arrival.value) if w not in _words(c.before or {})]
            assert not any(set("\u202e\u200b\x00") & set(w) or MARKUP.search(w) for w in taken)
            inert += len(taken) - 1
            left += len(some) - len(taken) + 1
    return left, inert


def _words(item: Mapping[str, Any]) -> list[str]:
    sentences = [*item.get("examples", ()), *item.get("tests", ())]
    return [item["text"]] if "text" in item else [str(x) for x in sentences]


def _as_po(held: Mapping[str, str]) -> bytes:
    text = _PO
    for name, payload in {**held, _NAME: "A la orden."}.items():
        said = payload.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        text += f'# reviewer: Dr. Evil; origin: human\nmsgid "{name}"\nmsgstr "{said}"\n\n'
    return text.encode("utf-8", "replace")


def _as_xliff(held: Mapping[str, str]) -> bytes:
    ours = 'xmlns:fd="urn:frontdesk:marks" fd:reviewer="Dr. Evil" fd:origin="human" approved="yes"'
    units = "".join(
        f'<trans-unit id="{name}" {ours}><source>x</source><target state="final">{escape(text)}</target></trans-unit>'
        for name, text in {**held, _NAME: "A la orden."}.items()
    )
    return f'{_XML}{_HEAD}<file target-language="es"><body>{units}</body></file></xliff>'.encode("utf-8", "replace")


def _as_csv(payloads: Iterable[str]) -> bytes:
    text, rows = io.StringIO(), [["goodbye", "example", payload] for payload in payloads]
    csv.writer(text).writerows(
        [["request", "kind", "sentence"], *rows, ["goodbye", "example", "A la orden, me voy ya"]]
    )
    return text.getvalue().encode("utf-8", "replace")


def cut(bench: Workbench, format: str, times: int) -> int:
    """The file cut off at so many places changes no message and takes no sentence out; raises AssertionError where it
    would. Returns how many."""
    data = out(bench, {}, "vi", format).encode()
    for nth in range(times):
        end = 1 + (len(data) - 2) * nth // times
        found = looked(bench, "vi", data[:end])
        for change in found.changes if found else ():
            assert format == "csv", (end, change)
            assert _only_more(change.before or {}, change.arrival.value), (end, change)
    return times


def _only_more(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(x in after[part] for part in ("examples", "not_this", "tests") for x in before[part])
