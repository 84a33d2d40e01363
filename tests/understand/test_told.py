"""What the first message of a short request names already is kept, and only the rest is asked for."""

from typing import Any

import pytest

from agent.model.question import Question
from tests.understand.test_hear import NOW, ears

WHOLE = [
    ("en", "refill", "refill of metformin 500mg walgreens on 5th ave"),
    ("es", "refill", "Necesito resurtir metformina 500 mg en la farmacia San Juan"),
    ("fr", "refill", "Je voudrais renouveler mon ordonnance de Levothyrox 75 µg à la Pharmacie Lafayette"),
    ("pt", "refill", "Preciso renovar a receita de losartana 50 mg na Droga Raia"),
    ("de", "refill", "Ich brauche ein neues Rezept für Ramipril 5 mg, bitte an die Apotheke am Markt"),
    ("it", "refill", "Devo rinnovare la ricetta di metformina 500 mg alla farmacia Centrale"),
    ("pl", "refill", "Proszę o receptę na metforminę 500 mg, apteka Gemini"),
    ("ru", "refill", "Нужен рецепт на метформин 500 мг в аптеку Ригла"),
    ("ar", "refill", "أحتاج إلى تجديد وصفة ميتفورمين 500 ملغ من صيدلية والغرينز"),
    ("hi", "refill", "मेटफ़ॉर्मिन 500 mg का रीफिल चाहिए, वॉलग्रीन्स में भेज दीजिए"),
    ("zh", "refill", "我要续药，二甲双胍，送到CVS药房"),
    ("vi", "refill", "Tôi cần thêm thuốc metformin 500mg, gửi đến nhà thuốc Long Châu"),
    ("ko", "refill", "메트포르민 500mg 리필해 주세요. 월그린으로 보내주세요"),
    ("tl", "refill", "Kailangan ko po ng refill ng metformin 500 mg sa Mercury Drug"),
    ("ht", "refill", "Mwen bezwen renouvle metfòmin 500 mg nan famasi CVS"),
    ("en", "records", "please send my vaccination records to Lincoln school, fax 212 555 0188"),
    ("en", "referral", "I need a referral to a dermatologist for a mole"),
    ("ht", "referral", "mwen bezwen yon referans pou kadyològ paske kè m ap bat vit lè m monte eskalye"),
    ("ar", "referral", "أريد تحويلاً إلى طبيب جلدية بسبب شامة"),
    ("es", "results", "¿ya llegaron los resultados del análisis de sangre del 3 de marzo?"),
    ("en", "billing", "I got a bill for $120 from March 3 that I already paid"),
    ("en", "billing", "I was charged twice for the visit in January"),
    ("es", "billing", "me cobraron dos veces la visita de enero"),
    ("ht", "billing", "yo fè m peye de fwa pou vizit janvye a"),
    ("zh", "billing", "一月的门诊收了我两次钱"),
    ("ko", "billing", "1월 진료비가 두 번 청구됐어요"),
    ("en", "intake", "my address changed, it is 12 Elm Street Apt 4"),
]
PARTS = [
    ("en", "refill of my blood pressure pills", "medicine"),
    ("ht", "m bezwen refill pou grenn tansyon m", "medicine"),
    ("ar", "خلصت حبوب الضغط", "medicine"),
    ("en", "Please send my prescription to Walgreens", "pharmacy"),
    ("en", "I need a copy of my medical records", "what"),
    ("en", "I need a referral to a dermatologist for my daughter", "specialist"),
    ("en", "did my mammogram results come back?", "test"),
]
NOTHING = [
    ("en", "I need a refill"),
    ("en", "can i get a refill sent to my pharmacy"),
    ("es", "quiero resurtir mi receta en la farmacia"),
    ("en", "I have a question about my bill"),
    ("en", "I need a referral"),
    ("en", "are my results in?"),
]


def heard(lang: str, text: str) -> dict[str, Any]:
    """Slot -> value, of the slots in question; and the flow that began."""
    commands = ears().hear(text, now=NOW, lang=lang).commands
    flows = [c.flow for c in commands if c.do == "start_flow"]
    slots = {c.slot: c.value for c in commands if c.do == "set_slot" and c.slot in ("request", "message", "told")}
    return slots | {"flow": flows[0] if flows else ""}


@pytest.mark.parametrize(("lang", "flow", "text"), WHOLE)
def test_a_first_message_that_says_all_is_the_message(lang: str, flow: str, text: str) -> None:
    assert heard(lang, text) == {"flow": flow, "message": text}


@pytest.mark.parametrize(("lang", "text", "part"), PARTS)
def test_the_part_that_is_named_is_not_asked_for(lang: str, text: str, part: str) -> None:
    found = heard(lang, text)
    assert (found["told"], found["request"]) == (part, text)
    assert "message" not in found


@pytest.mark.parametrize(("lang", "text"), NOTHING)
def test_without_a_name_everything_is_asked(lang: str, text: str) -> None:
    found = heard(lang, text)
    assert found["request"] == text
    assert not {"told", "message"} & set(found)


WHY = [
    ("en", "why do you need this?"),
    ("es", "¿por qué preguntan?"),
    ("ht", "poukisa nou mande sa?"),
    ("ar", "ليش تسألون؟"),
    ("hi", "आप यह क्यों पूछ रहे हैं?"),
    ("ru", "зачем вы об этом спрашиваете?"),
]


@pytest.mark.parametrize(("lang", "text"), WHY)
def test_why_a_form_asks_is_no_answer_to_it(lang: str, text: str) -> None:
    item = ({"form": "visit-reason", "link": "visit-reason.what"}, None)
    question = Question(run="r", flow="form", slot="answer", type="form_answer", item=item)
    (answer,) = ears().hear(text, now=NOW, lang=lang, question=question).commands
    assert answer.value == {"do": "why"}  # type: ignore[union-attr]
