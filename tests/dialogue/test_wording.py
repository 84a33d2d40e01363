"""How approved messages read: times, lists, short texts, and words that can be spoken on the phone."""

import re
from datetime import date, time

import pytest

from agent.dialogue.spoken import Voice, at_time, day, speak
from agent.dialogue.wording import NotSayable, placeholders, render
from agent.model.effect import Say
from agent.model.message import Button
from tests.dialogue.talking import NOW, conversation, house, opening

clinic, content = house()
OF_WRITING = ("text.", "spelling.", "form.paused")  # said on the phone of a text message and of how a name is written
NOT_SPOKEN = ("consent.", "flow.", "task.", "option.", "identity.code", "error.media", "options.reply", "format.",
              "options.inline", "role.", "part.", "relation.", "term.", "why.", "reminder.soon",
              "waitlist.", "checkin.", "form.link", "form.page.", "form.offer", "bulk.",
              "document.", "visit.page.", "oncall.")  # fmt: skip
ONLY_WRITTEN = {
    "en": re.compile(r"#|\b(write|writes|writing|type|text|reply|click|choose)\b|\n|–|https?:|\[", re.I),
    "es": re.compile(r"#|\b(escrib\w+|responda|pulse|elija|haga clic)\b|\n|–|https?:|\[", re.I),
}


def voice(locale: str = "en", channel: str = "sms") -> Voice:
    return Voice(content, clinic, locale, channel, NOW)


def rendered(key: str, locale: str = "en", channel: str = "sms", **more: object) -> str:
    return render(voice(locale, channel), Say.model_validate({"key": key, **more})).text


@pytest.mark.parametrize(
    ("locale", "when", "words"),
    [("en", time(13, 45), "at 1:45 PM"), ("es", time(13, 45), "a la 1:45 p.m."), ("es", time(1), "a la 1:00 a.m."),
     ("es", time(12, 30), "a las 12:30 p.m."), ("es", time(9), "a las 9:00 a.m.")],
)  # fmt: skip
def test_one_o_clock_is_one_hour_in_spanish(locale: str, when: time, words: str) -> None:
    assert at_time(voice(locale), when) == words


def test_days_are_said_whole_in_sentences() -> None:
    assert day(voice(), date(2026, 11, 24)) == "Tuesday, November 24"
    assert day(voice("es"), date(2026, 11, 24)) == "martes, 24 de noviembre"
    assert speak(voice("es"), {"as": "dob", "value": "1980-03-12"}) == "12 de marzo de 1980"


def test_a_sentence_ends_with_one_stop() -> None:
    values = {"opens": {"as": "due", "value": "2026-11-24T13:00:00+00:00"}, "number": "7",
              "role": {"as": "key", "value": "role.front-desk"},
              "due": {"as": "due", "value": "2026-11-23T18:30:00+00:00"}}  # fmt: skip
    text = rendered("handoff.asked.closed", "es", values=values)
    assert "hasta el martes, 24 de noviembre a las 8:00 a.m. Ya" in text
    assert "hoy a la 1:30 p.m. Si" in text
    assert ".." not in text


OFFER = {"key": "booking.offer", "options": (
    {"label": {"as": "opening", "value": opening()}, "payload": "opening=a"},
    {"label": {"as": "key", "value": "option.more"}, "payload": "opening=more"},
)}  # fmt: skip
YES_NO = {"key": "courtesy.good", "options": (
    {"label": {"as": "key", "value": "option.yes"}, "payload": "confirmed=yes"},
    {"label": {"as": "key", "value": "option.no"}, "payload": "confirmed=no"},
)}  # fmt: skip


def test_choices_are_numbers_by_text_buttons_in_the_chat_and_sentences_by_phone() -> None:
    by_text = render(voice(), Say.model_validate(OFFER))
    assert by_text.text.splitlines()[1:] == [
        "1) Wed, Nov 25, 10:00 AM, Dr. Amara Okafor (Brooklyn)", "2) Other times", "Reply with the number.",
    ]  # fmt: skip
    in_chat = render(voice(channel="chat"), Say.model_validate(OFFER))
    assert in_chat.buttons[1] == Button(label="Other times", payload="opening=more")
    assert render(voice(channel="voice"), Say.model_validate(OFFER)).text.endswith(
        "For Wednesday, November 25 at 10:00 AM with Dr. Amara Okafor, Brooklyn, say or press 1. "
        "For other times, say or press 2."
    )
    assert render(voice(channel="voice"), Say.model_validate(YES_NO)).text.endswith(
        "Please say yes or press 1, or say no or press 2."
    )
    assert rendered(**YES_NO).endswith("Reply 1 (Yes) or 2 (No).")


@pytest.mark.parametrize("locale", ["en", "es"])
def test_what_is_said_on_the_phone_can_be_spoken(locale: str) -> None:
    spoken = [k for k in content.messages[locale] if "@" not in k and not k.startswith((*NOT_SPOKEN, *OF_WRITING))]
    assert len(spoken) > 90
    wrong = []
    for key in spoken:
        message = content.message(locale, key, "voice")
        assert message is not None
        found = ONLY_WRITTEN[locale].search(message.text.replace("call or text {crisis}", "call {crisis}"))
        if found:
            wrong.append(f"{key}: {found.group()!r} in “{message.text}”")
    assert wrong == []


