"""Calls by keys alone, on Twilio's stand-in: whoever is never understood still gets a request prepared, and is told
what staff will ask."""

import pytest

from tests.telephone import Caller, Telephone, telephone

LANGUAGES = {"en": "", "es": "2", "fr": "3", "pt": "4", "de": "5", "it": "6", "pl": "7", "ru": "8", "ar": "92",
             "hi": "93", "zh": "94", "vi": "95", "ko": "96", "tl": "97", "ht": "98"}  # fmt: skip


def pressed(caller: Caller, keys: str) -> list[str]:
    """Each key an answer of its own; what the last one is answered."""
    said: list[str] = []
    for key in keys:
        said = caller.press(key)
    return said


def dialled(line: Telephone, caller: Caller, keys: str) -> list[str]:
    """Keys of one number."""
    for key in keys[:-1]:
        line.run(caller.call.press(key))
    return caller.press(keys[-1])


@pytest.mark.parametrize("way", ["gather", "relay"])
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_visit_is_asked_for_with_keys_alone(way: str, language: str) -> None:
    with telephone(voice=way) as line:
        texts = line.world.desk.content.messages[language]
        caller = line.answered()
        pressed(caller, LANGUAGES[language])
        menu = pressed(caller, "1")
        assert texts["pattern.which"].text in menu[-1]
        assert texts["booking.ask_reason"].text in pressed(caller, "1")[-1]
        assert texts["voice.keys.soonest"].text in pressed(caller, "2")[-1]  # a physical
        assert texts["booking.offer"].text in pressed(caller, "1")[-1]
        name = pressed(caller, "2")
        assert name == [texts["booking.ask_name.again@voice"].text, texts["voice.keys.leave"].text]
        birth = pressed(caller, "1")
        assert birth[0] == texts["voice.keys.left"].text
        assert birth[-1] == texts["voice.keys.dob"].text
        back = dialled(line, caller, "19850314")[-1]
        assert "1985" in back
        assert texts["booking.read_back.unnamed"].text.split("{dob}")[1].split(". ")[-1].split("。")[-1] in back
        assert line.tasks() == []  # nothing is asked for before the yes
        pressed(caller, "1")
        (task,) = line.tasks()
        assert (task.kind, task.status, task.proposal["dob"]) == ("booking", "requested", "1985-03-14")
        assert task.proposal["opening"]["visit_type"] == "physical"
        assert "name" not in task.proposal
        assert {e.field for e in task.evidence} == {"appointment_type", "opening", "dob"}
        assert caller.say("")[0] == texts["courtesy.good"].text
        assert caller.say("")[0] == texts["courtesy.goodbye@voice"].text
        caller.over()


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag not in ("en", "es", "ar")])
def test_every_language_of_the_desk_takes_a_booking_by_keys(language: str) -> None:
    with telephone(voice="gather") as line:
        caller = line.answered()
        pressed(caller, LANGUAGES[language] + ("" if language == "ht" else "1"))
        pressed(caller, "19111")  # something else, the first free time, the first of them, no name
        dialled(line, caller, "19640308")
        pressed(caller, "1")
        (task,) = line.tasks()
        assert (task.kind, task.proposal["dob"], task.language) == ("booking", "1964-03-08", language)
        assert "reason" not in task.proposal
        assert line.conversation().frames == ()


def test_whoever_is_not_heard_is_offered_the_keys_and_whoever_speaks_is_not_read_lists() -> None:
    with telephone() as line:
        caller = line.answered()
        assert "If you would rather use the keys, press 1." in caller.say("")
        assert caller.say("I need an appointment")[-1] == "What is the visit for?"
        assert "For Annual physical, say or press 2." in caller.say("")[-1]
        assert "Which day would suit you" in caller.say("the second one")[-1]
        assert line.conversation().frames[-1].slots["appointment_type"].value == "physical"
        assert "first free time" not in caller.said[-1]  # they are heard
        caller.say("next tuesday")
        named = caller.press("1")  # a time by key, from somebody who is heard
        assert named == ["What is the patient's full name and date of birth?"]


def test_what_was_only_keyed_can_still_be_said_and_zero_is_a_person_everywhere() -> None:
    with telephone(voice="gather") as line:
        caller = line.answered(staff=True)
        pressed(caller, "11")
        assert caller.say("a sore throat") == ["Which day would suit you?"]
        assert line.conversation().frames[-1].slots["reason"].value == "sore throat"
        caller.press("0")
        caller.until("person")


def test_a_move_by_keys_asks_for_no_code_that_could_not_be_sent() -> None:
    with telephone() as line:
        caller = line.answered()
        pressed(caller, "121")
        assert "Which day would suit you for the new time?" in dialled(line, caller, "19850314")[-1]
        pressed(caller, "111")
        (task,) = line.tasks()
        assert (task.kind, task.proposal["dob"]) == ("reschedule", "1985-03-14")


def test_the_colleague_who_takes_such_a_call_is_told_no_name() -> None:
    with telephone(rest=True) as line:
        caller = line.answered(staff=True)
        pressed(caller, "112121")
        caller.press("0")
        caller.until("person")
        assert not any("None" in words for words in caller.call.whispered)


def test_a_caller_who_withholds_their_number_is_asked_where_to_reach_them() -> None:
    with telephone(voice="gather") as line:
        caller = line.answered("anonymous")
        pressed(caller, "112121")
        asked = dialled(line, caller, "19850314")
        texts = line.world.desk.content.messages["en"]
        assert asked[-1] == texts["voice.keys.phone"].text
        for key in "2125550188":
            line.run(caller.call.press(key))
        assert "Our staff will ask you for the name." in caller.press("#")[-1]
        pressed(caller, "1")
        (held,) = [c for c, _ in line.recent() if c.channel == "voice"]
        with line.world.desk.store.begin(write=False) as tx:
            (task,) = tx.tasks.of(held.id)
        assert (task.kind, task.proposal["phone"]) == ("booking", "+12125550188")
