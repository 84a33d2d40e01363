"""Who is reminded, recalled or asked after a missed visit may answer in words of their own, in every language."""

from datetime import timedelta

import pytest

from agent.model.command import ChangeLanguage, SetSlot
from agent.model.question import Offered, Question
from agent.model.understanding import Understanding
from tests.desk.reminded import asked_to_come, of, reminded, somebody, visit
from tests.desk.test_missed import ROSA, missed, sent
from tests.desk.test_phrases import FIRST, LIVE, flows
from tests.desk.world import MONDAY, World

COMES = {
    "en": ("yes", "I will be there", "👍"), "es": ("sí", "ahí estaré, gracias"), "fr": ("oui", "je serai là"),
    "pt": ("sim", "estarei lá"), "de": ("ja", "ich werde da sein"), "it": ("sì", "ci sarò"), "pl": ("tak", "przyjdę"),
    "ru": ("да", "приду"), "ar": ("نعم", "سأكون هناك"), "hi": ("हाँ", "मैं आऊँगा"), "zh": ("是", "我会来的"),
    "vi": ("vâng", "tôi sẽ đến"), "ko": ("네", "갈게요"), "tl": ("opo", "pupunta ako"), "ht": ("wi", "wi m ap vini"),
}  # fmt: skip
MOVES = {
    "en": "can we move it?", "es": "¿la podemos cambiar para otro día?", "fr": "on peut déplacer ?",
    "pt": "dá para remarcar?", "de": "können wir verschieben?", "it": "possiamo spostare?", "pl": "możemy przełożyć?",
    "ru": "можно перенести?", "ar": "هل يمكن تغيير الموعد؟", "hi": "क्या अपॉइंटमेंट बदल सकते हैं?", "zh": "能改时间吗？",
    "vi": "dời lịch được không?",
    "ko": "시간 바꿀 수 있나요?", "tl": "pwede bang ilipat?", "ht": "èske nou ka chanje l?",
}  # fmt: skip
NO = {"en": "no", "es": "no", "fr": "non", "pt": "não", "de": "nein", "it": "no", "pl": "nie", "ru": "нет", "ar": "لا",
      "hi": "नहीं", "zh": "不", "vi": "không", "ko": "아니요", "tl": "hindi", "ht": "non"}  # fmt: skip


def asked(slot: str, *options: str) -> Question:
    shown = tuple(Offered(f"{slot}={o}", o, {"as": "key", "value": f"option.{o}"}) for o in options)
    return Question("r", "remind", slot, "choice", shown, False, 0, None)


COMING = asked("coming", "coming", "other_time", "not_coming")


def heard(text: str, lang: str) -> Understanding:
    """In a conversation of this language, in which a reminder waits for its answer."""
    return FIRST.desk.ears.hear(
        text, now=FIRST.clock().replace(tzinfo=None), prior=lang, current=lang, question=COMING, open_flows=("remind",)
    )


def taken(text: str, lang: str) -> list[object]:
    return [c.value for c in heard(text, lang).commands if isinstance(c, SetSlot) and c.slot == "coming"]


def means(text: str, lang: str, question: Question = COMING) -> list[object]:
    """What it is taken for; nothing else may be begun by it."""
    found = FIRST.desk.ears.hear(
        text, now=FIRST.clock().replace(tzinfo=None), lang=lang, current=lang, question=question
    )
    assert not flows(found), text
    return [c.value for c in found.commands if isinstance(c, SetSlot) and c.slot == question.slot]


@pytest.mark.parametrize("lang", LIVE)
def test_a_reminder_is_answered_in_words(lang: str) -> None:
    for text in COMES[lang]:
        assert means(text, lang) == ["coming"], text
    assert means(MOVES[lang], lang) == ["other_time"]
    assert means(NO[lang], lang) == ["not_coming"]
    for phrase in FIRST.desk.content.rows["repairs"][lang]["cannot_come"]:
        assert means(str(phrase), lang) == ["not_coming"], phrase


