"""What is asked about an offer is answered from its facts; a shrug, "-1" and an excuse are no yes to our own texts."""

import pytest

from tests.desk import test_missed
from tests.desk.reminded import asked_to_come
from tests.desk.test_offered_there import GOT, WHO, code, there
from tests.desk.test_vacancies import ANA, Line
from tests.desk.world import World

ASKED = {
    "en": ("which doctor?", "where is it?", "how long do I have to decide?"),
    "es": ("¿con qué doctor?", "¿dónde es?", "¿hasta cuándo tengo?"),
    "fr": ("c'est avec quel médecin ?", "c'est où ?", "j'ai combien de temps ?"),
    "pt": ("com qual médico?", "onde é?", "até quando posso responder?"),
    "de": ("bei welchem Arzt?", "wo ist das?", "bis wann muss ich mich entscheiden?"),
    "it": ("con quale medico?", "dov'è?", "entro quando devo decidere?"),
    "pl": ("u którego lekarza?", "gdzie to jest?", "do kiedy mam czas?"),
    "ru": ("к какому врачу?", "где это?", "до какого времени ответить?"),
    "ar": ("مع أي طبيب؟", "أين الموعد؟", "حتى متى يمكنني الرد؟"),
    "hi": ("कौन से डॉक्टर के साथ?", "कहाँ है?", "कब तक बताना है?"),
    "zh": ("是哪位医生？", "在哪里？", "保留到几点？"),
    "vi": ("với bác sĩ nào?", "ở đâu?", "đến mấy giờ?"),
    "ko": ("어느 의사 선생님이에요?", "어디예요?", "언제까지 답해야 해요?"),
    "tl": ("sinong doktor po?", "saan po ito?", "hanggang kailan po?"),
    "ht": ("ak ki doktè?", "ki kote li ye?", "jiska kilè?"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ASKED)
def test_with_whom_where_and_until_when_are_told_and_the_offer_is_put_again(lang: str) -> None:
    world = Line(ana=lang, second=False)
    world.frees()
    who, where, until = (world.say(words, ANA)[0] for words in ASKED[lang])
    assert world.clinic.provider("okafor").called.get(lang, "Okafor") in who or "Okafor" in who
    assert "214 Prospect Lane" in where
    assert "1480 Alder" not in where
    assert "11:01" in until
    assert all("Brooklyn" in answer and "1" in answer for answer in (who, where, until))
    assert world.states() == ["open"]
    world.say("1", ANA)
    assert world.states() == ["accepted"]


def test_it_is_answered_in_a_chat_about_the_offer_too() -> None:
    world = Line(second=False)
    world.frees()
    there(world, GOT, *WHO)
    there(world, code(world))
    told, asked = there(world, "which doctor is it with?")
    assert "Okafor" in told
    assert "Would you like it" in asked


SHRUGS = ("whatever", "-1", "I dont care", "me da igual", "mir egal", "随便", "всё равно", "لا يهمني")


@pytest.mark.parametrize("words", SHRUGS)
def test_a_shrug_or_a_number_below_nothing_is_asked_back(words: str) -> None:
    world = World()
    who = asked_to_come(world)
    assert "1" in world.say(words, who.phones[0])[0]
    assert [f.flow for f in world.conversation(who.phones[0]).frames] == ["remind"]
    offered = Line(second=False)
    offered.frees()
    offered.say(words, ANA)
    assert offered.states() == ["open"]


@pytest.mark.parametrize("words", ["I'm sorry, my car broke down", "I overslept, sorry", "I was in the hospital"])
def test_why_somebody_did_not_come_is_no_alarm_and_leads_to_a_new_time(words: str) -> None:
    world = World()
    test_missed.missed(world)
    phone = test_missed.ROSA
    test_missed.sent(world, hours=5)
    assert "Thank you for telling us" in world.say(words, phone)[0]
    assert world.open_tasks() == []
    world.say("1", phone)
    assert [f.flow for f in world.conversation(phone).frames] == ["book"]


def test_a_danger_in_the_reason_is_one_still() -> None:
    world = World()
    test_missed.missed(world)
    test_missed.sent(world, hours=5)
    assert "911" in world.say("I have crushing chest pain, that is why", test_missed.ROSA)[0]


def test_a_name_before_a_clinical_question_hides_neither() -> None:
    world = World()
    said = world.say("My name is Ana Torres, can I take ibuprofen with my blood pressure pills?")
    assert "clinical team" in said[0]
    world.say("March 3 1980")
    (task,) = world.open_tasks()
    assert (task.kind, task.proposal["name"], task.proposal["dob"]) == ("message", "Ana Torres", "1980-03-03")


def to_conditions(world: World) -> None:
    """The form for new patients, answered up to the question for illnesses."""
    for words in ("I want to fill in the new patient form", "Ana Torres", "March 3 1980"):
        world.say(words)
    said = {"medications.any": "yes", "medications.name": "aspirin", "allergies.any": "no"}
    for _ in range(40):
        link = world.conversation().frames[-1].slots["item"].value["link"]
        if link == "conditions.which":
            return
        world.clock.pass_time(minutes=3)
        world.say(said.get(link, "rather not say"))
    raise AssertionError(link)


def test_who_would_rather_not_say_goes_on_and_a_list_of_illnesses_is_an_answer() -> None:
    world = World()
    to_conditions(world)
    world.say("diabetes, asthma and I think my thyroid is slow")
    assert [t.kind for t in world.open_tasks()] == []
    assert world.conversation().frames[-1].slots["item"].value["link"] != "conditions.which"
    other = World()
    to_conditions(other)
    other.say("diabetes, and I have crushing chest pain right now")
    assert [(t.kind, t.priority) for t in other.open_tasks()] == [("urgent", "stat")]


def test_a_name_after_an_alarm_turns_no_wording_into_another_language() -> None:
    world = World()
    world.say("my baby has a fever of 104 and is very sleepy, what should I do")
    assert world.say("Ana Torres")[0].startswith("This may be an emergency")
    assert world.conversation().locale == "en"
