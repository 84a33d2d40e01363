"""A message of nothing but known words is weighed by the rules alone; danger in it or beside it is raised as ever."""

import pytest

from agent.model.command import CannotHandle, Handoff, StartFlow
from tests.understand.test_hear import NOW, ears
from tests.understand.test_things import found

SEEN = [
    ("en", "I saw Dr. Nguyen last spring"), ("es", "vi a la doctora Nguyen en primavera"),
    ("fr", "j'ai vu le Dr Nguyen au printemps dernier"), ("pt", "eu vi a Dra. Nguyen na primavera passada"),
    ("de", "ich war bei Dr. Nguyen im letzten Frühling"), ("it",
    "sono stata dalla dottoressa Nguyen la primavera scorsa"),
    ("pl", "byłam u dr Nguyen wiosną zeszłego roku"), ("ru", "я была у доктора Нгуен прошлой весной"),
    ("ar", "رأيت الدكتورة نغوين الربيع الماضي"), ("hi", "मैंने डॉक्टर नगुयेन को पिछले साल दिखाया था"),
    ("zh", "我去年看过阮医生"), ("ko", "작년 봄에 응우옌 선생님 뵀어요"),
    ("tl", "nakita ko si Dr. Nguyen noong isang taon"), ("ht", "mwen te wè doktè Nguyen ane pase"),
]  # fmt: skip
NEWS = [
    ("en", "he passed the test"), ("es", "pasó el examen"), ("fr", "il a réussi son examen"),
    ("pt", "ele passou na prova"), ("de", "er hat die Prüfung bestanden"), ("it", "ha passato l'esame"),
    ("pl", "zdał egzamin"), ("ru", "он сдал экзамен"), ("ar", "نجح في الامتحان"),
    ("hi", "वह परीक्षा में पास हो गया"), ("zh", "他通过了考试"), ("vi", "nó thi đậu rồi"), ("ko", "시험에 합격했어요"),
    ("tl", "nakapasa siya sa test"), ("ht", "li pase egzamen an"),
]  # fmt: skip
OVER = [
    ("en", "I'm fine, it was years ago"), ("es", "estoy bien, eso fue hace años"),
    ("fr", "je vais bien, c'était il y a des années"), ("pt", "estou bem, isso foi há anos"),
    ("de", "mir geht es gut, das war vor Jahren"), ("it", "sto bene, è stato anni fa"),
    ("pl", "u mnie wszystko dobrze, to było lata temu"), ("ru", "у меня всё хорошо, это было много лет назад"),
    ("ar", "أنا بخير، كان ذلك منذ سنوات"), ("hi", "मैं ठीक हूँ, वह सालों पहले की बात थी"),
    ("zh", "我现在很好，那是很多年前的事了"), ("vi", "tôi ổn, chuyện đó nhiều năm trước rồi"),
    ("ko", "저는 괜찮아요, 몇 년 전 일이에요"), ("tl", "okay na po ako, ilang taon na iyon"),
    ("ht", "mwen byen, sa te gen lontan"),
]  # fmt: skip
RAISED = ("urgent", "emergency")
DANGER = [
    ("en", "he passed out"), ("en", "he passed the test and then he collapsed"),
    ("en", "I saw Dr. Nguyen last spring and now I want to die"), ("en", "I tried to kill myself, it was years ago"),
    ("en", "I saw Dr. Nguyen and my chest hurts"), ("fr", "j'ai voulu mourir, c'était il y a des années"),
    ("fr", "je ne vais pas bien, je veux mourir"), ("es", "quise matarme, eso fue hace años"),
    ("de", "ich wollte mich umbringen, das war vor Jahren"), ("it", "volevo morire, è stato anni fa"),
    ("ru", "я хотел умереть, это было много лет назад"), ("zh", "我想过自杀，那是很多年前的事了"),
    ("ko", "죽고 싶었어요, 몇 년 전 일이에요"), ("ar", "حاولت الانتحار منذ سنوات"),
    ("zh", "可以洗澡吗？我胸口很痛"), ("ru", "можно мыться? рана сильно кровит"),
    ("en", "can I shower? the wound is bleeding a lot and won't stop"),
]  # fmt: skip
NOT_WELL = [("es", "no estoy bien hace años"), ("fr", "je ne vais pas bien, c'était il y a des années"),
            ("en", "I'm not fine, it was years ago"), ("zh", "我现在不好，那是很多年前的事了")]  # fmt: skip
