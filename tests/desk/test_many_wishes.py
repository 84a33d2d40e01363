"""Three wishes in one message: each is answered, or named as still to come. And the number of the fax."""

import pytest

from tests.desk.world import World

WISHES = {
    "en": "can I get a refill, cancel my appointment, and where do I park?",
    "es": "quiero una cita el martes, también necesito renovar mi receta y ¿dónde me puedo estacionar?",
    "fr": "je voudrais un rendez-vous mardi, renouveler mon ordonnance et savoir où se garer",
    "pt": "quero marcar uma consulta na terça, renovar minha receita e onde posso estacionar?",
    "de": "ich möchte einen Termin am Dienstag, brauche ein neues Rezept und wo kann ich parken?",
    "it": "vorrei un appuntamento martedì, rinnovare la ricetta e dove posso parcheggiare?",
    "pl": "chcę umówić wizytę na wtorek, potrzebuję recepty na leki, i gdzie można zaparkować?",
    "ru": "запишите меня на вторник, ещё нужен рецепт на метформин, и где у вас парковка?",
    "ar": "أريد موعدا يوم الثلاثاء، وأحتاج تجديد الوصفة، وأين أوقف السيارة؟",
    "hi": "मुझे मंगलवार का अपॉइंटमेंट चाहिए, दवा भी दोबारा चाहिए, और पार्किंग कहाँ है?",
    "zh": "我想预约星期二看医生，我还要续药，请问在哪里停车？",
    "vi": "tôi muốn đặt hẹn thứ ba, tôi cần xin thêm thuốc, cho hỏi chỗ đậu xe ở đâu?",
    "ko": "화요일에 예약하고 싶고요, 처방약도 다시 필요하고, 주차는 어디에 하나요?",
    "tl": "gusto ko po magpa-appointment sa Martes, kailangan ko ng refill ng gamot, at saan po pwede mag-park?",
    "ht": "mwen vle yon randevou madi, mwen bezwen renouvle preskripsyon mwen, epi ki kote m ka pake?",
}  # fmt: skip
FAX = {
    "en": "what's your fax number?", "es": "¿cuál es su número de fax?", "fr": "quel est votre numéro de fax ?",
    "pt": "qual é o número de fax?", "de": "wie ist Ihre Faxnummer?", "it": "qual è il vostro numero di fax?",
    "pl": "jaki jest numer faksu?", "ru": "какой у вас номер факса?", "ar": "ما هو رقم الفاكس؟",
    "hi": "आपका फ़ैक्स नंबर क्या है?", "zh": "传真号码是多少？", "vi": "số fax là bao nhiêu?",
    "ko": "팩스 번호가 어떻게 되나요?", "tl": "ano po ang fax number ninyo?", "ht": "ki nimewo faks nou?",
}  # fmt: skip


@pytest.mark.parametrize("language", WISHES)
def test_of_three_wishes_none_is_lost(language: str, world: World) -> None:
    said = "\n".join(world.say(WISHES[language]))
    flows = {f.flow for f in world.conversation().frames}
    assert len(flows) == 2, flows  # the one that is asked about, and the one that waits
    assert "Prospect Lane" in said  # where to park


THREE = {
    "en": ("I need an appointment, a refill and my test results", "One thing at a time"),
    "es": ("necesito una cita, renovar mi receta y los resultados de mis análisis", "Vamos por partes"),
    "zh": ("我要预约，还要续药，另外想问一下化验结果", "我们一件一件来"),
}  # fmt: skip


@pytest.mark.parametrize("language", THREE)
def test_three_requests_are_named_in_one_sentence_and_all_wait(language: str, world: World) -> None:
    words, opens = THREE[language]
    said = "\n".join(world.say(words))
    assert said.count(opens) == 1
    assert {f.flow for f in world.conversation().frames} == {"book", "refill", "results"}


@pytest.mark.parametrize("language", FAX)
def test_the_number_of_the_fax_is_told(language: str, world: World) -> None:
    (said,) = world.say(FAX[language])
    assert "555-0102" in said
    assert world.tasks() == []


def test_the_fax_is_told_beside_two_requests(world: World) -> None:
    said = "\n".join(world.say("book me Tuesday and also I need a refill, and what's your fax?"))
    assert "555-0102" in said
    assert [f.flow for f in world.conversation().frames] == ["refill", "book"]
