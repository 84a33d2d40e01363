"""Who cannot come on a day is no emergency, whatever the words resemble."""

import pytest

from agent.dialogue.safety import weighed
from tests.desk.test_replies import taken
from tests.shared import hearing
from tests.understand.test_hear import NOW

CANNOT = {
    "es": ("mi esposo no puede ir mañana pero yo sí", "mi marido no puede mañana"),
    "en": ("my husband can't come tomorrow but I can",), "de": ("mein Mann kann morgen nicht kommen, aber ich schon",),
    "fr": ("mon mari ne peut pas venir demain mais moi oui",), "it": ("mio marito domani non può, io sì",),
    "ru": ("муж завтра не сможет, а я приду",),
}  # fmt: skip
SON = {
    "en": "No, I'm her son", "es": "No, soy su hijo", "fr": "Non, je suis son fils", "pt": "Não, sou o filho dela",
    "de": "Nein, ich bin ihr Sohn", "it": "No, sono suo figlio", "pl": "Nie, jestem jej synem", "ru": "Нет, я её сын",
    "hi": "नहीं, मैं उनका बेटा हूँ", "zh": "不是，我是她儿子", "ko": "아니요, 아들이에요",
    "tl": "Hindi po, anak niya ako", "ht": "Non, se pitit li mwen ye",
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(tag, text) for tag, texts in CANNOT.items() for text in texts])
def test_who_cannot_come_on_a_day_gives_up_a_visit_and_raises_no_alarm(language: str, text: str) -> None:
    made = hearing()
    said = made.ears.hear(text, now=NOW, prior=language, current=language, question=None, open_flows=())
    assert said.intent == "cancel"
    assert weighed(made.gate, text, language, heard=said, again=made.ears.weighed).urgency in ("none", "routine")


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "mi papá no puede respirar hoy"), ("en", "my son can't move his arm today"), ("zh", "我妈今天不行了")],
)
def test_what_somebody_cannot_do_is_still_weighed(language: str, text: str) -> None:
    made = hearing()
    said = made.ears.hear(text, now=NOW, prior=language, current=language, question=None, open_flows=())
    assert weighed(made.gate, text, language, heard=said, again=made.ears.weighed).urgency in ("urgent", "emergency")


@pytest.mark.parametrize(("language", "text"), SON.items())
def test_a_relative_who_answers_a_text_of_ours_neither_comes_nor_cancels(language: str, text: str) -> None:
    assert taken(text, language) == []


@pytest.mark.parametrize("text", ["no", "no I can't", "no, sorry"])
def test_a_no_about_oneself_stays_one(text: str) -> None:
    assert taken(text, "en") == ["not_coming"]
