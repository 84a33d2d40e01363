"""A language that an admin begins: its names by its BCP 47 tag, its row among the languages, and the empty files that
wait to be written."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import polib
import yaml
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from agent.content.plurals import forms, header
from agent.content.yaml_text import dumped, loaded
from agent.model.edit import Item
from agent.model.fault import Refused

LANGUAGES = "intents/languages.yaml"
FIELDS = ("native", "english", "direction", "script", "state")
STATES = ("draft", "preparing", "reviewed", "live")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
_MODELS = ("intents/en/_safety.yaml", "intents/intents.yaml", "locales/en/LC_MESSAGES/messages.po")


def begun(tag: str) -> tuple[str, Item]:
    """(the tag as it is written, its item in preparation). Raises Refused for what CLDR knows no language by."""
    try:
        locale = Locale.parse(tag.strip(), sep="-")
    except (ValueError, UnknownLocaleError):
        raise Refused("there is no language by this tag: write one such as nl, pt-BR or zh-Hant") from None
    known = str(locale).replace("_", "-")
    english, native = locale.get_display_name("en"), locale.get_display_name()
    if not _TAG.fullmatch(known) or not english or not native:
        raise Refused("this tag cannot be used: write a language, perhaps with a country or a script")
    likely = str(get_global("likely_subtags").get(locale.language, "")).split("_")
    script = locale.script or next((part for part in likely if len(part) == 4), "Latn")
    return known, {
        "native": native, "english": english, "direction": locale.text_direction, "script": script,
        "state": "preparing",
    }  # fmt: skip


def row_of(raw: Any) -> Item | None:
    """A row of languages.yaml as an item."""
    if not isinstance(raw, dict):
        return None
    return {name: raw.get(name, "draft" if name == "state" else "") for name in FIELDS}


def with_languages(root: Path, items: dict[str, Item]) -> dict[str, str]:
    """The text of languages.yaml with these rows in it (by tag), and an empty file for each that a language lacks."""
    path = root / LANGUAGES
    out = {LANGUAGES: _rows(path, path.stat().st_mtime_ns, json.dumps(items, sort_keys=True))}
    stamps = tuple((root / name).stat().st_mtime_ns for name in _MODELS)
    for tag in items:
        out |= {name: text for name, text in _scaffold(root, tag, stamps) if not (root / name).exists()}
    return out


@lru_cache(8)
def _rows(path: Path, _: int, items: str) -> str:
    data = loaded(path.read_text(encoding="utf-8-sig"))
    rows = data["languages"]
    for tag, item in json.loads(items).items():
        if tag in rows:
            rows[tag].update({name: item[name] for name in FIELDS if rows[tag].get(name) != item[name]})
        else:  # before the last one, whose end carries the comment on what comes after
            row = {**item, "speech": None, "voice": None, "reviewers": []}
            rows.insert(max(0, len(rows) - 1), DoubleQuotedScalarString(tag), row)
    return dumped(data)


@lru_cache(16)
def _scaffold(root: Path, tag: str, _: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    categories = _plain(root / _MODELS[0])["categories"]
    danger = {
        str(name): {**{k: row[k] for k in ("class", "numbers") if k in row},
                    "phrases": {str(tier): [] for tier in row["phrases"]}, "tests": []}
        for name, row in categories.items()
    }  # fmt: skip
    out = {f"intents/{tag}/_safety.yaml": dumped({"categories": danger})}
    for intent in _plain(root / _MODELS[1]):
        out[f"intents/{tag}/{intent}.yaml"] = "examples: []\nnot_this: []\ntests: []\n"
    out[f"locales/{tag}/LC_MESSAGES/messages.po"] = _empty_book(root / _MODELS[2], tag)
    return tuple(out.items())


def _plain(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8-sig"), yaml.CSafeLoader)


def _empty_book(model: Path, tag: str) -> str:
    english = polib.pofile(model.read_text(encoding="utf-8-sig"), check_for_duplicates=False)
    book = polib.POFile(wrapwidth=100)
    book.metadata = {
        "Project-Id-Version": "frontdesk", "Language": tag, "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": header(tag),
    }  # fmt: skip
    for entry in english:
        if not entry.obsolete and "@" not in entry.msgid:
            own = polib.POEntry(msgid=entry.msgid, msgstr="", comment=entry.comment)
            if entry.msgid_plural:
                own.msgid_plural, own.msgstr_plural = entry.msgid, dict.fromkeys(range(len(forms(tag))), "")
            book.append(own)
    return str(book) + "\n"
