"""Two of a family were reminded at one number: who is meant by "both", "neither", "Leo can't, Rosa yes", "1 and 3"."""

from datetime import timedelta

import pytest

from agent.model.command import SetSlot
from agent.model.question import Offered, Question
from tests.desk.reminded import of, reminded, somebody, visit
from tests.desk.test_phrases import FIRST
from tests.desk.world import MONDAY, World

NUMBER = "+17185550177"
Y, N, M = "coming", "not_coming", "other_time"
BOTH = {
    "en": ("both are coming", "1 for both", "both"), "es": ("vendrán los dos", "1 para los dos"),
    "fr": ("les deux viennent",), "pt": ("os dois vão",), "de": ("beide kommen",), "it": ("vengono tutti e due",),
    "pl": ("oboje przyjdziemy",), "ru": ("оба придём",), "ar": ("كلاهما سيأتي",), "hi": ("दोनों आएंगे", "1 दोनों के लिए"),
    "zh": ("两个都来",), "vi": ("cả hai đều đến",), "ko": ("둘 다 가요",), "tl": ("pareho kaming pupunta",),
    "ht": ("toulède ap vini", "1 pou toulede"),
}  # fmt: skip
ONE_OF_TWO = {
    "en": ("Leo can't, Rosa yes", "Yes for Rosa, no for Leo", "Rosa 1 Leo 3", "1 and 3",
           "Rosa is coming but Leo can't make it", "Leo can't, he has the flu. Rosa yes"),
    "es": ("Leo no puede y Rosa sí",), "fr": ("Leo ne peut pas mais Rosa oui",), "pt": ("Leo não pode, Rosa vai",),
    "de": ("Leo kann nicht, Rosa kommt",), "it": ("Leo no, Rosa sì",), "pl": ("Leo nie może, Rosa tak",),
    "ru": ("Лео не сможет, Роза придёт",), "ar": ("ليو لا يستطيع، روزا نعم",), "hi": ("Leo नहीं आ पाएगा, Rosa आएगी",),
    "zh": ("Leo来不了,Rosa来",), "vi": ("Leo không đi được, Rosa đi được",), "ko": ("Leo는 못 가요, Rosa는 가요",),
    "tl": ("Leo hindi makakapunta, Rosa oo",), "ht": ("Leo pa ka vini, Rosa wi",),
}  # fmt: skip
NEITHER = {
    "en": "we are both away, neither can come", "es": "ninguno de los dos", "fr": "aucun des deux",
    "pt": "nenhum dos dois", "de": "keiner von beiden", "it": "nessuno dei due",
    "pl": "nikt z nas", "ru": "никто из нас", "ar": "لا أحد منا",
    "hi": "दोनों नहीं आ पाएंगे", "zh": "都来不了", "vi": "không ai đến được", "ko": "둘 다 못 가요",
    "tl": "wala sa amin", "ht": "okenn nan nou pa ka vini",
}  # fmt: skip

BUT = {
    "en": ("yes to both, but can Leo come at 3?", "both are coming but Leo at 3pm please",
           "Rosa yes, can Leo come at 3?", "yes to both but could Leo come at 3pm"),
    "es": ("sí a los dos, ¿pero puede Leo venir a las 3?", "los dos vienen, pero Leo puede a las 3?"),
    "fr": ("oui pour les deux, mais Leo peut venir à 15h ?",), "pt": ("sim para os dois, mas o Leo pode ir às 15h?",),
    "de": ("ja für beide, aber kann Leo um 15 Uhr kommen?",), "it": ("sì a tutti e due, ma Leo può venire alle 15?",),
    "pl": ("tak, oboje, ale czy Leo może przyjść o 15?",), "ru": ("оба придём, но может Лео прийти в 15:00?",),
    "ar": ("نعم لكليهما، لكن هل يمكن أن يأتي ليو الساعة 3؟",),
    "hi": ("हाँ दोनों के लिए, लेकिन क्या Leo 3 बजे आ सकता है?",), "zh": ("两个都来，不过Leo可以3点来吗？",),
    "vi": ("cả hai đều đến, nhưng Leo đến lúc 3 giờ chiều được không?",),
    "ko": ("둘 다 가요, 그런데 Leo는 3시에 가도 될까요?",),
    "tl": ("oo pareho, pero pwede ba si Leo ng alas 3?",), "ht": ("wi pou toulède, men èske Leo ka vini a 3zè?",),
}  # fmt: skip


