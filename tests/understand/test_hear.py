"""What is proposed for a message: by the words alone, by the question that stands open, by a button."""

from datetime import datetime
from functools import cache
from typing import Any

import pytest

from agent.model.command import Command
from agent.model.question import Offered, Question
from agent.understand.hear import Ears
from tests import shared
from tests.understand.spoken import ALL, rows

NOW = datetime.fromisoformat("2026-11-21T12:00")  # wall time
OPENING = {
    "id": "okafor@2026-11-24T09:00",
    "provider": "okafor",
    "location": "brooklyn",
    "local": "2026-11-24T09:00:00",
}
OTHER = {"id": "nguyen@2026-11-24T13:00", "provider": "nguyen", "location": "chicago", "local": "2026-11-24T13:00:00"}
OFFER = Question(
    "r", "book", "opening", "choice",
    (
        Offered("opening=a", OPENING, {"as": "opening", "value": OPENING}, "opening"),
        Offered("opening=b", OTHER, {"as": "opening", "value": OTHER}, "opening"),
        Offered("opening=more", "more", {"as": "key", "value": "option.more"}),
    ),
)  # fmt: skip
YES_NO = tuple(
    Offered(f"confirmed={w}", w == "yes", {"as": "key", "value": f"option.{w}"}) for w in ("yes", "no")
)  # fmt: skip


def asked(slot: str, kind: str, flow: str = "book", *, optional: bool = False) -> Question:
    return Question("r", flow, slot, kind, YES_NO if kind == "bool" else (), optional)


@cache
def ears() -> Ears:
    return shared.hearing().ears


def heard(text: str, question: Question | None = None, **more: Any) -> list[str]:
    """Each command as "do slot=value" or "do flow"."""
    flows = (question.flow,) if question else ()
    given = {"now": NOW, "question": question, "open_flows": flows, **more}
    return [told(c) for c in ears().hear(text, **given).commands]


def told(command: Command) -> str:
    rest = command.model_dump(exclude={"do", "source", "quote", "span", "confidence", "of"})
    value = rest.pop("value", None)
    if isinstance(value, dict):
        value = value["id"]
    words = [*(str(v) for v in rest.values()), *([] if value is None and "slot" not in rest else [str(value)])]
    return f"{command.do} {' '.join(words)}".strip()


@pytest.mark.parametrize(
    "text",
    [
        "are you a robot?", "am I talking to a real person?", "are you a person?", "¿eres un robot?",
        "¿es usted una persona real?", "¿usted es una persona?",
    ],
)  # fmt: skip
def test_are_you_a_robot_is_a_question_and_no_wish_for_a_person(text: str) -> None:
    assert heard(text) == ["ask_answer human"]


@pytest.mark.parametrize(
    "text", ["I want to talk to a real person", "PERSON", "quiero hablar con una persona", "human"]
)
@pytest.mark.parametrize(
    "question",
    [None, OFFER, asked("name", "name"), asked("reason", "text"), asked("confirmed", "bool"), asked("date", "date")],
)  # fmt: skip
def test_a_wish_for_a_person_is_heard_at_every_question(text: str, question: Question | None) -> None:
    assert any(c.startswith("handoff") for c in heard(text, question))


@pytest.mark.parametrize(
    ("text", "why"),
    [("goedemorgen ik wil graag morgen een afspraak maken", True), ("明日の午後に診察の予約をしたいです", True),
     ("merhaba yarın için randevu almak istiyorum", True),
     ("asdf qwer zzz", False), ("Maria Lopez 3/12/1980", False), ("Siobhan Nguyen", False)],
)  # fmt: skip
def test_a_language_it_does_not_speak_is_told_from_a_name_and_from_noise(text: str, why: bool) -> None:
    assert ("cannot_handle unsupported_language" in heard(text)) == why


@pytest.mark.parametrize(("text", "drifts"), [("ok", False), ("1", False), ("I need the dentist", True)])
def test_a_word_of_both_languages_changes_none(text: str, drifts: bool) -> None:
    assert ("change_language en False" in heard(text, current="es")) == drifts


def test_a_digit_a_place_or_a_no_answers_the_offer() -> None:
    assert heard("2", OFFER) == ["set_slot opening nguyen@2026-11-24T13:00"]
    assert heard("no puedo a esa hora", OFFER, lang="es")[0] == "set_slot opening more"


def test_another_wish_is_no_answer_and_no_new_request() -> None:
    assert heard("mejor el miércoles por la mañana", OFFER) == ["set_slot date 2026-11-25", "set_slot time morning"]
    assert heard("no, make it Wednesday", asked("confirmed", "bool")) == ["set_slot date 2026-11-25"]


