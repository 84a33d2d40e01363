"""The review of a document: one decision for each sentence, then a named signature under exactly what was read."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from rapidfuzz.distance import Levenshtein

from agent.desk.desk import Desk
from agent.desk.documents import sources_of
from agent.model.document import Act, Decision, Document, Problem, Reason, Why
from agent.model.fault import Refused
from agent.model.note import Checked, Draft, Flag, Omission, Sentence
from agent.model.patient import StaffUser
from agent.model.wording import N_
from agent.ports import Tx

ADDED = "ADDED IN REVIEW"
UNSURE = 0.5  # a sentence of less confidence is asked about like a flagged one
MOST_CHARACTERS = 2000  # of one sentence after an edit
MOST_OMISSIONS = 3
ATTEST = N_("I have read the whole document against its sources. It is correct and complete, and I sign it.")


def decide(
    desk: Desk, id: str, version: int, by: StaffUser, act: Act, sentence: int, text: str = "",
    reason: Reason | None = None,
) -> Document:  # fmt: skip
    """One decision, replacing an earlier one on the same sentence. Raises Refused, Conflict."""
    words = " ".join(text.split())[:MOST_CHARACTERS]

    def change(document: Document, now: datetime) -> Document:
        most = len(omissions(document)) if act == "add" else len(_draft(document).sentences)
        if not 0 <= sentence < most:
            raise Refused("there is no such sentence")
        if act == "edit" and not words:
            raise Refused("write the sentence, or reject it")
        if act == "reject" and reason is None:
            raise Refused("say why it is rejected")
        said = words_of(document, omissions(document)[sentence]) if act == "add" and not words else words
        made = Decision(act=act, sentence=sentence, text=said if act in ("edit", "add") else "", reason=reason, at=now)
        others = tuple(d for d in document.decisions if (d.act == "add", d.sentence) != (act == "add", sentence))
        decided = document.model_copy(update={"decisions": (*others, made)})
        return _checked_again(desk, decided, made) if act in ("edit", "add") else decided

    return _changed(desk, id, version, by, change, f"document:sentence_{act}", {"sentence": sentence, "reason": reason})


def sign(desk: Desk, id: str, version: int, by: StaffUser, attested: bool, read: str) -> Document:
    """`read`: the hash of the text that was on the page. Raises Refused while a flagged sentence is undecided, without
    the attestation, for other words than were read, and for anybody but a clinician."""

    def change(document: Document, now: datetime) -> Document:
        if not attested:
            raise Refused("tick the attestation: a signature is never given for you")
        if left := undecided(document):
            raise Refused("flagged sentences that are not decided yet: %(left)s", left=len(left))
        final = text_of(document)
        if not final.strip():
            raise Refused("there is nothing left to sign: reject the document instead")
        if hash_of(final) != read:
            raise Refused("the text has changed since you read it: read it again")
        since = document.opened_at or now
        return document.model_copy(update={
            "state": "signed", "final": final, "signed_by": by.id, "signed_name": by.name, "signed_at": now,
            "signed_hash": read, "seconds_to_sign": round((now - since).total_seconds()),
            "edit_distance": Levenshtein.distance(_draft(document).note, final),
        })  # fmt: skip

    return _changed(desk, id, version, by, change, "document:signed", {})


def reject(desk: Desk, id: str, version: int, by: StaffUser, why: Why, words: str = "") -> Document:
    """Not used at all; why is kept as an error to be corrected. Raises Refused, Conflict."""

    def change(document: Document, now: datetime) -> Document:
        problem = Problem(why=why, words=words.strip()[:1000], by=by.id, at=now)
        return document.model_copy(update={"state": "rejected", "problems": (*document.problems, problem)})

    return _changed(desk, id, version, by, change, "document:rejected", {"why": why})


def amend(desk: Desk, id: str, by: StaffUser, why: Why, words: str = "") -> Document:
    """Reports an error in a signed document and opens its correction: a new document whose draft is the signed text.
    The signed one stays as it is. Raises Refused."""
    _clinician(by)
    now = desk.clock()
    with desk.store.begin() as tx:
        signed = _found(desk, tx, id)
        if signed.state != "signed":
            raise Refused("only a signed document is amended")
        problem = Problem(why=why, words=words.strip()[:1000], by=by.id, at=now)
        tx.documents.save(signed.model_copy(update={"problems": (*signed.problems, problem)}))
        again = tx.documents.add(signed.model_copy(update={
            "id": desk.new_id(), "key": f"amends:{signed.id}:{len(signed.problems)}", "state": "drafted",
            "amends": signed.id, "draft": _as_draft(signed), "decisions": (), "problems": (), "version": 0,
            "check": desk.verifier(signed.dialogue, signed.final, sources_of(signed)) if desk.verifier else None,
            "opened_at": now, "owner": by.id, "created_at": now, "drafted_at": now, "signed_by": "", "signed_name": "",
            "signed_at": None, "signed_hash": "", "final": "", "seconds_to_sign": None, "edit_distance": None,
            "written": (),
        }))  # fmt: skip
        desk.record(tx, f"staff:{by.id}", "document:amended", signed.id, now, data={"why": why, "by": again.id})
    return again


def text_of(document: Document) -> str:
    """The document as decided so far: titles, kept and edited sentences, what was added."""
    draft, made = _draft(document), {d.sentence: d for d in document.decisions if d.act != "add"}
    out: list[str] = []
    number = 0
    for block in draft.note.split("\n\n"):
        title, kept = "", []
        for line in block.split("\n"):
            if number < len(draft.sentences) and line == draft.sentences[number].text:
                decision = made.get(number)
                if decision is None or decision.act != "reject":
                    kept.append(decision.text if decision and decision.act == "edit" else line)
                number += 1
            else:
                title = line
        if kept:
            out.append("\n".join([*([title] if title else []), *kept]))
    added = [d.text for d in document.decisions if d.act == "add"]
    return "\n\n".join([*out, *(["\n".join([ADDED, *added])] if added else [])])


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def flags_of(document: Document) -> list[tuple[Flag, ...]]:
    """The flags of each sentence of the draft; after an edit those of its new words."""
    draft = _draft(document)
    checked = document.check.sentences if document.check else ()
    places = _places(draft)
    found = [_within(checked, start, end) for start, end in places]
    for n, sentence in enumerate(draft.sentences):
        if sentence.evidence and all(e.resource.startswith("question:") for e in sentence.evidence):
            found[n] = ()  # a question that nobody has answered yet claims nothing
    for decision in document.decisions:
        if decision.act == "edit":
            found[decision.sentence] = decision.flags
    return found


def asked(document: Document) -> list[bool]:
    """Which sentences must be decided one by one: flagged, or unsure."""
    flags = flags_of(document)
    return [bool(f) or s.confidence < UNSURE for f, s in zip(flags, _draft(document).sentences, strict=True)]


def undecided(document: Document) -> list[int]:
    """Sentences that must still be decided before anybody can sign."""
    made = {d.sentence for d in document.decisions if d.act != "add"}
    return [n for n, must in enumerate(asked(document)) if must and n not in made]


def omissions(document: Document) -> tuple[Omission, ...]:
    """What was said and is missing, gravest first, at most three: more is not read."""
    return document.check.omissions[:MOST_OMISSIONS] if document.check else ()


def words_of(document: Document, omission: Omission) -> str:
    """What adding it would write: somebody's words with their name, since "I" in a note is the clinician."""
    said = " ".join(omission.text.split())
    if not 0 <= omission.turn < len(document.dialogue):
        return said
    told = _told(document.dialogue[omission.turn].speaker, said)
    after = document.dialogue[omission.turn + 1 : omission.turn + 2]
    if said.endswith("?") and after and after[0].speaker != document.dialogue[omission.turn].speaker:
        told += f" {_told(after[0].speaker, ' '.join(after[0].text.split())[:_MOST_ANSWER])}"
    return told


