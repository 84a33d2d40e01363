"""Visits of other writers are whole: each true sentence rests on turns, each error alters one sentence."""

from agent.measure.notes_plant import INVENTIONS, SWAPS
from tests.documents.other_writers import planted, visits

KINDS = {*SWAPS, *INVENTIONS}


def test_every_visit_is_whole() -> None:
    for visit in visits():
        assert len(visit.note) >= 6, visit.id
        assert all(visit.evidence), visit.id
        assert len(visit.errors) >= 8, visit.id
        for error in visit.errors:
            assert error.kind in KINDS, (visit.id, error)
            assert error.text not in visit.note, (visit.id, error)
        for case in planted(visit):
            assert case.at < len(case.sentences)


def test_every_kind_of_error_is_there_by_each_writer() -> None:
    by_writer: dict[str, set[str]] = {}
    for visit in visits():
        by_writer.setdefault(visit.id[0], set()).update(e.kind for e in visit.errors)
    assert len(by_writer) == 6
    assert all(found == KINDS for found in by_writer.values())
