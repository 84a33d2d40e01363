"""Providers, places, visit types and plans of the clinic, as patients write them."""

import pytest

from tests import shared
from tests.understand.reading import reader

PROVIDERS = [
    ("en", "dr patl", "patel"), ("en", "nurse o'brian", "obrien"),
    ("en", "Okafor", "okafor"), ("en", "dr okafor", "okafor"), ("en", "dr. okafer please", "okafor"),
    ("en", "I'd like to see Doctor Okafor", "okafor"), ("en", "with Dr. O", "okafor"), ("en", "Dr Amara", "okafor"),
    ("en", "Amara Okafor", "okafor"), ("en", "okafor's office", "okafor"), ("en", "dr ruiz", "ruiz"),
    ("en", "Dr. Patell", "patel"), ("en", "the dentist", "patel"), ("en", "nurse obrien", "obrien"),
    ("en", "Siobhan O’Brien", "obrien"), ("en", "O'Brien", "obrien"), ("en", "dr w", "wojo"), ("en", "Wojo", "wojo"),
    ("en", "dr wojciehowski", "wojo"), ("en", "Dr. Anna Lee", "lee_a"), ("en", "dr brian lee", "lee_b"),
    ("en", "anyone is fine", "any"), ("en", "any doctor", "any"), ("en", "whoever is available", "any"),
    ("en", "could it be O'Brien on one of these days", "obrien"),
    ("en", "no preference", "any"), ("en", "not okafor, dr ruiz", "ruiz"),
    ("en", "my name is Priya Patel and I want to see Dr. Okafor", "okafor"), ("en", "dr. Окафор", "okafor"),
    ("es", "doctora Ruiz", "ruiz"), ("es", "con la dra ruiz", "ruiz"),
    ("es", "quiero ver al doctor Okafor", "okafor"), ("es", "con el dr Patel por favor", "patel"),
    ("es", "el dentista", "patel"), ("es", "Elena Ruiz", "ruiz"), ("es", "la doctora ruis", "ruiz"),
    ("es", "enfermera O'Brien", "obrien"), ("es", "con Okafor", "okafor"), ("es", "cualquier doctor", "any"),
    ("es", "con quien sea", "any"), ("es", "me da igual con quién", "any"), ("es", "el que esté disponible", "any"),
]  # fmt: skip
NO_PROVIDER = [
    ("en", "Ruiz Martínez 3/12/80"), ("es", "doctor o enfermera"), ("es", "mi hija Amara Pérez tiene tos"),
    ("en", "Dr Lee"), ("en", "the doctor"), ("en", "okafor or ruiz"), ("en", "lipid panel"), ("en", "hello"),
    ("en", "my name is Anjali Patel"), ("en", "Priya Patel 3/12/80"), ("en", "my name is Amara Jones"), ("en", ""),
    ("en", "this is Elena Ruiz calling"), ("en", "it hurts or itches"), ("en", "my dr told me to come o well"),
    ("en", "I live in Riverdale"), ("en", "what doctors do you have"), ("en", "dr smith"), ("en", "not dr okafor"),
    ("en", "patent leather shoes"), ("en", "ruin my day"), ("en", "has anyone called me back?"), ("en", "x" * 40),
    ("es", "mañana o el jueves"), ("es", "me llamo Elena Ruiz"), ("es", "la doctora"), ("es", "soy Juan Patel"),
    ("es", "una cita o dos"), ("es", "con el doctor Lee"), ("es", "hace mucho ruido"), ("es", "no sé"),
]  # fmt: skip
VISITS = [
    ("en", "physical therapy", None), ("en", "are my blood work results back", None), ("es", "terapia física", None),
    ("en", "cleaning", "cleaning"), ("en", "I need a dental cleaning", "cleaning"),
    ("en", "my teeth cleaned", "cleaning"), ("en", "annual physical", "physical"), ("en", "a phyiscal", "physical"),
    ("en", "checkup", "physical"), ("en", "need a chekup", "physical"),
    ("en", "see the doctor for a physical", "physical"), ("en", "follow up", "followup"),
    ("en", "follow-up", "followup"), ("en", "followup with dr ruiz", "followup"), ("en", "flu shot", "vaccine"),
    ("en", "vacine for my kid", "vaccine"), ("en", "blood work", "labs"), ("en", "bloodwork please", "labs"),
    ("en", "sick visit", "office"), ("en", "I want to see the doctor", "office"),
    ("en", "not a cleaning, a physical", "physical"), ("en", "limpieza", None), ("en", "CLEANING!!", "cleaning"),
    ("en", "dental visit", None), ("en", "lab visit", "labs"), ("en", "the booster", "vaccine"),
    ("en", "hello", None), ("en", "labsolutely", None), ("en", "physics homework", None),
    ("en", "I can't see the doctor's note", "office"), ("en", "", None), ("en", "what time do you open", None),
    ("en", "clearing my calendar", None), ("es", "una limpieza", "cleaning"), ("es", "limpiesa dental", "cleaning"),
    ("es", "chequeo", "physical"), ("es", "un examen fisico", "physical"), ("es", "checkup", "physical"),
    ("es", "cheqeo general", "physical"), ("es", "cita de seguimiento", "followup"),
    ("es", "visita de segimiento", "followup"), ("es", "control", "followup"),
    ("es", "la vacuna de la gripe", "vaccine"), ("es", "necesito una bacuna", None), ("es", "vacunacion", "vaccine"),
    ("es", "análisis de sangre", "labs"), ("es", "ver al doctor", "office"), ("es", "una consulta", "office"),
    ("es", "no quiero limpieza, quiero un chequeo", "physical"), ("es", "flu shot", "vaccine"), ("es", "hola", None),
    ("es", "laboratorio", "labs"), ("es", "Consulta general", "office"), ("es", "para qué hora", None),
    ("es", "", None), ("es", "¿tienen estacionamiento?", None), ("es", "mi hijo está enfermo", None),
    ("es", "contra la pared", None),
]  # fmt: skip
PLACES = [
    ("es", "no, en Northside", "north"), ("es", "no puedo ir a Riverdale", None),
    ("en", "northside", "north"), ("en", "the Northside clinic", "north"), ("en", "nortside", "north"),
    ("en", "riverdale please", "river"), ("en", "at the Riverdale Clinic", "river"), ("en", "riverdal", "river"),
    ("en", "either clinic", None), ("en", "northside or riverdale", None), ("en", "not northside", None),
    ("en", "which clinic", None), ("en", "", None), ("en", "the river", None), ("en", "NORTHSIDE", "north"),
    ("es", "en Northside", "north"), ("es", "la clínica de Riverdale", "river"),
    ("es", "riverdale por favor", "river"), ("es", "la clínica", None),
    ("es", "no en riverdale, en northside", "north"), ("es", "¿dónde están?", None), ("es", "norteside", "north"),
]  # fmt: skip
PLANS = [
    ("en", "blue cros", "Blue Cross Blue Shield (BCBS)"), ("en", "bluecross", "Blue Cross Blue Shield (BCBS)"),
    ("en", "Aetna", "Aetna"), ("en", "do you take etna", None), ("en", "aetna ppo", "Aetna"),
    ("en", "I have Aetan", "Aetna"), ("en", "bcbs", "Blue Cross Blue Shield (BCBS)"),
    ("en", "blue cross", "Blue Cross Blue Shield (BCBS)"),
    ("en", "Blue Cross Blue Shield of NY", "Blue Cross Blue Shield (BCBS)"),
    ("en", "united", "UnitedHealthcare (UHC)"), ("en", "uhc", "UnitedHealthcare (UHC)"),
    ("en", "united healthcare", "UnitedHealthcare (UHC)"), ("en", "medicaid", "Medicaid"),
    ("en", "medicare", "Medicare"), ("en", "medicade", None), ("en", "cash", None),
    ("en", "medicare and medicaid", None), ("en", "I don't have insurance", None), ("en", "human please", None),
    ("en", "humana", "Humana"), ("en", "humanna gold", "Humana"), ("en", "not aetna", None), ("en", "", None),
    ("en", "my medicine", None), ("en", "medical records", None), ("en", "a blue shirt", None),
    ("en", "Kaiser", None), ("es", "tengo Medicaid", "Medicaid"), ("es", "aceptan aetna?", "Aetna"),
    ("es", "la cruz azul", "Blue Cross Blue Shield (BCBS)"), ("es", "no tengo seguro", None),
    ("es", "ya no tengo Humana, ahora Medicare", "Medicare"), ("es", "medicina", None),
    ("es", "UHC", "UnitedHealthcare (UHC)"), ("es", "efectivo", None),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "id"), PROVIDERS)
