"""`/admin`: what the desk hears and says, changed by those who know the clinic; overview, search and its rooms."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from agent.adapters.clinic_edits import standing_fact
from agent.adapters.clinic_file import ClinicFileError
from agent.content import ContentFault, Reading
from agent.model.content import Content
from agent.model.edit import Item
from agent.model.fault import Busy
from agent.web import (
    admin_facts,
    admin_flows,
    admin_intents,
    admin_languages,
    admin_messages,
    admin_proposed,
    admin_publish,
    admin_safety,
    admin_suggestions,
    admin_translators,
    admin_try,
    admin_typing,
)
from agent.web.admin_room import Admin
from agent.web.readable import lines_of
from agent.web.signin import Signed
from agent.workbench import Shelf

_FOUND = 60
_LINES = 4  # of one fact


def routes(admin: Admin) -> APIRouter:
    """Everything under /admin."""
    door, router = admin.door, admin.door.router()

    @router.get("/admin")
    def overview(request: Request) -> Response:
        return _overview(admin, request, door.signed(request))

    @router.get("/admin/search")
    def search(request: Request, q: str = "", lang: str = "") -> Response:
        signed = door.signed(request)
        found = list(islice(_found(admin, q.strip()[:200], lang), _FOUND)) if q.strip() else []
        return admin.page(request, "search.html", signed, q=q, lang=lang, found=found, most=_FOUND)

    for room in (
        admin_messages,
        admin_intents,
        admin_languages,
        admin_flows,
        admin_safety,
        admin_facts,
        admin_publish,
        admin_translators,
        admin_try,
        admin_suggestions,
        admin_proposed,
        admin_typing,
    ):
        router.routes.extend(room.routes(admin).routes)
    return router


def count_first(admin: Admin) -> None:
    """What the overview counts is counted before an admin asks; what is wrong with the files its page says."""
    with suppress(Busy, ContentFault, ClinicFileError, OSError):
        _standing(admin, admin.bench.shelf())


def _overview(admin: Admin, request: Request, signed: Signed) -> Response:
    shelf = admin.bench.shelf()
    with admin.desk.store.begin(write=False) as tx:
        serving = tx.content.revision(admin.desk.clinic.id, shelf.number)
        proposals = tx.content.proposals(admin.desk.clinic.id, 1)
    drafted = Counter(e.key.split("/")[1] for e in admin.edits())
    rows = [row | {"draft": drafted[row["tag"]]} for row in _standing(admin, shelf)]
    return admin.page(request, "overview.html", signed, rows=rows, serving=serving, shelf=shelf, proposals=proposals)


def _standing(admin: Admin, shelf: Shelf) -> list[dict[str, Any]]:
    """How far each language has come, in their order; counted once for each content."""
    reading, tags = shelf.reading, admin.tags()
    asked = (reading.content.revision, tuple(tags))
    with admin.counting:
        known, found = admin.counted
        if known != asked:
            found = [_language(reading, tag) for tag in tags if tag in reading.content.messages]
            admin.counted = asked, found
        return found


def _language(reading: Reading, tag: str) -> dict[str, Any]:
    content = reading.content
    english, book = content.messages["en"], content.messages[tag]
    said = content.rows.get("corpus", {}).get(tag, {})

    def unread(states: list[str]) -> bool:
        return not set(admin_messages.UNREAD).isdisjoint(states)

    states = [admin_messages.states_of(reading, tag, name, set()) for name in book]
    return {
        "tag": tag, "language": content.languages[tag],
        "messages": len(book), "of": len(book.keys() | {name for name in english if "@" not in name}),
        "read": sum(not unread(s) for s in states), "old": sum("old" in s for s in states),
        "critical": sum("critical" in s and unread(s) for s in states),
        "intents": sum(bool(said.get(i)) for i in content.intents), "of_intents": len(content.intents),
        "examples": sum(len(row.get("examples") or ()) for row in said.values()),
        "tests": sum(len(row.get("tests") or ()) for row in said.values()),
    }  # fmt: skip


def _found(admin: Admin, q: str, lang: str) -> Iterator[dict[str, str]]:
    """The clinic's facts, messages, sentences and safety phrases that hold these words."""
    content, words = admin.bench.shelf().reading.content, q.casefold()
    yield from facts_found(admin, words, lang)
    for tag in [t for t in admin.tags() if lang in ("", t)]:
        for kind, address, where, text in _written(content, tag):
            if words in f"{where} {text}".casefold():
                yield {"kind": kind, "lang": tag, "href": f"/admin/{address}", "where": where, "text": text}


def _written(content: Content, tag: str) -> Iterator[tuple[str, str, str, str]]:
    """(kind, address, where, text) of all that a language says and hears."""
    for name, message in content.messages[tag].items():
        yield "Message", f"messages/{tag}/{name}", name, message.text
    for intent, row in content.rows.get("corpus", {}).get(tag, {}).items():
        for entry in (*(row.get("examples") or ()), *(row.get("tests") or ())):
            text = entry["text"] if isinstance(entry, dict) else entry
            yield "Sentence", f"intents/{tag}/{intent}", intent, str(text)
    for name, row in content.rows.get("safety", {}).get(tag, {}).get("categories", {}).items():
        for text in (*(p for lines in row["phrases"].values() for p in lines), *(row.get("tests") or ())):
            yield "Safety", f"safety/{tag}/{name}", name, str(text)


def facts_found(admin: Admin, words: str, lang: str) -> Iterator[dict[str, str]]:
    """The clinic's facts that hold these words or are called so, each once in a language."""
    clinic, tags = admin.bench.shelf().clinic, admin.tags()
    for group, rows in admin_facts.titles(admin).items():
        for address, title in rows:
            by_tag = dict[str, list[str]]()
            fact = standing_fact(clinic, f"clinic/{address}")
            for what, text in (*lines_of(fact), *_names(fact)):
                tag = what.rpartition(" ")[2]
                plain = tag not in tags
                if text:
                    by_tag.setdefault("" if plain else tag, []).append(f"{what} {text}".strip() if plain else text)
            called = words in f"{group} {title} {address}".casefold()
            if called and not {"", lang or "en"} & {*by_tag}:  # nothing is written there yet
                by_tag[""] = [""]
            for tag, lines in by_tag.items():
                hits = [x for x in lines if words in x.casefold()] or (
                    lines if called and tag in ("", lang or "en") else []
                )
                if hits and lang in ("", tag):
                    yield {"kind": group, "lang": tag, "href": f"/admin/facts/{address}", "where": title,
                           "text": " · ".join(hits[:_LINES])}  # fmt: skip


def _names(fact: Item | None) -> Iterator[tuple[str, str]]:
    """What listed things are called in other languages than English, which alone is shown."""
    for held in (fact or {}).values():
        for one in held if isinstance(held, list) else ():
            named = one.get("name") if isinstance(one, dict) else None
            yield from ((tag, text) for tag, text in (named if isinstance(named, dict) else {}).items() if tag != "en")