@pytest.mark.parametrize("text", ["a different doctor please", "mejor con otra doctora"])
def test_another_doctor_is_a_wish_of_its_own(text: str) -> None:
    assert "set_slot another_provider wanted" in heard(text, asked("confirmed", "bool"))


def test_another_doctor_in_a_message_for_staff_is_a_part_of_it() -> None:
    """Who is asked where their records should go may well say so."""
    assert heard("pour un autre médecin", asked("message", "text", "records"), lang="fr") == [
        "set_slot message pour un autre médecin"
    ]


def test_a_question_asked_aside_changes_nothing_of_the_request() -> None:
    assert heard("¿a qué hora abren los sábados?", asked("name", "name")) == [
        "ask_answer hours",
        "set_slot date 2026-11-28",
    ]
    assert heard("where can I park in Brooklyn?", OFFER) == ["ask_answer directions", "set_slot location brooklyn"]


def test_the_answer_to_a_plain_question_starts_nothing_else() -> None:
    assert heard("my name is Peter Brown", asked("name", "name")) == ["set_slot name Peter Brown"]
    assert heard("12 Elm Street, Brooklyn 11215", asked("message", "text", "intake")) == [
        "set_slot message 12 Elm Street, Brooklyn 11215"
    ]
    assert heard("are you there?", asked("message", "text", "billing")) == []


def test_a_name_and_a_date_of_birth_are_no_reason_and_no_message() -> None:
    for slot in ("reason", "message"):
        assert "set_slot name Ann Lee" in heard("Ann Lee 4/5/1985", asked(slot, "text"), prior="en")
        assert not [
            c for c in heard("Ann Lee 4/5/1985", asked(slot, "text"), prior="en") if c.startswith(f"set_slot {slot}")
        ]


def test_a_kind_of_visit_alone_asks_for_that_visit() -> None:
    assert heard("checkup on tuesday")[0] == "start_flow book"
    assert heard("necesito una biopsia de piel")[0] == "start_flow book"


def test_the_request_beside_an_alarm_is_kept() -> None:
    assert "start_flow book" in heard("I have chest pain and need an appointment")


def test_the_words_that_began_a_message_for_staff_go_with_it() -> None:
    assert heard("I need a refill") == ["start_flow refill", "set_slot request I need a refill"]


def test_cancel_in_the_middle_of_booking_drops_the_booking() -> None:
    assert heard("cancel", asked("date", "date")) == ["cancel_flow"]
    assert heard("cancel") == ["start_flow cancel"]


def test_skip_answers_only_what_may_be_left_open() -> None:
    assert heard("I don't know", asked("phone", "phone", optional=True)) == ["set_slot phone None"]
    assert heard("skip", asked("name", "name")) == ["cannot_handle not_understood"]


@pytest.mark.parametrize(
    ("payload", "command"),
    [("opening=b", "set_slot opening nguyen@2026-11-24T13:00"), ("flow=hours", "ask_answer hours"),
     ("flow=book", "start_flow book"), ("flow=offered", "cannot_handle stale_button"),
     ("intent:talk_to_human", "handoff asked"), ("opening=gone", "cannot_handle stale_button"),
     ("nonsense", "cannot_handle stale_button")],
)  # fmt: skip
def test_a_button_says_what_it_carries_and_an_old_one_nothing(payload: str, command: str) -> None:
    assert heard("label", OFFER, payload=payload) == [command]


@pytest.mark.parametrize(
    "text", ["", " ", "😀😀", "\x00", "…", "1" * 400, "a" * 4000, "?" * 50, "{name} %s", "٣", "\u202e"]
)
@pytest.mark.parametrize(
    "question", [None, OFFER, asked("name", "name"), asked("code", "code"), asked("reason", "text")]
)
def test_no_text_breaks_the_ears(text: str, question: Question | None) -> None:
    assert isinstance(heard(text, question), list)


@pytest.mark.parametrize(
    "text", ["Maria Santos, March 12 1980", "Maria Santos March 12, 1980", "Maria Santos, 12 March 1980"]
)
@pytest.mark.parametrize("lang", ["en", "tl", "ht"])
def test_the_month_of_a_birthday_is_no_part_of_the_name(text: str, lang: str) -> None:
    said = ears().hear(text, now=NOW, lang=lang)
    assert (said.entities["name"], said.entities["dob"]) == ("Maria Santos", "1980-03-12")


