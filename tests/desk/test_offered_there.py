"""Who was offered a time by text answers in a chat or on the telephone: one offer, one answer, one request."""

import re
from datetime import timedelta

import pytest

from agent.desk import decide
from agent.desk.receive import receive
from agent.desk.sweep import sweep
from agent.model.address import Address, Channel
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from tests.desk.test_vacancies import ANA, TIME, Line
from tests.desk.waitlisted import asks, entry, given_up, visit_at, visit_of
from tests.desk.world import JON, World

GOT = "I got a text about an earlier appointment, yes I'd like it"
WHO = ("Ana Torres", "March 3 1980")
HANDLE = "0" * 32


def heard_there(world: World, text: str, address: Address) -> None:
    """The words arrive; nothing is answered yet."""
    world.clock.pass_time(seconds=1)
    world.count += 1
    receive(world.desk, Inbound(
        id=world.desk.new_id(), clinic=world.clinic.id, channel=address.channel, sender=address, text=text,
        provider_id=f"{address.value}-{world.count}", received_at=world.clock(),
        kind="speech" if address.channel == "voice" else "text",
    ))  # fmt: skip


def there(world: World, *texts: str, channel: Channel = "chat", handle: str = HANDLE) -> list[str]:
    """What the desk says to the last of these, in that other conversation."""
    address, said = Address(channel=channel, value=handle), list[str]()
    for text in texts:
        heard_there(world, text, address)
        before = len(_lines(world, address))
        world.settle()
        if channel == "voice":
            _spoken(world, address)
        said = [text for text in _lines(world, address)[before:] if text != texts[-1]]
    return said


def _spoken(world: World, address: Address) -> None:
    """The call has said everything; what goes out by text is sent after that."""
    with world.desk.store.begin() as tx:
        held = tx.conversations.by_address(world.clinic.id, address)
        rows = [tx.outbox.get(line.id) for line in tx.conversations.thread(held.id)] if held else []
        for row in rows:
            if row is not None and row.channel == "voice" and row.state == "queued":
                tx.outbox.mark(row.id, "sent", world.clock())
    world.settle()


def _lines(world: World, address: Address) -> list[str]:
    with world.desk.store.begin(write=False) as tx:
        held = tx.conversations.by_address(world.clinic.id, address)
        return [line.text for line in tx.conversations.thread(held.id)] if held else []


def held(world: World, handle: str = HANDLE, channel: Channel = "chat") -> Conversation:
    with world.desk.store.begin(write=False) as tx:
        found = tx.conversations.by_address(world.clinic.id, Address(channel=channel, value=handle))
    assert found is not None
    return found


def code(world: World) -> str:
    """The newest code, which went to Ana's number."""
    to, drawn = codes(world)[-1]
    assert to == ANA
    return drawn


def codes(world: World) -> list[tuple[str, str]]:
    """(to, code) of each that was sent."""
    texts = [(m.to.value, re.findall(r"\d{6}", m.text)) for _, m in world.carrier.taken
             if "identity.code" in m.keys]  # fmt: skip
    return [(to, found[0]) for to, found in texts if found]


def asked(
    channel: Channel = "chat", handle: str = HANDLE, said: str = GOT, ana: str = "en", born: str = WHO[1]
) -> tuple[Line, list[str]]:
    """Ana, who was offered a time by text, has said who she is somewhere else, with the code."""
    world = Line(second=False, ana=ana)
    assert len(world.frees()) == 1
    there(world, said, WHO[0], born, channel=channel, handle=handle)
    return world, there(world, code(world), channel=channel, handle=handle)


@pytest.mark.parametrize(("channel", "handle"), [("chat", HANDLE), ("voice", ANA), ("sms", "+12125550177")])
def test_the_offer_is_put_again_and_a_yes_is_one_request_in_the_thread_where_it_was_made(
    channel: Channel, handle: str
) -> None:
    world, (question, *_) = asked(channel, handle)
    assert "Wednesday, March 4 at 10:00" in question
    assert world.states() == ["open"]  # a yes before the time was said takes nothing
    before = len(world.carrier.taken)
    (told,) = there(world, "yes please", channel=channel, handle=handle)
    assert "not booked yet" in told
    assert "text you by" in told
    (task,) = [t for t in world.open_tasks() if t.kind == "booking"]
    assert str(task.number) in told
    assert task.conversation == world.conversation(ANA).id
    assert world.states() == ["accepted"]
    assert entry(world.desk, world.ana).state == "asked"
    texts = [m.text for _, m in world.carrier.taken[before:] if m.to.value == ANA]
    assert len(texts) == 1
    assert f"#{task.number}" in texts[0]
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert [to for to, text in world.passes(minutes=1) if "Confirmed" in text] == [ANA]
    assert entry(world.desk, world.ana).state == "done"


