"""What is said beside, before or instead of an answer: how long it takes, with whom, a name, a death."""

from datetime import timedelta

import pytest

from tests.desk.test_vacancies import ANA, Line
from tests.desk.world import World

HOW_LONG = {
    "en": ("I need an appointment", "how long does it take?", "minutes"),
    "es": ("quiero una cita", "¿cuánto tarda?", "minutos"), "fr": ("je voudrais un rendez-vous",
    "ça prend combien de temps ?", "minutes"),
    "pt": ("quero marcar uma consulta", "quanto tempo demora?", "minutos"), "de": ("Ich brauche einen Termin",
    "wie lange dauert das?", "Minuten"),
    "it": ("vorrei una visita", "quanto ci vuole?", "minuti"), "pl": ("chcę umówić wizytę", "ile to trwa?", "minut"),
    "ru": ("хочу записаться на приём", "сколько это займёт?", "минут"), "ar": ("أريد حجز موعد", "كم يستغرق ذلك؟",
    "دقيقة"),
    "hi": ("मुझे अपॉइंटमेंट चाहिए", "कितना समय लगेगा?", "मिनट"), "zh": ("我想预约", "要多久？", "分钟"),
    "vi": ("tôi muốn đặt lịch khám", "mất bao lâu?", "phút"), "ko": ("진료 예약하고 싶어요", "얼마나 걸려요?", "분"),
    "tl": ("gusto ko pong magpa-appointment", "gaano po katagal?", "minuto"), "ht": ("mwen vle pran yon randevou",
    "konbyen tan sa pran?", "minit"),
}  # fmt: skip
SAME = {
    "en": "same doctor as last time", "es": "la misma doctora de la última vez", "fr": "le même médecin",
    "pt": "o mesmo médico",
    "de": "dieselbe Ärztin", "it": "lo stesso dottore", "pl": "do tego samego lekarza", "ru": "к тому же врачу",
    "ar": "نفس الطبيب", "hi": "वही डॉक्टर", "zh": "上次的医生", "vi": "bác sĩ lần trước", "ko": "지난번 선생님",
    "tl": "dati kong doktor", "ht": "menm doktè a",
}  # fmt: skip
TAKEN = {
    "en": "twice a day with food", "es": "dos veces al día con comida", "fr": "deux fois par jour avec le repas",
    "pt": "duas vezes ao dia com comida", "de": "zweimal täglich zum Essen", "it": "due volte al giorno dopo i pasti",
    "pl": "dwa razy dziennie po jedzeniu", "ru": "два раза в день после еды", "ar": "مرتين في اليوم بعد الأكل",
    "hi": "दिन में दो बार खाने के बाद", "zh": "一天两次，饭后吃", "vi": "ngày hai lần sau khi ăn",
    "ko": "하루에 두 번 식후에",
    "tl": "dalawang beses sa isang araw pagkatapos kumain", "ht": "de fwa pa jou ak manje",
}  # fmt: skip
REFILL = {
    "en": "I need a refill", "es": "necesito una receta", "fr": "je voudrais renouveler mon ordonnance",
    "pt": "preciso renovar minha receita",
    "de": "Ich brauche ein neues Rezept", "it": "mi serve una ricetta nuova", "pl": "potrzebuję recepty",
    "ru": "мне нужен рецепт",
    "ar": "أحتاج إلى تجديد الوصفة", "hi": "मुझे दवा फिर से चाहिए", "zh": "我要续药", "vi": "tôi cần lấy thêm thuốc",
    "ko": "약 처방 다시 받고 싶어요",
    "tl": "kailangan ko po ng refill ng gamot", "ht": "mwen bezwen renouvle preskripsyon mwen",
}  # fmt: skip
OTHERS = {
    "en": "give it to someone else", "es": "désela a otra persona", "fr": "donnez-le à quelqu'un d'autre",
    "pt": "dê para outra pessoa", "de": "geben Sie ihn jemand anderem", "it": "lo dia a qualcun altro",
    "pl": "proszę dać komuś innemu", "ru": "отдайте другому", "ar": "أعطوه لشخص آخر", "hi": "किसी और को दे दीजिए",
    "zh": "给别人吧", "vi": "nhường cho người khác", "ko": "다른 분께 주세요", "tl": "ibigay na lang sa iba",
    "ht": "bay yon lòt moun li",
}  # fmt: skip


