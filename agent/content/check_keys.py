"""Checks of the keys of the message books: missing in a live language, named by nobody, unknown to English."""

from collections.abc import Iterator

from agent.content.faults import Fault
from agent.content.read_po import source_hash
from agent.content.sources import Sources
from agent.content.used_keys import ENDINGS, PREFIXES, USED
from agent.model.content import Content


def check_keys(content: Content, sources: Sources) -> list[Fault]:
    """Every live language holds every English key; every English key is said by a flow, a table or the code."""
    english = content.messages.get("en", {})
    faults: list[Fault] = []
    for key in sorted(USED - set(english)):
        faults.append(sources.books["en"].fault(key, "the desk needs this message", "Write it."))
    for key, name, line in _named(content, sources):
        if key not in english:
            fix = "Write it in locales/en/LC_MESSAGES/messages.po."
            faults.append(Fault(name, line, f"there is no message {key}", fix))
    faults += _unused(content, sources)
    for tag, book in sources.books.items():
        if tag != "en":
            faults += [
                book.fault(key, "English has no such key", "Delete it or mend its name.")
                for key in book.messages
                if key not in english and key.split("@")[0] not in english
            ]
        if tag in content.live:
            for key in english:
                if key not in book.messages and "@" not in key:
                    why = book.waiting.get(key, "missing")
                    faults.append(book.fault(key, f"it is {why}", f"Translate “{english[key].text[:60]}”."))
            faults += _old(content, sources, tag)
    return faults


def _named(content: Content, sources: Sources) -> Iterator[tuple[str, str, int]]:
    """Keys that flows and tables put together from names: titles, choices, roles; with the place that names each."""
    for flow in content.flows.values():
        document = sources.flow(flow.flow)
        yield flow.title, document.name, document.line("title")
        yield flow.dropped, document.name, document.line("dropped" if "dropped" in flow.model_fields_set else "title")
        if flow.starts_on:
            yield f"{flow.title}.want", document.name, document.line("title")
        for step in flow.steps:
            if step.role:
                yield f"role.{step.role}", document.name, document.line("steps")
        for name, slot in flow.slots.items():
            for word in slot.options:
                yield f"option.{word}", document.name, document.line("slots", name, "options")
    tasks = sources.documents["workflows/tasks.yaml"]
    for kind, policy in content.tasks.items():
        yield policy.title, tasks.name, tasks.line(kind, "title")
        yield f"role.{policy.role}", tasks.name, tasks.line(kind, "role")


def said_keys(content: Content) -> set[str]:
    """Every key that a flow or a table names."""
    said = {s for f in content.flows.values() for step in f.steps for s in (step.ask, step.say, step.again) if s}
    return (
        said
        | {f.dropped for f in content.flows.values()}
        | {f.title for f in content.flows.values()}
        | {t.title for t in content.tasks.values()}
    )


def _unused(content: Content, sources: Sources) -> list[Fault]:
    said = said_keys(content) | USED
    varied = tuple(f"{step.ask}." for f in content.flows.values() for step in f.steps if step.ask_by)
    book = sources.books.get("en")
    faults: list[Fault] = []
    for key in book.messages if book else ():
        bare = key.split("@")[0]
        stem = next((bare.removesuffix(e) for e in ENDINGS if bare.endswith(e)), bare)
        if bare not in said and stem not in said and not bare.startswith((*varied, *PREFIXES)):
            assert book is not None
            faults.append(book.fault(key, "nothing says this message", "Delete it in every language.", notice=True))
    return faults


def _old(content: Content, sources: Sources, tag: str) -> list[Fault]:
    """Translations of an English text that has changed since, and reviewed-only ones that nobody has reviewed."""
    book, english = sources.books[tag], content.messages.get("en", {})
    faults: list[Fault] = []
    for key, made_from in book.sources.items():
        if made_from and key in english and made_from != source_hash(*english[key].texts):
            what = "English has changed since this was translated"
            fix = f"Compare, then write `source: {source_hash(*english[key].texts)}`."
            faults.append(book.fault(key, what, fix, notice=True))
    for key, message in book.messages.items():
        marked = message.reviewed_only or (key in english and english[key].reviewed_only)
        if marked and message.unread:
            made = "was made by a machine" if message.origin == "machine" else "came in a translator's file"
            what = f"it {made} and nobody has reviewed it"
            faults.append(book.fault(key, what, "A reviewer adds `reviewer: <name>` to its comment.", notice=True))
    return faults