@pytest.mark.parametrize("lang", LIVE)
def test_a_recall_and_a_missed_visit_are_answered_in_words(lang: str) -> None:
    recall, missed_one = asked("answer", "book_now", "later", "person"), asked("answer", "book_now", "person")
    assert means(COMES[lang][0], lang, recall) == means(COMES[lang][0], lang, missed_one) == ["book_now"]
    assert means(NO[lang], lang, recall) == ["later"]


@pytest.mark.parametrize("lang", LIVE)
def test_words_that_steer_a_conversation_promise_nothing(lang: str) -> None:
    rows = FIRST.desk.content.rows["repairs"][lang]
    told = {str(p): taken(str(p), lang) for kind in ("go_back", "why_ask", "repeat") for p in rows[kind]}
    assert not {p: meant for p, meant in told.items() if meant}
    assert not [p for p in rows["never_mind"] if "coming" in taken(str(p), lang)]


@pytest.mark.parametrize("lang", LIVE)
def test_a_figure_that_is_put_right_counts(lang: str) -> None:
    (first, *_) = FIRST.desk.content.rows["repairs"][lang]["i_meant"]
    assert means(f"{first} 1", lang) == ["coming"]


@pytest.mark.parametrize("lang", LIVE)
def test_the_word_for_the_form_is_heard_in_the_language_of_the_text_that_names_it(lang: str) -> None:
    for word in FIRST.desk.content.rows["repairs"][lang]["form_words"]:
        found = heard(str(word), lang)
        assert flows(found) == ["form"], word
        assert not any(isinstance(c, ChangeLanguage) for c in found.commands), word


@pytest.mark.parametrize("text", ["hm", "who is this?", "my knee hurts", "will I be there long?", "I'm running late"])
def test_what_is_no_answer_is_taken_for_none(text: str) -> None:
    found = FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None), lang="en", question=COMING)
    assert not any(isinstance(c, SetSlot) and c.slot == "coming" for c in found.commands)


def test_yes_is_kept_for_staff_and_the_day_that_suits_goes_with_the_wish_to_move() -> None:
    world = World()
    who = asked_to_come(world)
    (thanks,) = world.say("Yes, see you then", who.phones[0])
    assert "our staff will see" in thanks
    assert of(world)["d2"].coming_at == world.clock()
    other = World()
    who = somebody(other)
    visit(other, who, MONDAY + timedelta(days=3))
    reminded(other)
    other.clock.pass_time(days=1)
    reminded(other)
    other.say("I can't make it, could we move it to next Friday?", who.phones[0])
    (frame,) = other.conversation(who.phones[0]).frames
    assert frame.flow == "reschedule"
    assert frame.slots["date"].value == "2026-03-13"


@pytest.mark.parametrize("lang", LIVE)
def test_the_first_word_that_somebody_writes_is_read_in_the_language_they_were_asked_in(lang: str) -> None:
    """The desk began the conversation: nothing but the question tells in which language "non" is said."""
    shown = tuple(Offered(f"answer={w}", w == "yes", {"as": "key", "value": f"option.{w}"}) for w in ("yes", "no"))
    offer = Question("r", "vacancy", "answer", "bool", shown, False, 0, None)
    for question, meant in ((offer, False), (COMING, "not_coming")):
        found = FIRST.desk.ears.hear(
            NO[lang],
            now=FIRST.clock().replace(tzinfo=None),
            current=lang,
            question=question,
            open_flows=(question.flow,),
        )
        assert [c.value for c in found.commands if isinstance(c, SetSlot)] == [meant]
        assert found.lang == lang


def test_a_form_goes_on_though_a_reminder_waits_for_its_answer() -> None:
    world = World()
    who = somebody(world, language="es")
    visit(world, who, MONDAY + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    world.say("hola, quiero seguir con el formulario", who.phones[0])
    assert [f.flow for f in world.conversation(who.phones[0]).frames] == ["remind", "form"]


def test_yes_after_a_missed_visit_looks_for_a_new_time() -> None:
    world = World()
    missed(world)
    sent(world, hours=1)
    world.say("yes please, on Friday", ROSA)
    frame = world.conversation(ROSA).frames[-1]
    assert (frame.flow, frame.slots["date"].value) == ("book", "2026-03-06")