def test_a_provider_is_known_by_how_patients_spell_them(lang: str, text: str, id: str) -> None:
    found = reader().provider(text, lang)
    assert found is not None
    assert found.value == id


@pytest.mark.parametrize(("lang", "text"), NO_PROVIDER)
def test_a_provider_nobody_clearly_named_is_not_assumed(lang: str, text: str) -> None:
    assert reader().provider(text, lang) is None


@pytest.mark.parametrize(("lang", "text", "id"), VISITS)
def test_a_kind_of_visit_is_known_by_its_names_and_their_typos(lang: str, text: str, id: str | None) -> None:
    found = reader().visit_type(text, lang)
    assert (found.value if found else None) == id


@pytest.mark.parametrize(("lang", "text", "id"), PLACES)
def test_a_place_is_known_by_the_word_that_only_it_has(lang: str, text: str, id: str | None) -> None:
    found = reader().location(text, lang)
    assert (found.value if found else None) == id


@pytest.mark.parametrize(("lang", "text", "plan"), PLANS)
def test_a_plan_is_known_by_its_short_names(lang: str, text: str, plan: str | None) -> None:
    found = reader().insurance(text, lang)
    assert (found.value if found else None) == plan


def test_two_kinds_of_visit_in_one_message_are_asked_back() -> None:
    found = reader().visit_type("a cleaning and blood work", "en")
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(("text", "quote"), [("hola, con la Dra. Ruiz por favor", "Ruiz"), ("año: Okafor", "Okafor")])
def test_the_quote_stands_where_the_name_stands(text: str, quote: str) -> None:
    found = reader().provider(text, "es")
    assert found is not None
    assert text[found.start : found.end] == quote


