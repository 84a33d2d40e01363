"""What callers and writers say plainly, and what a good receptionist would do with it."""

import pytest

from tests.desk.world import World

MISSED = {
    "en": "i got a call from you guys but i missed it what was it about",
    "es": "tengo una llamada perdida de ustedes",
    "fr": "j'ai un appel manqué de votre part",
    "pt": "vocês me ligaram e eu não atendi",
    "de": "Sie haben mich angerufen, worum ging es?",
    "it": "mi avete chiamato poco fa, perché?",
    "pl": "mam nieodebrane połączenie od państwa",
    "ru": "у меня пропущенный звонок от вас",
    "ar": "عندي مكالمة فائتة منكم",
    "hi": "आपकी मिस्ड कॉल आई है",
    "zh": "我有一个你们的未接来电",
    "vi": "tôi có cuộc gọi nhỡ từ phòng khám",
    "ko": "부재중 전화가 와 있던데요",
    "tl": "may missed call po ako galing sa inyo",
    "ht": "nou te rele m, mwen pa t ka pran l",
}
WRONG = {
    "en": "hi i think i have the wrong clinic, is this dr patel's office?",
    "es": "¿es el consultorio del doctor Pérez?",
    "fr": "suis-je bien au cabinet du docteur Martin ?",
    "pt": "acho que é a clínica errada",
    "de": "ist das die Praxis Dr. Meier?",
    "it": "è lo studio del dottor Bianchi?",
    "pl": "czy to gabinet doktora Nowaka?",
    "ru": "это клиника доктора Петрова?",
    "ar": "هل هذه عيادة الدكتور سامي؟",
    "hi": "क्या यह डॉक्टर गुप्ता का क्लिनिक है?",
    "zh": "请问这里是王医生的诊所吗？",
    "vi": "đây có phải phòng khám bác sĩ Lê không?",
    "ko": "여기가 혹시 이 선생님 병원인가요?",
    "tl": "clinic po ba ito ni Dr. Cruz?",
    "ht": "èske se biwo doktè Jean?",
}

CANCELLED = {
    "en": "why was my appointment cancelled?",
    "es": "¿por qué me cancelaron la cita?",
    "fr": "pourquoi mon rendez-vous a été annulé ?",
    "pt": "por que cancelaram minha consulta?",
    "de": "warum wurde mein Termin abgesagt?",
    "it": "perché mi avete annullato la visita?",
    "pl": "dlaczego odwołano moją wizytę?",
    "ru": "мне отменили приём, почему?",
    "ar": "لماذا ألغيتم موعدي؟",
    "hi": "आपने मेरा अपॉइंटमेंट कैंसिल क्यों किया?",
    "zh": "为什么取消了我的预约？",
    "vi": "tại sao hẹn của tôi bị hủy?",
    "ko": "제 예약이 왜 취소됐어요?",
    "tl": "bakit po na-cancel ang appointment ko?",
    "ht": "poukisa yo anile randevou m nan?",
}


@pytest.mark.parametrize("language", CANCELLED)
def test_why_a_visit_was_cancelled_is_told_by_a_person(language: str, world: World) -> None:
    world.say(CANCELLED[language])
    assert "handoff" in [t.kind for t in world.tasks()]
    assert not {"cancel", "book", "billing"} & {f.flow for f in world.conversation().frames}


@pytest.mark.parametrize("language", MISSED)
def test_whoever_missed_our_call_is_put_through_to_somebody_who_knows_why(language: str, world: World) -> None:
    world.say(MISSED[language])
    assert [t.kind for t in world.tasks()] == ["handoff"]


@pytest.mark.parametrize("language", WRONG)
def test_whoever_is_not_sure_whom_they_have_reached_is_told_who_we_are(language: str, world: World) -> None:
    (said,) = world.say(WRONG[language])
    assert said.count("Linden") >= 2  # in the greeting, and in the answer
    assert world.tasks() == []


@pytest.mark.parametrize(
    "words", ["تأخرت في الزحمة سأصل بعد ربع ساعة", "我迟到了十五分钟可以吗", "我迟到了，还能来吗？"]
)
def test_stuck_in_traffic_is_told_to_the_front_desk(words: str, world: World) -> None:
    world.say(words)
    assert [f.flow for f in world.conversation().frames] == ["late"]


@pytest.mark.parametrize(
    ("words", "holds"),
    [("whats my copay", "$120"), ("magkano po magpa-bunot ng ngipin", "$120"), ("我妈妈不会英文，有翻译吗", "翻译"),
     ("сколько стоит приём без страховки и можно ли картой", "120")],
)  # fmt: skip
def test_what_it_costs_and_who_interprets_is_told_and_nobody_is_alarmed(words: str, holds: str, world: World) -> None:
    said = " ".join(world.say(words))
    assert holds in said
    assert world.tasks() == []


def test_danger_beside_a_price_is_raised(world: World) -> None:
    world.say("how much is a visit without insurance, I have crushing chest pain")
    assert [t.kind for t in world.tasks()] == ["urgent"]


def test_danger_beside_a_missed_call_is_raised(world: World) -> None:
    world.say("i missed your call, i can't breathe")
    assert [t.kind for t in world.tasks()] == ["urgent"]


def test_a_child_who_is_brought_tomorrow_is_no_companion(world: World) -> None:
    said = " ".join(world.say("posso levar minha filha de 5 anos amanhã? ela está com tosse"))
    assert [f.flow for f in world.conversation().frames] == ["book"]
    assert "assistência" not in said