@pytest.mark.parametrize("lang", HOW_LONG)
def test_how_long_it_takes_is_told_and_the_question_put_again(lang: str) -> None:
    world = World()
    begins, asks, minutes = HOW_LONG[lang]
    world.say(begins)
    said = " ".join(world.say(asks))
    assert minutes in said
    assert "60" in said
    frame = world.conversation().frames[-1]
    assert (frame.flow, frame.slots.get("reason")) == ("book", None)
    assert frame.asked in ("reason", "date")
    assert world.open_tasks() == []


def test_how_long_a_request_takes_is_told_when_all_is_known() -> None:
    world = World()
    world.say("I need a refill")
    said = " ".join(world.say("how long does it take?"))
    assert "by when they answer" in said
    assert "Which medicine" in said


@pytest.mark.parametrize("lang", SAME)
def test_the_doctor_of_last_time_is_asked_for_by_name(lang: str) -> None:
    world = World()
    world.say(HOW_LONG[lang][0])
    world.say(SAME[lang])
    frame = world.conversation().frames[-1]
    assert (frame.flow, frame.slots["another_provider"].value) == ("book", "same")


def test_with_the_same_doctor_is_heard_in_the_first_words_and_before_the_day() -> None:
    world = World()
    assert "Who was it" in " ".join(world.say("I need a checkup with the same doctor as last time"))
    assert "Which day" in " ".join(world.say("Dr. Okafor"))
    assert world.conversation().frames[-1].slots["provider"].value == "okafor"
    other = World()
    other.say("I need a checkup")
    assert "Who was it" in " ".join(other.say("same doctor"))
    assert "Which day" in " ".join(other.say("I don't remember"))


@pytest.mark.parametrize("lang", TAKEN)
def test_how_a_medicine_is_taken_stands_in_the_refill_and_is_no_question_to_a_nurse(lang: str) -> None:
    world = World()
    world.say(REFILL[lang])
    world.say("metformin 500, CVS on Court Street")
    assert world.conversation().frames[-1].slots["message"]
    world.say(TAKEN[lang])
    frame = world.conversation().frames[-1]
    assert frame.flow == "refill"
    assert frame.slots["how_taken"].value == TAKEN[lang]
    assert world.open_tasks() == []


def test_a_medicine_that_does_harm_is_a_nurse_s_in_a_refill_too() -> None:
    world = World()
    world.say("I need a refill")
    world.say("metformin 500, CVS on Court Street")
    world.say("I took it twice a day and now I can't breathe")
    assert [task for task in world.open_tasks() if task.kind == "urgent"]


@pytest.mark.parametrize(
    ("lang", "words", "reason"),
    [("en", "I have a cough, my name is Pat Lee", "cough"), ("en", "my name is Pat Lee and I have a cough", "cough"),
     ("es", "tengo tos, me llamo Ana Torres", "tos"), ("zh", "咳嗽，我叫王小明", "咳嗽"),
     ("de", "Husten, ich heiße Anna Schmidt", "Husten"), ("fr", "j'ai mal au genou et je m'appelle Anne Morel",
     "mal au genou")],
)  # fmt: skip
def test_a_name_is_no_part_of_what_a_visit_is_for(lang: str, words: str, reason: str) -> None:
    world = World()
    world.say(HOW_LONG[lang][0])
    world.say(words)
    slots = world.conversation().frames[-1].slots
    assert slots["reason"].value.endswith(reason)
    assert slots["reason"].value in words
    assert "name" in slots


