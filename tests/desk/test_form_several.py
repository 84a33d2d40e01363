"""Several things named in one answer of a form: each is kept, and none is swallowed by another."""

import pytest

from agent.desk.form_page import send
from agent.model.command import SetSlot
from agent.model.question import Question
from tests.desk.test_forms import jon
from tests.desk.test_phrases import FIRST
from tests.desk.world import JON, World
from tests.understand.test_hear import NOW

PRESSURE, DIABETES, ASTHMA = "38341003", "73211009", "195967001"
BOTH = {
    "en": ("diabetes and high blood pressure", "I have high blood pressure and diabetes", "2 and 1", "diabetes & 1"),
    "es": ("diabetes y presión alta", "la presión alta y también diabetes"),
    "fr": ("diabète et tension élevée", "j'ai le diabète et aussi la tension élevée"),
    "pt": ("diabetes e pressão alta",),
    "de": ("Diabetes und Bluthochdruck",),
    "it": ("diabete e pressione alta",),
    "pl": ("cukrzyca i nadciśnienie",),
    "ru": ("диабет и высокое давление",),
    "ar": ("السكري وارتفاع ضغط الدم", "ارتفاع ضغط الدم والسكري"),
    "hi": ("डायबिटीज़ और हाई ब्लड प्रेशर",),
    "zh": ("糖尿病和高血压", "高血压还有糖尿病"),
    "vi": ("tiểu đường và cao huyết áp",),
    "ko": ("당뇨하고 고혈압", "고혈압이랑 당뇨", "당뇨와 고혈압"),
    "tl": ("diabetes at high blood",),
    "ht": ("sik ak tansyon", "tansyon epi sik"),
}


def answer(text: str, lang: str = "en") -> dict[str, object]:
    item = {"form": "conditions", "link": "conditions.which"}
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, (item, None))
    found = FIRST.desk.ears.hear(text, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
    (value,) = [c.value for c in found.commands if isinstance(c, SetSlot)]
    return dict(value)


@pytest.mark.parametrize(("lang", "said"), [(lang, said) for lang in BOTH for said in BOTH[lang]])
def test_of_two_illnesses_none_is_lost(lang: str, said: str) -> None:
    found = answer(said, lang)
    assert (set(found["values"]), found.get("unsure")) == ({PRESSURE, DIABETES}, None)  # type: ignore[call-overload]


def test_what_is_not_on_the_list_is_kept_beside_what_is() -> None:
    assert answer("high blood pressure, asthma and lupus")["values"] == [PRESSURE, ASTHMA, "lupus"]
    assert answer("lupus and gout")["values"] == ["lupus and gout"]


def test_words_that_name_more_than_an_illness_are_a_question_for_staff() -> None:
    found = answer("my sugar is always high and I have asthma")
    assert (found["values"], found["unsure"]) == (["my sugar is always high", ASTHMA], True)


def test_an_illness_that_is_denied_is_not_written_down_as_one() -> None:
    found = answer("no asthma but diabetes")
    assert (found["values"], found["unsure"]) == (["no asthma but diabetes"], True)
    assert answer("diabetes and no asthma")["unsure"]
    assert answer("I don't have asthma")["values"] == ["I don't have asthma"]
    for none in ("none of these", "none"):
        assert answer(none)["values"] == ["none"]


@pytest.mark.parametrize(
    "said",
    [
        "lisinopril 10 mg and metformin 500 mg twice a day",
        "lisinopril ten milligrams once in the morning and metformin with food",
        "Ozempic 0.5 mg every week, and vitamin D drops",
    ],
)
def test_medicines_that_are_taken_are_no_refill_and_alarm_nobody(said: str) -> None:
    world = World()
    send(world.desk, jon(world).id, "medications", world.staff())
    for words in ("form", "Jon Smith, March 14 1985"):
        world.say(words, JON)
    told = world.say(said, JON)[-1]
    assert "How do you take it?" in told
    assert world.tasks(JON) == []
    world.close()
