"""Checks what is written of the laws of places, and that a clinic is as strict as the law of its own."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from agent.content.faults import Fault, instead_of
from agent.content.sources import Sources
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.jurisdiction import Clause, Profile

PACKS = "workflows/jurisdictions/*.yaml"
EVERYWHERE = "_any"
_KEPT = {"sms": ("start",), "chat": ("start", "throughout"), "voice": ("start", "end")}  # where the desk says it
_REGION = re.compile(r"[A-Z0-9]{0,3}")


def check_packs(content: Content, sources: Sources) -> list[Fault]:
    """Files named as their place, `extends` that lead to `_any`, ids of their own, numbers for each country, and
    nothing that the desk could not keep."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for name in sources.names(PACKS):
        document = sources.documents[name]
        code = str(document.data.get("code"))
        stem = PurePosixPath(name).stem
        pack = content.packs[code]
        if stem != code.casefold():
            faults.append(document.fault(f"{code} is not what the file is called", f"Write {stem}.", "code"))
            continue
        if code != EVERYWHERE and pack.extends not in content.packs:
            fix = instead_of(str(pack.extends), content.packs)
            faults.append(document.fault(f"extends {pack.extends}, which is no pack", fix, "extends"))
            continue
        law = content.law(*code.split("-"))
        if not law.packs or law.packs[0].code != EVERYWHERE:
            faults.append(document.fault(f"{code} does not lead to {EVERYWHERE}", "Mend `extends`.", "extends"))
        if code[0] != "_" and "emergency" not in law.numbers:
            faults.append(document.fault(f"{code}: no emergency number", "Add a clause for it.", "clauses"))
        for at, clause in enumerate(pack.clauses):
            if clause.id in seen:
                what = f"the clause {clause.id} stands twice"
                faults.append(document.fault(what, "Give each its own id.", "clauses", at, "id"))
            seen.add(clause.id)
            faults += [document.fault(what, fix, "clauses", at, clause.rule) for what, fix in _unkept(clause)]
    return faults


def laxer(clinic: Clinic, content: Content) -> list[str]:
    """Where the clinic's own values are laxer than the law of its place, one line for each: the key, the law with its
    citation, and what to write."""
    law, place = content.law(clinic.country, clinic.region), f"{clinic.country}-{clinic.region}".rstrip("-")
    lines = []
    if not _REGION.fullmatch(clinic.region):
        lines.append(f"region: {clinic.region!r} is no region; write the second half of its ISO 3166-2 code, e.g. CA")
    for key, what, clause in _looser(clinic, law):
        lines.append(f"{key}: {what} than the law of {place} allows ({clause.cite}: {clause.says.rstrip('.')})")
    return lines


def _looser(clinic: Clinic, law: Profile) -> Iterator[tuple[str, str, Clause]]:
    """(key, how it is laxer and what to write, the first clause that it breaks)."""
    for clause in law.of("quiet"):
        if clause.quiet is not None and clinic.reminders.quiet_from > clause.quiet.after:
            yield "reminders.quiet_from", f"write {clause.quiet.after:%H:%M} or earlier; it is later", clause
        if clause.quiet is not None and clinic.reminders.quiet_until < clause.quiet.before:
            yield "reminders.quiet_until", f"write {clause.quiet.before:%H:%M} or later; it is earlier", clause
    for clause in law.of("share"):
        for name in ("a_day", "a_week"):
            own, most = getattr(clinic.bulk, f"texts_{name}"), getattr(clause.share, name)
            if own is not None and own > most:
                yield f"bulk.texts_{name}", f"write {most} or fewer; it is more", clause


def _unkept(clause: Clause) -> Iterator[tuple[str, str]]:
    for channel, places in (clause.disclosure or {}).items():
        for place in places:
            if place not in _KEPT[channel]:
                yield f"{clause.id}: the desk cannot say on {channel} {place} that it is software", "Tell its makers."
    for word in clause.optout or ():
        if not word.strip() or word != word.casefold():
            yield f"{clause.id}: {word!r} is no word in small letters", "Write it so."
