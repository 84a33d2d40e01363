"""Whom "she" means where a patient speaks of somebody else: in a note it would be the patient.

A clause that begins with such a word gets the person who was named last before it ("my mother"); where nobody was, it
is quoted. Who says "she" more often than "I" speaks for the patient, a child or a parent, and is left as it is."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.documents.clauses import Clause
from agent.documents.style import LEAD

_SHE = (
    r"(?:grand|step)?(?:mother|mom|mum|mommy|ma|mama)|grandma|(?:step)?sister|(?:grand|step)?daughter|wife|aunt|niece|"
    r"girlfriend|fiancée"
)
_HE = (
    r"(?:grand|step)?(?:father|dad|daddy|pa|papa)|grandpa|(?:step)?brother|(?:grand|step)?son|husband|uncle|nephew|"
    r"boyfriend|fiancé"
)
_ANY = (
    r"cousin|friend|neighbou?r|partner|spouse|boss|baby|child|kid|doctor|dentist|nurse|surgeon|therapist|\w+ologist|"
    r"roommate|co-?worker|colleague|teacher|coach|dog|cat"
)
_NAMED = re.compile(
    rf"\b(?:(?:my|your)\s+(?P<kind>(?:(?!and|or|has|had|is|was)\w+\s+){{0,2}}?"
    rf"(?:(?P<she>{_SHE})|(?P<he>{_HE})|(?P<any>{_ANY})))\b(?:-in-law)?|(?P<doctor>dr\.? [A-Z][\w'’-]+))",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?P<of>her|his)\b(?= [a-z])|(?P<who>she|he)(?P<short>['’](?:s|d|ll))?\b", re.IGNORECASE)
_BEEN = re.compile(r" (?:been|had|got|never been|always been)\b", re.IGNORECASE)
_OWN, _OTHERS = re.compile(r"\b(?:i|my|me)\b", re.IGNORECASE), re.compile(r"\b(?:she|he|her|his|him)\b", re.IGNORECASE)
_BACK = 4  # turns


def with_persons(found: Sequence[Clause]) -> tuple[list[Clause], dict[int, Clause]]:
    """The clauses with that person in the place of "she", and for each of those where the person was named; a clause
    whose person nobody named stands in quotation marks."""
    own, others = (sum(len(p.findall(c.text)) for c in found if c.role == "patient") for p in (_OWN, _OTHERS))
    if others > own:
        return list(found), {}
    out: list[Clause] = []
    named: dict[int, Clause] = {}
    for n, clause in enumerate(found):
        start = lead.end() if (lead := LEAD.match(clause.text)) else 0
        begins = _BEGINS.match(clause.text, start) if clause.role == "patient" and not clause.asks else None
        if begins is None:
            out.append(clause)
        elif (who := _person(found, n, begins)) is None:
            out.append(replace(clause, text=f"“{clause.text[start:]}”"))
        else:
            rest = clause.text[begins.end() :]
            out.append(replace(clause, text=who[0] + _verb(begins, rest) + rest))
            named[n] = who[1]
    return out, named


def _person(found: Sequence[Clause], n: int, begins: re.Match[str]) -> tuple[str, Clause] | None:
    she = (begins["who"] or begins["of"]).casefold() in ("she", "her")
    for clause in reversed(found[:n]):
        if clause.turn < found[n].turn - _BACK:
            return None
        for m in reversed(list(_NAMED.finditer(clause.text))):
            if m["she" if she else "he"] or m["any"] or m["doctor"]:
                return m["doctor"] or f"my {m['kind']}", clause
    return None


def _verb(begins: re.Match[str], rest: str) -> str:
    """What hung at the word: the 's of "she's", or the one that an owner takes."""
    if begins["of"]:
        return "'s"
    short = (begins["short"] or "")[1:].casefold()
    been = bool(_BEEN.match(rest))
    return {"": "", "s": " has" if been else " is", "d": " had" if been else " would", "ll": " will"}[short]