_MOST_ANSWER = 200  # characters of what was answered to a question that is added


def _told(who: str, words: str) -> str:
    name = who.capitalize() if who.islower() else who
    written = _SPACED.sub(r"\1", words).rstrip(".,; ")
    return f"{name or 'Said'}: “{written}”."


_SPACED = re.compile(r" ([,.;:?!])")  # as recognisers set them


def _checked_again(desk: Desk, document: Document, made: Decision) -> Document:
    """The same verifier reads a person's own words."""
    if desk.verifier is None:
        return document
    text = text_of(document)
    start = text.rfind(made.text)
    checked = desk.verifier(document.dialogue, text, sources_of(document)).sentences
    flags = _within(checked, start, start + len(made.text))
    others = document.decisions[:-1]
    return document.model_copy(update={"decisions": (*others, made.model_copy(update={"flags": flags}))})


def _places(draft: Draft) -> list[tuple[int, int]]:
    at, out = 0, []
    for sentence in draft.sentences:
        start = draft.note.find(sentence.text, at)
        at = start + len(sentence.text)
        out.append((start, at))
    return out


def _within(checked: tuple[Checked, ...], start: int, end: int) -> tuple[Flag, ...]:
    flags = [f for c in checked if c.start < end and start < c.end for f in c.flags]
    return tuple(sorted(dict.fromkeys(flags), key=lambda f: f.tier != "red"))


def _as_draft(signed: Document) -> Draft:
    """The signed text as a draft: sentences that stayed keep their sources."""
    known = {s.text: s for s in _draft(signed).sentences}
    titles = {block.split("\n", 1)[0] for block in _draft(signed).note.split("\n\n")} - set(known) | {ADDED}
    lines = [line for line in signed.final.split("\n") if line and line not in titles]
    sentences = [known.get(line) or Sentence(text=line, section="", confidence=1.0) for line in lines]
    return Draft(kind=signed.kind, note=signed.final, sentences=tuple(sentences), writer=_draft(signed).writer)


def _changed(
    desk: Desk, id: str, version: int, by: StaffUser, change: Callable[[Document, datetime], Document], tag: str,
    data: dict[str, object],
) -> Document:  # fmt: skip
    _clinician(by)
    now = desk.clock()
    with desk.store.begin() as tx:
        found = _found(desk, tx, id)
        if found.state != "drafted":
            raise Refused("this document is not open for review")
        if found.version != version:
            raise Refused("somebody has changed this document: open it again")
        saved = tx.documents.save(change(found, now))
        desk.record(tx, f"staff:{by.id}", tag, saved.id, now, data={k: v for k, v in data.items() if v is not None})
    return saved


def _clinician(by: StaffUser) -> None:
    if by.role != "clinician":
        raise Refused("documents are reviewed by a clinician")


def _found(desk: Desk, tx: Tx, id: str) -> Document:
    found = tx.documents.get(id)
    if found is None or found.clinic != desk.clinic.id:
        raise Refused("there is no such document")
    return found


def _draft(document: Document) -> Draft:
    if document.draft is None:
        raise Refused("this document has no draft yet")
    return document.draft
