"""After a visit whoever has agreed to calls is asked by telephone how they are, as reminders are told: nothing to a
machine, nothing to somebody else; what is worse, and silence, reach a nurse."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.desk.world import MONDAY
from tests.outgoing import OPENING, Outgoing, outgoing

PRIVATE = ("Rosa", "visit", "procedure", "biopsy", "skin", "Okafor", "how", "better")


@pytest.fixture(scope="module")
def out() -> Iterator[Outgoing]:
    with outgoing(now=MONDAY + timedelta(days=1)) as out:
        yield out


def test_a_person_is_asked_by_telephone_and_says_that_they_are_better(out: Outgoing) -> None:
    _, made = out.to_ask()
    caller = out.ring()
    (opening,) = caller.wait()
    assert OPENING in opening
    assert not any(word in opening for word in PRIVATE)
    (who,) = caller.press("1")
    assert "Am I speaking with Rosa" in who
    assert not any(word in who for word in PRIVATE[2:])
    (question,) = caller.say("yes this is Rosa")
    assert "how Rosa has been since the visit" in question
    assert "say or press 3" in question
    assert not any(word in question for word in PRIVATE[2:6])
    assert out.check_in(made).state == "asked"
    (thanks,) = caller.press("1")
    assert "I've noted that" in thanks
    assert "write" not in thanks
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "answered"
    assert out.texts() == []
    assert out.nothing_rings()


@pytest.mark.parametrize(("words", "language"), [("much better, thank you", "en"), ("mucho mejor gracias", "es"),
    ("the same", "en"), ("besser, danke", "de"), ("많이 나아졌어요", "ko"), ("أحسن الحمد لله", "ar")])  # fmt: skip
def test_words_for_better_and_the_same_are_heard(out: Outgoing, words: str, language: str) -> None:
    who, made, caller, _ = out.asked(language)
    caller.say(words)
    assert out.check_in(made).state == "answered"
    assert out.tasks(who) == []
    caller.hang_up()


def test_worse_by_key_is_an_urgent_task_for_a_nurse(out: Outgoing) -> None:
    who, made, caller, _ = out.asked()
    said = " ".join(caller.press("3"))
    (task,) = out.tasks(who)
    assert (task.kind, task.role, task.priority, task.reason) == ("message", "nurse", "urgent", "check_in")
    assert task.proposal["name"] == "Rosa Marin"
    assert task.proposal["appointment"]["id"] == made.id
    assert str(task.number) in said
    assert "here" not in said.split()
    caller.hang_up()
    assert out.check_in(made).task == task.id


@pytest.mark.parametrize(
    ("words", "language"),
    [("worse, I have a fever and it is red", "en"), ("peor, tengo fiebre y está rojo", "es"),
     ("pire, j'ai de la fièvre et c'est rouge", "fr")],
)  # fmt: skip
def test_worse_in_words_reaches_a_nurse_with_the_words_and_the_nearest_passage(
    out: Outgoing, words: str, language: str
) -> None:
    who, made, caller, _ = out.asked(language)
    caller.say(words)
    (task,) = out.tasks(who)
    assert task.role in ("nurse", "clinician")
    assert task.priority != "routine"
    assert words in task.proposal.values()
    assert task.proposal["name"] == "Rosa Marin"
    assert task.proposal["nearest"]
    assert out.check_in(made).task == task.id
    caller.hang_up()


def test_danger_takes_the_emergency_path_at_every_point_of_the_call(out: Outgoing) -> None:
    for keys in ("", "1", "11"):
        who, made = out.to_ask()
        caller = out.ring()
        caller.wait()
        for key in keys:
            caller.press(key)
        said = caller.say("I can't breathe, my chest hurts")
        assert any("911" in words for words in said)
        (task,) = out.tasks(who)
        assert (task.kind, task.proposal["name"]) == ("urgent", "Rosa Marin")
        caller.hang_up()
        out.until_over(caller, made)
        assert (out.check_in(made).state, out.check_in(made).task) == ("answered", task.id)
        assert out.texts() == []


def test_a_family_that_shares_a_number_is_asked_after_each_by_name(out: Outgoing) -> None:
    who, made = out.to_ask()
    _, other = out.to_ask(number=who.phones[0], name="Luis Marin")
    seen = []
    for _ in range(2):
        caller = out.ring()
        caller.wait()
        named = "Luis" if "Luis" in " ".join(caller.press("1")) else "Rosa"
        assert f"how {named} has been" in " ".join(caller.press("1"))
        caller.press("1")
        caller.hang_up()
        caller.over()
        seen.append(named)
    assert sorted(seen) == ["Luis", "Rosa"]
    assert [out.check_in(m).state for m in (made, other)] == ["answered", "answered"]


@pytest.mark.parametrize(
    "language", ["es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl"]
)  # fmt: skip
def test_every_language_with_a_voice_is_asked_in_it(out: Outgoing, language: str) -> None:
    who, made, caller, question = out.asked(language)
    known = out.world.desk.content.message(language, "checkin.ask_called", "voice")
    assert known is not None
    assert known.text.split("{whom}")[-1].strip() in question
    said = " ".join(caller.press("3"))
    (task,) = out.tasks(who)
    assert (task.role, task.priority, task.language) == ("nurse", "urgent", language)
    assert str(task.number) in said
    assert out.check_in(made).task == task.id
    caller.hang_up()


@pytest.mark.parametrize(
    ("words", "language"),
    [("I'm her son, I look after her", "en"), ("no, but I take care of him", "en"), ("soy su hija, yo la cuido", "es"),
     ("제가 보호자예요", "ko"), ("我照顾她", "zh"), ("ich bin der Sohn, ich kümmere mich um sie", "de")],
)  # fmt: skip
def test_who_looks_after_them_answers_for_them_and_alarms_nobody(out: Outgoing, words: str, language: str) -> None:
    who, made = out.to_ask(language)
    caller = out.ring()
    caller.wait()
    caller.press("1")
    caller.say(words)
    assert out.tasks(who) == []
    assert out.check_in(made).state == "asked"
    caller.press("2")
    assert out.check_in(made).state == "answered"
    caller.hang_up()


def test_whoever_says_only_who_they_are_is_asked_once_more(out: Outgoing) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    assert "Am I speaking with Rosa" in " ".join(caller.say("I'm her husband"))
    assert (out.tasks(who), out.check_in(made).state) == ([], "calling")
    caller.hang_up()


def test_who_wants_a_person_is_put_through_and_silence_still_counts(out: Outgoing) -> None:
    _, made, caller, _ = out.asked()
    caller.call.staff_answers = True
    caller.press("0")
    caller.until("person")
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "asked"
