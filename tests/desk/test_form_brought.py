"""What an answer to a form brings along: a yes with what it is about, a complaint with its beginning."""

from collections.abc import Iterator

import pytest

from agent.desk.form_page import send
from agent.model.command import SetSlot
from agent.model.form import Given
from agent.model.question import Question
from tests.desk.test_form_elsewhere import answer as answer_to
from tests.desk.test_forms import form_of, jon
from tests.desk.test_phrases import FIRST
from tests.desk.world import JON, World
from tests.understand.test_hear import NOW

BORN = "Jon Smith, March 14 1985"
NAMED = {  # what is said -> what it names
    "en": {
        "I am allergic to penicillin": "penicillin",
        "yes, penicillin": "penicillin",
        "yes, bee stings.": "bee stings",
    },
    "es": {"soy alérgica a la penicilina": "penicilina", "sí, a los mariscos": "mariscos"},
    "fr": {"je suis allergique à la pénicilline": "pénicilline", "oui, aux arachides": "arachides"},
    "pt": {"sou alérgico a penicilina": "penicilina", "sim, camarão": "camarão"},
    "de": {"ich bin gegen Penicillin allergisch": "Penicillin", "ja, Erdnüsse": "Erdnüsse"},
    "it": {"sono allergica alla penicillina": "penicillina", "sì, al lattice": "lattice"},
    "pl": {"mam alergię na penicylinę": "penicylinę", "tak, na orzechy": "orzechy"},
    "ru": {"у меня аллергия на пенициллин": "пенициллин", "да, на орехи": "орехи"},
    "ar": {"عندي حساسية من البنسلين": "البنسلين", "نعم، من الفول السوداني": "الفول السوداني"},
    "hi": {"मुझे पेनिसिलिन से एलर्जी है": "पेनिसिलिन", "हाँ, मूंगफली": "मूंगफली"},
    "zh": {"我对青霉素过敏": "青霉素", "有，花生": "花生"},
    "vi": {"tôi bị dị ứng với penicillin": "penicillin", "có, đậu phộng": "đậu phộng"},
    "ko": {"페니실린 알레르기가 있어요": "페니실린", "네, 땅콩": "땅콩"},
    "tl": {"allergic po ako sa penicillin": "penicillin", "opo, sa hipon": "hipon"},
    "ht": {"mwen fè alèji ak penisilin": "penisilin", "wi, pistach": "pistach"},
}
BARE = {  # a yes, and nothing that could be written down
    "en": ("yes", "yes I am", "yes, a few", "yes, several things", "yes I do have allergies", "yes, two"),
    "es": ("sí", "sí, tengo varias", "sí, algunas alergias"), "fr": ("oui", "oui, plusieurs", "oui, j'en ai"),
    "pt": ("sim", "sim, algumas"), "de": ("ja", "ja, mehrere", "ja, einige Allergien"), "it": ("sì", "sì, alcune"),
    "pl": ("tak", "tak, kilka"), "ru": ("да", "да, несколько"), "ar": ("نعم", "نعم، عدة أشياء"),
    "hi": ("हाँ", "हाँ, कुछ"), "zh": ("有", "有，好几种"), "vi": ("có", "có, một vài thứ"), "ko": ("네", "네, 여러 가지"),
    "tl": ("opo", "opo, ilan"), "ht": ("wi", "wi, plizyè"),
}  # fmt: skip


