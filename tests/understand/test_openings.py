"""Whoever asks whether they may come, or whether there is room, books; whoever names their visit moves it."""

import pytest

from agent.model.understanding import Understanding
from tests.understand.test_hear import NOW, ears

MAY_COME = [
    ("en", "can i come in next tuesday afternoon?"),
    ("en", "do you have anything tuesday afternoon?"),
    ("en", "hi, could you squeeze me in thursday morning"),
    ("es", "puedo ir el martes por la tarde?"),
    ("fr", "je peux venir mardi après-midi ?"),
    ("de", "kann ich nächsten Dienstag Nachmittag kommen?"),
    ("de", "geht Donnerstag um 15 Uhr?"),
    ("pt", "posso ir na terça à tarde?"),
    ("pt", "dá pra ir quinta às 15h?"),
    ("it", "posso venire martedì pomeriggio?"),
    ("pl", "czy mogę przyjść we wtorek po południu?"),
    ("ru", "можно прийти во вторник после обеда?"),
    ("ar", "ممكن أجي يوم الثلاثاء بعد الظهر؟"),
    ("hi", "क्या मैं मंगलवार दोपहर को आ सकता हूँ?"),
    ("hi", "kya main mangalwar ko aa sakta hoon?"),
    ("zh", "下周二下午我可以过来吗？"),
    ("vi", "chiều thứ ba tôi đến được không?"),
    ("ko", "다음 주 화요일 오후에 가도 될까요?"),
    ("tl", "pwede ba akong pumunta sa Martes ng hapon?"),
    ("ht", "èske m ka vini madi apremidi?"),
]
OF_A_VISIT = [
    ("en", "can i come in on tuesday afternoon instead?", "reschedule"),
    ("en", "can i come tuesday instead of my monday appointment", "reschedule"),
    ("es", "no puedo ir el martes por la tarde", "cancel"),
    ("es", "puedo mover mi cita al martes por la tarde?", "reschedule"),
    ("fr", "je peux décaler mon rendez-vous à mardi après-midi ?", "reschedule"),
    ("de", "kann ich meinen Termin auf Dienstag verschieben?", "reschedule"),
    ("pt", "posso mudar minha consulta para terça à tarde?", "reschedule"),
    ("en", "are you open tuesday afternoon?", "hours_location"),
]


def said(text: str, lang: str) -> Understanding:
    return ears().hear(text, now=NOW, lang=lang)


@pytest.mark.parametrize(("lang", "text"), MAY_COME)
def test_whoever_asks_whether_they_may_come_then_books(lang: str, text: str) -> None:
    heard = said(text, lang)
    assert heard.intent == "book"
    assert [c.flow for c in heard.commands if c.do == "start_flow"] == ["book"]
    assert heard.entities["date"]
    assert "relation" not in heard.entities


@pytest.mark.parametrize(("lang", "text", "intent"), OF_A_VISIT)
def test_whoever_names_the_visit_they_have_or_asks_something_else_is_not_turned_into_a_booking(
    lang: str, text: str, intent: str
) -> None:
    assert said(text, lang).intent == intent
