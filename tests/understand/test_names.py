"""Names: what the patient says after being asked, or when introducing somebody."""

import pytest

from agent.understand.names import Names
from tests.understand.reading import TODAY, reader

ASKED_EN = [
    ("O'Neil, pat", "Pat O'Neil", True),
    ("its for my daughter emma stone", "Emma Stone", True),
    ("Maria Lopez maria.lopez@example.com", "Maria Lopez", True),
    ("Maria Lopez", "Maria Lopez", True),
    ("Eun-ji Park, 3/3/2003", "Eun-ji Park", True),
    ("Anna Price", "Anna Price", True),
    ("garcia lopez, maria", "Maria Garcia Lopez", True),
    ("my name is Tom, Tom Baker", "Tom Baker", True),
    ("Baker, Tom Baker", "Tom Baker", True),
    ("MARIA LOPEZ 3/12/80", "Maria Lopez", True),
    ("it's José", "José", False),
    ("john smith and my dob is 4/5/1990", "John Smith", True),
    ("John Smith, 04/05/1990", "John Smith", True),
    ("yes its Tamika Brown-Jones", "Tamika Brown-Jones", True),
    ("hi my name is sean o'neil", "Sean O'Neil", True),
    ("Siobhan O’Brien", "Siobhan O'Brien", True),
    ("ahmed bin salman", "Ahmed bin Salman", True),
    ("Vincent van der Berg", "Vincent van der Berg", True),
    ("maria de la cruz", "Maria de la Cruz", True),
    ("DE LA CRUZ, MARIA", "Maria de la Cruz", True),
    ("John Q. Public", "John Q. Public", True),
    ("Mr. Robert King", "Robert King", True),
    ("last name Nguyen first name Linh", "Linh Nguyen", True),
    ("First name: Maria, Last name: Lopez Garcia", "Maria Lopez Garcia", True),
    ("my daughter Sofia Ramirez", "Sofia Ramirez", True),
    ("Grace Kim (my wife)", "Grace Kim", True),
    ("3/12/1980 Maria Lopez", "Maria Lopez", True),
    ("dob 3/12/80, Maria Lopez", "Maria Lopez", True),
    ("Zbigniew Wolski", "Zbigniew Wolski", True),
    ("zbigniew wolski", "Zbigniew Wolski", False),
    ("Mei Chen please", "Mei Chen", True),
    ("april jones", "April Jones", True),
    ("Will Grant", "Will Grant", True),
    ("Sam", "Sam", False),
    ("王小明", "王小明", True),
    ("Łukasz Żak", "Łukasz Żak", True),
]
ASKED_ES = [
    ("claro, soy Carmen", "Carmen", False),
    ("me llamo maría garcía lópez", "María García López", True),
    ("soy Juan Pérez", "Juan Pérez", True),
    ("GARCÍA LÓPEZ, MARÍA", "María García López", True),
    ("Mi nombre es Guadalupe de la Torre y nací el 3/4/80", "Guadalupe de la Torre", True),
    ("josé luis hernández 12/3/1975", "José Luis Hernández", True),
    ("a nombre de Rosa Elena Díaz", "Rosa Elena Díaz", True),
    ("es para mi hijo Mateo Ramírez", "Mateo Ramírez", True),
    ("Ximena", "Ximena", False),
    ("sí, Carlos Ruelas", "Carlos Ruelas", True),
    ("Sra. Teresa Ávila", "Teresa Ávila", True),
    ("ana maria del rio por favor", "Ana Maria del Rio", True),
    ("nombre: Pedro Infante", "Pedro Infante", True),
    ("apellido Soto nombre Lucía", "Lucía Soto", True),
    ("Yareli Quetzal", "Yareli Quetzal", True),
]
NOT_ASKED = [
    ("en", "my son Liam Carter has a fever", "Liam Carter"),
    ("en", "please cancel my visit\n\nBest regards,\nOlivia Chen", "Olivia Chen"),
    ("en", "my name is Amara Ruiz", "Amara Ruiz"),
    ("es", "mi hijo Diego Torres tiene fiebre", "Diego Torres"),
    ("es", "quiero cancelar\n\nSaludos,\nJorge Ibarra", "Jorge Ibarra"),
    ("en", "hi my name is Maria Lopez, i need an appt", "Maria Lopez"),
    ("en", "my name is john smith calling about my bill", "John Smith"),
    ("en", "This is Priya Shah, dob 2/2/1991", "Priya Shah"),
    ("en", "book for Maria Lopez dob 3/12/80", "Maria Lopez"),
    ("en", "this is john smith i need to cancel", "John Smith"),
    ("en", "I'm Grace Kim and I'd like to come Tuesday", "Grace Kim"),
    ("en", "appointment under the name of Tom O'Hara", "Tom O'Hara"),
    ("en", "my son's name is Diego Ramirez", "Diego Ramirez"),
    ("es", "hola, me llamo Ana Torres y quiero una cita", "Ana Torres"),
    ("es", "buenas, soy Juan Pérez, quiero cambiar mi cita", "Juan Pérez"),
    ("es", "una cita a nombre de Rosa Díaz por favor", "Rosa Díaz"),
    ("es", "soy maría lopez quisiera cancelar", "María Lopez"),
]
NO_NAME_ASKED = [
    ("en", text)
    for text in (
        "what time do you open", "no thanks", "yes", "next tuesday", "tomorrow morning", "why do you need my name",
        "cancel my appointment", "I want to talk to a person", "blood pressure check", "knee pain", "ok", "3/12/80",
        "555-123-4567", "do you take Aetna?", "i'd rather not say", "the second one", "none of those", "asap", "",
        "Dr. Okafor", "is this a robot?", "running late", "sorry wrong number", "never mind", "thank you", "?!", "👍",
        "where's my report", "fax my records",
        "a nervous wreck", "my back hurts", "my daughter", "skip", "april 3rd", "may i ask why", "will do",
        "speak to someone please", "I'm driving", "it's urgent",
    )
] + [
    ("es", text)
    for text in (
        "a qué hora abren", "no gracias", "sí", "el próximo martes", "mañana en la tarde", "quiero cancelar mi cita",
        "me duele la espalda", "para qué quieren mi nombre", "una persona por favor", "no entiendo", "ya no quiero",
        "estoy enferma", "soy paciente nueva", "la segunda", "mi hija", "¿hablan español?", "buenas tardes",
        "la próxima semana", "de nada", "doctora Ruiz", "dolor de cabeza", "está bien", "para mi mamá",
        "no sé", "cualquiera",
    )
]  # fmt: skip
NO_NAME_UNASKED = [
    ("en", "my daughter needs shots"),
    ("es", "mi hija necesita vacunas"),
    ("en", "Maria Lopez"),
    ("en", "I'm running late"),
    ("en", "I'm not feeling well"),
    ("en", "this is ridiculous"),
    ("en", "This is urgent please"),
    ("en", "it's for my son"),
    ("en", "i am allergic to penicillin"),
    ("en", "I'm New here"),
    ("en", "appointment for Dr. Okafor"),
    ("en", "my doctor's name is Amara Okafor"),
    ("en", "what is the name of the dentist"),
    ("en", "the pharmacy name is Walgreens"),
    ("en", "what's my name"),
    ("en", "my name is on the list"),
    ("en", "my name is spelled wrong"),
    ("en", "this is for Thursday"),
    ("es", "soy alérgica a la penicilina"),
    ("es", "soy nuevo en la clínica"),
    ("es", "es para mañana"),
    ("es", "una cita para la doctora Ruiz"),
    ("es", "¿cómo se llama la doctora?"),
    ("es", "soy diabético"),
    ("es", "es para mi mamá"),
    ("es", "mi nombre está mal escrito"),
]


