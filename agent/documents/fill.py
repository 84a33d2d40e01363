"""What may stand in each section of a template, from the chosen sentences of a visit, the record and the form."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.documents.choose import Chosen
from agent.documents.payer_form import filled
from agent.documents.record_lines import Line, RecordLines
from agent.documents.thread import THREAD
from agent.model.note import Record, Sentence, Source

FORM = "form:"  # before the linkId of an intake answer


@dataclass(frozen=True)
class Material:
    """Everything that a draft may be made of. `told`: what was said to the patient, in the second person. `form`: a
    payer's, to be filled in from the `bundle` that it came in."""

    chosen: Sequence[Chosen]
    told: Sequence[Chosen]
    record: RecordLines
    intake: Sequence[Line]
    form: dict[str, Any] | None = None
    bundle: Record | None = None
    thread: Sequence[Line] = ()


Fill = Callable[[Material], list[Sentence]]

_COMPLAINT = re.compile(
    r"\b(?:here (?:today )?(?:for|with|because|to)|presents?\b|presenting|came in|coming in|comes in|complain|"
    r"brings|follow[- ]?up (?:of|for|on)|"
    r"evaluation|check[- ]?up|seen (?:today )?for|problem with)\b", re.I
)  # fmt: skip
_REVIEW = re.compile(r"^(?:denies|reports)\b", re.I)
_BACK = re.compile(
    r"\b(?:follow(?:ing)?[- ]?up (?:with|in|visit|appointment)|(?:see|have) (?:you|her|him|the patient) (?:back|"
    r"again|come back|return|in)|"
    r"come back|return|(?:call|dial) 911|ambulance|call (?:us|me|the office|if)|let (?:us|"
    r"me) know|emergency|go to the (?:er|hospital)|"
    r"give (?:us|me) a call|"
    r"next visit|in (?:\d+|a few|a couple(?: of)?|a|one|two|three|four|six) (?:days?|weeks?|months?|"
    r"year)\b.*\b(?:see|back|visit))\b", re.I
)  # fmt: skip
_MEDICINE = re.compile(
    r"\b(?:mg|mcg|milligrams?|units?|tablets?|pills?|puffs?|drops|cream|ointment|inhaler|dose|doses|prescrib\w*|"
    r"prescription|refill\w*|"
    r"medicines?|medications?|antibiotics?|take|taking|start(?:ing)? you on|put you on|stop(?:ping)? (?:the|your)|"
    r"continue (?:the|your|with)|"
    r"insulin|over the counter|twice a day|once a day|daily)\b", re.I
)  # fmt: skip
_FOUND = re.compile(
    r"\b(?:i think|this is an? |looks? like|you (?:do )?have|consistent with|diagnos\w*|"
    r"normal|shows?|showed|results?|x-?ray|"
    r"your (?:blood pressure|lungs|heart|"
    r"exam|labs?)|concern\w*|seems?|appears?)\b", re.I
)  # fmt: skip
_REFER = re.compile(
    r"\b(?:refer\w*|specialist|\w+ologist|surgeon|physical therapy|therapist|consult\w*|second opinion|dietitian|"
    r"nutritionist)\b",
    re.I,
)
_REQUEST = re.compile(
    r"\b(?:order\w*|mri|ct|cat scan|ultrasound|scan|x-?ray|echocardiogram|stress test|emg|sleep study|biopsy|"
    r"prescrib\w*|refer\w*|surgery|procedure|"
    r"injections?|physical therapy|authoriz\w*|start (?:her|him|the patient|you) on|infusion)\b", re.I
)  # fmt: skip
_DIAGNOSIS = re.compile(
    r"\b(?:i think|this is an?|diagnos\w*|consistent with|looks like|sounds like|suggests?|"
    r"concern\w* (?:for|about)|has an? |"
    r"history of|due to|assessment|syndrome|impression)\b",
    re.I,
)
_WHEN = re.compile(
    r"\b(?:duration|onset|since|ago|started|began|for (?:the past|about|several|a few|a couple|\d+)|\d+ (?:days?|"
    r"weeks?|months?|years?)|(?:days?|weeks?|months?|years?) now|"
    r"worse\w*|pain|numb\w*)\b", re.I
)  # fmt: skip
_HABIT = re.compile(r"\b(?:quit|smok\w*|packs?|drinks?|drank|alcohol|beers?|married|retired)\b", re.I)
_NOT_USED = re.compile(r"\bnot (?:using|taking)\b", re.I)
_TRIED = re.compile(
    r"\b(?:tried|taken|took|used|using|helps?|helped|relief|relieve[sd]?|ibuprofen|tylenol|acetaminophen|"
    r"naproxen|advil|aleve|motrin|injections?|"
    r"physical therapy|brace|splint|ice|iced|icing|heat|failed|tolerate\w*|stopped|steroids?|prednisone)\b", re.I
)  # fmt: skip


def _kept(chosen: Sequence[Chosen], fits: Callable[[Chosen], bool], most: int | None = None) -> list[Sentence]:
    """Those that fit, in the order of the talk; of more than `most` words the worthiest."""
    found = [(n, c) for n, c in enumerate(chosen) if fits(c)]
    if most is not None:
        ranked, kept, count = sorted(found, key=lambda pair: -pair[1].worth), [], 0
        for n, c in ranked:
            if count < most:
                kept.append((n, c))
                count += len(c.candidate.words)
        found = sorted(kept, key=lambda pair: pair[0])
    return [_as_sentence(c) for _, c in found]


