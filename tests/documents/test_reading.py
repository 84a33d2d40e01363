"""Transcripts in the three forms."""

import json

import pytest

from agent.documents.reading import NotATranscript, dialogue, role, transcript
from agent.documents.speakers import doubts
from agent.model.note import Utterance


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(u.speaker, u.text) for u in transcript(text)]


def test_plain_text_with_speakers() -> None:
    text = (
        "Doctor: Any pain?\nPatient: Yes.\n in my left knee\n\n[doctor] How long?\n"
        "(00:12) Mrs Lopez: Two weeks: no more."
    )
    assert _pairs(text) == [
        ("Doctor", "Any pain?"),
        ("Patient", "Yes. in my left knee"),
        ("doctor", "How long?"),
        ("Mrs Lopez", "Two weeks: no more."),
    ]


def test_webvtt_with_voices_notes_and_entities() -> None:
    text = (
        "\ufeffWEBVTT - visit\n\nNOTE recorded with consent\n\n1\n"
        "00:00.000 --> 00:02.000\n<v.loud Doctor>BP &lt; 140?</v>\n\n"
        "2\n00:00:02.000 --> 00:00:04.500 align:start\n<v Patient>It was <i>130</i>\nover 80</v>\n\n"
        "3\n00:05.000 --> 00:06.000\nDoctor: Good.\n"
    )
    assert _pairs(text) == [("Doctor", "BP < 140?"), ("Patient", "It was 130 over 80"), ("Doctor", "Good.")]


@pytest.mark.parametrize(
    "value",
    [
        [{"speaker": "doctor", "text": "Hello"}, {"speaker": "patient", "text": ""}],
        {"dialogue": [{"role": "doctor", "content": "Hello"}, {"role": "patient", "text": None}]},
        {
            "Conversation": {
                "TranscriptSegments": [
                    {"Content": "Hello", "ParticipantDetails": {"ParticipantRole": "doctor"}},
                    {"Content": "", "ParticipantDetails": {"ParticipantRole": "patient"}},
                ]
            }
        },
    ],
)
def test_json_in_the_usual_shapes_keeps_the_numbers_of_turns(value: object) -> None:
    assert _pairs(json.dumps(value)) == [("doctor", "Hello"), ("patient", "")]


@pytest.mark.parametrize("text", ["nobody spoke here", "{broken", '{"a": 1}', "[1]", '[{"text": 3}]', "[" * 100_000])
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(NotATranscript) as refused:
        transcript(text)
    assert "\n" not in str(refused.value)


def test_an_empty_transcript_has_no_turns() -> None:
    assert transcript("") == ()
    assert dialogue("") == ()
    assert dialogue([]) == ()


def test_who_speaks_is_read_from_the_name() -> None:
    assert [role(name) for name in ("Dr. Lee", "DOCTOR", "Patient", "guest_family", "Ana", "médico", "paciente")] == [
        "clinician", "clinician", "patient", "other", "other", "clinician", "patient",
    ]  # fmt: skip


ROOM = (
    ("Doctor", "My knee has hurt for three weeks, I noticed it when I was running, and I take ibuprofen for my pain."),
    ("Patient", "Do you have any fever? Let me check your knee. Can you bend it? Are you on your medicines?"),
    ("Doctor", "I get it in my left knee, I feel it in the morning, I don't know why, and I can't sleep, doctor."),
    ("Patient", "Have you had any swelling? I'm going to order a scan, and we'll start 400 milligrams. Any allergies?"),
)


def test_what_is_odd_in_who_speaks_is_told() -> None:
    straight = {"Doctor": "Patient", "Patient": "Doctor"}
    room = [Utterance(speaker=s, text=t) for s, t in ROOM]
    right = [u.model_copy(update={"speaker": straight[u.speaker]}) for u in room]
    assert doubts(room) == ("swapped",)
    assert doubts(right) == ()
    assert doubts([*right, Utterance(speaker="Patient's mother", text="He limps.")]) == ()
    assert doubts([*right, Utterance(speaker="Ben", text="My rash itches.")]) == ("several",)
    assert doubts(right[:1]) == ("one_sided",)
    assert doubts([]) == ()
