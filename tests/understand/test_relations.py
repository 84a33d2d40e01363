"""Who a visit is for and what for, in the patient's own words."""

import pytest

from agent.understand.relations import Relations
from tests.understand.reading import reader

RELATIONS = [
    ("en", "its for my 5 year old", "child"), ("en", "my 80 year old mother fell", "parent"),
    ("en", "I want to book for me", "self"),
    ("en", "for my son", "child"), ("en", "it's for my daughter Sofia", "child"),
    ("en", "my 5 year old son", "child"), ("en", "my youngest has a fever, she is my daughter", "child"),
    ("en", "appointment for my baby", "child"), ("en", "my kid needs a physical", "child"),
    ("en", "my toddler's sick, for my toddler", "child"), ("en", "for my mom", "parent"),
    ("en", "my elderly father needs a ride", "parent"), ("en", "my mother in law", "parent"),
    ("en", "my dad has a cough", "parent"), ("en", "my wife needs an appointment", "spouse"),
    ("en", "for my husband please", "spouse"), ("en", "booking for my partner", "spouse"),
    ("en", "my brother", "sibling"), ("en", "my little sister is sick", "sibling"), ("en", "for my grandma", "other"),
    ("en", "for a friend", "other"), ("en", "my neighbor fell", "other"), ("en", "for the baby", "child"),
    ("en", "it's for me", "self"), ("en", "for myself", "self"), ("en", "just me", "self"),
    ("en", "not for me, for my son", "child"), ("en", "me", "self"), ("en", "for our daughter", "child"),
    ("es", "para mi hijo", "child"), ("es", "es para mi hija Sofía", "child"),
    ("es", "mi bebé tiene fiebre", "child"), ("es", "para mi hijo menor", "child"),
    ("es", "mi niña está enferma", "child"), ("es", "para el niño", "child"),
    ("es", "mi hija de 5 años necesita una cita", "child"), ("es", "para mi mamá", "parent"),
    ("es", "mi papá", "parent"), ("es", "mi suegra necesita verlo", "parent"), ("es", "para mi esposo", "spouse"),
    ("es", "mi esposa tiene tos", "spouse"), ("es", "para mi marido por favor", "spouse"),
    ("es", "mi pareja", "spouse"), ("es", "a mi hermana le duele", "sibling"), ("es", "para mi hermano", "sibling"),
    ("es", "para mi abuelita", "other"), ("es", "para un amigo", "other"), ("es", "mi vecina se cayó", "other"),
    ("es", "para mí", "self"), ("es", "es para mí", "self"), ("es", "soy yo", "self"),
    ("es", "no es para mí, es para mi mamá", "parent"), ("es", "otra persona", "other"),
    ("es", "mis niños tienen tos", "child"),
]  # fmt: skip
NOBODY = [
    ("en", "I live with my sister"), ("en", "call my wife back"), ("en", "can my husband come with me"),
    ("en", "my kid's teacher said he needs glasses"), ("es", "vivo con mi hermano"), ("es", "llamen a mi esposa"),
    ("en", "that one works for me"), ("en", "remove me"), ("es", "¿qué llevo a mi cita?"), ("es", "es para mi cita"),
    ("en", "my mom told me to call you about the bill"), ("en", "my husband drives me there"), ("en", "the doctor"),
    ("en", "my wife said you take Aetna"), ("en", "I want a checkup"), ("en", "sonogram"), ("en", "can you call me"),
    ("en", "do you see children"), ("en", "is there a kids area"), ("en", ""), ("en", "my friend recommended you"),
    ("en", "my son will drive... my son is driving me"), ("en", "tomorrow for 3"),
    ("en", "the mother board is broken"),
    ("en", "can you check the hours of the pharmacy that is nearby for me please and text them back"),
    ("en", "what does my appointment cost"), ("en", "my daughter is picking me up after"), ("en", "family doctor"),
    ("es", "mi mamá me dijo que llamara"), ("es", "mi esposo me lleva a la clínica"), ("es", "quiero una cita"),
    ("es", "mi amiga me recomendó la clínica"), ("es", "¿atienden niños?"), ("es", ""), ("es", "para mañana"),
    ("es", "mi doctor"), ("es", "mi hija me trae en carro"), ("es", "para el lunes"),
]  # fmt: skip
ASKED = [
    ("en", "my knee hurts", "my knee hurts"), ("en", "for a cleaning please", "cleaning"),
    ("en", "checkup", "checkup"), ("en", "because of my back pain", "my back pain"),
    ("en", "Hi, it's for a physical, thanks!", "physical"),
    ("en", "I've had a cough for two weeks", "I've had a cough for two weeks"),
    ("en", "just a follow up", "follow up"), ("en", "refill on my BP meds", "refill on my BP meds"),
    ("en", "flu shot", "flu shot"), ("en", "rash on arm.", "rash on arm"), ("en", "about my thyroid", "my thyroid"),
    ("en", "anxiety", "anxiety"), ("en", "none of your business", "none of your business"),
    ("es", "me duele la espalda", "me duele la espalda"), ("es", "por un dolor de cabeza", "dolor de cabeza"),
    ("es", "para un chequeo por favor", "chequeo"), ("es", "tengo tos y fiebre", "tengo tos y fiebre"),
    ("es", "Hola, es para una limpieza, gracias", "limpieza"),
    ("es", "revisión de la presión", "revisión de la presión"), ("es", "vacuna", "vacuna"),
    ("es", "porque me siento mal", "me siento mal"), ("es", "dolor de muela", "dolor de muela"),
]  # fmt: skip
NO_ANSWER = [
    ("en", text)
    for text in (
        "what time do you open", "why do you ask?", "cancel", "yes", "no", "2", "ok thanks", "", "talk to a person",
        "human please", "can I come tomorrow", "hello", "not sure", "stop", "?", "👍", "how much is it", "10:30", "k",
        "do you take Aetna?", "reschedule", "help", "I don't know",
    )
] + [
    ("es", text)
    for text in (
        "¿para qué?", "cancelar", "sí", "no", "3", "gracias", "", "quiero hablar con una persona", "no sé", "hola",
        "cuánto cuesta", "puedo ir mañana", "¿aceptan Aetna?", "ayuda", "a qué hora abren",
    )
]  # fmt: skip
UNASKED = [
    ("en", "because I have a rash on my arm", "rash on my arm"),
    ("es", "me torcí el tobillo", "me torcí el tobillo"),
    ("en", "my knee hurts can I come in tomorrow", "my knee hurts"),
    ("en", "I need an appointment for back pain on Tuesday", "back pain"),
    ("en", "hi, I'd like to book a cleaning next week", "cleaning"),
    ("en", "appt because of a rash, tomorrow if possible", "rash"),
    ("en", "my son has a fever. can you see him?", "has a fever"),
    ("en", "I have a sore throat and need to see someone", "sore throat"),
    ("en", "can you see me for my sore throat?", "sore throat"),
    ("en", "sore throat", "sore throat"),
    ("es", "me duele la rodilla, quiero una cita", "me duele la rodilla"),
    ("es", "quiero una cita por dolor de espalda el martes", "dolor de espalda"),
    ("es", "necesito una limpieza para mañana", "limpieza"),
    ("es", "tengo fiebre y quiero ver al doctor", "tengo fiebre"),
    ("es", "mi hijo tiene tos", "tiene tos"),
    ("es", "cita para un chequeo con la doctora Ruiz", "chequeo"),
]
NO_REASON = [
    ("en", "call me back please"), ("en", "I need an appointment tomorrow"), ("en", "does a filling hurt?"),
    ("en", ""), ("en", "do you do vaccines?"), ("en", "what are your hours"), ("en", "I'll be back at 5"),
    ("en", "yes"), ("en", "where is the eye clinic"), ("en", "can I test the video link"),
    ("en", "on the other hand"), ("en", "hands up"), ("es", "quiero una cita mañana"), ("es", "¿ponen vacunas?"),
    ("es", "a pie"), ("es", "¿duele?"), ("es", "hola"), ("es", "¿dónde queda?"), ("es", "a mano derecha"),
    ("es", "ojo con eso"), ("es", ""),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "kind"), RELATIONS)
