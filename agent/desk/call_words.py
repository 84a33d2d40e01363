"""What of a call's words was heard by the caller, and what staff are told before they take it."""

import re
import unicodedata

from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, speak
from agent.dialogue.wording import placeholders, render
from agent.model.effect import Say
from agent.model.task import OPEN

_READ_BACK = ("opening", "date", "time", "dob", "name", "phone", "provider", "location")


def interrupted(desk: Desk, call_id: str, rows: tuple[str, ...], heard: str) -> bool:
    """The caller spoke over these rows when `heard` was out. True where every value that was read back was."""
    now = desk.clock()
    with desk.store.begin() as tx:
        for row in rows[-1:]:
            tx.outbox.mark(row, "sent", now, failure="interrupted")
        call = tx.calls.get(call_id)
        held = tx.conversations.get(call.conversation) if call else None
    if held is None or not held.last_keys:
        return True
    said, voice = held.last_keys[-1], desk.voice(held, now)
    message = voice.content.message(held.locale, said["key"], "voice")
    named = placeholders(message.text) if message else frozenset[str]()
    values = [v for n, v in said.get("values", {}).items() if n in named and n in _READ_BACK]
    there = _plain(heard)
    return all(_plain(speak(voice, value)) in there for value in values)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\W+", "", "".join(c for c in folded if not unicodedata.combining(c)))


def summary(desk: Desk, answer: Answer) -> str:
    """What staff are told before they take a call, in their language: in which language it is, about what, how urgent;
    nobody's name, since a machine may listen; under which number the request stands."""
    held = answer.conversation
    about = [f.flow for f in reversed(held.frames)]
    with desk.store.begin(write=False) as tx:
        open_ones = [t for t in tx.tasks.of(held.id) if t.status in OPEN]
    to_staff = _to_staff(desk)
    says = [Say(key="whisper.from")]
    if any(t.kind == "urgent" for t in open_ones):
        says.append(Say(key="whisper.urgent"))
    says.append(Say(key="whisper.language", values={"language": {"as": "language", "value": held.locale}}))
    if about:
        topic = {"as": "key", "value": desk.content.flows[about[0]].title}
        says.append(Say(key="whisper.about", values={"topic": topic}))
    wanted = max((t.number for t in open_ones if t.kind in ("handoff", "urgent", "callback")), default=None)
    if wanted is not None:
        says.append(Say(key="whisper.number", values={"number": wanted}))
    return " ".join(render(to_staff, say).text for say in (*says, Say(key="whisper.take")))


def waiting(desk: Desk, answer: Answer, *, nobody: bool) -> str:
    """What a caller hears while the staff's telephones ring, in their own language."""
    voice = desk.voice(answer.conversation, desk.clock())
    return render(voice, Say(key="voice.waiting.nobody" if nobody else "voice.waiting")).text


def who(desk: Desk, answer: Answer) -> str:
    """What the colleague who has taken the call hears before they are joined: a machine has pressed no key."""
    held, said = answer.conversation, Say(key="whisper.joined")
    told = (f.slots["name"] for f in reversed(held.frames) if "name" in f.slots and f.slots["name"].value)
    name = held.facts.get("name") or next(told, None)
    with desk.store.begin(write=False) as tx:
        known = tx.patients.get(held.patient) if held.patient and held.identity == "verified" else None
    if known is not None:
        said = Say(key="whisper.known", values={"name": known.name})
    elif name is not None:
        said = Say(key="whisper.named", values={"name": str(name.value)})
    return render(_to_staff(desk), said).text


def gone(desk: Desk) -> str:
    """What whoever comes to the telephone too late hears."""
    return render(_to_staff(desk), Say(key="whisper.gone")).text


def _to_staff(desk: Desk) -> Voice:
    return Voice(desk.content, desk.clinic, desk.clinic.language_of_staff, "voice", desk.clock())


def of_own_call(desk: Desk, locale: str, key: str, whom: str = "") -> str:
    """What a call that we made says to a machine, to whoever takes it, and, with `whom`, to somebody else at their
    number: no reason, and the clinic by the name that says no more than it must."""
    voice = Voice(desk.content, desk.clinic, locale, "voice", desk.clock())
    values = {"clinic": desk.clinic.alias or desk.clinic.name, **({"whom": whom} if whom else {})}
    return render(voice, Say(key=key, values=values)).text
