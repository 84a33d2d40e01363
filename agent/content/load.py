"""Loads the three data folders into one Content, or says in one line each why it may not go into service."""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.content.check import check
from agent.content.faults import ContentFault, Fault, relative
from agent.content.read_po import read_po
from agent.content.read_yaml import read_yaml
from agent.model.content import Content, IntentInfo, Language, Message, TaskPolicy
from agent.model.flow import Flow
from agent.model.value import Value

_ROWS = {
    "times": "_times.yaml",
    "values": "_values.yaml",
    "safety": "_safety.yaml",
    "two": "_two.yaml",
    "swaps": "_swaps.yaml",
    "repairs": "_repairs.yaml",
}


def load_content(root: Path, actions: frozenset[str] = frozenset()) -> Content:
    """Read and check everything below `root`. Raises ContentFault naming every defect found."""
    faults: list[Fault] = []
    languages = _languages(root, faults)
    flows, flow_lines = _flows(root, faults)
    messages: dict[str, dict[str, Message]] = {}
    lines: dict[str, dict[str, int]] = {}
    for tag in languages:
        path = root / "locales" / tag / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            continue
        try:
            messages[tag], lines[tag] = read_po(path, relative(root, path))
        except ContentFault as e:
            faults += e.faults
    content = Content(
        revision=revision_of(root),
        flows=flows,
        languages=languages,
        messages=messages,
        tasks=_mapping(root, "workflows/tasks.yaml", TaskPolicy, faults),
        intents=_mapping(root, "intents/intents.yaml", IntentInfo, faults),
        rows=_rows(root, languages, faults),
        emergency=_plain(root, "workflows/emergency.yaml", faults),
    )
    if not faults:
        faults += check(content, flow_lines, lines, actions)
    if faults:
        raise ContentFault(faults)
    return content


def revision_of(root: Path) -> str:
    """sha256 over every content file, by name and bytes: the same content has the same revision."""
    digest = hashlib.sha256()
    for folder in ("intents", "workflows", "locales"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".yaml", ".po"):
                digest.update(relative(root, path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def corpus(content: Content) -> dict[str, list[tuple[str, str]]]:
    """Training sentences: language -> [(text, intent)], near misses under their own intent; tests are never in it."""
    out: dict[str, list[tuple[str, str]]] = {}
    for tag, intents in content.rows.get("corpus", {}).items():
        pairs = [(str(text), intent) for intent, row in intents.items() for text in row.get("examples", ())]
        pairs += [(str(m["text"]), str(m["intent"])) for row in intents.values() for m in row.get("not_this", ())]
        out[tag] = list(dict.fromkeys(pairs))
    return out


def _languages(root: Path, faults: list[Fault]) -> dict[str, Language]:
    raw = _plain(root, "intents/languages.yaml", faults)
    listed = raw.get("languages", raw)
    out: dict[str, Language] = {}
    for tag, row in listed.items():
        if isinstance(row, dict):
            known = {k: v for k, v in row.items() if k in Language.model_fields}
            _take(
                Language,
                {"tag": tag, "name": row.get("native", tag), **known},
                "intents/languages.yaml",
                tag,
                out,
                faults,
            )
    return out


def _flows(root: Path, faults: list[Fault]) -> tuple[dict[str, Flow], dict[str, str]]:
    flows: dict[str, Flow] = {}
    files: dict[str, str] = {}
    for path in sorted((root / "workflows").glob("*/*.yaml")):
        name = relative(root, path)
        try:
            raw = read_yaml(path, name)
        except ContentFault as e:
            faults += e.faults
            continue
        if not isinstance(raw, dict) or "flow" not in raw:
            faults.append(Fault(name, 1, "a flow file starts with `flow: <id>`", "Add it as the first line."))
            continue
        for number, step in enumerate(raw.get("steps") or ()):
            if isinstance(step, dict):
                step.setdefault("id", f"step{number}")
                if isinstance(step.get("next"), str):
                    step["next"] = [{"then": step["next"]}]
        _take(Flow, raw, name, str(raw["flow"]), flows, faults)
        files[str(raw["flow"])] = name
    return flows, files


def _take(kind: type[Value], row: Any, name: str, key: str, into: dict[str, Any], faults: list[Fault]) -> None:
    try:
        into[key] = kind.model_validate(row)
    except ValidationError as e:
        for error in e.errors()[:5]:
            where = ".".join(str(x) for x in error["loc"])
            faults.append(
                Fault(name, 0, f"{key}: {where}: {error['msg']}", "See docs/content.md for what this file may hold")
            )


def _plain(root: Path, name: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        found = read_yaml(root / name, name)
    except ContentFault as e:
        faults += e.faults
        return {}
    if not isinstance(found, dict):
        faults.append(Fault(name, 1, "this file must be a table of keys and values", "Write `key: value` lines."))
        return {}
    return found


def _mapping(root: Path, name: str, kind: type[Value], faults: list[Fault]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, row in _plain(root, name, faults).items():
        known = (
            {k: v for k, v in row.items() if k in kind.model_fields}
            if kind is IntentInfo and isinstance(row, dict)
            else row
        )
        _take(kind, known, name, str(key), out, faults)
    return out


def _rows(root: Path, languages: dict[str, Language], faults: list[Fault]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {kind: {} for kind in (*_ROWS, "corpus", "honest")}
    for tag in languages:
        folder = root / "intents" / tag
        if not folder.is_dir():
            continue
        for kind, file in _ROWS.items():
            if (folder / file).exists():
                rows[kind][tag] = _plain(root, f"intents/{tag}/{file}", faults)
        rows["corpus"][tag] = {
            p.stem: _plain(root, f"intents/{tag}/{p.name}", faults)
            for p in sorted(folder.glob("*.yaml"))
            if not p.name.startswith("_")
        }
        honest = f"locales/{tag}/honest.yaml"
        if (root / honest).exists():
            rows["honest"][tag] = _plain(root, honest, faults)
    rows["languages"] = _plain(root, "intents/languages.yaml", faults)
    return rows
