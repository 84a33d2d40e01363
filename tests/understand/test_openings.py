"""Whoever asks whether they may come, or whether there is room, books; whoever names their visit moves it."""

import pytest

from agent.dialogue.safety import weighed
from agent.model.understanding import Understanding
from tests import shared
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


BARE = [
    ("en", "appt thursday 2:30pm please"),
    ("es", "cita jueves 14h"),
    ("fr", "rdv jeudi 14h30 svp"),
    ("pt", "consulta quinta às 15h"),
    ("de", "Termin Donnerstag 15 Uhr bitte"),
    ("it", "appuntamento giovedì alle 15"),
    ("pl", "wizyta czwartek 15:00"),
    ("ru", "запись четверг 15:00"),
    ("ar", "مرحبا بدي موعد بكرا الصبح"),
    ("hi", "appointment kal subah"),
    ("hi", "अपॉइंटमेंट कल सुबह"),
    ("zh", "预约周四下午"),
    ("vi", "lịch hẹn thứ năm 3 giờ chiều"),
    ("ko", "예약 목요일 오후 3시"),
    ("tl", "appointment bukas ng umaga po"),
    ("ht", "randevou jedi 3zè"),
]
CALL_ME = [
    ("en", "can someone call me back on monday after three?"),
    ("en", "please call me tomorrow morning"),
    ("es", "¿me pueden llamar el lunes por la tarde?"),
    ("fr", "pouvez-vous me rappeler lundi matin ?"),
    ("pt", "podem me ligar segunda de manhã?"),
    ("de", "Können Sie mich am Montag nach 15 Uhr zurückrufen?"),
    ("it", "mi potete richiamare lunedì pomeriggio?"),
    ("pl", "proszę oddzwonić w poniedziałek po 15"),
    ("ru", "перезвоните мне в понедельник после обеда"),
    ("ar", "ممكن تتصلوا بي يوم الاثنين بعد الثالثة؟"),
    ("hi", "सोमवार दोपहर को मुझे कॉल करें"),
    ("zh", "周一下午3点以后请给我打电话"),
    ("vi", "gọi lại cho tôi chiều thứ hai nhé"),
    ("ko", "월요일 오후에 전화해 주세요"),
    ("tl", "tawagan nyo po ako sa Lunes ng hapon"),
    ("ht", "tanpri rele m lendi apremidi"),
]
NO_CALL = [
    ("en", "can someone call me back?", "handoff"),  # no time: a person takes over now
    ("en", "call me if something opens up monday afternoon", "waitlist"),
    ("en", "i'll call you tomorrow morning", ""),
    ("es", "quiero cambiar mi cita al lunes por la tarde", "reschedule"),
]


BIDS = [
    ("en", "ok book me w the lady doctor in brooklyn"),
    ("en", "hey need to bring my kid in for shots before school starts"),
    ("en", "put me down for tuesday"),
    ("es", "necesito llevar a mi hijo para una vacuna"),
    ("es", "anóteme para el martes"),
    ("fr", "je dois amener mon fils pour un vaccin"),
    ("pt", "me marca com a doutora na terça"),
    ("de", "tragen Sie mich für Dienstag ein, tragen Sie mich ein für Dienstag"),
    ("it", "mi prenoti per martedì"),
    ("pl", "zapiszcie mnie na wtorek"),
    ("ru", "запишите меня на вторник"),
    ("ar", "احجز لي يوم الثلاثاء"),
    ("hi", "mera appointment book kar do mangalwar ko"),
    ("zh", "帮我预约星期二"),
    ("vi", "đặt lịch cho tôi thứ ba"),
    ("tl", "pa-book po sa Martes"),
    ("ht", "pran yon randevou pou mwen madi"),
]
NO_BIDS = [
    ("en", "do i need to bring my son's insurance card", "prep_instructions"),
    ("en", "can i bring my husband with me to the visit", "prep_instructions"),
    ("en", "what do i bring for my daughter's shots?", "prep_instructions"),
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


@pytest.mark.parametrize(("lang", "text"), CALL_ME)
def test_whoever_names_a_time_for_a_call_is_called_then(lang: str, text: str) -> None:
    heard = said(text, lang)
    assert heard.intent == "talk_to_human"
    assert [c.flow for c in heard.commands if c.do == "start_flow"] == ["call_back"]
    assert {c.slot for c in heard.commands if c.do == "set_slot"} & {"date", "time"}


@pytest.mark.parametrize(("lang", "text", "instead"), NO_CALL)
def test_other_words_of_calling_ask_for_no_call_at_a_time(lang: str, text: str, instead: str) -> None:
    did = [c.flow if c.do == "start_flow" else c.do for c in said(text, lang).commands]
    assert "call_back" not in did
    assert not instead or instead in did


@pytest.mark.parametrize(("lang", "text"), BIDS)
def test_whoever_bids_the_desk_book_then_books(lang: str, text: str) -> None:
    assert said(text, lang).intent == "book"


@pytest.mark.parametrize(("lang", "text", "intent"), NO_BIDS)
def test_what_to_bring_stays_a_question(lang: str, text: str, intent: str) -> None:
    assert said(text, lang).intent == intent


@pytest.mark.parametrize("text", ["$240 on nov 3", "240", "39 90"])
def test_figures_alone_are_no_danger(text: str) -> None:
    heard = said(text, "en")
    assert (heard.danger, heard.person) == (0.0, 0.0)


@pytest.mark.parametrize(("lang", "text"), BARE)
def test_the_word_for_a_visit_beside_a_time_is_a_booking(lang: str, text: str) -> None:
    heard = said(text, lang)
    assert (heard.intent, heard.confidence) == ("book", 0.85)
    assert [c.flow for c in heard.commands if c.do == "start_flow"] == ["book"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "my appointment thursday 2:30pm"), ("en", "thursday appt?"), ("en", "cancel appt thursday")],
)
def test_a_visit_that_is_theirs_or_asked_about_is_not_taken_for_a_new_one(lang: str, text: str) -> None:
    heard = said(text, lang)
    assert (heard.intent, heard.confidence) != ("book", 0.85)


