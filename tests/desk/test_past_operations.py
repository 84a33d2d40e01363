"""An operation of long ago, named where a form asks for operations, alarms nobody; what is so today does."""

import pytest

from agent.desk.form_page import send
from tests.desk.reminded import somebody
from tests.desk.test_forms import form_of
from tests.desk.world import World

PAST = {
    "en": "appendicitis in 2010", "es": "apendicitis en 2010", "fr": "appendicite en 2010", "pt": "apendicite em 2010",
    "it": "appendicite nel 2010", "ru": "аппендицит в 2010", "zh": "2010年阑尾炎", "ko": "2010년에 맹장염",
    "vi": "viêm ruột thừa năm 2010", "tl": "appendicitis noong 2010", "ht": "apendisit an 2010",
    "ar": "التهاب الزائدة في 2010", "pl": "zapalenie wyrostka w 2010",
}  # fmt: skip
FORM = {"en": "form", "es": "formulario", "fr": "formulaire"}
BORN = "Rosa Marin 03/03/1980"


def asked_for_operations(language: str) -> tuple[World, str]:
    world = World()
    who = somebody(world, language=language)
    to = who.phones[0]
    send(world.desk, who.id, "surgeries", world.staff())
    world.say(FORM.get(language, "form"), to)
    world.say(BORN, to)
    assert world.conversation(to).frames[-1].asked == "answer"
    return world, to


@pytest.mark.parametrize("lang", sorted(PAST))
def test_an_operation_of_long_ago_is_written_down_and_alarms_nobody(lang: str) -> None:
    world, to = asked_for_operations(lang)
    world.say(PAST[lang], to)
    assert world.tasks(to) == []
    with world.desk.store.begin(write=False) as tx:
        patient = tx.patients.by_phone(world.clinic.id, to)[0].id
    assert PAST[lang] in str([g.words for g in form_of(world, patient).given])
    world.close()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "appendicitis"),
        ("en", "appendicitis, and in 2010 a knee"),
        ("en", "chest pain since 2010"),
        ("en", "appendix out in 2010, now my lower right side hurts"),
        ("en", "lower right belly pain in 2010 and again"),
        ("en", "appendicitis in 2026"),
        ("en", "overdose in 2010"),
        ("fr", "appendicite depuis 2010"),
        ("zh", "2010年到现在阑尾炎"),
    ],
)
def test_what_may_be_so_today_is_raised_as_before(lang: str, words: str) -> None:
    world, to = asked_for_operations(lang)
    world.say(words, to)
    assert [t.kind for t in world.tasks(to)][:1] in (["urgent"], ["message"])
    world.close()