def test_a_later_yes_by_text_makes_no_second_request() -> None:
    world, _ = asked()
    there(world, "yes")
    assert "It is not booked yet. Request #" in world.say("1", ANA)[0]
    assert [t.kind for t in world.open_tasks()] == ["booking"]
    assert world.states() == ["accepted"]


HEARD = {
    "en": "Got your message about the earlier appointment, I'll take it",
    "es": "Me mandaron un mensaje de una cita antes, sí la quiero",
    "fr": "Bonjour, j'ai reçu un SMS pour un rendez-vous plus tôt, je suis intéressée",
    "pt": "Recebi uma mensagem que abriu um horário, eu quero",
    "de": "Ich habe eine SMS bekommen, dass ein früherer Termin frei ist, den nehme ich gern",
    "it": "Ho ricevuto un messaggio che si è liberato un posto, lo prendo volentieri",
    "pl": "Dostałam SMS, że zwolnił się termin, chętnie przyjdę",
    "ru": "Мне пришло сообщение, что освободилось время, я согласна",
    "ar": "وصلتني رسالة أن هناك موعدًا أبكر وأنا أريده",
    "hi": "मुझे मैसेज आया कि पहले का समय खाली हुआ है, मुझे चाहिए",
    "zh": "你们发短信给我说有更早的空位，我想要",
    "vi": "Tôi nhận được tin nhắn là có giờ trống sớm hơn, tôi muốn lấy",
    "ko": "더 빠른 시간이 났다는 문자를 받았어요, 그 시간으로 할게요",
    "tl": "May natanggap po akong text na may mas maagang slot, gusto ko po",
    "ht": "Mwen resevwa yon mesaj ki di gen yon plas pi bonè, mwen vle l",
}


@pytest.mark.parametrize(("lang", "words"), HEARD.items(), ids=HEARD)
def test_it_is_heard_in_every_language(lang: str, words: str) -> None:
    world = World()
    there(world, words)
    assert [f.flow for f in held(world).frames] == ["time_offered"]
    assert held(world).locale == lang


def test_a_no_frees_it_for_the_next_and_asks_here_whether_to_stay() -> None:
    world = Line()
    world.frees()
    there(world, GOT, *WHO)
    there(world, code(world))
    (stay,) = there(world, "no thank you")
    assert "stay on the waitlist" in stay
    assert [text for to, text in world.passes(seconds=5) if to != ANA]
    assert world.states() == ["declined", "open"]
    assert "no longer on the waitlist" in there(world, "no")[0]
    assert entry(world.desk, world.ana).state == "left"
    assert "already passed on this time" in world.say("1", ANA)[0]
    assert world.states() == ["declined", "open"]
    assert [t for t in world.open_tasks() if t.kind == "booking"] == []


@pytest.mark.parametrize("who", [("Ana Torres", "March 4 1980"), ("Pedro Infante", "March 3 1980")])
def test_whoever_is_not_the_one_hears_the_same_and_no_text_goes_out(who: tuple[str, str]) -> None:
    world = Line(second=False)
    world.frees()
    mine, sent = there(world, GOT, *WHO), len(world.carrier.taken)
    theirs = there(world, GOT, *who, handle="1" * 32)
    assert theirs == mine
    assert len(world.carrier.taken) == sent
    assert "isn't right" in there(world, "123456", handle="1" * 32)[0]
    (left,) = there(world, "skip", handle="1" * 32)
    assert "until I'm sure who you are" in left
    assert [t.kind for t in world.open_tasks()] == ["callback"]
    assert world.states() == ["open"]


def test_nobody_guesses_on_and_on() -> None:
    world = Line(second=False)
    world.frees()
    for at in range(6):
        there(world, GOT, *WHO, handle=f"{at}" * 32)
    assert "To protect your privacy" in there(world, GOT, *WHO, handle="a" * 32)[0]
    assert len(codes(world)) == 5


