"""Language of a message: trained on the repository's own sentences, measured on its tests."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.question import Question
from agent.understand.language import LanguageDetector, LanguageGuess
from agent.understand.ngrams import LinearModel, tokens
from tests.shared import hearing
from tests.understand.spoken import LIVE, asked, spoken
from tests.understand.test_hear import NOW, ears

OTHER = {"en": "es", "es": "en"}


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    """What is trained for the desk, that may name two languages."""
    return LanguageDetector(LIVE, hearing().ears._detector._model, asked())


def _said(lang: str, fewest: int) -> list[str]:
    """Test sentences of at least so many words, without small talk that belongs to no language."""
    texts = [text for text, intent in spoken(lang).tests if intent not in {"language_switch", "out_of_scope"}]
    return [text for text in texts if sum(token[0].isalpha() for token in tokens(text)) >= fewest]


@pytest.mark.parametrize("lang", LIVE)
@pytest.mark.parametrize(("fewest", "share"), [(2, 0.9), (4, 0.98)])
@pytest.mark.parametrize("known", ["nothing", "the same", "the other"])
def test_a_patient_is_heard_in_their_own_language(
    lang: str, fewest: int, share: float, known: str, detector: LanguageDetector
) -> None:
    prior = {"nothing": None, "the same": lang, "the other": OTHER[lang]}[known]
    texts = _said(lang, fewest)
    right = sum(detector.detect(text, prior).lang == lang for text in texts)
    assert right >= share * len(texts)


@pytest.mark.parametrize(
    "text", ["ok", "no", "12:30", "14", "👍", "Maria Garcia", "Dr. Patel", "Guadalupe Hernández", "CVS", ""]
)
@pytest.mark.parametrize("prior", LIVE)
def test_a_word_that_belongs_to_everyone_does_not_change_the_language(
    text: str, prior: str, detector: LanguageDetector
) -> None:
    assert detector.detect(text, prior).lang == prior


@pytest.mark.parametrize(
    "text", ["Jo March", "Tom May", "Du Brown", "Lan Field", "Per Garcia", "Li Young", "Rosa Lang"]
)
@pytest.mark.parametrize("prior", ["en", "es", "pl"])
def test_a_name_of_which_one_word_is_another_languages_does_not_change_it(
    text: str, prior: str, detector: LanguageDetector
) -> None:
    assert detector.detect(text, prior).lang == prior


@pytest.mark.parametrize(
    ("text", "prior", "lang"),
    [("Guten Tag", "en", "de"), ("gracias", "en", "es"), ("sí gracias", "en", "es"), ("yes please", "es", "en")],
)
def test_a_clear_word_does_change_it(text: str, prior: str, lang: str, detector: LanguageDetector) -> None:
    assert detector.detect(text, prior).lang == lang


def test_without_a_letter_and_without_a_past_nothing_is_claimed(detector: LanguageDetector) -> None:
    assert detector.detect("12:30 !!") == LanguageGuess("und", 0.0)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("можно записаться к врачу", "ru"),
        ("اريد موعد مع الطبيب", "ar"),
        ("मुझे डॉक्टर से मिलना है", "hi"),
        ("我想预约看医生", "zh"),
        ("예약하고 싶어요", "ko"),
        ("чи можна записатися до лікаря", "und"),
        ("می‌خواهم وقت بگیرم چه ساعتی", "und"),
        ("予約したいです", "und"),
        ("ฉันต้องการนัดหมอ", "und"),
        ("θέλω ένα ραντεβού", "und"),
    ],
)
def test_a_script_tells_the_language_or_that_it_is_not_known(text: str, lang: str, detector: LanguageDetector) -> None:
    assert detector.detect(text, "en").lang == lang


@pytest.mark.parametrize(
    "text",
    [
        "le cabinet ouvre à quelle heure samedi",
        "o doutor pode me atender hoje à tarde",
        "accettate carte di credito",
        "kann ich den Termin auf Montag verschieben",
        "czy mogę przełożyć wizytę na poniedziałek",
        "con trai tôi bị ho",
        "may ubo po ang anak kong lalaki",
        "pitit gason m ap touse",
        "mitt barn har feber",
        "saat kaçta kapanıyorsunuz",
        "saya tidak bisa datang besok",
        "mtoto wangu anaumwa homa",
    ],
)
def test_a_language_the_desk_does_not_speak_is_not_called_english_or_spanish(
    text: str, detector: LanguageDetector
) -> None:
    assert detector.detect(text).lang not in LIVE
    if len(text.split()) > 3:  # shorter ones may be names: they keep the language of the conversation
        assert detector.detect(text, "en").lang not in LIVE


def test_two_languages_in_one_message_are_noticed(detector: LanguageDetector) -> None:
    mixed = "quiero una cita please for tomorrow morning with the doctor porque me duele la espalda"
    assert detector.detect(mixed).mixed
    assert not detector.detect("I would like to see the doctor tomorrow morning").mixed


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("en español por favor", "es"),
        ("English please", "en"),
        ("ESPANOL", "es"),
        ("Can we continue in Spanish?", "es"),
        ("do you speak English?", "en"),
        ("请说中文", "zh"),
        ("parlez-vous français?", "fr"),
        ("по-русски пожалуйста", "ru"),
        ("I need an appointment, in spanish please", "es"),
        ("I had an english class", None),
        ("cancel my appointment", None),
        ("", None),
    ],
)
def test_asking_for_a_language_is_heard_in_any_language(
    text: str, lang: str | None, detector: LanguageDetector
) -> None:
    assert detector.asked_language(text) == lang


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200), prior=st.sampled_from([None, "en", "es", "xx"]))
def test_any_text_gets_an_answer(text: str, prior: str | None, detector: LanguageDetector) -> None:
    guess = detector.detect(text, prior)
    assert guess.lang
    assert 0.0 <= guess.confidence <= 1.0001
    detector.asked_language(text)


def test_what_was_saved_is_what_is_loaded(tmp_path: Path, detector: LanguageDetector) -> None:
    detector.save(tmp_path / "language.npz")
    loaded = LanguageDetector.load(tmp_path / "language.npz", LIVE, asked())
    for text, _ in spoken("es").tests[::10]:
        assert loaded.detect(text) == detector.detect(text)
    assert loaded.asked_language("English please") == "en"


def test_a_broken_language_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "language.npz"
    np.savez(path, other=np.zeros(3))
    with pytest.raises(ValueError, match="not a saved language model"):
        LanguageDetector.load(path, LIVE)
    with pytest.raises(OSError, match=r"nowhere\.npz"):
        LanguageDetector.load(tmp_path / "nowhere.npz", LIVE)


@pytest.mark.parametrize(
    ("text", "prior", "lang"),
    [("eres un robot", None, "es"), ("¿eres un robot?", "en", "es"), ("where do I park", "en", "en"),
     ("where do I park", None, "en"), ("t o r r e s", "en", "en"), ("Ana", "en", "en"), ("asdf qwer", None, "und"),
     ("zzz xxx yyy", None, "und"), ("mujhe kal aana hai", None, "hi"), ("la2 no thanks", "ar", "ar"),
     ("my name is 김민수", "en", "en"), ("진료 볼 때 interpreter 요청 가능해요?", None, "ko")],
)  # fmt: skip
def test_all_fifteen_languages_keep_out_of_each_others_way(text: str, prior: str | None, lang: str) -> None:
    assert ears()._detector.detect(text, prior).lang == lang


@pytest.mark.parametrize(
    ("text", "prior"),
    [("la farmacia CVS de Main Street", "es"), ("a la CVS de la calle Main", "es"), ("CVS de Main Street", "es"),
     ("farmacia CVS in Main Street", "it"), ("CVS di Main Street", "it"), ("CVS nan Main Street", "ht"),
     ("CVS pharmacy Main Street par", "hi"), ("doktè po, Dr. Smith", "ht"),
     ("metformina 500 mg, farmacia del centro", "it")],
)  # fmt: skip
def test_where_a_pharmacy_is_does_not_change_the_language(text: str, prior: str) -> None:
    assert ears()._detector.detect(text, prior).lang == prior


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("prior", "lang"), [(None, "und"), ("es", "es")])
def test_words_that_may_be_of_no_language_at_all_are_still_answered(prior: str | None, lang: str) -> None:
    """A model that gives all to a language which the letters rule out, and the others nothing, once hung."""
    model = SimpleNamespace(
        labels=("zh", "es"), words=SimpleNamespace(column=lambda _: None),
        probabilities_of=lambda _: np.asarray([1.0, 0.0], dtype=np.float32),
    )  # fmt: skip
    detector = LanguageDetector(("zh", "es"), cast("LinearModel", model))
    assert detector.detect("qwq zzz", prior).lang == lang


@pytest.mark.parametrize("text", ["CVS on Court Street", "Duane Reade on Broadway", "Target on Atlantic"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_pharmacy_that_was_asked_for_does_not_change_the_language(text: str, lang: str) -> None:
    where = Question(run="r", slot="message", type="text", flow="refill")
    heard = ears().hear(text, now=NOW, question=where, prior=lang, current=lang)
    assert heard.lang == lang
    assert "change_language" not in [c.do for c in heard.commands]


def test_an_answer_in_another_language_changes_it() -> None:
    where = Question(run="r", slot="message", type="text", flow="refill")
    heard = ears().hear("no sé, la de siempre cerca de mi casa", now=NOW, question=where, prior="en", current="en")
    assert "change_language" in [c.do for c in heard.commands]
