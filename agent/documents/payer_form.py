"""A payer's form for a prior authorization: its questions, and what the record answers by itself.

An answer is a value of the record as it stands, or the words of the visit; that criteria are met is never concluded, so
that a yes or no, and whatever the record has twice, stays empty for a person."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.documents.record_facts import Fact, Facts, facts
from agent.intake.fhir import listed, text
from agent.model.note import Record, Sentence, Source

QUESTION = "question:"  # before the linkId, in a sentence's evidence
SECTION = "payer_form"
EMPTY = "not answered yet"
_MOST_QUESTIONS, _DEEPEST, _LONGEST = 300, 8, 300
_SURE, _ASKED = 0.97, 0.2  # of an answer from the record, and of a question for a person
_TEXTS, _CODED = frozenset({"string", "text"}), frozenset({"choice", "open-choice"})
_NUMBERS = frozenset({"decimal", "integer", "quantity"})
_LOINC = "http://loinc.org"

_STOPPED = r"\b(?:tried|failed|previous(?:ly)?|prior(?! auth)|past|discontinued|stopped)\b"
_DRUGS = r"\b(?:drugs?|medic\w+|therap\w+|treatments?)\b"
# The first row whose words stand in the question decides what of the record answers it.
_ASKS: tuple[tuple[str, str], ...] = (
    (r"\b(?:provider|prescriber|physician|facility|pharmacy|npi|signature|fax|contact)\b", ""),
    (r"\b(?:why|reason|how long|duration|dates?|doses?|strength|quantity|expected|goals?)\b.*" + _DRUGS, ""),
    (rf"{_DRUGS}.*\b(?:why|reason|how long|duration|dates?|doses?|strength|quantity|expected|goals?)\b", ""),
    (r"\bdate of birth\b|\bbirth ?date\b|\bdob\b", "born"),
    (r"\bdates?\b", ""),
    (r"\b(?:last|family) name\b|\bsurname\b", "family"),
    (r"\b(?:first|given) name\b", "given"),
    (r"\b(?:patient|member|enrollee|beneficiary)(?:'s|’s)? (?:full )?name\b|^name$", "name"),
    (r"\bgender\b|\bsex\b", "sex"),
    (r"\bgroup (?:number|id|no)\b", "group"),
    (r"\b(?:member|subscriber|policy|insurance|beneficiary) ?(?:id|number|no|identifier)\b", "member"),
    (r"\b(?:insurer|payer|health plan|insurance (?:company|plan|name))\b", "payer"),
    (r"\b(?:phone|telephone)\b", "phone"),
    (r"\baddress\b", "address"),
    (r"\ballerg", "allergies"),
    (rf"{_STOPPED}.*{_DRUGS}|{_DRUGS}.*{_STOPPED}", "stopped"),
    (r"\b(?:current|other|concurrent|taking|list)\b.*\b(?:drugs?|medic\w+)\b", "medications"),
    (r"\bicd\b|\bicd-?10\b|\bdiagnos[ei]s codes?\b", "codes"),
    (r"\bdiagnos[ei]s\b|\bproblems\b|\bconditions\b", "problems"),
    (r"\b(?:surger\w+|procedures?)\b.*\b(?:had|history|previous|prior|past|done)\b|\b(?:previous|prior|past)\b.*\bsurger",
     "procedures"),
    (r"\b(?:findings|examination|imaging results|test results)\b", "findings"),
    (r"\b(?:requested|request|ordered|proposed)\b", "requested"),
    (r"\bimaging\b", "findings"),
    (r"\b(?:onset|duration|how long|since when)\b", "duration"),
)  # fmt: skip
_DEFINED = {
    "Patient.birthDate": "born", "Patient.gender": "sex", "Patient.name.family": "family",
    "Patient.name.given": "given", "Patient.name": "name", "Patient.telecom": "phone", "Patient.address": "address",
    "Coverage.subscriberId": "member", "Coverage.payor": "payer", "AllergyIntolerance.code": "allergies",
}  # fmt: skip
_LABS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"\b(?:hb)?a1c\b", frozenset({"4548-4", "17856-6"})),
    (r"\bbmi\b|\bbody mass index\b", frozenset({"39156-5"})),
    (r"\bweight\b", frozenset({"29463-7", "3141-9"})),
    (r"\bheight\b", frozenset({"8302-2"})),
    (r"\bldl\b", frozenset({"13457-7", "18262-6", "2089-1"})),
    (r"\be?gfr\b", frozenset({"33914-3", "62238-1", "98979-8"})),
    (r"\bcreatinine\b", frozenset({"2160-0"})),
)


@dataclass(frozen=True)
class Question:
    """One question of the form; `label` as it stands in the document, never twice."""

    link: str
    label: str
    kind: str
    required: bool = False
    repeats: bool = False
    options: tuple[dict[str, Any], ...] = ()  # answerOption
    codes: frozenset[str] = frozenset()
    defined: str = ""
    about: str = ""  # titles of its groups
    when: tuple[dict[str, Any], ...] = ()  # enableWhen
    any_of: bool = False


@dataclass(frozen=True)
class Answered:
    """A question with its values, FHIR's value[x], and where they stand; without values it is for a person."""

    question: Question
    values: tuple[dict[str, Any], ...] = ()
    words: str = ""
    sources: tuple[Source, ...] = ()

    def sentence(self) -> Sentence:
        """As it stands in the document that is reviewed."""
        told = f"{self.question.label}: {self.words or EMPTY}"
        return Sentence(
            text=told if told.endswith(".") else f"{told}.", section=SECTION,
            evidence=(*self.sources, Source(resource=f"{QUESTION}{self.question.link}")),
            confidence=_SURE if self.values else _ASKED,
        )  # fmt: skip