def test_the_code_for_an_offer_opens_nothing_else() -> None:
    world = Line(second=False)
    world.frees()
    there(world, GOT, *WHO)
    drawn = code(world)
    there(world, "never mind", "when is my appointment?")
    assert "isn't right" in there(world, drawn)[0]
    assert held(world).identity == "unknown"


def test_a_time_that_is_over_is_told_truthfully() -> None:
    world, _ = asked()
    world.passes(minutes=61)
    assert "no longer free" in there(world, "yes")[0]
    assert world.states() == ["silent"]
    assert [t for t in world.open_tasks() if t.kind == "booking"] == []


def test_who_said_yes_by_text_hears_that_here() -> None:
    world = Line(second=False)
    world.frees()
    world.say("1", ANA)
    there(world, GOT, *WHO)
    assert "already said yes" in there(world, code(world))[0]
    there(world, "thanks")
    assert [t.kind for t in world.open_tasks()] == ["booking"]


def test_a_yes_by_text_while_the_question_stands_here_counts_once() -> None:
    world, _ = asked()
    world.say("1", ANA)
    assert "already said yes" in there(world, "yes")[0]
    assert [t.kind for t in world.open_tasks()] == ["booking"]


def test_while_a_person_has_the_text_thread_a_person_gets_this_too() -> None:
    world, _ = asked()
    talk = world.conversation(ANA)
    with world.desk.store.begin() as tx:
        tx.conversations.save(talk.model_copy(update={"mode": "staff"}), world.clock())
    assert "asked our staff" in there(world, "yes")[0]
    assert world.states() == ["open"]


def test_an_earlier_time_instead_of_a_visit_is_a_move_also_from_a_chat() -> None:
    world = World()
    visit = visit_at(world.desk, TIME)
    with world.desk.store.begin() as tx:
        (jon,) = tx.patients.by_phone(world.clinic.id, JON)
        mine = visit_of(world.desk, TIME + timedelta(days=5), "own").model_copy(update={"patient": jon.id})
        tx.appointments.add(mine, world.clock())
    task = asks(world.desk, JON, jon.name, dob=jon.dob.isoformat())
    decide.confirm(world.desk, task.id, task.version, world.staff(), jon.id)
    given_up(world.desk, visit.id)
    sweep(world.desk)
    world.settle()
    there(world, GOT, jon.name, "March 14 1985")
    (question,) = there(world, codes(world)[-1][1])
    assert "instead of Monday, March 9" in question
    assert "not booked yet" in there(world, "yes")[0]
    assert [t.kind for t in world.open_tasks()] == ["reschedule"]


PHRASES = {
    "es": ("me llegó un mensaje de que se liberó un horario", "3 de marzo de 1980", "sí", "todavía no"),
    "ar": ("وصلتني رسالة عن موعد أبكر، نعم أريده", "3 مارس 1980", "نعم", "غير مؤكد"),
    "ht": ("mwen resevwa yon mesaj pou yon randevou pi bonè", "3 mas 1980", "wi", "poko konfime"),
    "zh": ("我收到短信说有空位可以提前", "1980年3月3日", "要", "还没有预约"),
}


@pytest.mark.parametrize(("lang", "words"), PHRASES.items(), ids=PHRASES)
def test_it_is_heard_and_answered_in_their_own_language(lang: str, words: tuple[str, str, str, str]) -> None:
    world, _ = asked(said=words[0], ana=lang, born=words[1])
    assert words[3] in there(world, words[2])[0]
    assert held(world).locale == lang
    assert world.states() == ["accepted"]


@pytest.mark.parametrize(
    "words",
    ["can you text me if an earlier appointment comes up", "I got a text about my appointment tomorrow",
     "put me on the waitlist", "I want an earlier appointment", "I got your text about the bill",
     "Schicken Sie mir eine SMS, wenn ein früherer Termin frei wird", "有空位出来请通知我",
     "Pag may nabakanteng slot, text nyo lang ako", "Nếu có lịch trống sớm hơn xin báo cho tôi"],
)  # fmt: skip
def test_other_words_ask_for_no_offer(words: str) -> None:
    world = World()
    there(world, words)
    assert all(f.flow != "time_offered" for f in held(world).frames)


def test_in_the_thread_of_the_offer_it_is_answered_or_asked_again() -> None:
    world = Line(second=False)
    world.frees()
    assert "10:00" in world.say("I got your text about the earlier time", ANA)[0]
    assert [f.flow for f in world.conversation(ANA).frames] == ["vacancy"]
    assert "not booked yet" in world.say("yes please", ANA)[0]
