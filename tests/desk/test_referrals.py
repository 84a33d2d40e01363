"""A referral: what it is for is read by a clinician in the request itself, and a name is whose it is."""

import pytest

from tests.desk.world import World

ASKED = {
    "en": "I need a referral to a dermatologist", "es": "necesito una referencia para un dermatólogo",
    "fr": "j'ai besoin d'un courrier pour un dermatologue", "pt": "preciso de um encaminhamento para um dermatologista",
    "de": "ich brauche eine Überweisung zum Dermatologen", "it": "mi serve un'impegnativa per il dermatologo",
    "pl": "potrzebuję skierowania do dermatologa", "ru": "мне нужно направление к дерматологу",
    "ar": "أحتاج تحويلاً إلى طبيب جلدية", "hi": "मुझे त्वचा विशेषज्ञ के लिए रेफरल चाहिए", "zh": "我需要转诊到皮肤科",
    "vi": "tôi cần giấy chuyển đến bác sĩ da liễu", "ko": "피부과 진료 의뢰서가 필요해요",
    "tl": "kailangan ko po ng referral sa dermatologist", "ht": "mwen bezwen yon referans pou yon dèmatològ",
}  # fmt: skip
RASH = {
    "en": "for a rash that won't go away", "es": "por un sarpullido que no se quita",
    "fr": "pour une éruption qui ne part pas", "pt": "por causa de uma mancha na pele que não some",
    "de": "wegen eines Hautausschlags", "it": "per uno sfogo sulla pelle che non va via",
    "pl": "z powodu wysypki, która nie znika", "ru": "из-за сыпи, которая не проходит",
    "ar": "بسبب طفح جلدي لا يزول", "hi": "चकत्ते के लिए जो ठीक नहीं हो रहे", "zh": "湿疹反复",
    "vi": "vì phát ban mãi không hết", "ko": "발진이 없어지지 않아서요", "tl": "para sa rashes ko sa braso",
    "ht": "pou yon gratèl ki pa vle ale",
}  # fmt: skip
NAMES = {
    "en": "Maria Lopez", "es": "Ana Torres", "fr": "Marie Dubois", "pt": "Maria Silva", "de": "Anna Schmidt",
    "it": "Maria Rossi", "pl": "Anna Kowalska", "ru": "Анна Иванова", "ar": "فاطمة حسن", "hi": "राहुल शर्मा",
    "zh": "王小明", "vi": "Nguyễn Văn Hùng", "ko": "김민수", "tl": "Maria Santos", "ht": "Marie Pierre",
}  # fmt: skip


def _slots(world: World) -> dict[str, object]:
    return {name: held.value for name, held in world.conversation().frames[-1].slots.items()}


@pytest.mark.parametrize("language", ASKED)
def test_a_rash_that_a_referral_is_for_makes_no_second_message_to_a_nurse(language: str, world: World) -> None:
    world.say(ASKED[language])
    world.say(RASH[language])
    assert [t.kind for t in world.tasks()] == []
    assert [f.flow for f in world.conversation().frames] == ["referral"]
    assert _slots(world)["message"] == RASH[language]


@pytest.mark.parametrize("language", ASKED)
def test_a_name_in_answer_to_what_a_referral_is_for_is_whose_it_is(language: str, world: World) -> None:
    (asked,) = world.say(ASKED[language])
    question = asked.splitlines()[-1]
    assert world.say(NAMES[language]) == [question]
    assert _slots(world).get("name") == NAMES[language]
    assert "message" not in _slots(world)


@pytest.mark.parametrize("language", ["en", "de", "vi", "it", "ru"])
def test_a_name_with_a_birth_in_figures_is_whose_it_is_too(language: str, world: World) -> None:
    """12.3.1961 may be the day of a bill, but beside nothing but a name."""
    (asked,) = world.say(ASKED[language])
    assert world.say(f"{NAMES[language]}, 12.3.1961") == [asked.splitlines()[-1]]
    assert _slots(world).get("name") == NAMES[language]
    assert "dob" in _slots(world)


def test_an_emergency_told_as_the_reason_for_a_referral_is_raised(world: World) -> None:
    world.say(ASKED["en"])
    world.say("for crushing chest pain that started an hour ago")
    assert [t.kind for t in world.tasks()] == ["urgent"]


def test_a_question_of_ones_own_there_is_for_a_nurse(world: World) -> None:
    world.say(ASKED["en"])
    world.say("is a rash like this contagious? my baby has a fever too")
    assert [t.kind for t in world.tasks()] != []


THERAPY = {
    "en": "I need a prescription for physical therapy", "es": "necesito una receta para fisioterapia",
    "fr": "je voudrais une ordonnance pour voir un kiné", "pt": "preciso de uma guia para fisioterapia",
    "de": "ich brauche ein Rezept für Physiotherapie", "it": "mi serve la ricetta per la fisioterapia",
    "pl": "potrzebuję recepty na fizjoterapię", "ru": "нужен рецепт на физиотерапию",
    "ar": "أحتاج وصفة للعلاج الطبيعي", "hi": "मुझे फ़िज़ियोथेरेपी के लिए पर्ची चाहिए", "zh": "我需要物理治疗的处方",
    "vi": "tôi cần toa vật lý trị liệu", "ko": "물리치료 처방이 필요해요",
    "tl": "kailangan ko po ng reseta para sa physical therapy", "ht": "mwen bezwen yon preskripsyon pou terapi fizik",
}  # fmt: skip
MEDICINE = {
    "en": "I need a prescription for my lisinopril", "es": "necesito una receta para mi metformina",
    "fr": "une ordonnance pour mon Doliprane", "pt": "preciso de uma receita para losartana",
    "de": "ich brauche ein Rezept für Metformin", "it": "mi serve la ricetta per il Cardioaspirin",
    "pl": "potrzebuję receptę na metforminę", "ru": "нужен рецепт на метформин", "ar": "أحتاج وصفة لدواء الضغط",
    "hi": "मुझे मेटफॉर्मिन की पर्ची चाहिए", "zh": "我需要降压药的处方", "vi": "tôi cần toa thuốc huyết áp",
    "ko": "혈압약 처방이 필요해요", "tl": "kailangan ko po ng reseta ng metformin",
    "ht": "mwen bezwen yon preskripsyon pou metfòmin",
}  # fmt: skip


@pytest.mark.parametrize("language", THERAPY)
def test_a_prescription_for_a_therapy_is_a_referral(language: str, world: World) -> None:
    world.say(THERAPY[language])
    assert [f.flow for f in world.conversation().frames] == ["referral"]


@pytest.mark.parametrize("language", MEDICINE)
def test_a_prescription_for_a_medicine_is_none(language: str, world: World) -> None:
    world.say(MEDICINE[language])
    assert [f.flow for f in world.conversation().frames] == ["refill"]


@pytest.mark.parametrize(
    "words", ["il me faut une ordonnance pour le kiné", "j'ai besoin d'une ordonnance pour des séances de kiné"]
)
def test_in_french_a_prescription_to_see_somebody_is_a_referral(words: str, world: World) -> None:
    world.say(words)
    assert [f.flow for f in world.conversation().frames] == ["referral"]
