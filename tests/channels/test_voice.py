"""The telephone adapter alone: keys, voices and TwiML; and the stand-in refuses what Twilio refuses."""

import json

import pytest

from agent.demo.twilio_relay import wrong_frame
from agent.demo.twilio_twiml import BadTwiml, parse, spoken
from agent.model.message import Outbound
from agent.model.question import Offered, Question
from channels import voice, voice_relay, voice_twiml
from tests import shared
from tests.desk.world import MONDAY, World
from tests.telephone import telephone

YES_NO = Question(
    "run", "book", "confirmed", "bool", tuple(Offered(f"confirmed={w}", w == "yes", {}) for w in ("yes", "no"))
)


def asking(slot: str) -> Question:
    return Question("run", "book", slot, slot)


@pytest.mark.parametrize(
    ("keys", "asked", "meant"),
    [
        ("0", None, ("digits", "0", voice.PERSON)),
        ("*", None, ("digits", "*", voice.REPEAT)),
        ("2", YES_NO, ("choice", "2", "confirmed=no")),
        ("3", YES_NO, ("digits", "3", None)),
        ("0", asking("dob"), ("digits", "0", voice.PERSON)),
        ("03141985", asking("dob"), ("digits", "03/14/1985", None)),
        ("19850314", asking("name"), ("digits", "1985-03-14", None)),
        ("7185550133#", asking("phone"), ("digits", "7185550133", None)),
    ],
)
def test_keys_mean_what_a_caller_means(keys: str, asked: Question | None, meant: tuple[str, str, str | None]) -> None:
    assert voice.pressed(keys, asked) == meant


def test_who_dictates_is_not_interrupted_half_way() -> None:
    assert voice.more_to_come("seven one eight", asking("phone"))
    assert not voice.more_to_come("718 555 0133", asking("phone"))
    assert voice.more_to_come("Ana", asking("name"))
    assert not voice.more_to_come("next Tuesday", asking("date"))


def test_every_live_language_has_a_voice_and_what_is_also_english_is_english() -> None:
    content = shared.content()
    known = voice.tongues(content.languages, content.live)
    assert set(known) == set(content.live)
    assert [t.locale for t in known.values() if t.lent] == ["ht"]
    row = Outbound(
        id="1", conversation="c", channel="voice", to=World().inbound("x").sender, text="Llame al 911.\nCall 911.",
        locale="es", created_at=MONDAY, due_at=MONDAY, extra={"english": ["Call 911."]},
    )  # fmt: skip
    assert [(text, t.locale) for text, t in voice.lines([row], known)] == [("Llame al 911.", "es"), ("Call 911.", "en")]


def test_what_a_person_typed_is_escaped_and_gather_always_goes_on() -> None:
    known = voice.tongues(shared.content().languages, ("en",))
    twiml = voice_twiml.gather(
        "https://x.example", [("<Hangup/> & \x0b“Zoé”", known["en"])], known["en"], 3, YES_NO, "a,b"
    )
    verbs = parse(twiml.replace("\x0b", " "))
    assert [v.name for v in verbs] == ["Gather", "Redirect"]
    assert verbs[0].inner[0].text.startswith("<Hangup/> & ")
    assert verbs[0].get("bargeIn") == "false"  # a read-back is heard out
    assert verbs[1].text.endswith("?step=3")


def test_sentences_go_out_one_by_one_and_nothing_of_them_is_lost() -> None:
    text = "I have two. First: 9:00 AM! 好的。好。 Which one?"
    frames = [json.loads(f) for f in voice_relay.text(text, "en-US", interruptible=False)]
    assert "".join(f["token"] for f in frames) == text
    assert [f["last"] for f in frames] == [False] * (len(frames) - 1) + [True]
    assert not any(f["interruptible"] for f in frames)


def test_milliseconds_come_as_number_and_text_and_new_keys_are_passed_over() -> None:
    for ms in (460, "460"):
        frame = voice_relay.decode(
            json.dumps({"type": "interrupt", "utteranceUntilInterrupt": "Let", "durationUntilInterruptMs": ms, "x": []})
        )
        assert isinstance(frame, voice_relay.Interrupt)
        assert frame.utterance_until_interrupt == "Let"
    assert voice_relay.decode('{"type": "brandnew"}') is None


@pytest.mark.parametrize(
    "twiml",
    [
        "<Response><Say>a & b</Say></Response>", "<Response><Shout/></Response>", "<Response/><Response/>",
        '<Response><Say voice="Polly.Nobody">x</Say></Response>', '<Response><Gather color="red"/></Response>',
        '<Response><Connect><ConversationRelay url="https://x"/></Connect></Response>',
        '<Response><Connect><ConversationRelay url="wss://x" ttsLanguage="tlh"/></Connect></Response>',
        "<!DOCTYPE x><Response/>", "<Response>" + " " * 70_000 + "</Response>",
    ],
)  # fmt: skip
def test_twiml_that_twilio_refuses_ends_the_call(twiml: str) -> None:
    with pytest.raises(BadTwiml):
        parse(twiml)


