"""What the review page shows: each sentence with its sources and flags, gravest first, and what is known of errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from agent.desk import review
from agent.model.document import Decision, Document
from agent.model.note import Flag, Omission, Source
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_tongue import number, span, tr
from agent.web.note_figures import FOUND
from agent.web.note_reading import reads_like, why_unsure

if TYPE_CHECKING:
    from agent.documents.coding import Coded

KINDS = {
    "visit_note": N_("Visit note"),
    "after_visit_summary": N_("After-visit summary"),
    "referral_letter": N_("Referral letter"),
    "prior_authorization": N_("Prior authorization"),
    "discharge_summary": N_("Discharge summary"),
    "reply": N_("Reply"),
}
REASONS = {
    "wrong": N_("It is wrong"),
    "not_said": N_("Nobody said it"),
    "wrong_patient": N_("About somebody else"),
    "irrelevant": N_("Does not belong here"),
    "style": N_("Badly put"),
}
WHYS = {
    "wrong_facts": N_("It states wrong facts"),
    "wrong_patient": N_("It is about another patient"),
    "missing": N_("Something important is missing"),
    "not_usable": N_("It is not usable"),
}
INSTEAD = {  # why the declared model's draft is not used
    "late": N_("It did not answer in time."),
    "busy": N_("It was busy with other visits."),
    "failed": N_("It could not be reached."),
    "not_understood": N_("Its answer could not be read."),
    "unfaithful": N_("Too much of what it wrote was not said in the visit."),
    "too_long": N_("The visit is too long for it."),
}
SPEAKING = {  # what is odd in who speaks, by agent.documents.speakers
    "swapped": N_(
        "The speakers look swapped in this transcript. It was read the other way round: check who said what."
    ),
    "several": N_(
        "Somebody besides the patient and staff speaks in this transcript: check whom each sentence is about."
    ),
    "one_sided": N_(
        "Only one person speaks in this transcript, so that no question has its answer: read every sentence."
    ),
}
CARD = (
    (
        N_("What it does"),
        N_(
            "It drafts a document from the recorded visit, the form and the record. A sentence is built only "
            "from words that were said or from a line of the record, and names its source."
        ),
    ),
    (
        N_("What it cannot do"),
        N_(
            "It does not diagnose, choose a code, send, or sign. It hears only what was transcribed: a wrong word in "
            "the transcript is a wrong word here. Talk in other languages than English is quoted, not written."
        ),
    ),
    (
        N_("Where its data comes from"),
        N_(
            "This visit's transcript, form and record, nothing else. Which words matter was "
            "learned from 67 public visits of ACI-Bench (CC BY 4.0), played by clinicians; no patient's data was used."
        ),
    ),
    (
        N_("How it is checked"),
        N_(
            "Fixed rules compare every sentence with its sources: red for a conflict, amber for a doubt. "
            "They miss errors: a sentence without a flag is not thereby right. Read all of it."
        ),
    ),
    (
        N_("How much it misses"),
        FOUND,
    ),
    (
        N_("Who is accountable"),
        N_("The clinician who signs. Nothing leaves before that, and nothing is signed in bulk."),
    ),
    (
        N_("When it is wrong"),
        N_(
            "Reject the sentence or the document and say why: it is counted here, for each kind, "
            "language and sex. A signed document is corrected by an amendment; both stay."
        ),
    ),
)
_SEXES = {"female": N_("female"), "male": N_("male"), "other": N_("other"), "unknown": N_("unknown")}
_GRAVE = ("allergy", "medication", "dose", "frequency", "route", "identity", "laterality", "side", "negation", "plan")


@dataclass(frozen=True)
class Quote:
    """A source in words: `turn` -1 for the record or the form, then `resource` says which."""

    who: str
    text: str
    turn: int
    start: int
    end: int
    resource: str


@dataclass(frozen=True)
class Claim:
    """A sentence of the draft as it is reviewed. `must`: it is decided by itself before anybody signs."""

    number: int
    text: str
    section: str
    flags: tuple[Flag, ...]
    quotes: tuple[Quote, ...]
    decision: Decision | None
    must: bool
    unsure: str  # why, in a reader's words; empty where it is not
    sourced: bool

    @property
    def tier(self) -> str:
        if any(f.tier == "red" for f in self.flags):
            return "red"
        if self.flags or self.unsure:
            return "amber"
        return "record" if any(q.resource for q in self.quotes) else "cited"


@dataclass(frozen=True)
class Review:
    """The page: `asked` gravest first, `rest` in the document's order, `text` exactly what a signature would cover."""

    asked: list[Claim]
    rest: list[Claim]
    left: int
    missing: list[tuple[int, Omission, str, Decision | None]]
    text: str
    hash: str
    codes: "list[Coded]"
    reads_like: str = ""