def form_in(record: Record | None) -> dict[str, Any] | None:
    """The payer's Questionnaire that lies in a Bundle, by itself or in a package of DTR."""
    for entry in listed(record.get("entry")) if isinstance(record, dict) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Questionnaire":
            return resource
    return None


def questions(form: dict[str, Any]) -> list[Question]:
    """In order, those in groups too. What is no question (display, group) is passed over; odd input never raises."""
    found = list(_questions(form.get("item"), (), 0))[:_MOST_QUESTIONS]
    twice = Counter(q.label for q in found)
    named = [replace(q, label=f"{q.about} – {q.label}") if twice[q.label] > 1 and q.about else q for q in found]
    twice = Counter(q.label for q in named)
    return [replace(q, label=f"{q.label} ({q.link})") if twice[q.label] > 1 else q for q in named]


def _questions(items: Any, about: tuple[str, ...], depth: int) -> Iterator[Question]:
    for item in listed(items) if depth <= _DEEPEST else ():
        if not isinstance(item, dict):
            continue
        kind, link, words = text(item, "type"), text(item, "linkId"), " ".join(text(item, "text").split())
        if kind not in ("group", "display", "") and link:
            codes = frozenset(text(c, "code") for c in listed(item.get("code")) if text(c, "system") == _LOINC)
            yield Question(
                link, (words or link)[:_LONGEST].rstrip(" :?."), kind, item.get("required") is True,
                item.get("repeats") is True, tuple(o for o in listed(item.get("answerOption")) if isinstance(o, dict)),
                codes, text(item, "definition").rpartition("#")[2], about[-1] if about else "",
                tuple(w for w in listed(item.get("enableWhen")) if isinstance(w, dict)),
                text(item, "enableBehavior") == "any",
            )  # fmt: skip
        yield from _questions(item.get("item"), (*about, words) if words else about, depth + 1)


Spoken = Callable[[str], Sequence[Sentence]]


def filled(form: dict[str, Any], record: Record | None, spoken: Spoken) -> list[Answered]:
    """Every question with what answers it. `spoken`: sentences of the visit for requested, duration, findings or
    tried, each with its source; they answer questions in free text alone."""
    known = facts(record)
    return [_answered(q, known, spoken) for q in questions(form)]


def _answered(question: Question, known: Facts, spoken: Spoken) -> Answered:
    labs = question.codes or _labs(question.label)
    if labs and (newest := known.newest(labs)):
        return _of_facts(question, [newest])
    asked = _DEFINED.get(question.defined) or next(
        (a for words, a in _ASKS if re.search(words, question.label, re.I)), ""
    )
    if not asked:
        return Answered(question)
    found = known.of(asked)
    if question.kind in _TEXTS and asked in ("requested", "duration", "findings", "stopped"):
        said = spoken("tried" if asked == "stopped" else asked)[:3]
        return _of_words(question, found, said)
    return _of_facts(question, found)


def _labs(words: str) -> frozenset[str]:
    return next((codes for pattern, codes in _LABS if re.search(pattern, words, re.I)), frozenset())


def _of_words(question: Question, found: Sequence[Fact], said: Sequence[Sentence]) -> Answered:
    told = [f.words for f in found] + [s.text.rstrip(".") for s in said]
    if not told:
        return Answered(question)
    words = "; ".join(told)
    sources = (*(_at(f) for f in found), *(e for s in said for e in s.evidence))
    return Answered(question, ({"valueString": words},), words, sources)


def _of_facts(question: Question, found: Sequence[Fact]) -> Answered:
    """Text lists all; another question takes one, and more only where it may have more."""
    if not found:
        return Answered(question)
    if question.kind in _TEXTS:
        return _of_words(question, found, ())
    values = [(f, v) for f in found if (v := _value(question, f)) is not None]
    if len(values) != len(found) or (len(found) > 1 and not question.repeats):
        return Answered(question)
    return Answered(
        question, tuple(v for _, v in values), "; ".join(f.words for f, _ in values), tuple(_at(f) for f, _ in values)
    )


def _value(question: Question, fact: Fact) -> dict[str, Any] | None:
    kind = question.kind
    if kind in ("date", "dateTime"):
        return {f"value{kind[0].upper()}{kind[1:]}": fact.date} if fact.date else None
    if kind in _NUMBERS and fact.value is not None:
        return _number(kind, fact.value, fact.unit)
    if kind in _CODED:
        return option(question, {c["code"] for c in fact.codings} | {fact.words}) or (
            {"valueCoding": fact.codings[0]} if fact.codings and not question.options else None
        )
    return None


def _number(kind: str, value: float, unit: str) -> dict[str, Any] | None:
    if kind == "quantity":
        return {"valueQuantity": {"value": value, "unit": unit} if unit else {"value": value}}
    if kind == "decimal":
        return {"valueDecimal": value}
    return {"valueInteger": int(value)} if value == int(value) else None


def option(question: Question, wanted: set[str]) -> dict[str, Any] | None:
    """The form's own option of that code or that name; None where there is none or more than one."""
    low = {w.casefold() for w in wanted}
    found = []
    for each in question.options:
        for name, value in each.items():
            coding = value if isinstance(value, dict) else {"display": value}
            if name.startswith("value") and {str(coding.get(k, "")).casefold() for k in ("code", "display")} & low:
                found.append({name: value})
    return found[0] if len(found) == 1 else None


def _at(fact: Fact) -> Source:
    return Source(resource=fact.ref, end=len(fact.words))
