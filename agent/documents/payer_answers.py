"""A payer's form as a QuestionnaireResponse after Da Vinci DTR: each answer says whether the desk filled it in from the
record, a person changed that, or a person typed it; what nobody answered stays empty."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agent.documents.payer_form import EMPTY, QUESTION, Question, filled, form_in, option, questions
from agent.intake.fhir import listed, text
from agent.model.document import Document
from agent.model.note import Sentence

ORIGIN = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/information-origin"
_NUMBER = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*([^\s(;]*)")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YES, _NO = frozenset({"yes", "y", "true"}), frozenset({"no", "n", "false"})
_EXACT = 0.9  # confidence from which a sentence is an answer of ours
Answers = dict[str, list[dict[str, Any]]]


def response(document: Document) -> dict[str, Any] | None:
    """None where no payer's form came with the record, or nothing is drafted."""
    form = form_in(document.record)
    if form is None or document.draft is None or document.kind != "prior_authorization":
        return None
    asked = questions(form)
    given = answers(document, asked, form)
    whole = all(q.link in given for q in asked if q.required and _is_enabled(q, given))
    made: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed" if whole and document.state == "signed" else "in-progress",
        "subject": {"reference": f"Patient/{document.patient}", "display": document.patient_name},
        "authored": (document.signed_at or document.drafted_at or document.created_at).isoformat(),
        "item": _items(form.get("item"), given, 0),
    }
    if address := text(form, "url"):
        version = text(form, "version")
        made["questionnaire"] = f"{address}|{version}" if version else address
    return made


def counted(document: Document) -> tuple[int, int] | None:
    """(answered, all) of the payer's form; None without one."""
    form = form_in(document.record)
    if form is None or document.draft is None or document.kind != "prior_authorization":
        return None
    asked = questions(form)
    return len(answers(document, asked, form)), len(asked)


def answers(document: Document, asked: Sequence[Question], form: dict[str, Any]) -> Answers:
    """linkId -> answers with where each is from, after what was decided; only what its condition lets stand."""
    assert document.draft is not None
    ours = {a.question.link: a for a in filled(form, document.record, lambda _: ())}
    made = {d.sentence: d for d in document.decisions if d.act != "add"}
    given: Answers = {}
    for question in asked:
        at = _place(question, document.draft.sentences)
        if at is None or not _is_enabled(question, given):
            continue
        sentence, decision = document.draft.sentences[at], made.get(at)
        if decision is not None and decision.act == "reject":
            continue
        typed = decision is not None and decision.act == "edit"
        words = _words(question, decision.text if decision and typed else sentence.text)
        auto = _link(sentence) == question.link and sentence.confidence >= _EXACT
        known = ours[question.link]
        values = known.values if not typed and known.words == words else parsed(question, words)
        if values and words != EMPTY:
            origin = "override" if typed and auto else "auto-client" if auto else "manual"
            given[question.link] = [_answer(v, origin, document) for v in values]
    return given


def parsed(question: Question, words: str) -> tuple[dict[str, Any], ...]:
    """What a person wrote, as the question wants it; nothing where it is no such value."""
    kind, low = question.kind, words.casefold()
    if not words:
        return ()
    if kind in ("string", "text"):
        return ({"valueString": words},)
    if kind == "boolean":
        return ({"valueBoolean": low in _YES},) if low in _YES | _NO else ()
    if kind in ("date", "dateTime"):
        day = _day(words)
        return ({f"value{kind[0].upper()}{kind[1:]}": day},) if day else ()
    if kind in ("choice", "open-choice"):
        chosen = option(question, {words})
        free = ({"valueString": words},) if kind == "open-choice" else ()
        return (chosen,) if chosen else free
    if kind in ("decimal", "integer", "quantity") and (m := _NUMBER.match(words)):
        value = float(m[1].replace(",", "."))
        if kind == "quantity":
            return ({"valueQuantity": {"value": value} | ({"unit": m[2]} if m[2] else {})},)
        if kind == "decimal":
            return ({"valueDecimal": value},)
        return ({"valueInteger": int(value)},) if value == int(value) else ()
    return ()


def _day(words: str) -> str:
    m = _AMERICAN.fullmatch(words)
    try:
        return (date(int(m[3]), int(m[1]), int(m[2])) if m else date.fromisoformat(words)).isoformat()
    except ValueError:
        return ""


def _link(sentence: Sentence) -> str:
    return next((e.resource.removeprefix(QUESTION) for e in sentence.evidence if e.resource.startswith(QUESTION)), "")


def _place(question: Question, sentences: Sequence[Sentence]) -> int | None:
    """Its sentence: by the link, or after an amendment by the words of the question."""
    linked = next((n for n, s in enumerate(sentences) if _link(s) == question.link), None)
    if linked is not None:
        return linked
    return next((n for n, s in enumerate(sentences) if s.text.startswith(f"{question.label}: ")), None)


def _words(question: Question, told: str) -> str:
    return told.strip().removeprefix(f"{question.label}:").strip().rstrip(".").strip()


def _answer(value: Mapping[str, Any], origin: str, document: Document) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": "source", "valueCode": origin}]
    if origin != "auto-client" and document.signed_by:
        signer = {"identifier": {"system": "urn:frontdesk:staff", "value": document.signed_by},
                  "display": document.signed_name}  # fmt: skip
        parts.append({"url": "author", "valueReference": signer})
    return {"extension": [{"url": ORIGIN, "extension": parts}], **value}


def _items(items: Any, given: Answers, depth: int) -> list[dict[str, Any]]:
    """The answered questions in the form's own groups."""
    found = []
    for item in listed(items) if depth <= 8 else ():
        if not isinstance(item, dict) or not text(item, "linkId"):
            continue
        below = _items(item.get("item"), given, depth + 1)
        row: dict[str, Any] = {"linkId": text(item, "linkId")} | (
            {"text": text(item, "text")} if text(item, "text") else {}
        )
        if answered := given.get(text(item, "linkId")):
            first = {**answered[0], "item": below} if below else answered[0]
            found.append(row | {"answer": [first, *answered[1:]]})
        elif below and text(item, "type") == "group":
            found.append(row | {"item": below})
    return found


def _is_enabled(question: Question, given: Answers) -> bool:
    held = [_holds(w, given.get(text(w, "question"), [])) for w in question.when]
    return not held or (any(held) if question.any_of else all(held))


def _holds(when: dict[str, Any], answered: Sequence[Mapping[str, Any]]) -> bool:
    wanted = next((v for k, v in when.items() if k.startswith("answer")), None)
    way = text(when, "operator")
    if way == "exists":
        return bool(answered) is (wanted is True)
    values = [_bare(v) for a in answered for k, v in a.items() if k.startswith("value")]
    target = _bare(wanted)
    if way == "=":
        return target in values
    if way == "!=":
        return bool(values) and target not in values
    sorts = {">": (1,), "<": (-1,), ">=": (1, 0), "<=": (-1, 0)}.get(way, ())
    return any((v > target) - (v < target) in sorts for v in values if type(v) is type(target) and v is not None)


def _bare(value: Any) -> Any:
    """A value to be compared: of a coding its code, of a quantity its number."""
    if isinstance(value, dict):
        return value.get("code", value.get("value"))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