def read_review(document: Document) -> Review | None:
    """None while there is no draft."""
    if document.draft is None:
        return None
    flags, must = review.flags_of(document), review.asked(document)
    made = {d.sentence: d for d in document.decisions if d.act != "add"}
    added = {d.sentence: d for d in document.decisions if d.act == "add"}
    claims = [
        Claim(
            number=n, text=s.text, section=s.section, flags=flags[n], must=must[n], decision=made.get(n),
            quotes=_quotes(document, [*s.evidence, *(e for f in flags[n] for e in f.evidence)]),
            unsure=why_unsure(document, s) if s.confidence < review.UNSURE else "", sourced=bool(s.evidence),
        )
        for n, s in enumerate(document.draft.sentences)
    ]  # fmt: skip
    text = document.final if document.state == "signed" else review.text_of(document)
    missing = [(n, o, review.words_of(document, o), added.get(n)) for n, o in enumerate(review.omissions(document))]
    asked = sorted((c for c in claims if c.must), key=_risk)
    rest = [c for c in claims if not c.must]
    left = len(review.undecided(document))
    from agent.documents.coding import codes_for

    kept = [c.decision.text if c.decision and c.decision.act == "edit" else c.text for c in claims
            if not (c.decision and c.decision.act == "reject")]  # fmt: skip
    level = reads_like(document, kept)
    return Review(asked, rest, left, missing, text, review.hash_of(text), codes_for(document.dialogue), level)


@dataclass(frozen=True)
class Reviewed:
    """What is counted of a finished document: nothing that says who or what it was about."""

    signed: bool
    kind: str
    release: str
    spoken: str
    sex: str
    seconds: int | None
    edits: int | None
    reasons: tuple[str, ...]  # of rejected sentences
    problems: int


def reviewed(document: Document) -> Reviewed:
    return Reviewed(
        document.state == "signed", document.kind, document.release, document.spoken, document.sex,
        document.seconds_to_sign, document.edit_distance,
        tuple(str(d.reason) for d in document.decisions if d.act == "reject"), len(document.problems),
    )  # fmt: skip


class Remembered:
    """The counts of finished documents, so that a page unseals only those that were changed since the last one."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, Reviewed]] = {}

    def of(self, tx: Tx, versions: Mapping[str, int]) -> list[Reviewed]:
        kept: dict[str, tuple[int, Reviewed]] = {}
        for id, version in versions.items():
            known = self._kept.get(id)
            if known is not None and known[0] == version:
                kept[id] = known
            elif found := tx.documents.get(id):
                kept[id] = (version, reviewed(found))
        self._kept = kept
        return [counts for _, counts in kept.values()]


def tallies(done: Sequence[Reviewed]) -> list[tuple[str, str]]:
    """What reviews of this clinic say of the drafts, by kind, language and sex where there are any."""
    signed = [d for d in done if d.signed]
    rows = [(tr("Signed"), number(len(signed))), (tr("Rejected"), number(len(done) - len(signed)))]
    if signed:
        seconds = [d.seconds for d in signed if d.seconds is not None]
        edits = [d.edits for d in signed if d.edits is not None]
        rows.append((tr("Time to sign, median"), span(timedelta(seconds=median(seconds))) if seconds else "–"))
        rows.append((tr("Characters changed, median"), number(round(median(edits))) if edits else "–"))
    for reason, words in REASONS.items():
        if count := sum(d.reasons.count(reason) for d in done):
            rows.append((tr("Sentences rejected: %(why)s", why=tr(words).lower()), number(count)))
    return [*rows, *_errors(done)]


def _errors(done: Sequence[Reviewed]) -> list[tuple[str, str]]:
    """Errors (a document rejected or amended, a sentence rejected) by kind, release, and the patient's language and
    sex where they are recorded, each beside the number of documents that it happened in."""
    rows = []
    for field, name in (
        ("kind", tr("kind")), ("release", tr("release")), ("spoken", tr("patient's language")), ("sex", tr("sex")),
    ):  # fmt: skip
        for value in sorted({str(getattr(d, field)) for d in done} - {""}):
            these = [d for d in done if str(getattr(d, field)) == value]
            wrong = sum(d.problems + len(d.reasons) for d in these)
            if wrong:
                shown = tr(KINDS[value]) if value in KINDS else tr(_SEXES[value]) if value in _SEXES else value
                count = tr("%(errors)s in %(count)s documents", errors=number(wrong), count=number(len(these)))
                rows.append((tr("Errors, %(field)s: %(value)s", field=name, value=shown), count))
    return rows


def _risk(claim: Claim) -> tuple[bool, int, int]:
    kinds = [next((n for n, word in enumerate(_GRAVE) if word in f.kind), len(_GRAVE)) for f in claim.flags]
    return claim.tier != "red", min(kinds, default=len(_GRAVE) + 1), claim.number


def _quotes(document: Document, sources: Sequence[Source]) -> tuple[Quote, ...]:
    found: list[Quote] = []
    for source in dict.fromkeys(sources):
        if 0 <= source.turn < len(document.dialogue):
            said = document.dialogue[source.turn]
            end = source.end or len(said.text)
            if any(q.turn == source.turn and q.start <= source.start and end <= q.end + 1 for q in found):
                continue  # shown already, but for a full stop
            text = said.text[source.start : source.end] if source.end else said.text
            found.append(Quote(said.speaker, text, source.turn, source.start, end, ""))
        elif source.resource:
            kind, _, where = source.resource.partition(":")
            who = {"form": tr("Form"), "question": tr("The payer's form"), "thread": tr("Message")}.get(
                kind, tr("Record")
            )
            where = where if kind in ("form", "question") else source.resource
            if kind == "thread":
                where = next((m.text for m in document.thread if f"thread:{m.id}" == source.resource), "")
            found.append(Quote(who, where, -1, 0, 0, where))
    return tuple(found)
