"""The single things that an admin edits, each with a key, and the texts of the files that hold them when edited."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import polib

from agent.content.marks import MARKS, commented
from agent.content.read_po import read_po
from agent.content.tongues import LANGUAGES, row_of, with_languages
from agent.content.yaml_text import dumped, loaded
from agent.model.content import Content, Message
from agent.model.edit import Item, Items
from agent.model.fault import Refused

Kind = Literal["message", "intent", "safety", "clinic", "language"]
_KEY = re.compile(
    r"(message|intent|safety|clinic|language)/([a-z]{2,3}(?:-[A-Za-z]{2,8})?|[a-z_]+)/?([a-z0-9_.@-]{0,80})"
)
_SAID = ("examples", "not_this", "tests")
_WIDTH = 100  # as the books are wrapped


class Place(NamedTuple):
    """Where a key points to: a message, an intent or a category of safety phrases in a language (`name` in `lang`), or
    a part of the clinic's facts (`lang` is the part, `name` of what), or a language itself (`name` is empty)."""

    kind: Kind
    lang: str
    name: str


def place(key: str) -> Place:
    """Raises Refused for what is no key."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise Refused("there is no such thing to edit")
    kind, lang, name = found.groups()
    return Place(kind, lang, name)  # type: ignore[arg-type]


def file_of(at: Place) -> str:
    """The content file that holds it; empty for the clinic's facts, which stand elsewhere."""
    if at.kind == "message":
        return f"locales/{at.lang}/LC_MESSAGES/messages.po"
    if at.kind == "intent":
        return f"intents/{at.lang}/{at.name}.yaml"
    if at.kind == "language":
        return LANGUAGES
    return f"intents/{at.lang}/_added.yaml" if at.kind == "safety" else ""


def standing(content: Content, at: Place) -> Item | None:
    """What stands there in this content; None where nothing does. The clinic's facts are not in it."""
    if at.kind == "message":
        message = content.messages.get(at.lang, {}).get(at.name)
        return of_message(message) if message is not None else None
    if at.kind == "intent":
        row = content.rows.get("corpus", {}).get(at.lang, {}).get(at.name)
        return {name: list(row.get(name) or ()) for name in _SAID} if row is not None else None
    if at.kind == "language":
        raw = content.rows.get("languages", {})
        return row_of(raw.get("languages", raw).get(at.lang))
    added = content.rows.get("added", {}).get(at.lang, {}).get("categories", {}).get(at.name)
    if added is None:
        return None
    return {"phrases": dict(added.get("phrases") or {}), "tests": list(added.get("tests") or ())}


def of_message(message: Message) -> Item:
    """A message as an item."""
    return {"text": message.text, "plural": list(message.plural), "origin": message.origin,
            "reviewer": message.reviewer or ""}  # fmt: skip


def written(root: Path, items: Items) -> dict[str, str]:
    """File name -> its text with the items in it; the clinic's facts are left out. What is no longer there to be
    edited (a message that English has given up) is passed over."""
    by_file: dict[str, list[tuple[Place, Item]]] = {}
    for key, item in sorted(items.items()):
        at = place(key)
        if name := file_of(at):
            by_file.setdefault(name, []).append((at, item))
    begun = {at.lang: item for at, item in by_file.pop(LANGUAGES, [])}
    out = with_languages(root, begun) if begun else {}
    for name, rows in by_file.items():
        path = root / name
        text = out[name] if name in out else path.read_text(encoding="utf-8-sig") if path.exists() else None
        if rows[0][0].kind == "message":
            if text is None or name not in out:
                read_po(path, name)  # refuses what the library would forgive
            out[name] = _book(text or "", rows)
        elif rows[0][0].kind == "safety":
            out[name] = _added(text, rows)
        elif text is not None:
            out[name] = _said(text, rows)
    return out


def _book(text: str, rows: list[tuple[Place, Item]]) -> str:
    file = polib.pofile(text, wrapwidth=_WIDTH, check_for_duplicates=False)
    known = {entry.msgid: entry for entry in file if not entry.obsolete}
    for at, item in rows:
        entry = known.get(at.name)
        if entry is None:
            entry = polib.POEntry(msgid=at.name)
            model = known.get(at.name.split("@")[0])
            if model is not None:
                entry.comment = model.comment
            file.append(entry)
        put_in(entry, item)
    return str(file) + "\n"


def put_in(entry: polib.POEntry, item: Item) -> None:
    """The item's words, where they come from and its note, into an entry of a book."""
    plural = [str(x) for x in item.get("plural") or ()]
    if plural:
        entry.msgid_plural = entry.msgid_plural or entry.msgid
        entry.msgstr, entry.msgstr_plural = "", dict(enumerate(plural))
    else:
        entry.msgid_plural, entry.msgstr, entry.msgstr_plural = "", str(item["text"]), {}
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    marks = {name: str(item[name] or "") for name in MARKS if name in item}
    note = str(item["note"] or "") if "note" in item else None
    entry.tcomment = commented(entry.tcomment, marks, note)


def _said(text: str, rows: list[tuple[Place, Item]]) -> str:
    data = loaded(text)
    for _, item in rows:
        for name in _SAID:
            now, wanted = data.get(name), list(item.get(name) or ())
            if _bare(now) != wanted:
                _listed(data, name, wanted)
    return dumped(data)


def _listed(data: Any, name: str, wanted: list[Any]) -> None:
    """What stays keeps its place and its comments; what is new comes last."""
    now = data.get(name)
    if not isinstance(now, list):
        data[name] = wanted
        return
    for at in range(len(now) - 1, -1, -1):
        if _bare(now[at]) not in wanted:
            del now[at]
    kept = [_bare(x) for x in now]
    now.extend(x for x in wanted if x not in kept)


def _added(text: str | None, rows: list[tuple[Place, Item]]) -> str:
    data = loaded(text) if text is not None else {"categories": {}}
    for at, item in rows:
        phrases = {tier: list(lines) for tier, lines in (item.get("phrases") or {}).items() if lines}
        tests = list(item.get("tests") or ())
        if phrases or tests:
            data["categories"][at.name] = {"phrases": phrases, "tests": tests}
        else:
            data["categories"].pop(at.name, None)
    return dumped(data)


def _bare(value: Any) -> Any:
    """Plain data of what the round-trip reader gives."""
    if isinstance(value, Mapping):
        return {str(k): _bare(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(x) for x in value]
    return str(value) if isinstance(value, str) else value


def languages_of(items: Items) -> tuple[str, ...]:
    """The languages that these items are about, clinic facts aside."""
    return tuple(sorted({at.lang for key in items if (at := place(key)).kind != "clinic"}))