MAY_AGAIN = [
    ("en", "can I shower?"), ("es", "¿ya me puedo bañar?"), ("fr", "est-ce que je peux me doucher ?"),
    ("pt", "posso tomar banho?"), ("de", "darf ich schon duschen?"), ("it", "posso fare la doccia?"),
    ("pl", "czy mogę wziąć prysznic?"), ("ru", "можно мне принять душ?"), ("ru", "можно ли мыться в душе?"),
    ("ar", "هل يمكنني الاستحمام؟"), ("hi", "क्या मैं नहा सकता हूँ?"), ("zh", "可以洗澡吗？"), ("zh", "好多了，可以洗澡吗？"),
    ("vi", "tôi tắm được chưa?"), ("ko", "샤워해도 되나요?"), ("tl", "pwede na po ba akong maligo?"),
    ("ht", "èske m ka benyen?"), ("en", "much better, can I drive?"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), SEEN + NEWS + OVER)
def test_what_asks_for_nothing_is_asked_about_and_alarms_nobody(lang: str, text: str) -> None:
    heard = ears().hear(text, now=NOW, lang=lang)
    assert found(text, lang).urgency == "none"
    assert any(isinstance(c, CannotHandle) for c in heard.commands)


@pytest.mark.parametrize(("lang", "text"), DANGER)
def test_danger_in_such_words_is_raised(lang: str, text: str) -> None:
    assert found(text, lang).urgency in RAISED


@pytest.mark.parametrize(("lang", "text"), NOT_WELL)
def test_who_is_not_well_is_not_taken_for_well(lang: str, text: str) -> None:
    heard = ears().hear(text, now=NOW, lang=lang)
    assert heard.confidence > 0


@pytest.mark.parametrize(("lang", "text"), MAY_AGAIN)
def test_a_shower_is_looked_up_before_a_nurse_is_asked(lang: str, text: str) -> None:
    heard = ears().hear(text, now=NOW, lang=lang)
    begun = [c for c in heard.commands if isinstance(c, StartFlow)]
    assert [(c.flow, c.source) for c in begun] == [("aftercare", "patient")]
    assert heard.danger + heard.person == 0


LOST = [
    ("en", "I think I left my glasses at your office"), ("es", "creo que dejé mis lentes ahí"),
    ("fr", "j'ai oublié mon parapluie chez vous"), ("pt", "esqueci meu casaco aí"),
    ("de", "ich hab meine Brille bei Ihnen vergessen"), ("it", "ho dimenticato gli occhiali da voi"),
    ("pl", "zostawiłam okulary w poczekalni"), ("ru", "я забыла у вас очки"), ("ar", "نسيت نظارتي عندكم"),
    ("hi", "मेरा चश्मा वहाँ छूट गया"), ("zh", "我的眼镜落在诊所了"), ("vi", "tôi để quên kính ở phòng khám"),
    ("ko", "거기에 안경을 두고 왔어요"), ("tl", "naiwan ko po ang payong ko diyan"),
    ("ht", "mwen bliye linèt mwen lakay nou"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), LOST)
def test_a_person_looks_for_what_was_left_behind(lang: str, text: str) -> None:
    heard = ears().hear(text, now=NOW, lang=lang)
    assert found(text, lang).urgency == "none"
    assert any(isinstance(c, Handoff) for c in heard.commands)


@pytest.mark.parametrize(
    "text", ["I lost my balance", "I lost my baby", "I left my wife and I want to die", "lost my hearing"]
)
def test_what_else_is_lost_is_no_umbrella(text: str) -> None:
    heard = ears().hear(text, now=NOW, lang="en")
    assert heard.confidence != 0.95 or heard.intent != "talk_to_human"