def test_the_desk_hears_whom_the_visit_is_for(lang: str, text: str, kind: str) -> None:
    found = reader().relation(text, lang)
    assert found is not None
    assert found.value == kind


@pytest.mark.parametrize(("lang", "text"), NOBODY)
def test_people_merely_mentioned_are_not_the_patient(lang: str, text: str) -> None:
    assert reader().relation(text, lang) is None


@pytest.mark.parametrize(("lang", "text", "quote"), ASKED)
def test_asked_what_for_the_answer_is_kept_in_their_words(lang: str, text: str, quote: str) -> None:
    found = reader().reason(text, lang, True)
    assert found is not None
    assert found.value == quote
    assert text[found.start : found.end] == quote


@pytest.mark.parametrize(("lang", "text"), NO_ANSWER)
def test_a_question_or_an_order_is_no_reason(lang: str, text: str) -> None:
    assert reader().reason(text, lang, True) is None


@pytest.mark.parametrize(("lang", "text", "quote"), UNASKED)
def test_a_complaint_is_heard_without_asking(lang: str, text: str, quote: str) -> None:
    found = reader().reason(text, lang, False)
    assert found is not None
    assert quote in found.value
    assert len(found.value) <= len(quote) + 12


@pytest.mark.parametrize(("lang", "text"), NO_REASON)
def test_words_that_only_look_like_complaints_are_no_reason(lang: str, text: str) -> None:
    assert reader().reason(text, lang, False) is None


@pytest.mark.parametrize(
    ("table", "text", "kind"),
    [
        ({"relations": {"child": ["儿子"]}, "possessives": ["我"], "relation_for": ["给"]}, "给我儿子看病", "child"),
        ({"relations": {"child": ["ابني"]}, "relation_for": []}, "ابني", "child"),
        ({"relations": {"child": ["con trai"]}, "possessives": ["tôi"]}, "con trai tôi", "child"),
        (
            {"relations": {"child": ["pitit"]}, "possessives": ["mwen"], "relation_for": ["pou"]},
            "pou pitit mwen",
            "child",
        ),
        (
            {"relations": {"child": ["сына"]}, "possessives": ["моего"], "relation_for": ["для"]},
            "для моего сына",
            "child",
        ),
    ],
)
def test_another_language_is_only_another_table(table: dict[str, object], text: str, kind: str) -> None:
    found = Relations(table).relation(text)
    assert found is not None
    assert (found.value, found.sure) == (kind, True)
