"""Promise 32: what a caller has not heard is not agreed to."""

from agent.desk import call_words, calls
from agent.desk.calls import Answer
from agent.dialogue.spoken import speak
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from tests.desk.world import World
from tests.prove.ground import Ground

PROMISE = "Words that were cut off are not agreed to"
SIZE = "the read-back cut at every letter in every language spoken by telephone; at a tenth of them “yes” is said"
CALL = "CA" + "0" * 32


def _take(world: World, count: int, text: str, payload: str | None = None, *, cut: bool = False) -> Answer:
    inbound = Inbound(
        id=world.desk.new_id(), clinic=world.clinic.id, channel="voice", text=text, payload=payload,
        sender=Address(channel="voice", value="+12125550177"), kind="speech", received_at=world.clock(),
        provider_id=f"{CALL}:{count}", provider={"not_heard": "yes"} if cut else {},
    )  # fmt: skip
    return calls.take(world.desk, inbound, CALL, _talk(world))


def _at_read_back(world: World) -> Answer:
    calls.begin(world.desk, CALL, Address(channel="voice", value="+12125550177"), "relay")
    calls.look(world.desk, CALL)
    answer = None
    for count, words in enumerate(("I need an appointment, my knee hurts", "next Tuesday", "1", "Ana Torres",
                                   "March 3 1980")):  # fmt: skip
        answer = _take(world, count, words)
    assert answer is not None
    assert answer.asked is not None
    assert answer.asked.slot == "confirmed"
    return answer


def _in(world: World, locale: str) -> Answer:
    """The same question, put in another language."""
    with world.desk.store.begin() as tx:
        call = tx.calls.get(CALL)
        assert call is not None
        held = tx.conversations.get(call.conversation, lock=True)
        assert held is not None
        tx.conversations.save(held.model_copy(update={"locale": locale, "locale_asked": True}), world.clock())
    calls.again(world.desk, CALL)
    answer = calls.look(world.desk, CALL)
    assert answer is not None
    return answer


def _talk(world: World) -> str:
    with world.desk.store.begin(write=False) as tx:
        call = tx.calls.get(CALL)
    assert call is not None
    return call.conversation


def _values(world: World, held: Conversation) -> list[str]:
    said, voice = held.last_keys[-1]["values"], world.desk.voice(held, world.clock())
    return [speak(voice, said[name]) for name in ("opening", "name", "dob")]


def unheard(step: int, say_every: int) -> str:
    """Cuts at every `step`-th letter; at every `say_every`-th of these "yes" is said, and must not count. Raises
    AssertionError where it does, or where a read-back that was heard cannot be agreed to."""
    world, cuts, said = World(), 0, 0
    answer, count = _at_read_back(world), 100
    spoken = [tag for tag in world.desk.content.live if world.desk.content.languages[tag].speech]
    for locale in spoken:
        answer = _in(world, locale)
        text = answer.rows[-1].text.split("\n", 1)[1]
        values = _values(world, answer.conversation)
        ends = max(text.index(v) + len(v) for v in values)
        for at in range(0, len(text) + 1, step):
            heard = call_words.interrupted(world.desk, CALL, (answer.rows[-1].id,), text[:at])
            bare = text[: ends - 1].rstrip(" .,،。")  # signs that are not spoken do not count
            assert heard or at < ends, f"{locale}: all was out at {at}, and not believed"
            assert not heard or at >= len(bare), f"{locale}: believed at {at} of {ends}"
            cuts += 1
            if heard or cuts % say_every:
                continue
            said, count = said + 1, count + 1
            again = _take(world, count, "yes", "confirmed=yes", cut=True)
            assert not [t for t in _tasks(world) if t == "booking"], f"{locale}: agreed to unheard words at {at}"
            assert again.asked is not None
            assert again.asked.slot == "confirmed"
            assert values[0] in again.rows[-1].text, f"{locale}: not read back again, whole"
    _take(world, 99_999, "yes", "confirmed=yes")
    assert _tasks(world) == ["booking"]
    world.close()
    return f"{cuts:,} cuts in {len(spoken)} languages, {said} times “yes” to what was not heard: none counted"


def _tasks(world: World) -> list[str]:
    with world.desk.store.begin(write=False) as tx:
        call = tx.calls.get(CALL)
        assert call is not None
        return [t.kind for t in tx.tasks.of(call.conversation)]


def prove(_: Ground) -> str:
    return unheard(1, 10)
