"""Several things in one answer that names a single one: a question for staff, and no medicine of that name."""

import pytest

from agent.desk.approving import approve
from agent.desk.form_page import send
from agent.desk.form_several import doubted
from agent.intake.response import resources
from agent.model.form import Given
from tests import shared
from tests.desk.test_forms import jon
from tests.desk.world import JON, World

SEVERAL = {
    "en": ("lisinopril and metformin", "lisinopril, metformin", "lisinopril 10 mg & metformin", "aspirin; metformin"),
    "es": ("lisinopril y metformina",), "fr": ("lisinopril et metformine",), "pt": ("lisinopril e metformina",),
    "de": ("Lisinopril und Metformin",), "it": ("lisinopril e metformina",), "pl": ("lizynopryl i metformina",),
    "ru": ("лизиноприл и метформин",), "ar": ("ليزينوبريل وميتفورمين",), "hi": ("लिसिनोप्रिल और मेटफॉर्मिन",),
    "zh": ("赖诺普利和二甲双胍", "赖诺普利、二甲双胍"), "vi": ("lisinopril và metformin",),
    "ko": ("리시노프릴하고 메트포르민", "리시노프릴과 메트포르민"), "tl": ("lisinopril at metformin",),
    "ht": ("lisinopril ak metformin",),
}  # fmt: skip
ONE = (
    ("en", "lisinopril"),
    ("en", "Ozempic 0.5 mg"),
    ("en", "aspirin, 81 mg"),
    ("es", "vitamina D"),
    ("zh", "加巴喷丁"),
    ("ar", "وارفارين"),
)


def unsure(link: str, words: str, language: str) -> bool:
    form = shared.content().forms["new-patient"]
    return doubted(shared.content(), form, Given(link=link, values=(words,)), language).unsure


@pytest.mark.parametrize(("language", "words"), [(lang, words) for lang in SEVERAL for words in SEVERAL[lang]])
def test_two_medicines_in_one_answer_are_a_question_for_staff(language: str, words: str) -> None:
    assert unsure("medications.name", words, language)
    assert unsure("allergies.substance", words, language)


@pytest.mark.parametrize(("language", "words"), ONE)
def test_one_medicine_is_none(language: str, words: str) -> None:
    assert not unsure("medications.name", words, language)


def test_own_words_for_two_illnesses_are_a_question_and_choices_are_none() -> None:
    assert unsure("conditions.which", "lupus and gout", "en")
    assert not unsure("conditions.which", "73211009", "en")
    assert not unsure("demographics.name", "Ann and Bob Smith", "en")


@pytest.mark.parametrize("opening", ["yes", "I take lisinopril and metformin"])
def test_what_staff_put_apart_becomes_a_medicine_each_without_a_dose_that_nobody_gave_it(opening: str) -> None:
    world = World()
    send(world.desk, jon(world).id, "medications", world.staff())
    for words in ("form", "Jon Smith, March 14 1985", opening):
        told = world.say(words, JON)[-1]
    if "How do you take it?" not in told:
        told = world.say("lisinopril and metformin", JON)[-1]
    assert "How do you take it?" in told
    for words in ("one in the morning", "no", "CVS on Main Street"):
        world.say(words, JON)
    (task,) = [t for t in world.tasks(JON) if t.kind == "intake"]
    form = world.desk.content.forms["medications"]
    with world.desk.store.begin(write=False) as tx:
        row = tx.forms.get(str(task.proposal["form"]))
    assert row is not None
    assert not [r for r in resources(form, row) if r["resourceType"] == "MedicationStatement"]
    mended = {("medications.name", 0): ("lisinopril; metformin",)}
    approve(world.desk, task.id, task.version, world.staff(), jon(world).id, mended)
    with world.desk.store.begin(write=False) as tx:
        kept = tx.forms.get(row.id)
    assert kept is not None
    made = [r for r in kept.resources if r["resourceType"] == "MedicationStatement"]
    assert [r["medicationCodeableConcept"]["text"] for r in made] == ["lisinopril", "metformin"]
    assert not any("dosage" in r for r in made)