@pytest.mark.parametrize(("lang", "row"), [("en", r) for r in ASKED_EN] + [("es", r) for r in ASKED_ES])
def test_asked_for_a_name_the_desk_keeps_it_as_given(lang: str, row: tuple[str, str, bool]) -> None:
    text, name, sure = row
    found = reader().name(text, lang, True)
    assert found is not None
    assert (found.value, found.sure) == (name, sure)


@pytest.mark.parametrize(("lang", "text", "name"), NOT_ASKED)
def test_an_introduction_is_heard_without_asking(lang: str, text: str, name: str) -> None:
    found = reader().name(text, lang, False)
    assert found is not None
    assert found.value == name
    assert text[found.start : found.end].casefold() == name.casefold()


@pytest.mark.parametrize(("lang", "text"), NO_NAME_ASKED)
def test_other_words_are_not_taken_for_a_name_even_when_asked(lang: str, text: str) -> None:
    assert reader().name(text, lang, True) is None


@pytest.mark.parametrize(("lang", "text"), NO_NAME_UNASKED)
def test_nobody_is_named_by_accident(lang: str, text: str) -> None:
    assert reader().name(text, lang, False) is None


@pytest.mark.parametrize(
    ("rows", "text", "name"),
    [
        ({"name_intro": ["我叫", "我的名字是"], "name_end": ["今年"]}, "你好我叫王小明，想约明天", "王小明"),
        ({"name_intro": ["제 이름은"], "name_suffixes": ["입니다", "이에요"]}, "제 이름은 김민수입니다", "김민수"),
        ({"name_intro": ["меня зовут"], "name_end": ["и"]}, "Меня зовут Анна Петрова и я болею", "Анна Петрова"),
        ({"name_intro": ["मेरा नाम"], "name_end": ["है"]}, "मेरा नाम सुनीता शर्मा है", "सुनीता शर्मा"),
        ({"name_intro": ["اسمي"], "name_end": ["وأريد"]}, "اسمي فاطمة الزهراء", "فاطمة الزهراء"),
        (
            {"name_intro": ["tôi tên là"], "name_end": ["sinh"]},
            "Tôi tên là Nguyễn Thị Hoa sinh năm 1980",
            "Nguyễn Thị Hoa",
        ),
    ],
)
def test_another_language_is_only_another_table(rows: dict[str, list[str]], text: str, name: str) -> None:
    found = Names(rows).read(text, asked=False)
    assert found is not None
    assert found.value == name


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("ru", "Ольга Иванова, 7 августа 1982", "Ольга Иванова"),
        ("ru", "Анна Иванова", "Анна Иванова"),
        ("fr", "Marie Petit, 4 mars 1965", "Marie Petit"),
        ("pt", "Sara Dias", "Sara Dias"),
        ("es", "Ángel Domingo 3/5/1970", "Ángel Domingo"),
        ("es", "Ángel mañana", None),
        ("es", "ángel domingo", None),
        ("fr", "Marie Petit rendez-vous demain", None),
        ("fr", "Marie Mars 1965", None),
        ("ru", "ольга иванова 7 августа 1982", "Ольга Иванова"),
    ],
)
def test_a_surname_that_is_a_word_too_is_one_behind_a_given_name(lang: str, text: str, name: str | None) -> None:
    found = reader().name(text, lang, True)
    assert (found.value if found else None) == name