def test_every_language_has_every_variant_for_the_phone() -> None:
    variants = {tag: {k for k in content.messages[tag] if k.endswith("@voice")} for tag in content.live}
    assert variants["es"] == variants["en"]


@pytest.mark.parametrize("locale", ["en", "es"])
def test_a_text_message_without_a_list_is_short(locale: str) -> None:
    values = {"number": "12", "staff": "Rosa Delgado", "name": "María López García", "crisis": "988",
              "emergency": "911",
              "opening": {"as": "opening", "value": opening("castellanos")}, "why": "",
              "role": {"as": "key", "value": "role.front-desk"}, "dob": {"as": "dob", "value": "1980-03-12"},
              "due": {"as": "due", "value": "2026-11-24T16:00:00+00:00"},
              "opens": {"as": "due", "value": "2026-11-24T13:00:00+00:00"}}  # fmt: skip
    keys = [k for k in content.messages[locale] if "@" not in k and not k.startswith(("facts.", "answer."))]
    long = {k: len(t) for k in keys if len(t := rendered(k, locale, values=values)) > 320}
    assert long == {}


def test_no_message_tells_the_reason_of_a_visit_after_it_was_asked_for_promise_41() -> None:
    """Only questions to the person who is writing may repeat what they said; receipts and reminders never do."""
    private = {"reason", "appointment_type", "message", "request", "dob", "relation"}
    telling = {k for k, m in content.messages["en"].items() if placeholders(m.text) & private}
    assert telling == {"booking.read_back", "booking.read_back.again", "booking.read_back.back",
                       "booking.read_back.unnamed"}  # fmt: skip
    assert all("appointment_type" not in placeholders(content.messages["en"][k].text) for k in telling)


def test_a_missing_translation_falls_back_to_english_and_a_missing_message_is_a_defect() -> None:
    assert rendered("courtesy.welcome", "nl") == "You're welcome."
    with pytest.raises(NotSayable):
        rendered("no.such.message")


def test_of_many_visits_only_the_next_five_are_read_out() -> None:
    visits = [{**opening(day=f"2026-12-{d:02}"), "id": str(d)} for d in range(20, 5, -1)]
    text = rendered("check.yours", values={"appointments": {"as": "openings", "value": visits}})
    assert text.splitlines()[1].startswith("- Sunday, December 6")
    assert len(text.splitlines()) == 6
    assert conversation().locale == "en"


@pytest.mark.parametrize(
    ("locale", "number", "words"),
    [("en", 1, "You have one upcoming visit:"), ("en", 2, "You have 2 upcoming visits."),
     ("ru", 1, "У вас впереди 1 приём:"), ("ru", 3, "У вас впереди 3 приёма."), ("ru", 5, "У вас впереди 5 приёмов."),
     ("pl", 1, "jest jedna wizyta:"), ("pl", 2, "są 2 wizyty."), ("pl", 5, "jest 5 wizyt."),
     ("ar", 1, "موعد قادم واحد"), ("ar", 2, "موعدان قادمان"), ("ar", 3, "3 مواعيد قادمة"), ("ar", 11, "11 موعدًا قادمًا"),
     ("tl", 4, "4 na appointment"), ("fr", 2, "Vous avez 2 rendez-vous à venir."), ("zh", 2, "2次看诊")],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_number_is_said_in_the_form_that_its_language_has_for_it(
    locale: str, number: int, words: str, channel: str
) -> None:
    visits = [{**opening(day=f"2026-12-{d:02}"), "id": str(d)} for d in range(1, number + 1)]
    values = {"appointments": {"as": "openings", "value": visits}, "count": number}
    assert words in rendered("check.yours", locale, channel, values=values)


@pytest.mark.parametrize(
    ("language", "before"), [("ru", "до на в во с к после перед от"), ("pl", "do na w we z ku po przed od")]
)
def test_a_day_stands_as_it_is_called_never_behind_a_word_that_would_bend_it(language: str, before: str) -> None:
    bent = re.compile(
        rf"(?:^|[ (])(?:{'|'.join(before.split())}) \{{(?:day|closed_day|visit|due|until|date|opening|former)\}}"
    )
    texts = house()[1].messages[language]
    assert [key for key, message in texts.items() if bent.search(message.text)] == []


@pytest.mark.parametrize("locale", sorted(content.live))
def test_a_clinic_whose_visits_all_take_as_long_says_one_number(locale: str) -> None:
    alike = clinic.model_copy(
        update={"visit_types": tuple(v.model_copy(update={"minutes": 20}) for v in clinic.visit_types)}
    )
    said = render(Voice(content, alike, locale, "sms", NOW), Say(key="answer.how_long.visit")).text
    assert said.count("20") == 1
    assert rendered("answer.how_long.visit", locale) != said
