"""A visit is handed in once, drafted once whatever happens to the worker, and signed by a clinician who decided."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.desk import documents, review
from agent.desk.documents import Visit, draft_next, hand_in
from agent.documents.embedded import EmbeddedWriter
from agent.model.document import Document
from agent.model.fault import Refused
from agent.model.note import Checked, Draft, Flag, NoteCheck, Omission, Sentence, Source, Utterance
from agent.model.patient import Patient
from agent.ports.notes import Asked
from tests.desk.world import World
from tests.documents.knee_visit import ROOT, record, talk


class Writer:
    """Drafts two sentences, and counts."""

    name = "embedded"

    def __init__(self) -> None:
        self.count = 0

    def draft(self, asked: Asked) -> Draft:
        self.count += 1
        source = (Source(turn=1, start=0, end=5),)
        texts = ("Takes ibuprofen 800 mg twice a day.", "Denies fever.")
        sentences = tuple(Sentence(text=t, section="plan", evidence=source, confidence=0.9) for t in texts)
        return Draft(kind=asked.kind, note="PLAN\n" + "\n".join(texts), sentences=sentences)


def check(_: Any, note: str, __: Any = None) -> NoteCheck:
    """Red on 800 mg, and one omission."""
    flag = Flag(kind="dose", detail="The patient said 400 mg.", evidence=(Source(turn=7, start=0, end=3),), tier="red")
    at = note.find("800 mg")
    wrong = (Checked(start=max(at, 0), end=at + 6, text="800 mg", support=0.1, flags=(flag,)),) if at >= 0 else ()
    return NoteCheck(sentences=wrong, omissions=(Omission(turn=1, text="penicillin", kind="allergy"),))


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.writer, made.desk.verifier = Writer(), check
    yield made
    made.close()


def patient(world: World) -> Patient:
    with world.desk.store.begin(write=False) as tx:
        return tx.patients.by_phone(world.desk.clinic.id, "+17185550131")[0]


def visit(world: World, **more: Any) -> Visit:
    return Visit(patient=patient(world).id, **{"dialogue": talk(), "consent": True, **more})


def kept(world: World, id: str) -> Document:
    with world.desk.store.begin(write=False) as tx:
        found = tx.documents.get(id)
    assert found is not None
    return found


def opened(world: World) -> Document:
    held = hand_in(world.desk, visit(world), "system")
    assert draft_next(world.desk)
    return documents.take(world.desk, held.id, world.staff("clinician"), world.clock())


def test_a_visit_handed_in_twice_is_drafted_once(world: World) -> None:
    first, again = (hand_in(world.desk, visit(world), "system") for _ in range(2))
    assert first.id == again.id
    assert draft_next(world.desk)
    assert not draft_next(world.desk)
    found = kept(world, first.id)
    assert (found.state, found.draft and len(found.draft.sentences)) == ("drafted", 2)
    assert found.check is not None


@pytest.mark.parametrize(
    ("about", "why"),
    [({"birthDate": "1948-11-03"}, "date of birth"), ({"name": [{"family": "Smith"}]}, "another name")],
)
def test_a_record_of_somebody_else_is_refused(world: World, about: dict[str, Any], why: str) -> None:
    own = {"birthDate": "1948-11-02", "name": [{"given": ["Dorothy"], "family": "WILSON"}]}
    assert hand_in(world.desk, visit(world, record=record(**own)), "system").record is not None
    with pytest.raises(Refused, match=why):
        hand_in(world.desk, visit(world, record=record(**(own | about))), "system")
    two = record(**own)
    two["entry"].append({"resource": {"resourceType": "Observation", "subject": {"reference": "Patient/p2"}}})
    with pytest.raises(Refused, match="somebody else"):
        hand_in(world.desk, visit(world, record=two), "system")


def test_a_transcript_without_consent_is_refused_and_the_form_alone_is_not(world: World) -> None:
    with pytest.raises(Refused, match="consent"):
        hand_in(world.desk, visit(world, consent=False), "system")
    with pytest.raises(Refused, match="nothing to draft"):
        hand_in(world.desk, visit(world, dialogue=()), "system")
    assert hand_in(world.desk, visit(world, dialogue=(), consent=False, intake={"reason": "knee"}), "system").id


def test_a_worker_killed_at_any_step_leaves_one_draft(world: World) -> None:
    """A kill leaves what was committed: here before the draft, and between the draft and its commit."""

    class Killed(BaseException):
        pass

    held = hand_in(world.desk, visit(world), "system")
    writer = world.desk.writer
    assert isinstance(writer, Writer)
    for step in ("writer", "verifier"):

        def die(*_: Any, **__: Any) -> Any:
            raise Killed

        before = getattr(world.desk, step)
        if step == "writer":
            world.desk.writer = type("Dies", (), {"name": "x", "draft": die})()
        else:
            world.desk.verifier = die
        with pytest.raises(Killed):
            draft_next(world.desk)
        setattr(world.desk, step, before)
        assert not draft_next(world.desk)  # the lease of the dead one still holds
        world.clock.pass_time(seconds=documents.LEASE_SECONDS + 1)
    assert draft_next(world.desk)
    found = kept(world, held.id)
    assert (found.state, found.attempts) == ("drafted", 3)
    with world.desk.store.begin(write=False) as tx:
        told = [e.tag for e in tx.audit.tail(20) if e.subject == held.id]
    assert sorted(told) == ["document:drafted", "document:handed_in"]


def test_a_visit_that_kills_its_worker_again_and_again_is_left_for_a_person(world: World) -> None:
    """As one would that needs more memory than there is; what waits behind it is drafted."""

    class Killed(BaseException):
        pass

    deadly, other = (hand_in(world.desk, visit(world, title=t, intake={"room": t}), "system") for t in "ab")
    writer = world.desk.writer
    assert writer is not None

    def die(asked: Asked) -> Draft:
        if asked.intake == {"room": "a"}:
            raise Killed
        return writer.draft(asked)

    world.desk.writer = type("Dies", (), {"name": "x", "draft": staticmethod(die)})()
    for _ in range(documents.MOST_KILLED):
        with pytest.raises(Killed):
            draft_next(world.desk)
        world.clock.pass_time(seconds=documents.LEASE_SECONDS + 1)
    while draft_next(world.desk):
        pass
    assert (kept(world, deadly.id).state, kept(world, other.id).state) == ("failed", "drafted")
    with world.desk.store.begin(write=False) as tx:
        assert "document:failed" in [e.tag for e in tx.audit.tail(20) if e.subject == deadly.id]


def test_what_fails_three_times_is_left_for_a_person(world: World) -> None:
    def wrong(*_: Any) -> Any:
        raise RuntimeError

    world.desk.verifier = wrong
    held = hand_in(world.desk, visit(world), "system")
    for _ in range(3):
        assert draft_next(world.desk)
    assert not draft_next(world.desk)
    assert kept(world, held.id).state == "failed"


def test_nothing_is_signed_before_each_flag_is_decided_and_the_text_was_read(world: World) -> None:
    doc, desk, by = opened(world), world.desk, world.staff("clinician")
    read = review.hash_of(review.text_of(doc))
    for attested, hash, why in ((True, read, "not decided"), (False, read, "attestation")):
        with pytest.raises(Refused, match=why):
            review.sign(desk, doc.id, doc.version, by, attested, hash)
    doc = review.decide(desk, doc.id, doc.version, by, "edit", 0, "Takes ibuprofen 800 mg at night.")
    assert review.flags_of(doc)[0][0].tier == "red"  # the person's own words are checked too
    doc = review.decide(desk, doc.id, doc.version, by, "edit", 0, "Takes ibuprofen 400 mg twice a day.")
    assert review.flags_of(doc)[0] == ()
    doc = review.decide(desk, doc.id, doc.version, by, "add", 0)
    with pytest.raises(Refused, match="changed since"):
        review.sign(desk, doc.id, doc.version, by, True, read)
    for role in ("front-desk", "admin"):
        with pytest.raises(Refused, match="clinician"):
            review.sign(desk, doc.id, doc.version, world.staff(role), True, read)
    world.clock.pass_time(seconds=75)
    text = review.text_of(doc)
    signed = review.sign(desk, doc.id, doc.version, by, True, review.hash_of(text))
    assert (signed.state, signed.signed_by, signed.seconds_to_sign) == ("signed", by.id, 75)
    assert signed.final == text
    assert "400 mg" in signed.final
    assert signed.final.endswith("ADDED IN REVIEW\nPatient: “penicillin”.")
    assert signed.edit_distance
    with pytest.raises(Refused, match="not open"):
        review.decide(desk, doc.id, signed.version, by, "accept", 1)


def test_a_decision_on_an_old_page_is_refused(world: World) -> None:
    doc, by = opened(world), world.staff("clinician")
    review.decide(world.desk, doc.id, doc.version, by, "accept", 1)
    with pytest.raises(Refused, match="open it again"):
        review.decide(world.desk, doc.id, doc.version, by, "accept", 0)
    with pytest.raises(Refused, match="no such sentence"):
        review.decide(world.desk, doc.id, doc.version + 1, by, "accept", 9)
    with pytest.raises(Refused, match="say why"):
        review.decide(world.desk, doc.id, doc.version + 1, by, "reject", 0)


def test_a_rejected_document_is_an_error_that_is_kept_and_a_signed_one_is_amended_and_stays(world: World) -> None:
    doc, desk, by = opened(world), world.desk, world.staff("clinician")
    doc = review.decide(desk, doc.id, doc.version, by, "reject", 0, reason="wrong")
    signed = review.sign(desk, doc.id, doc.version, by, True, review.hash_of(review.text_of(doc)))
    assert signed.final == "PLAN\nDenies fever."
    again = review.amend(desk, signed.id, by, "missing", "the dose")
    assert kept(world, signed.id).problems[0].why == "missing"
    assert (kept(world, signed.id).final, again.amends) == (signed.final, signed.id)
    assert again.draft is not None
    assert again.draft.sentences[0].evidence  # what stayed keeps its source
    gone = review.reject(desk, again.id, again.version, by, "not_usable", "")
    assert (gone.state, gone.problems[0].why) == ("rejected", "not_usable")
    assert kept(world, signed.id).state == "signed"


def test_the_real_writer_drafts_a_visit_of_the_desk(world: World) -> None:
    world.desk.writer = EmbeddedWriter(ROOT)
    held = hand_in(world.desk, visit(world), "system")
    draft_next(world.desk)
    assert "meniscus" in review.text_of(kept(world, held.id))


def test_a_question_is_added_with_its_answer(world: World) -> None:
    doc = opened(world)
    asked = next(n for n, u in enumerate(doc.dialogue) if u.text == "Any swelling, redness or numbness?")
    words = review.words_of(doc, Omission(turn=asked, text="Any swelling, redness or numbness?", kind="finding"))
    assert words == "Doctor: “Any swelling, redness or numbness?”. Patient: “Yes”."


def test_words_of_a_recogniser_are_added_as_one_would_write_them(world: World) -> None:
    doc = opened(world)
    spoken = (Utterance(speaker="patient", text="yeah , it feels , uh , a little numb , you know ."), *doc.dialogue)
    doc = doc.model_copy(update={"dialogue": spoken})
    words = review.words_of(doc, Omission(turn=0, text="yeah , it feels , uh , a little numb ,", kind="finding"))
    assert words == "Patient: “yeah, it feels, uh, a little numb”."
