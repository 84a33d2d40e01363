"""A bare "I stopped it": a medicine that is no longer taken, kept with the words, on a form and after a visit."""

import pytest

from agent.intake.response import resources
from agent.model.address import Address
from agent.model.form import FormRow
from agent.understand.repairs import Repairs
from tests.desk.test_check_ins import on_day_3
from tests.desk.test_forms import form_of, jon
from tests.desk.test_forms_on_file import MEDICINES, again, filled
from tests.desk.world import JON, World

SAID = {
    "en": "I stopped it", "es": "Ya no lo tomo", "fr": "Je ne le prends plus", "pt": "Parei de tomar",
    "de": "Das nehme ich nicht mehr", "it": "L'ho sospeso", "pl": "Już tego nie biorę", "ru": "Больше не принимаю",
    "ar": "لم أعد آخذه", "hi": "मैंने लेना बंद कर दिया", "zh": "我已经停药了", "vi": "Tôi không uống nữa",
    "ko": "이제 안 먹어요", "tl": "Hindi ko na po iniinom", "ht": "M pa pran l ankò",
}  # fmt: skip


def stopped(world: World) -> tuple[FormRow, list[tuple[str, str]]]:
    """The form as it is handed in, and each medicine that comes of it with its status."""
    row = form_of(world, jon(world).id)
    assert row.state == "sent", row.given
    made = resources(world.desk.content.forms[row.form], row)
    return row, [
        (r["medicationCodeableConcept"]["text"], r["status"]) for r in made if "medicationCodeableConcept" in r
    ]


@pytest.mark.parametrize("words", ["I stopped it", "ok, I don't take it any more"])
def test_a_medicine_just_named_that_is_no_longer_taken_is_stopped_and_the_next_question_comes(words: str) -> None:
    world = World()
    try:
        row = filled(
            world, "medications", "yes", "lisinopril 10 mg", words, "yes", "aspirin 81", "at night", "no", "Corner"
        )
        _, made = stopped(world)
        assert made == [("lisinopril 10 mg", "stopped"), ("aspirin 81", "active")]
        assert next(g.words for g in row.given if g.stopped) == f"lisinopril 10 mg — {words}"
    finally:
        world.close()


def test_said_where_one_more_is_asked_for_it_is_the_medicine_before_and_is_said_back() -> None:
    world = World()
    try:
        filled(world, "medications", *MEDICINES[:6], "I stopped it", "no", "Corner")
        assert stopped(world)[1] == [("lisinopril 10 mg", "active"), ("metformin 500 mg", "stopped")]
        asked = again(world, "medications")
        assert "lisinopril" in asked
        assert "metformin" not in asked
    finally:
        world.close()


def test_what_is_on_file_is_given_up_with_these_words() -> None:
    world = World()
    try:
        filled(world, "medications", *MEDICINES)
        again(world, "medications")
        for words in ("no", "I'm not taking it anymore", "yes", "no", "yes"):
            world.say(words, JON)
        row, made = stopped(world)
        assert sorted(made) == [("lisinopril 10 mg", "stopped"), ("metformin 500 mg", "active")]
        assert [f.words for f in row.former if f.state == "gone"] == ["I'm not taking it anymore"]
    finally:
        world.close()


def test_of_a_medicine_without_a_name_the_words_are_a_question_for_staff() -> None:
    world = World()
    try:
        row = filled(world, "medications", "I stopped them")
        assert [(g.words, g.unsure) for g in row.given if g.words == "I stopped them"] == [("I stopped them", True)]
    finally:
        world.close()


@pytest.mark.parametrize("language", sorted(SAID))
def test_after_a_visit_it_reaches_a_nurse_in_every_language_and_is_no_end_of_texts(language: str) -> None:
    world, number = on_day_3(language)
    try:
        world.say(SAID[language], number)
        (found,) = world.tasks(number)
        assert found.role in ("nurse", "clinician")
        assert SAID[language] in found.proposal.values()
        with world.desk.store.begin(write=False) as tx:
            assert not tx.optouts.stopped(Address(channel="sms", value=number))
    finally:
        world.close()


def test_it_is_understood_in_every_language_alone_and_with_courtesies_but_not_inside_other_words() -> None:
    world = World()
    try:
        rows = world.desk.content.rows["repairs"]
        assert set(SAID) == set(world.desk.content.live)
        repairs = Repairs(rows)
        for language, words in SAID.items():
            assert repairs.is_whole(words, language, "stopped"), language
            assert not repairs.is_whole(f"lisinopril {words}", language, "stopped"), language
    finally:
        world.close()