FEVER = [
    ("fr", "ma fille a de la fièvre depuis hier"), ("es", "mi hija tiene fiebre desde la noche"),
    ("it", "mia figlia ha la febbre con il raffreddore"), ("pt", "minha filha está com a febre alta desde o sábado"),
    ("de", "meine Tochter hat seit gestern die Grippe"), ("ht", "pitit la gen lafyèv"), ("en", "with the flu"),
    ("tl", "may lagnat ang anak ko, para sa si baby"), ("vi", "con bị sốt từ bà ngoại"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), FEVER)
def test_of_a_nickname_of_the_demo_clinic_no_article_is_left(lang: str, text: str) -> None:
    assert shared.values().provider(text, lang) is None


@pytest.mark.parametrize(
    ("text", "lang", "id"),
    [("想找佩特尔医生洗个牙", "zh", "patel"), ("上次阮医生给我开了药", "zh", "nguyen"),
     ("쉬본 오브라이엔 간호사님 계신가요", "ko", "obrien"),
     ("응우엔 선생님 진료", "ko", "nguyen"), ("dr vojchikovski ke sath", "hi", "wojciechowski"),
     ("cô y tá si von ô brai ần, tuần sau", "vi", "obrien"), ("con la dottoressa enguien", "it", "nguyen")],
)  # fmt: skip
def test_a_doctor_is_heard_by_the_sound_of_the_name_beside_a_title(text: str, lang: str, id: str) -> None:
    found = shared.values().provider(text, lang)
    assert found is not None
    assert found.value == id


@pytest.mark.parametrize(
    ("text", "lang"),
    [("is dr kowalski in", "en"), ("my doctor again please", "en"), ("陈医生在吗", "zh"),
     ("bác sĩ hẹn ngày nào vậy", "vi"),
     ("not dr vojchikovski", "en"), ("petrov", "ru")],
)  # fmt: skip
def test_who_only_sounds_a_little_like_it_is_nobody_of_ours(text: str, lang: str) -> None:
    assert shared.values().provider(text, lang) is None
