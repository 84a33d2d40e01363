"""Nobody learns from the desk who is a patient here; a code goes to the number on file and nowhere else."""

import hashlib
import re

import pytest

from agent.desk.receive import receive
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.message import Line
from channels.chat import Said, inbound
from tests.desk.world import JON, World

KNOWN, NOBODY = ("Jon Smith", "March 14 1985"), ("Jon Smythe-Weber", "March 15 1961")


def chat(world: World, session: str, *texts: str) -> list[Line]:
    """A chat as the person at the page sees it."""
    address = Address(channel="chat", value=hashlib.sha256(session.encode()).hexdigest()[:32])
    for text in texts:
        world.clock.pass_time(seconds=1)
        world.count += 1
        frame = Said(t="say", client_id=f"{hashlib.sha256(session.encode()).hexdigest()[:8]}-{world.count}", text=text)
        receive(world.desk, inbound(
            frame, id=world.desk.new_id(), clinic=world.clinic.id, session=address, received_at=world.clock(),
        ))  # fmt: skip
        world.settle()
    held = _held(world, address)
    with world.desk.store.begin(write=False) as tx:
        return tx.conversations.thread(held.id)


def _held(world: World, address: Address) -> Conversation:
    with world.desk.store.begin(write=False) as tx:
        found = tx.conversations.by_address(world.clinic.id, address)
    assert found is not None
    return found


def said(lines: list[Line]) -> list[str]:
    return [line.text for line in lines if line.direction == "out"]


ASK = "when is my appointment?"


def test_promise_40_a_patient_and_a_stranger_read_the_same_words_in_chat(world: World) -> None:
    known, nobody = (chat(world, who[0], ASK, *who, "000000", "111111", "222222", ASK) for who in (KNOWN, NOBODY))
    plain = [re.sub(r"#\d+", "#", text) for text in said(known)]
    assert plain == [re.sub(r"#\d+", "#", text) for text in said(nobody)]
    assert len(plain) >= 5


def test_promise_40_the_code_goes_to_the_phone_on_file_and_is_not_in_the_chat(world: World) -> None:
    lines = chat(world, "a", ASK, *KNOWN)
    codes = [text for text in world.carrier.texts if re.search(r"\b\d{6}\b", text)]
    assert len(codes) == 1
    assert world.carrier.taken[-1][1].to.value == JON
    code = re.findall(r"\b\d{6}\b", codes[0])[0]
    assert not any(code in line.text for line in lines)
    chat(world, "a", code)
    assert _held(world, Address(channel="chat", value=hashlib.sha256(b"a").hexdigest()[:32])).identity == "verified"


def test_promise_40_nobody_guesses_on_and_on(world: World) -> None:
    """After five tries the source is locked out, in the same words whether or not the next guess is right."""
    for at in range(6):
        chat(world, f"guess-{at}", ASK, KNOWN[0], KNOWN[1])
    sent = len(world.carrier.texts)
    right = chat(world, "another", ASK, *KNOWN)
    for at in range(6):
        chat(world, f"wrong-{at}", ASK, NOBODY[0], NOBODY[1])
    wrong = chat(world, "one-more", ASK, *NOBODY)
    assert len(world.carrier.texts) == sent  # no more codes for anybody
    assert [re.sub(r"#\d+", "#", t) for t in said(right)] == [re.sub(r"#\d+", "#", t) for t in said(wrong)]
    world.clock.pass_time(minutes=16)
    chat(world, "later", ASK, *KNOWN)
    assert len(world.carrier.texts) == sent + 1


@pytest.mark.parametrize(
    "answers", [("Guadalupe Hernández", "12 de diciembre de 1979"), ("Mateo Hernández", "30 de mayo de 2016")]
)
def test_promise_40_a_shared_phone_is_told_apart_by_name_and_birth(world: World, answers: tuple[str, str]) -> None:
    shared = "+17185550132"
    for words in ("¿cuándo es mi cita?", *answers):
        world.say(words, shared)
    held = world.conversation(shared)
    with world.desk.store.begin(write=False) as tx:
        patient = tx.patients.get(str(held.patient))
    assert held.identity == "verified"
    assert patient is not None
    assert patient.name == answers[0]


def test_promise_40_a_strangers_phone_learns_nothing(world: World) -> None:
    for words in (ASK, *KNOWN):
        world.say(words)
    assert world.conversation().identity == "unknown"
    assert not any("Okafor" in text for text in world.carrier.texts)