def _as_sentence(chosen: Chosen) -> Sentence:
    """The section is set where it is placed."""
    said = chosen.candidate
    sure = 0.95 if said.role == "clinician" else 0.9
    if said.answer:
        sure = 0.8
    elif said.role == "other":
        sure = 0.6
    if said.asks or len(said.words) > 30:
        sure -= 0.2
    return Sentence(text=said.text, section="", evidence=said.evidence, confidence=round(sure, 2))


def _lines(lines: Sequence[Line], before: str = "") -> list[Sentence]:
    return [
        Sentence(
            text=line.text if line.text.endswith(".") else f"{line.text}.", section="", confidence=0.99,
            evidence=(Source(resource=f"{before}{line.resource}", end=len(line.text)),),
        )
        for line in lines
    ]  # fmt: skip


def _is_back(c: Chosen) -> bool:
    return c.part == "plan" and bool(_BACK.search(c.candidate.text))


def _is_review(c: Chosen) -> bool:
    return c.candidate.answer and bool(_REVIEW.match(c.candidate.text))


def _is_complaint(c: Chosen) -> bool:
    return c.candidate.place < 0.3 and c.part == "subjective" and bool(_COMPLAINT.search(c.candidate.text))


def _first_complaint(m: Material) -> Chosen | None:
    return next((c for c in m.chosen if _is_complaint(c)), None)


def _complaint(m: Material) -> list[Sentence]:
    first = _first_complaint(m)
    return [_as_sentence(first)] if first else []


def _subjective(m: Material, most: int | None = None) -> list[Sentence]:
    first = _first_complaint(m)
    return _kept(m.chosen, lambda c: c.part == "subjective" and not _is_review(c) and c is not first, most)


def _of(part: str, pattern: re.Pattern[str]) -> Fill:
    return lambda m: _kept(m.chosen, lambda c: c.part == part and bool(pattern.search(c.candidate.text)))


def _told(fits: Callable[[Chosen], bool]) -> Fill:
    return lambda m: _kept(m.told, fits)


def _says(pattern: re.Pattern[str]) -> Callable[[Chosen], bool]:
    return lambda c: bool(pattern.search(c.candidate.text))


def _told_next(c: Chosen) -> bool:
    text = c.candidate.text
    return c.part == "plan" and not (_BACK.search(text) or _MEDICINE.search(text) or _FOUND.search(text))


_ASKED = {"requested": "requested", "duration": "duration", "findings": "exam_results", "tried": "tried"}


def _payer_form(m: Material) -> list[Sentence]:
    if m.form is None:
        return []
    return [a.sentence() for a in filled(m.form, m.bundle, lambda about: FILLS[_ASKED[about]](m))]


FILLS: dict[str, Fill] = {
    "complaint": _complaint,
    "subjective": _subjective,
    "subjective_short": lambda m: _complaint(m) + _subjective(m, 130),
    "review": lambda m: _kept(m.chosen, _is_review),
    "exam": lambda m: _kept(m.chosen, lambda c: c.part == "exam" and not _is_review(c)),
    "results": lambda m: _kept(m.chosen, lambda c: c.part == "results" and not _is_review(c)),
    "exam_results": lambda m: _kept(m.chosen, lambda c: c.part in ("exam", "results") and not _is_review(c), 110),
    "plan": lambda m: _kept(m.chosen, lambda c: c.part == "plan" and not _is_back(c) and not _is_review(c)),
    "plan_short": lambda m: _kept(
        m.chosen, lambda c: c.part == "plan" and not _is_review(c) and not _says(_REFER)(c), 110),
    "instructions": lambda m: _kept(m.chosen, _is_back),
    "referral": _of("plan", _REFER),
    "requested": _of("plan", _REQUEST),
    "diagnosis": lambda m: _kept(m.chosen, lambda c: c.part in ("plan", "results") and _says(_DIAGNOSIS)(c), 90),
    "duration": lambda m: _kept(m.chosen,
        lambda c: c.part == "subjective" and _says(_WHEN)(c) and not _is_review(c) and not _says(_HABIT)(c), 90),
    "tried": lambda m: _kept(m.chosen,
        lambda c: c.part == "subjective" and _says(_TRIED)(c) and not _says(_NOT_USED)(c), 90),
    "told_found": _told(lambda c: not _BACK.search(c.candidate.text) and not _MEDICINE.search(c.candidate.text)
                        and c.part in ("plan", "results", "exam") and _says(_FOUND)(c)),
    "told_medicines": _told(lambda c: c.part == "plan" and _says(_MEDICINE)(c) and not _BACK.search(c.candidate.text)),
    "told_steps": _told(_told_next),
    "told_return": _told(_is_back),
    "intake": lambda m: _lines(m.intake, FORM),
    "thread": lambda m: _lines(m.thread, THREAD),
    "payer_form": _payer_form,
    "record_patient": lambda m: _lines(m.record.patient),
    "record_medications": lambda m: _lines(m.record.medications),
    "record_allergies": lambda m: _lines(m.record.allergies),
    "record_problems": lambda m: _lines(m.record.problems),
    "record_stay": lambda m: _lines(m.record.stay),
    "record_procedures": lambda m: _lines(m.record.procedures),
    "record_results": lambda m: _lines(m.record.results),
    "record_stopped": lambda m: _lines(m.record.stopped),
}  # fmt: skip
