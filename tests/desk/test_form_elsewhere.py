"""Words that answer another question than the one a form has asked are not written down as its answer."""

import pytest

from agent.desk.form_page import send
from agent.model.command import SetSlot
from agent.model.question import Question
from tests.desk.test_forms import form_of, jon
from tests.desk.test_phrases import FIRST
from tests.desk.world import JON, World
from tests.understand.test_hear import NOW

OTHERS = {
    "en": "No others", "es": "Ningún otro", "fr": "pas d'autres", "pt": "nenhum outro", "de": "keine weiteren",
    "it": "nessun altro", "pl": "żadnych innych", "ru": "других нет", "ar": "ما في غيرها", "hi": "और कोई नहीं",
    "zh": "没有其他的", "vi": "không có gì khác", "ko": "다른 건 없어요", "tl": "wala nang iba", "ht": "pa gen lòt",
}  # fmt: skip


def answer(text: str, lang: str, form: str, link: str, tries: int = 0) -> dict[str, object] | None:
    asked = Question("r", "form", "answer", "form_answer", (), True, tries, ({"form": form, "link": link}, None))
    found = FIRST.desk.ears.hear(text, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
    return next((c.value for c in found.commands if isinstance(c, SetSlot)), None)


@pytest.mark.parametrize("lang", sorted(OTHERS))
def test_no_others_is_no_way_to_take_a_medicine_and_no_illness(lang: str) -> None:
    assert answer(OTHERS[lang], lang, "medications", "medications.how") == {"do": "skip"}
    found = answer(OTHERS[lang], lang, "conditions", "conditions.which")
    assert found is not None
    assert found["values"] == ["none"]


@pytest.mark.parametrize(
    ("form", "link"),
    [
        ("medications", "medications.how"),
        ("conditions", "conditions.which"),
        ("language", "language.preferred"),
        ("demographics", "demographics.name"),
        ("insurance", "insurance.payer"),
    ],
)
def test_an_address_for_e_mail_answers_no_other_question(form: str, link: str) -> None:
    assert answer("jon@example.com", "en", form, link) is None
    again = answer("jon@example.com", "en", form, link, tries=1)  # said twice, it is kept for staff
    assert again is not None
    assert again.get("unsure") or again["values"] == ["jon@example.com"]


def test_an_address_for_e_mail_is_kept_where_it_is_asked_for() -> None:
    found = answer("it's jon@example.com", "en", "demographics", "demographics.email")
    assert found is not None
    assert found["values"] == ["jon@example.com"]


def test_after_no_others_the_next_question_is_asked() -> None:
    world = World()
    send(world.desk, jon(world).id, "medications", world.staff())
    for words in ("form", "Jon Smith, March 14 1985", "aspirin"):
        world.say(words, JON)
    assert "anything more" in world.say("No others", JON)[-1]
    assert [g.values for g in form_of(world, jon(world).id).given if g.link == "medications.how"] == [()]
    world.close()


@pytest.mark.parametrize("word", ["no", "ok", "yes", "okay, thank you"])
def test_a_bare_word_after_an_emergency_takes_nothing_back_that_was_told_to_the_form(word: str) -> None:
    world = World()
    send(world.desk, jon(world).id, "allergies", world.staff())
    for words in ("form", "Jon Smith, March 14 1985"):
        world.say(words, JON)
    assert "911" in world.say("penicillin, my throat closes", JON)[0]
    assert "What happens then?" in world.say(word, JON)[-1]
    kept = {g.link: g.words for g in form_of(world, jon(world).id).given if g.inbound}
    assert kept["allergies.substance"] == "penicillin, my throat closes"
    assert "anything more" in world.say("3", JON)[-1]
    assert [t.kind for t in world.tasks(JON)] == ["urgent"]
    world.close()


NO_EMAIL = {
    "en": "I don't have email", "es": "no tengo correo", "fr": "je n'ai pas d'e-mail", "pt": "não tenho e-mail",
    "de": "ich habe keine E-Mail", "it": "non ho un'e-mail", "pl": "nie mam maila", "ru": "у меня нет почты",
    "ar": "ليس عندي بريد إلكتروني", "hi": "मेरे पास ईमेल नहीं है", "zh": "没有邮箱", "vi": "tôi không có email",
    "ko": "이메일 없어요", "tl": "wala po akong email", "ht": "mwen pa gen imèl",
}  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), [*sorted(NO_EMAIL.items()), ("en", "no email")])
def test_whoever_has_no_e_mail_is_not_asked_for_it_again(lang: str, text: str) -> None:
    assert answer(text, lang, "demographics", "demographics.email") == {"do": "skip"}


def test_the_holder_of_the_insurance_is_named_as_people_name_themselves() -> None:
    found = answer("на меня", "ru", "insurance", "insurance.holder")
    assert found is not None
    assert found["values"] == ["self"]
