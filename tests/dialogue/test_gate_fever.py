"""A child's fever for some days is no emergency; a fever of somebody who is some days old is, in every language."""

import pytest

from agent.dialogue.gate import SafetyGate
from tests import shared

NEWBORN = {
    "fr": [
        "mon fils de trois jours a de la fièvre",
        "il a 5 jours et il a de la fièvre",
        "ma fille de 3 semaines a 39",
    ],
    "es": [
        "mi hijo de cinco días tiene fiebre",
        "tiene apenas 6 días y está con fiebre",
        "nació hace 4 días y tiene fiebre",
    ],
    "pt": ["meu filho de cinco dias está com febre", "ele tem 6 dias e está com febre"],
    "it": [
        "mio figlio di cinque giorni ha la febbre",
        "ha 6 giorni e ha la febbre",
        "è nato 4 giorni fa e ha la febbre",
    ],
    "de": ["mein Sohn ist 5 Tage alt und hat Fieber", "meine 3 Wochen alte Tochter hat Fieber"],
    "ht": ["pitit mwen ki gen senk jou gen lafyèv", "pitit la fèt sa gen kat jou li gen lafyèv"],
    "zh": ["三天大的孩子发烧了", "五天的宝宝发烧", "宝宝才三天就发烧"],
    "tl": ["limang araw pa lang ang anak ko nilalagnat na", "3 days old nilalagnat po"],
    "hi": ["पाँच दिन के बच्चे को बुखार है", "5 din ka bachcha hai usko bukhar hai"],
}
FOR_DAYS = {
    "en": ["my son has had a fever for three days, can he be seen?"],
    "fr": ["mon fils a de la fièvre depuis trois jours", "mon enfant a de la fièvre depuis 4 jours"],
    "es": ["mi hijo tiene fiebre desde hace tres días", "hace 3 días que la niña tiene fiebre"],
    "pt": ["meu filho está com febre há três dias", "minha filha tem febre faz 2 dias"],
    "it": ["mio figlio ha la febbre da tre giorni", "sono due giorni che mia figlia ha la febbre"],
    "de": ["mein Sohn hat seit drei Tagen Fieber", "meine Tochter hat schon 3 Tage Fieber"],
    "pl": ["dziecko od trzech dni ma gorączkę"],
    "ru": ["у ребёнка три дня температура"],
    "ar": ["ابني عنده حرارة من ثلاثة أيام"],
    "hi": ["teen din se bachche ko bukhar hai", "बच्चे को दो दिन से बुखार है"],
    "zh": ["孩子三天了一直发烧", "发烧三天的孩子想看医生"],
    "vi": ["con tôi sốt ba ngày rồi"],
    "ko": ["아이가 3일째 열이 나요"],
    "tl": ["tatlong araw nang nilalagnat ang anak ko", "may lagnat anak ko 2 days na"],
    "ht": ["pitit gason m gen lafyèv depi twa jou", "sa fè de jou pitit fi mwen an gen lafyèv"],
}


@pytest.fixture(scope="module")
def gate() -> SafetyGate:
    return shared.hearing().gate


def test_a_newborn_with_a_fever_is_an_emergency(gate: SafetyGate) -> None:
    said = [(lang, text) for lang, texts in NEWBORN.items() for text in texts]
    assert [(lang, text) for lang, text in said if gate.read(text, lang).urgency != "emergency"] == []


def test_a_childs_fever_of_some_days_is_read_by_a_person_and_is_no_emergency(gate: SafetyGate) -> None:
    said = [(lang, text) for lang, texts in FOR_DAYS.items() for text in texts]
    found = {(lang, text): gate.read(text, lang) for lang, text in said}
    assert [key for key, one in found.items() if one.urgency == "emergency" or one.cls == "none"] == []