BEFORE = [
    ("de", "Meine Nummer ist neu. Walburga Öttl, 3. Mai 1951", "Walburga Öttl"),
    ("it", "Quando tocca a me? Nevio Scarpa, nato il 4 luglio 1960", "Nevio Scarpa"),
    ("en", "Shot records for school, Delroy Whittingham DOB 2/3/2011", "Delroy Whittingham"),
    ("ko", "증명서 필요해요, 서다온 2019-03-02생", "서다온"),
    ("zh", "帮我查一下，欧阳明，1960年3月2号出生", "欧阳明"),
    ("hi", "mera appointment kab hai, Farhan Qureshi dob 3 June 1990", "Farhan Qureshi"),
    ("en", "Monday or Tuesday, born 2/3/2011", None),
    ("en", "Please Call Me Back, 2/3/2011", None),
    ("en", "NEED MY RECORDS TODAY, 2/3/2011", None),
]


@pytest.mark.parametrize(("lang", "text", "name"), BEFORE)
def test_a_name_right_before_a_date_of_birth_is_read_back(lang: str, text: str, name: str | None) -> None:
    born = reader().dob(text, lang, False, TODAY, "mdy" if lang == "en" else "dmy")
    assert born is not None
    found = reader().name_before(text, lang, born.start)
    assert (found.value if found else None) == name
    assert found is None or (not found.sure and text[found.start : found.end] == name)


def test_a_name_with_a_korean_ending_is_read_without_asking() -> None:
    found = reader().name("한지민인데요 예약 바꾸고 싶어요", "ko", asked=False)
    assert found is not None
    assert (found.value, found.sure) == ("한지민", False)
    assert reader().name("처음인데요 예약하고 싶어요", "ko", asked=False) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("آنا توريس", "آنا توريس"),
        ("اسمي آنا توريس، ٣ مارس ١٩٨٥", "آنا توريس"),
        ("آنا توريس 3/3/1985", "آنا توريس"),
        ("آنا محمد علي", "محمد علي"),
        ("أنا سارة خليل", "سارة خليل"),
    ],
)
def test_an_arabic_name_is_no_word_for_i(text: str, name: str) -> None:
    found = reader().name(text, "ar", True)
    assert found is not None
    assert found.value == name
