"""Loads the three data folders into one Content, or says in one line each why it may not go into service."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.content.check import check
from agent.content.check_added import with_added
from agent.content.check_corpus import check_corpus
from agent.content.check_forms import PATTERN as FORMS
from agent.content.check_forms import read_forms
from agent.content.check_honest import check_honest
from agent.content.check_packs import PACKS, check_packs
from agent.content.check_rows import check_rows
from agent.content.faults import ContentFault, Fault, relative
from agent.content.kept import Kept
from agent.content.read_po import Book, source_hash
from agent.content.shapes import fitted
from agent.content.sources import FOLDERS, Reading, Sources
from agent.model.content import Content, IntentInfo, Language, TaskPolicy
from agent.model.flow import Flow
from agent.model.jurisdiction import Pack
from agent.model.shelf import Shelf
from agent.model.value import Value

_ROWS = {
    "times": "_times.yaml",
    "values": "_values.yaml",
    "safety": "_safety.yaml",
    "two": "_two.yaml",
    "swaps": "_swaps.yaml",
    "repairs": "_repairs.yaml",
    "tests": "_tests.yaml",
    "unseen": "_unseen.yaml",
    "regressions": "_regressions.yaml",
    "added": "_added.yaml",
}
SUFFIXES = (".yaml", ".po", ".json")  # of the files that may be content
_SELDOM = frozenset({"corpus", "tests", "unseen", "safety", "swaps", "regressions"})  # read at a start and by editors
_ABOUT_A_LANGUAGE = {"native", "script", "ask_for", "called", "refusing", "sample"}
_LANGUAGE_KEYS = {*Language.model_fields, *_ABOUT_A_LANGUAGE} - {"tag", "name"}


def load_content(root: Path, actions: frozenset[str] = frozenset(), kept: Path | None = None) -> Content:
    """Read and check everything below `root`. Raises ContentFault naming every defect found.

    `actions`: the registered actions; empty leaves the names of actions unchecked. `kept`: the file that keeps what
    was found in order, so that the next start need not read the same again."""
    shelf = Kept(kept) if kept is not None else None
    if shelf is not None and (found := shelf.find(revision_of(root), actions)) is not None:
        return found
    reading = read_content(root, actions)
    if reading.faults:
        raise ContentFault(reading.faults)
    if shelf is not None:
        shelf.keep(reading.content, actions)
    return reading.content


def read_content(
    root: Path, actions: frozenset[str] = frozenset(), *, thorough: bool = False,
    edited: Mapping[str, str] | None = None, like: Reading | None = None, serving: Reading | None = None,
) -> Reading:  # fmt: skip
    """Read everything and tell every defect; never raises for what a file says. `thorough` also looks for words of
    facts that a message does not assert, and compares the sentences of the corpora with one another.

    `edited`: texts that stand for files of that name; `like`: an earlier reading, so that only what has changed since
    is parsed; `serving`: what serves, so that what stands there as it is need not be compared again."""
    edited = edited or {}
    sources = Sources(root, edited, like.sources if like is not None else None)
    languages = _languages(sources)
    flows = _flows(sources)
    books = {tag: book for tag in languages if (book := sources.book(tag)) is not None}
    forms, flaws = read_forms(sources, tuple(tag for tag, one in languages.items() if one.state == "live"))
    content = Content(
        revision=revision_of(root, edited),
        flows=flows,
        languages=languages,
        messages={tag: book.messages for tag, book in books.items()},
        tasks=_mapping(sources, "workflows/tasks.yaml", TaskPolicy),
        intents=_mapping(sources, "intents/intents.yaml", IntentInfo),
        rows=_rows(sources, languages),
        packs=_packs(sources),
        forms=forms,
        aged={tag: aged for tag, book in books.items() if (aged := _aged(book, books.get("en")))},
    )
    faults = list(dict.fromkeys([*sources.faults, *(f for f in flaws if not f.notice)]))
    if not faults:
        faults = check_packs(content, sources) + check_rows(content, sources)
    if not faults:
        faults = check(content, sources, actions) + [f for f in flaws if f.notice]
    whole = all(f.notice for f in faults)
    if thorough and whole:
        faults += check_honest(content, sources) + check_corpus(content, sources, serving.sources if serving else None)
    if whole:
        content = replace(content, rows=_shelved(content.rows))
    grave, notices = [f for f in faults if not f.notice], [f for f in faults if f.notice]
    return Reading(content, sources.forget_earlier(), tuple(grave), tuple(notices), whole)


def _aged(book: Book, english: Book | None) -> frozenset[str]:
    """Messages that were made from an English that has changed since."""
    stands = english.messages if english is not None else {}
    made = ((key, stands[key], source) for key, source in book.sources.items() if source and key in stands)
    return frozenset(key for key, now, source in made if source != source_hash(*now.texts))


def _shelved(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {kind: Shelf(row) if kind in _SELDOM else row for kind, row in rows.items()}


def revision_of(root: Path, edited: Mapping[str, str] | None = None) -> str:
    """sha256 over every content file, by name and bytes: the same content has the same revision, wherever it stands."""
    edited, digest = edited or {}, hashlib.sha256()
    names = {relative(root, path): path for path in content_files(root)}
    for name in sorted({*names, *edited}, key=lambda name: (FOLDERS.index(name.partition("/")[0]), root / name)):
        data = edited[name].encode() if name in edited else names[name].read_bytes()
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()[:16]


def content_files(root: Path) -> list[Path]:
    """Every file that makes up the content, in the order that the revision counts them."""
    return [
        path
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in (".yaml", ".po") or path.match(FORMS)
    ]


def corpus(content: Content) -> dict[str, list[tuple[str, str]]]:
    """Training sentences: language -> [(text, intent)], near misses under their own intent; tests are never in it,
    nor is a language that is still being prepared."""
    out: dict[str, list[tuple[str, str]]] = {}
    for tag, intents in content.rows.get("corpus", {}).items():
        if tag not in content.written:
            continue
        pairs = [(str(text), intent) for intent, row in intents.items() for text in row.get("examples", ())]
        pairs += [(str(m["text"]), str(m["intent"])) for row in intents.values() for m in row.get("not_this", ())]
        out[tag] = list(dict.fromkeys(pairs))
    return out


def _languages(sources: Sources) -> dict[str, Language]:
    out: dict[str, Language] = {}
    document = sources.table("intents/languages.yaml")
    if document is None:
        return out
    nested = isinstance(document.data.get("languages"), Mapping)
    for tag, row in (document.table("languages") if nested else document.data).items():
        place = ("languages", tag) if nested else (tag,)
        if not isinstance(row, Mapping):
            sources.faults.append(document.fault(f"{tag} must be a table", "Write `native:`, `english:`, …", *place))
            continue
        known = {k: v for k, v in row.items() if k in Language.model_fields or k not in _LANGUAGE_KEYS}
        native = str(row.get("native", tag))
        found = fitted(Language, {**known, "tag": str(tag), "name": native}, document, sources.faults, *place)
        if found is not None:
            out[str(tag)] = found
    return out


def _flows(sources: Sources) -> dict[str, Flow]:
    flows: dict[str, Flow] = {}
    packs = sources.names(PACKS)
    for name in sources.names("workflows/*/*.yaml"):
        if name in packs:
            continue
        document = sources.table(name)
        if document is None:
            continue
        if not isinstance(document.data.get("flow"), str):
            sources.faults.append(Fault(name, 1, "a flow file starts with `flow: <id>`", "Add it as the first line."))
            continue
        id = str(document.data["flow"])
        if id in sources.flows:
            what = f"the flow {id} is also in {sources.flows[id]}"
            sources.faults.append(document.fault(what, "Give each flow its own id.", "flow"))
            continue
        sources.flows[id] = name
        found = fitted(Flow, _spelled_out(document.data), document, sources.faults)
        if found is not None:
            flows[id] = found
    return flows


def _spelled_out(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Steps without an id get one; `next: day` is short for a branch without a condition."""
    steps = raw.get("steps")
    if not isinstance(steps, list):
        return dict(raw)
    out = []
    for number, step in enumerate(steps):
        full = {"id": f"step{number}", **step} if isinstance(step, Mapping) else step
        if isinstance(step, Mapping) and isinstance(step.get("next"), str):
            full["next"] = [{"then": step["next"]}]
        out.append(full)
    return {**raw, "steps": out}