@pytest.mark.parametrize(
    "words", ["the one of November 3, number 4412", "the bill of March 3, 2024", "Bill of 3/12/2024"]
)
def test_the_day_of_a_bill_is_no_date_of_birth(words: str) -> None:
    world = World()
    world.say("I have a question about a bill")
    world.say(words)
    slots = world.conversation().frames[-1].slots
    assert slots["message"].value == words
    assert "dob" not in slots


@pytest.mark.parametrize("lang", OTHERS)
def test_an_offer_that_may_go_to_somebody_else_is_declined(lang: str) -> None:
    world = Line(ana=lang, second=False)
    world.frees()
    world.say(OTHERS[lang], ANA)
    assert world.states() == ["declined"]
    assert not [task for task in world.open_tasks() if task.kind == "handoff"]


def test_a_name_and_born_are_of_no_other_language() -> None:
    world = World()
    world.say("I'm here")
    assert "Thank you" in " ".join(world.say("Ana Torres, born April 5 1985"))
    assert world.conversation().locale == "en"


def test_closed_hours_are_told_to_whoever_has_come_or_comes_late() -> None:
    for words in ("I'm here", "I'm running ten minutes late"):
        world = World()
        world.clock.now += timedelta(hours=11)
        world.say(words)
        told = " ".join(world.say("Ana Torres, born April 5 1985"))
        assert "closed until" in told
        assert "check in at the desk" not in told


DIED = {
    "en": "take him off your list, he has died", "es": "quítenlo de su lista, ha fallecido",
    "de": "bitte keine SMS mehr, mein Mann ist verstorben",
    "fr": "ne lui envoyez plus de messages, il est décédé", "pt": "parem de mandar mensagens, ele faleceu",
    "it": "non mandate più messaggi, è deceduto", "pl": "proszę nie wysyłać więcej wiadomości, mąż zmarł",
    "ru": "не присылайте больше сообщений, он умер", "ar": "لا ترسلوا رسائل بعد الآن، لقد توفي",
    "hi": "अब मैसेज मत भेजिए, उनका देहांत हो गया है",
    "zh": "不要再发短信了，他去世了", "vi": "đừng nhắn tin nữa, ông ấy đã qua đời",
    "ko": "문자 그만 보내세요, 돌아가셨어요",
    "tl": "huwag na po kayong magtext, pumanaw na siya", "ht": "pa voye mesaj ankò, li mouri",
}  # fmt: skip


@pytest.mark.parametrize("lang", DIED)
def test_a_death_beside_an_opt_out_is_met_with_condolences_and_the_front_desk_is_told(lang: str) -> None:
    world = World()
    world.say(DIED[lang])
    keys = [key for row in world.rows() for key in row.keys]
    assert {"consent.stopped.bereaved", "bereaved.sorry"} & set(keys)
    assert "consent.stopped" not in keys


CANNOT = [
    ("en", "I can't tomorrow, it's my daughter's birthday"),
    ("de", "ich kann morgen nicht, meine Tochter hat Geburtstag"),
    ("ru", "завтра не могу, на работу вызвали"), ("pl", "jutro nie mogę, dziecko chore"),
    ("es", "mañana no puedo, mi hijo está enfermo"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "words"), CANNOT)
def test_who_says_only_that_they_cannot_come_is_asked_whether_to_move_or_cancel(lang: str, words: str) -> None:
    world = World()
    world.say(words)
    frame = world.conversation().frames[-1]
    assert (frame.flow, frame.slots["flows"].value) == ("which", ["reschedule", "cancel"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [("fr", "je suis en retard de 10 minutes et je ne trouve pas de place pour me garer"),
     ("ko", "예약 시간에 좀 늦을 것 같은데 괜찮을까요")],
)  # fmt: skip
def test_late_in_a_longer_sentence_is_told_to_the_front_desk(lang: str, words: str) -> None:
    world = World()
    world.say(words)
    assert world.conversation().frames[-1].flow == "late"
