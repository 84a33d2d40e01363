"""The catalogues of the console's words: collected from the source, written, and checked. Patients' words are not
here; they stand in each language's messages.po."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from agent.content.faults import Fault
from agent.settings import ROOT

TEMPLATE = Path("locales/console.pot")
COMPLETE = ("es",)  # beside English, whose words stand in the source
_SAID: dict[str, Any] = {  # what marks a message, and where its text stands
    "_": None,
    "tr": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "Refused": None,
    "Conflict": None,
    "Forbidden": None,
    "BadKey": None,
}
_SOURCES = (
    ("agent/web/pages/console", "*.html", "jinja2.ext:babel_extract"),
    ("agent/web", "*.py", "python"),
    ("agent/desk", "*.py", "python"),
    ("agent/documents", "out.py", "python"),
    ("agent/documents", "handed.py", "python"),
    ("agent/measure", "drift.py", "python"),
    ("channels", "twilio_media.py", "python"),
    ("channels", "twilio_tapes.py", "python"),
    ("agent/adapters/calendar", "local.py", "python"),
    ("agent/adapters", "darkroom.py", "python"),
    ("agent/adapters", "chart_fhir.py", "python"),
    ("agent/adapters", "smart.py", "python"),
)
_INTENTS = "intents/intents.yaml"
_DROPPED = (
    "POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Project-Id-Version", "Last-Translator", "Language-Team",
    "Report-Msgid-Bugs-To",
)  # fmt: skip
_HEADERS = re.compile(rf'"({"|".join(_DROPPED)}): [^"]*"\n'.encode())
_GAP = re.compile(r"%\(\w+\)s|\{\w+\}")
_MARKS = re.compile(r"[<>\"]|&\w+;")
_ABOUT = "# The console's words. English stands in the source; what is here is written by agent.web.console_catalogue."
_MEND = "Run python -m agent.web.console_catalogue, then translate what is empty."


def collected(root: Path = ROOT) -> Catalog:
    """Every message that the console can show, with the files where it stands."""
    found = Catalog(project="Frontdesk", version=" ", charset="utf-8", fuzzy=False, header_comment=_ABOUT)
    for folder, pattern, method in _SOURCES:
        for path in sorted((root / folder).glob(pattern)):
            options = {"extensions": "jinja2.ext.i18n", "silent": "false"} if path.suffix == ".html" else {}
            for _, message, _, context in extract_from_file(method, path, keywords=_SAID, options=options):
                if message:
                    found.add(message, None, [(path.relative_to(root).as_posix(), 0)], context=context)
    for meaning in _meanings(root / _INTENTS):
        found.add(meaning, None, [(_INTENTS, 0)])
    return found


def _meanings(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as held:
        rows = yaml.safe_load(held)
    for row in rows.get("intents", rows).values():
        yield str(row["describe"])


def written(catalogue: Catalog) -> bytes:
    """As a PO file: in the order of the words, with files but no lines and no dates, so that it changes with the words
    alone."""
    out = BytesIO()
    write_po(
        out, catalogue, width=110, sort_output=True, omit_header=False, include_lineno=False, include_previous=False
    )
    return _HEADERS.sub(b"", out.getvalue())


def renew(root: Path = ROOT) -> None:
    """Writes the template, and every console.po anew with the words there are now; no translation is lost that still
    has its message."""
    fresh = collected(root)
    (root / TEMPLATE).write_bytes(written(fresh))
    for path in catalogues(root):
        with path.open("rb") as held:
            kept = read_po(held, locale=path.parent.parent.name)
        kept.update(fresh, no_fuzzy_matching=True)
        kept.obsolete.clear()
        path.write_bytes(written(kept))


def catalogues(root: Path) -> list[Path]:
    return sorted((root / "locales").glob("*/LC_MESSAGES/console.po"))


def faults(root: Path = ROOT) -> list[Fault]:
    """Words that are missing where a language is complete, gaps that differ, markup that differs, dead keys."""
    fresh = collected(root)
    with (root / TEMPLATE).open("rb") as held:
        template = _read(held)
    found = list(_differ(str(TEMPLATE), fresh, template))
    known = {path.parent.parent.name: path for path in catalogues(root)}
    found += [Fault(f"locales/{tag}", 0, "it has no console.po", _MEND) for tag in COMPLETE if tag not in known]
    for tag, path in known.items():
        with path.open("rb") as held:
            own = _read(held, tag)
        name = path.relative_to(root).as_posix()
        found += [*_differ(name, fresh, own), *_wrong(name, own, complete=tag in COMPLETE)]
    return found


def _read(held: IO[bytes], tag: str | None = None) -> Catalog:
    return read_po(held, locale=tag)


def _differ(name: str, fresh: Catalog, kept: Catalog) -> Iterator[Fault]:
    now, then = ({_key(m): m for m in book if m.id} for book in (fresh, kept))
    for key in now.keys() - then.keys():
        yield Fault(name, 0, f"{key!r} is not there", _MEND)
    for key in then.keys() - now.keys():
        yield Fault(name, then[key].lineno or 0, f"{key!r} is said nowhere in the console", _MEND)


def _wrong(name: str, own: Catalog, *, complete: bool) -> Iterator[Fault]:
    for message in own:
        if not message.id:
            continue
        texts, originals = _texts(message.string), _texts(message.id)
        at, key = message.lineno or 0, _key(message)
        if complete and not all(texts):
            yield Fault(name, at, f"{key!r} is not translated", "Write it.")
        if message.fuzzy:
            yield Fault(name, at, f"{key!r} is marked fuzzy", "Look at it and take the mark away.")
        for text in filter(None, texts):
            gaps = set(_GAP.findall(text))
            fits = set(_GAP.findall(originals[0])) <= gaps <= set(_GAP.findall(originals[-1]))
            if not fits or text.count("%") != text.count("%("):
                yield Fault(name, at, f"{key!r}: the gaps differ: {text!r}", "Use each gap of the English.")
            if sorted(_MARKS.findall(text)) != sorted(_MARKS.findall(originals[-1])):
                yield Fault(name, at, f"{key!r}: markup or quotes differ: {text!r}", "Write “ ” for quotes.")


def _texts(given: Any) -> list[str]:
    return [given or ""] if isinstance(given, str) or given is None else [str(t or "") for t in given]


def _key(message: Message) -> str:
    name = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}: {name}" if message.context else str(name)


if __name__ == "__main__":
    renew()
    sys.stdout.writelines(f"{fault}\n" for fault in faults())
