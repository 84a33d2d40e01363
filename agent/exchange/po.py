"""Messages as a PO file, for Poedit and its like: the message's name as msgid, English in a comment beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polib

from agent.content.items import put_in
from agent.content.marks import note_in, pairs
from agent.content.plurals import forms
from agent.content.read_po import entries_of, forms_in, forms_of, source_hash, waits
from agent.exchange.opening import refused
from agent.exchange.unit import MOST_UNITS, Outgoing, Told, Unit, forms_out, single

_COMMENT_WIDTH = 100
_MADE_FROM = "english"
_END, _HAS_END = "(end)", "X-Frontdesk-End"  # a PO file cut short between two lines is still a PO file


def po_of(rows: Iterable[Outgoing], lang: str, plural_forms: str) -> str:
    """The file. `plural_forms`: the language's rule, as a PO header says it; empty where it has none."""
    file = polib.POFile(wrapwidth=_COMMENT_WIDTH)
    file.metadata = {
        "Project-Id-Version": "frontdesk", "Language": lang, "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
        _HAS_END: "yes",
    } | ({"Plural-Forms": plural_forms} if plural_forms else {})  # fmt: skip
    for row in rows:
        entry = polib.POEntry(msgid=row.name)
        if row.english is not None and lang != "en":
            told = [
                f"English ({form.name}): {text}" for form, text in zip(forms("en"), row.english.plural, strict=False)
            ]
            said = [
                *(told or [f"English: {row.english.text}"]),
                *(["reviewed-only"] if row.english.reviewed_only else []),
            ]
            entry.comment = "\n".join([*said, f"{_MADE_FROM}: {source_hash(*row.english.texts)}"])
        if row.item is not None:
            put_in(entry, row.item)
        if plural := forms_out(row, lang):
            entry.msgid_plural, entry.msgstr = row.name, ""
            entry.msgstr_plural = {at: text for at, (_, text) in enumerate(plural)}
            entry.comment = "\n".join(x for x in (entry.comment, _numbers(lang)) if x)
        file.append(entry)
    keep = "Keep this entry: it shows that the file is whole."
    file.append(polib.POEntry(msgid=_END, msgstr=_END, comment=keep))
    return str(file) + "\n"


def _numbers(lang: str) -> str:
    """ "Forms: 0 one (for 1, 21 …); …", for whoever writes them."""
    return "Forms: " + "; ".join(f"{at} {form.name} (for {form.examples})" for at, form in enumerate(forms(lang)))


def read(text: str, name: str) -> Told:
    """What the file says. Raises ContentFault for what is no PO file."""
    entries, places = entries_of(text, name)
    if len(entries) > MOST_UNITS:
        raise refused(name, 0, f"the file has more than {MOST_UNITS} messages", "Split it.")
    of = forms_in(entries.metadata.get("Plural-Forms", ""))
    units = list(_units(entries, places, of))
    ended = bool(units) and units[-1].name == _END and units[-1].text == _END
    if not ended and units and entries.metadata.get(_HAS_END):
        units[-1] = replace(units[-1], waits="the file ends here: perhaps it is cut short")
    return Told(entries.metadata.get("Language", ""), single(u for u in units if u.name != _END))


def _units(entries: polib.POFile, places: dict[str, int], of: int) -> Iterator[Unit]:
    for entry in entries:
        if entry.obsolete:
            continue
        marks, plural = pairs(entry.tcomment), forms_of(entry)
        yield Unit(
            name=entry.msgid, text=plural[-1] if plural else entry.msgstr, plural=plural,
            origin=marks.get("origin", ""), reviewer=marks.get("reviewer", ""),
            made_from=pairs(entry.comment).get(_MADE_FROM, ""), note=note_in(entry.tcomment) or None,
            waits=waits(entry, of), line=entry.linenum or places.get(entry.msgid, 0),
        )  # fmt: skip