NONE = {
    "en": ("none", "nothing", "no allergies", "not that I know of", "no that's it", "no more", "I don't have any"),
    "es": ("ninguna", "nada más", "que yo sepa no", "no tengo"), "fr": ("aucune", "rien d'autre", "non c'est tout"),
    "pt": ("nenhuma", "mais nada", "não tenho alergias"), "de": ("keine", "sonst nichts", "nein das ist alles"),
    "it": ("nessuna", "nient'altro", "basta così"), "pl": ("żadnych", "to wszystko", "nie mam alergii"),
    "ru": ("нету", "больше ничего", "нет, это всё"), "ar": ("لا يوجد", "هذا كل شيء", "ليس عندي حساسية"),
    "hi": ("कुछ नहीं", "बस इतना ही", "मुझे कोई एलर्जी नहीं है"), "zh": ("没有过敏", "没有了", "就这些"),
    "vi": ("không có", "hết rồi", "tôi không bị dị ứng"), "ko": ("없어요", "더 없어요", "알레르기 없어요"),
    "tl": ("wala po", "yun lang po", "wala akong allergy"), "ht": ("anyen", "se tout", "mwen pa gen alèji"),
}  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def answer(text: str, lang: str, link: str, *, more: bool = False) -> dict[str, object]:
    item = {"form": "allergies", "link": link, "more": more}
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, (item, None))
    found = FIRST.desk.ears.hear(text, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
    (value,) = [c.value for c in found.commands if isinstance(c, SetSlot)]
    return dict(value)


@pytest.mark.parametrize(("lang", "said"), [(lang, said) for lang in NAMED for said in NAMED[lang]])
def test_a_yes_is_heard_with_what_it_names(lang: str, said: str) -> None:
    for found in (answer(said, lang, "allergies.any"), answer(said, lang, "allergies.list", more=True)):
        assert (found["values"], found["more"]) == ([True], [[said, {"allergies.substance": [NAMED[lang][said]]}]])


@pytest.mark.parametrize(("lang", "said"), [(lang, said) for lang in BARE for said in BARE[lang]])
def test_a_yes_that_names_nothing_is_a_yes_only(lang: str, said: str) -> None:
    for found in (answer(said, lang, "allergies.any"), answer(said, lang, "allergies.list", more=True)):
        assert (found["values"], found.get("more")) == ([True], None)


@pytest.mark.parametrize(("lang", "said"), [(lang, said) for lang in NONE for said in NONE[lang]])
def test_none_and_that_is_all_are_a_no(lang: str, said: str) -> None:
    for found in (answer(said, lang, "allergies.any"), answer(said, lang, "allergies.list", more=True)):
        assert (found["values"], found.get("more")) == ([False], None)


def given(world: World) -> dict[tuple[str, int], Given]:
    return {(g.link, g.row): g for g in form_of(world, jon(world).id).given}


def begin(world: World, form: str) -> str:
    send(world.desk, jon(world).id, form, world.staff())
    world.say("form", JON)
    return world.say(BORN, JON)[-1]


def test_who_is_allergic_to_something_more_is_not_asked_to_what(world: World) -> None:
    begin(world, "allergies")
    assert "What happens then" in world.say("yes, to shellfish", JON)[-1]
    assert "anything more" in world.say("a rash", JON)[-1]
    assert "What happens then" in world.say("I am allergic to penicillin", JON)[-1]
    held = given(world)
    assert [held["allergies.substance", n].values for n in (0, 1)] == [("shellfish",), ("penicillin",)]
    assert held["allergies.substance", 1].words == "I am allergic to penicillin"


def test_whoever_has_to_look_first_names_nothing(world: World) -> None:
    begin(world, "medications")
    world.say("yes, let me check the bottle", JON)
    assert ("medications.name", 0) not in given(world)


@pytest.mark.parametrize(
    ("said", "since"),
    [("knee pain since Monday", "since Monday"), ("my back hurts, for two weeks now", "two weeks"),
     ("a cough that began three days ago", "three days ago"), ("sore throat since 2019", "2019")],
)  # fmt: skip
def test_a_complaint_is_heard_with_its_beginning(world: World, said: str, since: str) -> None:
    begin(world, "visit-reason")
    assert "easier for you" in world.say(said, JON)[-1]
    held = given(world)
    assert held["visit-reason.what", 0].values == (said,)
    assert since in str(held["visit-reason.since", 0].values[0])


@pytest.mark.parametrize("said", ["knee pain", "a check-up next Monday", "two things: my knee and my back"])
def test_where_no_beginning_is_told_it_is_asked_for(world: World, said: str) -> None:
    begin(world, "visit-reason")
    assert "Since when" in world.say(said, JON)[-1]


def test_an_operation_is_heard_with_its_year(world: World) -> None:
    begin(world, "surgeries")
    assert "anything more" in world.say("yes, my appendix in 2010", JON)[-1]
    held = given(world)
    assert (held["surgeries.what", 0].values, held["surgeries.when", 0].values) == (("appendix in 2010",), ("2010",))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "my sister Ana Lopez, (718) 555-0199"),
        ("es", "mi hermana Ana López 718 555 0199"),
        ("ru", "сестра Анна, 718-555-0199"),
        ("zh", "我妹妹王芳 7185550199"),
    ],
)
def test_who_is_to_be_called_is_heard_with_the_number(lang: str, words: str) -> None:
    found = answer_to(words, lang, "demographics", "demographics.contact.name")
    assert found is not None
    assert found["more"] == [[words, {"demographics.contact.phone": ["+17185550199"]}]]


def test_who_is_to_be_called_is_named_without_a_number() -> None:
    found = answer_to("my sister Ana Lopez", "en", "demographics", "demographics.contact.name")
    assert found is not None
    assert "more" not in found


HOW = {
    "en": ("aspirin 81 mg once a day", "once a day"), "es": ("aspirina una vez al día", "una vez al día"),
    "fr": ("aspirine le matin", "le matin"), "de": ("Aspirin morgens", "morgens"),
    "zh": ("阿司匹林每天一次", "每天一次"), "ht": ("aspirin yon fwa pa jou", "yon fwa pa jou"),
    "ru": ("аспирин утром", "утром"),
}  # fmt: skip


@pytest.mark.parametrize("lang", sorted(HOW))
def test_a_medicine_is_heard_with_how_it_is_taken(lang: str) -> None:
    words, how = HOW[lang]
    found = answer_to(words, lang, "medications", "medications.name")
    assert found is not None
    assert found["more"] == [[words, {"medications.how": [how]}]]


@pytest.mark.parametrize(
    "words",
    [
        "aspirin once a day, metformin twice a day",
        "aspirin and metformin twice a day",
        "aspirin once a day or so maybe",
    ],
)
def test_of_two_medicines_or_in_doubt_it_is_asked(words: str) -> None:
    found = answer_to(words, "en", "medications", "medications.name")
    assert found is not None
    assert "more" not in found


def test_how_a_medicine_is_taken_is_not_asked_again(world: World) -> None:
    begin(world, "medications")
    assert "anything more" in world.say("aspirin 81 mg once a day", JON)[-1]
    assert given(world)["medications.how", 0].values == ("once a day",)