@pytest.mark.parametrize(
    ("lang", "text"), [("es", "lunes?"), ("de", "Montag 15 Uhr"), ("zh", "周四下午"), ("ht", "lendi")]
)
def test_a_day_out_of_nowhere_is_asked_about(lang: str, text: str) -> None:
    (clarify,) = (c for c in said(text, lang).commands if c.do == "clarify")
    assert clarify.flows == ("book", "reschedule")


TO_BE_SEEN = [
    ("en", "My son has had a fever for three days, can he be seen tomorrow?"),
    ("en", "I have a rash on my arm, could someone see me this week?"),
    ("es", "Mi hijo tiene fiebre desde hace tres días, ¿lo pueden ver mañana?"),
    ("fr", "Mon fils a de la fièvre depuis trois jours, peut-il être vu demain ?"),
    ("pt", "Meu filho está com febre há três dias, vocês podem atender ele amanhã?"),
    ("de", "Meine Tochter hat Ohrenschmerzen, kann sie morgen kommen?"),
    ("it", "Mio figlio ha la febbre da tre giorni, potete visitarlo domani?"),
    ("pl", "Syn ma gorączkę od trzech dni, czy możecie go jutro przyjąć?"),
    ("ru", "У сына температура третий день, можно завтра на приём?"),
    ("ar", "ابني عنده حرارة منذ ثلاثة أيام، هل يمكن أن يراه الطبيب غدًا؟"),
    ("hi", "मेरे बेटे को तीन दिन से बुखार है, क्या कल दिखा सकते हैं?"),
    ("zh", "孩子发烧三天了,明天能看吗"),
    ("vi", "Con trai tôi sốt ba ngày rồi, mai khám được không?"),
    ("ko", "아들이 사흘째 열이 나요, 내일 진료 볼 수 있을까요?"),
    ("tl", "May lagnat ang anak ko tatlong araw na, pwede ba siyang matingnan bukas?"),
    ("ht", "Pitit mwen gen lafyèv depi twa jou, èske li ka wè doktè demen?"),
]
FOR_A_NURSE = [
    ("en", "I have a fever, should I be seen?"),
    ("en", "My wound is red since my appointment, can I be seen?"),
    ("es", "Tengo fiebre, ¿es normal?"),
]


@pytest.mark.parametrize(("lang", "text"), TO_BE_SEEN)
def test_complaints_of_somebody_who_asks_to_be_seen_are_the_reason_for_the_visit(lang: str, text: str) -> None:
    heard = said(text, lang)
    assert heard.intent == "book"
    assert [c.flow for c in heard.commands if c.do == "start_flow"] == ["book"]
    finding = weighed(shared.hearing().gate, text, lang, heard=heard, again=ears().weighed)
    assert (finding.cls, finding.urgency) in [("clinical_question", "routine"), ("none", "none")]


@pytest.mark.parametrize(("lang", "text"), FOR_A_NURSE)
def test_complaints_without_such_a_wish_are_for_a_nurse(lang: str, text: str) -> None:
    assert said(text, lang).intent == "clinical_question"
