"""Search over years of notes: quoted, dated, in several languages, fast."""

import time

from agent.documents.search import Note, Search
from tests.documents.visit import note

NOTES = (
    Note("a", "2019-03-01", "Right knee pain for two days.\nNo chest pain."),
    Note("b", "2021-06-05", "Seen for a rash.\nNo knee pain today."),
    Note("c", "2023-09-09", "Her left knee hurts when she climbs stairs.\nShort of breath at night."),
    Note("d", "2022-02-02", "La paciente refiere dolores en la rodilla izquierda.\nNo tiene fiebre.", "es"),
    Note("e", "2020-05-05", "患者诉左膝疼痛两周。无发热。", "zh"),
)


def test_when_did_she_last_mention_it() -> None:
    found = Search(NOTES).find("When did she last mention knee pain?")
    assert [q.date for q in found] == sorted((q.date for q in found), reverse=True)
    assert {"a", "b"} <= {q.note for q in found}
    for q in found:
        text = next(n.text for n in NOTES if n.id == q.note)
        assert text[q.start : q.end] == q.text
    assert next(q for q in found if q.note == "b").denied
    assert not next(q for q in found if q.note == "a").denied


def test_another_word_for_the_same_thing_is_found() -> None:
    (best, *_) = Search(NOTES).find("dyspnea")
    assert best.text == "Short of breath at night."


def test_a_question_is_answered_in_the_language_of_the_note() -> None:
    search = Search(NOTES)
    assert search.find("¿Cuándo mencionó dolor de rodilla?")[0].note == "d"
    assert search.find("膝疼痛")[0].note == "e"


def test_bounds_of_time_and_a_newer_version_of_a_note() -> None:
    search = Search(NOTES)
    assert {q.note for q in search.find("knee", since="2020-01-01", until="2021-12-31")} == {"b"}
    search.add(Note("b", "2021-06-05", "Seen for a cough."))
    assert "b" not in {q.note for q in search.find("knee")}
    assert search.find("cough")[0].note == "b"


def test_nothing_to_find_is_no_error() -> None:
    assert Search().find("knee") == []
    assert Search(NOTES).find("") == []
    assert Search(NOTES).find("zebra") == []


def test_a_thousand_notes_are_searched_at_once() -> None:
    search = Search(Note(str(n), f"20{10 + n % 16}-01-11", note(s0=f"Visit {n}.")) for n in range(1_000))
    search.find("knee pain")
    start = time.perf_counter()
    found = search.find("knee pain")
    assert time.perf_counter() - start < 0.5
    assert len(found) == 10


def test_pain_elsewhere_is_no_answer_where_the_knee_is_meant_and_is_said_to_be_none_alone() -> None:
    chest = Note("f", "2024-01-01", "Any chest pain? No.")
    assert "f" not in {q.note for q in Search((*NOTES, chest)).find("When did she last mention knee pain?")}
    alone = Search((chest,)).find("When did she last mention knee pain?")
    assert [(q.text, q.partly) for q in alone] == [("Any chest pain?", True)]
    assert not Search(NOTES).find("shortness of breath")[0].partly
    assert not Search(NOTES).find("dolor rodilla")[0].partly


def test_of_chinese_the_letters_that_were_looked_for_are_marked() -> None:
    search = Search(NOTES)
    (quote, *_) = search.find("膝疼痛")
    assert [words for words, hit in search.marked(quote, "膝疼痛") if hit] == ["膝疼痛"]
