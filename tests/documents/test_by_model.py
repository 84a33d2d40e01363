"""A language model drafts behind the same port; whatever it does there is a draft, and no name leaves the desk."""

import json
from typing import Any

import pytest

from agent.documents.by_model import Drafted, ModelWriter
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.note import Draft
from agent.ports.notes import Asked
from tests.documents.knee_visit import ROOT, TALK, record, talk
from tests.standin.chat_models import HOSTILE, standin

GOOD = {
    "sentences": [
        {"text": "[NAME_1] has had left knee pain for three weeks.", "section": "subjective", "turns": [1]},
        {"text": "Denies fever or chills.", "section": "review", "turns": [2, 3]},
        {"text": "Takes ibuprofen 400 mg twice a day.", "section": "subjective", "turns": [7]},
        {"text": "MRI of the left knee and referral to orthopedics.", "section": "plan", "turns": [10]},
    ]
}  # fmt: skip
ASKED = Asked(
    kind="visit_note", dialogue=talk(TALK.replace("I've had", "Ana Reyes, born 2/3/1970, 718 555 0147. I've had")),
    record=record(), known={"name": ("Ana Reyes", "Reyes"), "dob": ("2/3/1970",)},
)  # fmt: skip


class Says:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def invoke(self, _: list[tuple[str, str]]) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def writer(answer: Any) -> ModelWriter:
    return ModelWriter(EmbeddedWriter(ROOT), verify, ROOT, "a:model", chat=Says(answer), seconds=5)


def embedded() -> Draft:
    return EmbeddedWriter(ROOT).draft(ASKED)


def with_line(**line: Any) -> dict[str, Any]:
    return {"sentences": [*GOOD["sentences"], {"section": "plan", "turns": [10], **line}]}


def test_its_draft_cites_turns_and_the_record_stays_ours() -> None:
    draft = writer(GOOD).draft(ASKED)
    assert (draft.writer, draft.instead, draft.left_out) == ("a:model", "", 0)
    assert "Denies fever or chills." in draft.note
    assert "lisinopril 10 mg daily." in draft.note
    assert all(s.evidence for s in draft.sentences)


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ({"text": "Start ibuprofen 800 mg three times a day."}, "800"),  # another dose than was said
        ({"text": "Start warfarin 5 mg daily."}, "warfarin"),
        ({"text": "Blood pressure 120/80.", "turns": []}, "120/80"),  # no source
        ({"text": "Blood pressure 120/80.", "turns": [99]}, "120/80"),
        ({"text": "[NAME_7] will call.", "section": "plan"}, "NAME_7"),
        ({"text": "All is well.", "section": "diary"}, "All is well"),
    ],
)
def test_a_sentence_that_the_verifier_or_the_sources_do_not_bear_is_left_out(line: dict[str, Any], gone: str) -> None:
    draft = writer(with_line(**line)).draft(ASKED)
    assert (draft.writer, draft.left_out) == ("a:model", 1)
    assert gone not in draft.note
    assert "Denies fever" in draft.note


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"sentences": []}, "unfaithful"),
        ({"sentences": [{"text": "Takes warfarin 5 mg daily.", "section": "plan", "turns": [0]}] * 4}, "unfaithful"),
        ("Here is your note: all is well.", "not_understood"),
        ({"note": "All is well"}, "not_understood"),
        (RuntimeError("Ana Reyes"), "failed"),
    ],
)
def test_a_model_that_is_wrong_leaves_the_embedded_draft_and_says_so(answer: Any, why: str) -> None:
    draft = writer(answer).draft(ASKED)
    assert draft.instead == why
    assert draft.model_copy(update={"instead": ""}) == embedded()


def test_over_the_wire_no_name_birthday_or_number_leaves_and_the_names_come_back() -> None:
    with standin() as server:
        server.says = json.dumps(GOOD)
        by_wire = ModelWriter(EmbeddedWriter(ROOT), verify, ROOT, "openai:gpt-x", url=server.url, seconds=60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENAI_API_KEY", "nobody's")
            draft = by_wire.draft(ASKED)
            sent = json.dumps(server.asked)
            server.says = HOSTILE["prose"]
            prose = by_wire.draft(ASKED)
            server.status = 500
            down = by_wire.draft(ASKED)
    assert (draft.writer, draft.instead) == ("openai:gpt-x", "")
    assert "Ana Reyes has had left knee pain" in draft.note
    assert not any(secret in sent for secret in ("Reyes", "1970", "0147"))
    assert '"max_completion_tokens": 4000' in sent or '"max_tokens": 4000' in sent
    assert (prose.writer, prose.instead, down.instead) == ("embedded", "not_understood", "failed")


def test_a_model_that_hangs_costs_its_deadline_and_no_more() -> None:
    with standin() as server:
        server.wait = 30
        slow = ModelWriter(EmbeddedWriter(ROOT), verify, ROOT, "openai:gpt-x", url=server.url, seconds=0.5)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENAI_API_KEY", "nobody's")
            assert slow.draft(ASKED).instead == "late"


def test_a_talk_longer_than_the_limit_is_not_sent() -> None:
    long = ASKED.model_copy(update={"dialogue": talk("\n".join([TALK] * 80))})
    assert writer(Drafted(sentences=[])).draft(long).instead == "too_long"