def test_the_stand_in_judges_our_frames_as_twilio_does() -> None:
    slow = json.loads(voice_relay.text("Tom & Ann: 9 < 10. Yes?", "en-US", interruptible=True, slow=True)[0])["token"]
    for good in ("x", "a < b & c", slow):
        assert wrong_frame({"type": "text", "token": good, "last": True}) == ""
    assert spoken(slow) == "Tom & Ann: 9 < 10. "
    for marks in ('<prosody rate="75%">x', "<shout>x</shout>", "<break/>a & b"):
        assert wrong_frame({"type": "text", "token": marks})
    for bad in ({"type": "text"}, {"type": "text", "token": "x", "last": "yes"}, {"type": "language"}, {"type": "say"},
                {"type": "language", "ttsLanguage": "tlh"}, {"type": "end", "handoffData": {}}, []):  # fmt: skip
        assert wrong_frame(bad)


def test_ten_malformed_frames_in_a_row_close_the_socket_and_nine_do_not() -> None:
    with telephone() as line:
        caller = line.answered()
        for _ in range(9):
            line.run(caller.call.relays[-1].send_raw("{"))
        assert "Which day" in caller.say("I need an appointment, my knee hurts")[-1]
        for _ in range(10):
            line.run(caller.call.relays[-1].send_raw("{"))
        assert "the line broke" in caller.wait()[0]
        assert len(caller.call.relays) == 2


def test_a_bare_stop_is_asked_about_and_plain_words_are_not() -> None:
    for meant in ("stop texting me", "unsubscribe", "no me manden más mensajes", "please don't text me anymore"):
        assert voice.stop_said(meant) == "words", meant
    for bare in ("stop", "Stop!", "quit", "basta", "стоп", "alto"):
        assert voice.stop_said(bare) == "maybe", bare
    for other in ("cancel", "can you text me", "stop by the office on Monday", ""):
        assert voice.stop_said(other) == "", other


@pytest.mark.parametrize("way", ["relay", "gather"])
def test_a_language_is_chosen_by_key_each_offered_in_its_own_voice(way: str) -> None:
    with telephone(voice=way) as line:
        caller = line.answered()
        said = {u.text: u.lang for u in caller.call.said}
        assert said["Para español, marque 2."] in ("es-US", "Polly.Lupe-Neural")
        assert caller.said.index("For more languages, press 9.") > next(
            n for n, s in enumerate(caller.said) if "How can I help" in s
        )
        assert caller.press("9")[-1] == "Pou kreyòl ayisyen, peze 8."
        assert caller.press("2")[0] == "بكل سرور، نتابع بالعربية."
        assert caller.call.said[-1].lang in ("ar-AE", "Polly.Hala-Neural")
        assert line.conversation().locale == "ar"
        caller.say("بدي موعد")
        held = line.conversation()
        caller.press("3")  # of no menu any more
        assert (line.conversation().locale, held.locale) == ("ar", "ar")


def test_keys_of_languages_are_repeated_until_something_is_understood_and_a_clinic_of_one_has_none() -> None:
    with telephone() as line:
        caller = line.answered()
        assert "Para español, marque 2." in caller.say("xkq vrrt")
        assert not any("marque" in s for s in caller.say("where can I park"))
        line.world.desk.clinic = line.world.desk.clinic.model_copy(update={"languages": ("en",)})
        assert not any("press 9" in s or "marque" in s for s in line.answered("+12125550199").said)
        line.world.desk.clinic = line.world.desk.clinic.model_copy(update={"languages": ("en", "ht")})
        other = line.answered("+12125550198")
        assert other.said[-1] == "Pou kreyòl ayisyen, peze 2."
        other.press("2")
        assert not any("Kijan mwen ka ede" in s for s in other.said), "asks what it cannot hear answered"
        assert "Pou pran yon nouvo randevou, peze 1" in other.said[-1]
        assert "M ap konekte ou" in other.say("")[0]


@pytest.mark.parametrize("way", ["relay", "gather"])
def test_a_key_where_nothing_is_asked_leads_to_what_people_call_for_by_key(way: str) -> None:
    with telephone(voice=way) as line:
        caller = line.answered()
        assert "For a new visit, say or press 1" in caller.press("1")[-1]
        assert any("214 Prospect Lane" in s for s in caller.press("5"))  # the hours, and then nothing is asked again
        assert "For a new visit, say or press 1" in caller.press("7")[-1]
        assert caller.press("1")[-1].startswith("What is the visit for? For Office visit, say or press 1.")
        assert line.tasks() == []