def taken(text: str, lang: str) -> dict[str, object]:
    """Who was asked -> what is answered for them; Leo was asked last."""
    shown = tuple(Offered(f"coming={o}", o, {"as": "key", "value": f"option.{o}"}) for o in (Y, M, N))
    people = (("leo", "Leo"), ("rosa", "Rosa"))
    question = Question("leo", "remind", "coming", "choice", shown, people=people)
    heard = FIRST.desk.ears.hear(
        text, now=FIRST.clock().replace(tzinfo=None), prior=lang, current=lang, question=question,
        open_flows=("remind", "remind"),
    )  # fmt: skip
    assert not any(c.do == "start_flow" for c in heard.commands)
    return {c.of: c.value for c in heard.commands if isinstance(c, SetSlot) and c.slot == "coming"}


@pytest.mark.parametrize("lang", sorted(BOTH))
def test_it_is_heard_for_the_right_ones_in_every_language(lang: str) -> None:
    for text in BOTH[lang]:
        assert taken(text, lang) == {"rosa": Y, "leo": Y}, text
    for text in ONE_OF_TWO[lang]:
        assert taken(text, lang) == {"rosa": Y, "leo": N}, text
    assert taken(NEITHER[lang], lang) == {"rosa": N, "leo": N}


@pytest.mark.parametrize("lang", sorted(BUT))
def test_both_come_and_one_of_them_would_rather_at_another_time(lang: str) -> None:
    for text in BUT[lang]:
        assert taken(text, lang) == {"rosa": Y, "leo": M}, text


@pytest.mark.parametrize("text", ["not both of us", "can both come at three?", "who is it?"])
def test_what_answers_for_nobody_settles_nothing(text: str) -> None:
    assert not taken(text, "en")


def test_who_is_named_alone_is_meant_alone() -> None:
    assert taken("only Rosa is coming", "en") == {"rosa": Y}
    assert taken("Leo needs another day, Rosa is fine", "en") == {"leo": M, "rosa": Y}


def two(language: str = "en") -> World:
    world = World()
    for n, name in enumerate(("Rosa Marin", "Leo Marin")):
        made = somebody(world, name=name, language=language)
        visit(world, made, MONDAY + timedelta(days=3, hours=n), f"v{n + 1}")
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    return world


def coming(world: World) -> list[bool]:
    return [of(world, id)["d2"].coming_at is not None for id in ("v1", "v2")]


def test_both_are_noted_and_thanked_for_once() -> None:
    world = two()
    (said,) = world.say("both are coming", NUMBER)
    assert said.endswith("we can expect Rosa and Leo. Until then.")
    assert coming(world) == [True, True]
    assert not world.conversation(NUMBER).frames


def test_whoever_comes_is_noted_before_the_other_is_asked_about() -> None:
    world = two("es")
    (said,) = world.say("Rosa no puede y Leo sí", NUMBER)
    assert "contamos con Leo." in said
    assert "la cita de Rosa:" in said
    assert coming(world) == [False, True]
    assert [f.flow for f in world.conversation(NUMBER).frames] == ["cancel"]
    assert not world.open_tasks()  # "Rosa can't" is no symptom


def test_who_would_rather_come_at_three_is_offered_times_and_the_other_is_noted() -> None:
    world = two()
    said = " ".join(world.say("yes to both, but can Leo come at 3?", NUMBER))
    assert "we can expect Rosa." in said
    assert "Leo" in said.split("we can expect Rosa.")[1]
    assert coming(world) == [True, False]
    assert [f.flow for f in world.conversation(NUMBER).frames] == ["reschedule"]


def test_an_alarm_beside_it_is_raised_all_the_same() -> None:
    world = two()
    said = world.say("Leo can't breathe, both were to come", NUMBER)
    assert "911" in said[0]
    assert [t.priority for t in world.open_tasks()] == ["stat"]
    assert coming(world) == [False, False]


def test_two_visits_of_one_person_are_confirmed_with_one_word() -> None:
    world = World()
    who = somebody(world)
    for n in range(2):
        visit(world, who, MONDAY + timedelta(days=3, hours=n), f"v{n + 1}")
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    (said,) = world.say("yes to both", NUMBER)
    assert said.count("you're coming") == 1
    assert coming(world) == [True, True]