def _packs(sources: Sources) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    for name in sources.names(PACKS):
        document = sources.table(name)
        pack = fitted(Pack, document.data, document, sources.faults) if document is not None else None
        if pack is not None:
            packs[pack.code] = pack
    return packs


def _mapping(sources: Sources, name: str, kind: type[Value]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    document = sources.table(name)
    for key, row in (document.data if document is not None else {}).items():
        assert document is not None
        found = fitted(kind, row, document, sources.faults, key)
        if found is not None:
            out[str(key)] = found
    return out


def _rows(sources: Sources, languages: Mapping[str, Language]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {kind: {} for kind in (*_ROWS, "corpus", "honest", "calendar")}

    def take(kind: str, tag: str, name: str) -> None:
        if sources.has(name) and (document := sources.table(name)) is not None:
            rows[kind][tag] = document.data

    for tag in languages:
        for kind, file in _ROWS.items():
            take(kind, tag, f"intents/{tag}/{file}")
        take("honest", tag, f"locales/{tag}/honest.yaml")
        take("calendar", tag, f"locales/{tag}/calendar.yaml")
        names = [n for n in sources.names(f"intents/{tag}/*.yaml") if not Path(n).name.startswith("_")]
        if names:
            documents = {Path(n).stem: sources.table(n) for n in names}
            rows["corpus"][tag] = {intent: d.data for intent, d in documents.items() if d is not None}
    rows["safety"] = {tag: with_added(row, rows["added"].get(tag)) for tag, row in rows["safety"].items()}
    for kind in ("languages", "floors"):
        document = sources.table(f"intents/{kind}.yaml")
        rows[kind] = document.data if document is not None else {}
    return rows
