"""What was said in the room and stands otherwise in the record is asked about: either may be right."""

from datetime import date

import pytest

from agent.demo.visits import _record, _rows, _visit
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.note import Checked, Flag, Utterance
from agent.model.patient import Patient
from agent.ports.notes import Asked
from tests.documents.knee_visit import ROOT
from tests.documents.visit import resource

_OTHERS = (
    Utterance(speaker="Doctor", text="Good morning. What brings you in today?"),
    Utterance(speaker="Patient", text="I feel dizzy when I stand up, mostly in the mornings."),
    Utterance(speaker="Doctor", text="Which medicines do you take at the moment?"),
)


def _record_of(*medicines: tuple[str, str, str]) -> dict[str, object]:
    return {
        "resourceType": "Bundle", "type": "collection",
        "entry": [
            resource(
                "MedicationStatement", f"m{n}", status=status, medicationCodeableConcept={"text": name},
                dosage=[{"text": dose}],
            )
            for n, (name, dose, status) in enumerate(medicines)
        ],
    }  # fmt: skip


def _asked(who: str, told: str, note: str, *medicines: tuple[str, str, str]) -> Checked:
    said = (*_OTHERS, Utterance(speaker=who, text=told))
    return verify(said, note, _record_of(*medicines)).sentences[0]


def _against(checked: Checked) -> list[Flag]:
    return [f for f in checked.flags if any(s.resource for s in f.evidence)]


def test_another_dose_in_the_room_than_on_record_is_asked_about_in_the_demo() -> None:
    row = next(r for r in _rows() if r["patient"] == "Dorothy Wilson")
    patient = Patient(id="dw", clinic="c", name="Dorothy Wilson", dob=date(1950, 1, 1), phones=())
    visit = _visit(row, patient)
    draft = EmbeddedWriter(ROOT).draft(
        Asked(kind="visit_note", dialogue=visit.dialogue, record=visit.record, intake=visit.intake, language="en")
    )
    found = {s.text: _against(s) for s in verify(visit.dialogue, draft.note, _record(row["record"], patient)).sentences}
    (flag,) = found["She takes lisinopril 20 mg every morning."]
    assert (flag.kind, flag.tier) == ("record", "amber")
    assert (
        flag.detail
        == "“20 milligrams” was said in the visit; the record has lisinopril 10 mg once daily. Which is right?"
    )
    assert {s.resource for s in flag.evidence} == {"", "MedicationStatement/m0"}
    assert [text for text, flags in found.items() if flags] == ["She takes lisinopril 20 mg every morning."]


@pytest.mark.parametrize(
    ("told", "note", "medicine", "detail"),
    [
        (
            "I take metformin 1000 milligrams twice a day.", "She takes metformin 1000 mg twice daily.",
            ("metformin", "500 mg twice daily", "active"),
            "“1000 milligrams” was said in the visit; the record has metformin 500 mg twice daily. Which is right?",
        ),
        (
            "I take metformin 500 milligrams once a day.", "She takes metformin 500 mg once daily.",
            ("metformin", "500 mg twice daily", "active"),
            "“once a day” was said in the visit; the record has metformin 500 mg twice daily. Which is right?",
        ),
        (
            "I take warfarin every evening.", "She takes warfarin every evening.",
            ("warfarin", "5 mg once daily", "stopped"),
            "“warfarin” is taken, was said in the visit; by the record it was stopped. Which is right?",
        ),
        (
            "I stopped the lisinopril two months ago.", "She stopped lisinopril two months ago.",
            ("lisinopril", "10 mg once daily", "active"),
            "“lisinopril” was stopped, was said in the visit; by the record it is still taken. Which is right?",
        ),
    ],
)  # fmt: skip
def test_what_the_patient_takes_otherwise_than_on_record_is_asked_about(
    told: str, note: str, medicine: tuple[str, str, str], detail: str
) -> None:
    (flag,) = _against(_asked("Patient", told, note, medicine))
    assert (flag.kind, flag.tier, flag.detail) == ("record", "amber", detail)


def test_it_is_asked_in_spanish_too() -> None:
    told = "Tomo lisinopril de 20 miligramos cada mañana. Me duele la cabeza desde hace dos días y no tengo fiebre."
    (flag,) = _against(_asked_in(told, "Toma lisinopril 20 mg.", ("lisinopril", "10 mg al día", "active")))
    assert flag.detail.startswith("“20 miligramos” was said in the visit; the record has lisinopril 10 mg al día.")


def _asked_in(told: str, note: str, medicine: tuple[str, str, str]) -> Checked:
    return verify((Utterance(speaker="Paciente", text=told),), note, _record_of(medicine)).sentences[0]


def test_two_of_them_in_one_sentence_are_both_told() -> None:
    (flag,) = _against(
        _asked(
            "Patient", "I take lisinopril 20 milligrams and atorvastatin 40 milligrams every day.",
            "She takes lisinopril 20 mg and atorvastatin 40 mg daily.",
            ("lisinopril", "10 mg once daily", "active"), ("atorvastatin", "20 mg once daily", "active"),
        )
    )  # fmt: skip
    assert "lisinopril 10 mg" in flag.detail
    assert "atorvastatin 20 mg" in flag.detail


@pytest.mark.parametrize(
    ("who", "told", "note", "dose"),
    [
        ("Doctor", "I'm going to increase your metformin to 1000 milligrams twice a day.",
         "Increase metformin to 1000 mg twice daily.", "500 mg twice daily"),
        ("Doctor", "Let's go up on the metformin to 1000 milligrams twice a day.",
         "Metformin 1000 mg twice daily.", "500 mg twice daily"),
        ("Doctor", "I will prescribe metformin 850 milligrams once a day instead.",
         "Metformin 850 mg once daily.", "500 mg twice daily"),
        ("Doctor", "We'll stop the metformin today.", "Metformin was stopped.", "500 mg twice daily"),
        ("Patient", "I take metformin 0.5 grams twice a day.", "She takes metformin 0.5 g twice daily.",
         "500 mg twice daily"),
        ("Patient", "I take metformin 1000 milligrams twice a day.", "She takes metformin 1000 mg twice daily.",
         "2 tablets of 500 mg twice daily"),
        ("Patient", "I take metformin every day.", "She takes metformin every day.", ""),
    ],
)  # fmt: skip
def test_a_change_that_the_visit_makes_and_the_same_dose_are_no_contradiction(
    who: str, told: str, note: str, dose: str
) -> None:
    assert not _against(_asked(who, told, note, ("metformin", dose, "active")))


def test_a_dose_that_only_the_notes_text_has_is_still_red() -> None:
    (checked,) = verify(
        (), "She takes lisinopril 40 mg once daily.", _record_of(("lisinopril", "10 mg daily", "active"))
    ).sentences
    assert [(f.kind, f.tier) for f in checked.flags] == [("dose", "red")]
