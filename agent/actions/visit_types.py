"""Which kind of visit a patient's words mean, by the clinic's own aliases; asks when it is not clear."""

from typing import Any, NamedTuple

from agent.actions.context import ClinicAction, Context
from agent.actions.words import closeness, plain
from agent.model.clinic import Clinic, VisitType

SURE = 88.0  # one wrong letter in a word of eight
MAYBE = 80.0
LONG_ENOUGH = 5  # letters; shorter words look like too many others
MOST_OPTIONS = 4


class Match(NamedTuple):
    """How well a visit type fits: by score, then by the length of the words that matched."""

    score: float
    length: int
    phrase: str
    id: str


class MatchVisitType(ClinicAction):
    """`reason` -> `appointment_type` when clear; else `type_options`, best first, or [] when nothing fits.

    The clinic's first visit type is the general one and yields: "see the doctor for a physical" is a physical.
    """

    called = "action_match_visit_type"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        if slots.get("appointment_type"):
            return {"type_options": []}
        found = matches(at.clinic, at.conversation.locale, str(slots.get("reason") or ""))
        if not found:
            return {"type_options": []}
        general = at.clinic.visit_types[0].id
        particular = [m for m in found if m.id != general]
        for pool in (found, particular):
            if pool and _outright(pool):
                return {"appointment_type": pool[0].id, "type_options": []}
        if [m.id for m in found] == [general]:
            return {"appointment_type": general, "type_options": []}
        options = [m.id for m in found[:MOST_OPTIONS]]
        return {"type_options": options if len(options) > 1 else [*options, general]}  # one is no choice


def matches(clinic: Clinic, locale: str, text: str) -> list[Match]:
    """The visit types whose names or aliases (in this language and in English) the text contains, best first."""
    tags = dict.fromkeys((locale, locale.split("-", 1)[0], "en"))
    best = [max(_match(visit, phrase, text) for phrase in _phrases(visit, tags)) for visit in clinic.kinds]
    return sorted((m for m in best if m.score >= MAYBE), reverse=True)


def _phrases(visit: VisitType, tags: dict[str, None]) -> set[str]:
    names = {visit.name[t] for t in tags if t in visit.name} or set(visit.name.values())
    return names | {a for t in tags for a in visit.aliases.get(t, ())}


def _match(visit: VisitType, phrase: str, text: str) -> Match:
    score = closeness(phrase, text)
    known = plain(phrase)
    if score < 100 and len(known) < LONG_ENOUGH:
        score = 0.0
    return Match(score, len(known), known, visit.id)


def _outright(found: list[Match]) -> bool:
    """The best fits by words that hold those of every other: "dental checkup" against "checkup"."""
    best = found[0]
    return best.score >= SURE and all(
        other.score < SURE or (other.phrase in best.phrase and other.phrase != best.phrase) for other in found[1:]
    )
