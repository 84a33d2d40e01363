"""A telephone that dies is no patient; whatever else its owner says is weighed as ever."""

from functools import cache

import pytest

from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import weighed
from agent.model.safety import SafetyFinding
from tests import shared
from tests.understand.test_hear import NOW, ears

RAISED = ("urgent", "emergency")
OF_THINGS = [
    ("en", "sorry, my phone battery is about to die"),
    ("en", "my phone is going to die, call me back later"),
    ("es", "se me va a morir la batería, me llaman luego"),
    ("es", "mi celular está por morir"),
    ("fr", "mon téléphone va mourir, je rappelle plus tard"),
    ("de", "mein Akku stirbt gleich"),
    ("pt", "minha bateria vai morrer"),
    ("it", "il mio telefono sta per morire"),
    ("pl", "umiera mi telefon, zadzwonię później"),
    ("ru", "телефон сейчас сдохнет, перезвоните позже"),
    ("ar", "بطارية الموبايل هتموت"),
    ("hi", "mera phone marne wala hai"),
    ("hi", "मेरा फोन मरने वाला है"),
    ("zh", "手机快死了，等下再打"),
    ("vi", "pin điện thoại sắp chết rồi"),
    ("ko", "배터리가 곧 죽을 것 같아요"),
    ("tl", "mamamatay na ang phone ko"),
    ("ht", "batri a ap mouri"),
]
OF_PEOPLE = [
    ("en", "my phone is dying and i want to die too"),
    ("en", "my phone is about to die and my chest hurts so much"),
    ("es", "se me muere la batería y mi papá no respira"),
    ("fr", "mon téléphone va mourir et moi aussi je veux mourir"),
    ("de", "mein Akku stirbt gleich, mein Vater ist bewusstlos"),
    ("pt", "minha bateria vai morrer e eu quero morrer também"),
    ("vi", "gọi điện thoại cho tôi, tôi sắp chết rồi"),
    ("ht", "rele m vit, m ap mouri"),
    ("en", "my pacemaker battery is about to die"),
    ("es", "se está muriendo la batería del marcapasos de mi madre"),
    ("de", "der Akku vom Herzschrittmacher piept"),
    ("ko", "페이스메이커 배터리가 방전됐어요"),
]


@cache
def gate() -> SafetyGate:
    return shared.hearing().gate


def found(text: str, lang: str) -> SafetyFinding:
    heard = ears().hear(text, now=NOW, lang=lang)
    return weighed(gate(), text, lang, heard=heard, again=ears().weighed)


@pytest.mark.parametrize(("lang", "text"), OF_THINGS)
def test_a_telephone_or_a_battery_that_dies_raises_no_alarm(lang: str, text: str) -> None:
    assert found(text, lang).urgency not in RAISED


@pytest.mark.parametrize(("lang", "text"), OF_PEOPLE)
def test_people_in_danger_beside_a_dying_telephone_and_a_failing_pacemaker_do(lang: str, text: str) -> None:
    assert found(text, lang).urgency in RAISED


IN_THE_CAR = [
    ("en", "he was in the car and passed out"),
    ("en", "in the car my dad passed out"),
    ("it", "in macchina mio padre sta morendo"),
    ("pt", "dentro do carro meu pai desmaiou"),
    ("zh", "在车上我妈晕倒了"),
    ("ht", "nan machin nan papa m endispoze"),
    ("ko", "차가 막히는데 아빠가 쓰러졌어요"),
]
OF_THE_CAR = [
    ("en", "my car just died in your lot, can we move it to Friday"),
    ("pt", "meu carro morreu, vou atrasar"),
    ("ht", "machin nan pran pann, m ap an reta"),
    ("zh", "车没电了，要晚到"),
]


@pytest.mark.parametrize(("lang", "text"), IN_THE_CAR)
def test_who_collapses_in_a_car_is_no_car_that_broke_down(lang: str, text: str) -> None:
    assert gate().read(text, lang).urgency != "none"


@pytest.mark.parametrize(("lang", "text"), OF_THE_CAR)
def test_a_car_that_broke_down_is_no_danger(lang: str, text: str) -> None:
    assert gate().read(text, lang).urgency == "none"


def test_only_what_is_said_of_the_thing_is_left_out_of_a_message() -> None:
    assert gate().without_harmless("hurry, my phone is dying and so is my dad", "en", figures=False).split() == [
        "hurry,", "and", "so", "is", "my", "dad",
    ]  # fmt: skip
    twice = "my phone battery is dying, my phone is about to die, help"
    assert gate().without_harmless(twice, "en", figures=False).split() == [",", ",", "help"]
    assert gate().without_harmless("my dad is dying", "en", figures=False) == "my dad is dying"
    assert gate().without_harmless("my phone is dying", "xx", figures=False) == "my phone is dying"