@pytest.mark.parametrize(
    ("text", "lang", "date", "time"),
    [
        ("подтверждаю 11 марта 10:40", "ru", "2027-03-11", "10:40"),
        ("можно на 24 января в 15:00", "ru", "2027-01-24", "15:00"),
        ("statt do lieber 19.3. 16 uhr?", "de", "2027-03-19", "16:00"),
        ("gerne am 26. März, 10:00 Uhr", "de", "2027-03-26", "10:00"),
        ("January 12 10:30 please", "en", "2027-01-12", "10:30"),
    ],
)
def test_a_day_with_an_hour_is_no_birthday(text: str, lang: str, date: str, time: str) -> None:
    said = ears().hear(text, now=NOW, lang=lang)
    assert (said.entities.get("dob"), said.entities["date"], said.entities["time"]) == (None, date, time)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("please cancel, I can't make it on monday", "en"),
        ("anule mi cita, el lunes no puedo", "es"),
        ("nie przyjdę w poniedziałek, proszę odwołać wizytę", "pl"),
        ("в понедельник не приду, отмените запись", "ru"),
        ("सोमवार को नहीं आ पाऊँगी, अपॉइंटमेंट रद्द कर दीजिए", "hi"),
        ("월요일은 못 가요, 예약 취소해 주세요", "ko"),
    ],
)
def test_the_day_on_which_somebody_cannot_come_is_the_visits_that_is_cancelled(text: str, lang: str) -> None:
    said = ears().hear(text, now=NOW, lang=lang)
    assert (said.intent, said.entities.get("date")) == ("cancel", "2026-11-23")


def test_a_day_on_which_somebody_cannot_come_is_no_wish() -> None:
    assert "date" not in ears().hear("I need a checkup but I can't do monday", now=NOW, lang="en").entities


def test_a_visit_moved_from_one_day_to_another_is_wished_for_on_the_other() -> None:
    said = ears().hear("Прошу перенести мой приём с 10 марта на 17 марта", now=NOW, lang="ru")
    assert (said.intent, said.entities["date"]) == ("reschedule", "2027-03-17")


@pytest.mark.parametrize(
    ("text", "lang", "date", "time"),
    [
        ("I can't make it on tuesday, could we move it to friday?", "en", "2026-11-27", None),
        ("please reschedule, I can't do tuesday. friday?", "en", "2026-11-27", None),
        ("मंगलवार को नहीं आऊँगा, अपॉइंटमेंट शुक्रवार का कर दीजिए", "hi", "2026-11-27", None),
        ("can you move my 2pm appointment to 4:30pm", "en", None, "16:30"),
        ("je voudrais reporter mon rendez-vous au 25 mars", "fr", "2027-03-25", None),
        ("reporter ma consultation au 20 avril à 17 h 30", "fr", "2027-04-20", "17:30"),
    ],
)
def test_a_visit_is_moved_to_the_later_of_two_wishes(text: str, lang: str, date: str | None, time: str | None) -> None:
    said = ears().hear(text, now=NOW, lang=lang)
    assert (said.intent, said.entities.get("date"), said.entities.get("time")) == ("reschedule", date, time)


def test_an_answer_that_is_a_word_of_another_language_too_changes_no_language() -> None:
    assert ears().hear("số hai", now=NOW, prior="vi", current="vi", question=OFFER).lang == "vi"
    assert ears().hear("Inés Mora 7/7/1957", now=NOW, prior="es", current="es").lang == "es"


@pytest.mark.parametrize("kind", ["slower", "usual_speed", "by_text", "must_leave"])
@pytest.mark.parametrize("lang", ALL)
def test_what_is_wished_for_in_a_call_is_heard_in_every_language_and_on_no_other_channel(lang: str, kind: str) -> None:
    wish = {"slower": "speak_slower", "usual_speed": "speak_usual"}.get(kind, "start_flow by_text")
    given = {"prior": lang, "current": lang}
    for text in rows(f"{lang}/_repairs.yaml")[kind]:
        assert heard(text, asked("date", "date"), spoken=True, **given) == [wish], text
        assert wish not in heard(text, asked("date", "date"), **given), text


@pytest.mark.parametrize("prior", ["es", "fr"])
def test_values_in_the_language_spoken_so_far_are_of_no_strange_language(
    prior: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name and a date look like any language; how sure the detector is moves with every retraining."""
    monkeypatch.setattr(Ears, "_language", lambda *_: ("und", 0.95, None))
    text = {"es": "Lea Piedra 5 de mayo de 1955", "fr": "Léa Pierre 5 mai 1955"}[prior]
    got = ears().hear(text, now=NOW, question=asked("name", "name"), open_flows=("book",), prior=prior)
    assert got.lang == prior
    assert [told(c) for c in got.commands if c.do == "cannot_handle"] == []
    assert got.entities["dob"] == "1955-05-05"
