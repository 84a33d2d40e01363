"""Whoever asks to leave a message for the doctor gets a person, and no alarm; what else is said is weighed as ever."""

import pytest

from agent.dialogue.safety import weighed
from agent.model.command import Handoff
from tests import shared
from tests.understand.test_hear import NOW, ears

LEFT = [
    ("es", "quiero dejar un mensaje para la doctora"),
    ("en", "can I leave a message for the doctor"),
    ("fr", "je voudrais laisser un message pour le docteur"),
    ("pt", "quero deixar um recado para a doutora"),
    ("de", "ich möchte eine Nachricht für die Ärztin hinterlassen"),
    ("it", "vorrei lasciare un messaggio per la dottoressa"),
    ("pl", "chciałbym zostawić wiadomość dla pani doktor"),
    ("ru", "хочу оставить сообщение для врача"),
    ("ar", "أريد أن أترك رسالة للطبيبة"),
    ("hi", "मैं डॉक्टर के लिए संदेश छोड़ना चाहता हूँ"),
    ("zh", "我想给医生留个言"),
    ("vi", "tôi muốn để lại lời nhắn cho bác sĩ"),
    ("ko", "의사 선생님께 메시지를 남기고 싶어요"),
    ("tl", "gusto kong mag-iwan ng mensahe para sa doktor"),
    ("ht", "mwen vle kite yon mesaj pou doktè a"),
    ("en", "Hi, could I leave a message for the nurse please"),
    ("es", "hola, puedo dejar un mensaje para el doctor?"),
]
DANGER = [
    "I want to leave a message for the doctor I took all my pills",
    "quiero dejar un mensaje para la doctora, me duele el pecho",
]


@pytest.mark.parametrize(("lang", "text"), LEFT)
def test_a_message_for_the_doctor_gets_a_person_and_no_alarm(lang: str, text: str) -> None:
    heard = ears().hear(text, now=NOW, lang=lang)
    assert any(isinstance(command, Handoff) for command in heard.commands)
    finding = weighed(shared.hearing().gate, text, lang, heard=heard, again=ears().weighed)
    assert (finding.cls, finding.urgency) == ("none", "none")


@pytest.mark.parametrize("text", DANGER)
def test_a_danger_beside_it_is_still_an_alarm(text: str) -> None:
    heard = ears().hear(text, now=NOW)
    finding = weighed(shared.hearing().gate, text, heard.lang, heard=heard, again=ears().weighed)
    assert finding.urgency in ("urgent", "emergency")
