"""Promise 39, its calls: who answers says that it is a machine, first and last, and when asked."""

from agent.desk import calls
from agent.model.address import Address
from agent.model.message import Inbound
from tests.desk.world import World
from tests.prove.ground import Ground
from tests.telephone import Telephone, telephone

PROMISE = "The machine says that it is one, as a call begins, as it ends, and when asked"
SIZE = "a call in every live language: first words, “are you a person?”, last words; by relay and by Gather"


def disclosed(languages: int) -> str:
    """Raises AssertionError where a call begins or ends otherwise, or a plain question is not answered plainly."""
    with telephone() as line:
        live = line.world.desk.content.live[:languages]
        for tag in live:
            _by_relay(line, tag)
    for tag in live:
        _answers(tag)
    with telephone(voice="gather") as line:
        caller = line.ring()
        assert caller.wait()[0] == _text(line.world, "en", "greeting.disclosure")
    return f"{len(live)} languages"


def _by_relay(line: Telephone, tag: str) -> None:
    line.world.desk.clinic = line.world.clinic.model_copy(update={"default_language": tag})
    caller = line.ring(f"+1212555{line.world.desk.content.live.index(tag):04d}")
    caller.wait()
    first = caller.call.said[0]
    assert first.text == _text(line.world, tag, "greeting.disclosure"), tag
    assert not first.interruptible, f"{tag}: the disclosure can be talked over"


def _answers(tag: str) -> None:
    """Asked whether it is a person, where that can be heard, and at the end."""
    world = World()
    world.desk.clinic = world.clinic.model_copy(update={"default_language": tag})
    call, sender = f"CA{'1' * 32}", Address(channel="voice", value="+12125550188")
    talk = calls.begin(world.desk, call, sender, "relay").conversation.id
    calls.look(world.desk, call)
    asks = str(world.desk.content.rows["repairs"][tag]["human_question"][0])
    inbound = Inbound(
        id=world.desk.new_id(), clinic=world.clinic.id, channel="voice", text=asks, sender=sender, kind="speech",
        provider_id=f"{call}:1", received_at=world.clock(),
    )  # fmt: skip
    answer = calls.take(world.desk, inbound, call, talk)
    said = " ".join(row.text for row in answer.rows or calls.spoken(world.desk, call))
    if world.desk.content.languages[tag].speech is None:  # no recogniser hears the question: a person is fetched
        assert answer.call.wish == "person", f"{tag}: {asks} -> {said}"
    else:
        assert _text(world, tag, "answer.human") in said, f"{tag}: {asks} -> {said}"
    calls.farewell(world.desk, call)
    assert calls.spoken(world.desk, call)[-1].text == _text(world, tag, "voice.closing")
    world.close()


def _text(world: World, tag: str, key: str) -> str:
    message = world.desk.content.message(tag, key, "voice")
    assert message is not None, f"{tag}: {key}"
    return message.text.replace("{clinic}", world.clinic.name)


def prove(_: Ground) -> str:
    return disclosed(99)
