"""STOP in any words: keywords, words that stand alone in fifteen languages, free phrases; then a send. And on the
telephone, where a bare word is asked about first."""

import time
from datetime import UTC, datetime
from pathlib import Path

from agent.desk import calls
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.send import drain
from agent.model.address import Address
from agent.model.message import Inbound
from agent.rehearsal_desk import Rehearsal
from agent.settings import ROOT
from channels.optout import by_language, decide
from channels.sms_data import table
from tests import shared
from tests.prove.ground import Ground
from tests.prove.sending import Clock, Ledger, desk_at, talk, text_to
from tests.shared import read_quickly

PROMISE = "STOP is honoured in any words"
SIZE = "8 keywords, every stop word of 15 languages and 50 free phrases in two, by text and by voice"
_SAID = ROOT / "tests" / "channels" / "optout.yaml"


def ways(path: Path = _SAID) -> list[str]:
    said = read_quickly(path.read_text(encoding="utf-8"))["stop"]
    words = [str(w) for block in by_language().values() for part in ("alone", "exact") for w in block.get(part, ())]
    keywords = table("optout/_provider")["provider"]["stop"]
    return list(dict.fromkeys([*keywords, *words, *(text for texts in said.values() for text in texts)]))


def stopped(desk: Desk, ledger: Ledger, said: list[str]) -> float:
    """Each is said by a person of their own; the text that staff send next is blocked. The longest wait, in s."""
    longest = 0.0
    for n, words in enumerate(said):
        held, wish = talk(desk, n), decide(words)
        assert wish.wish == "stop", words
        began = time.monotonic()
        receive(
            desk,
            Inbound(
                id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=held.address, text=words, kind="stop",
                provider_id=f"SM{n:032d}", received_at=desk.clock(), provider={"stop_word": wish.word or ""},
            ),
        )  # fmt: skip
        row = text_to(desk, held, "Please call us.", author="staff:rosa")
        with desk.store.begin() as tx:
            tx.outbox.add(row)
        while drain(desk):
            pass
        longest = max(longest, time.monotonic() - began)
        with desk.store.begin(write=False) as tx:
            kept = tx.outbox.get(row.id)
        assert kept is not None
        assert (kept.state, kept.failure) == ("blocked", "opted out"), words
    assert ledger.taken() == []
    return longest


def by_voice(said: list[str], now: datetime = datetime(2026, 3, 9, 14, tzinfo=UTC)) -> int:
    """Each is said in a call of its own, and said again where the desk has asked; where it says that it cannot hear
    that language, 1 is pressed as it asks. How many were asked about."""
    clinic, content, base, asked = shared.clinic(), shared.content(), None, 0
    for words in said:
        call = Rehearsal(clinic, content, now, channel="voice", base=base)
        base = base or call.desk
        number = Address(channel="sms", value=call.address.value)
        try:
            calls.begin(call.desk, "CA" + "0" * 32, call.address, "relay")
            call.say(words)
            if not _stopped(call.desk, number):
                asked += 1
                _agrees(call, words)
            assert _stopped(call.desk, number), words
        finally:
            call.close()
    return asked


def _agrees(call: Rehearsal, words: str) -> None:
    talk = call.conversation()
    assert talk is not None
    if call.desk.content.languages[talk.locale].speech is None:
        call.key("1")
    else:
        call.say(words)


def _stopped(desk: Desk, number: Address) -> bool:
    with desk.store.begin(write=False) as tx:
        return tx.optouts.stopped(number)


def prove(ground: Ground) -> str:
    ledger, said = Ledger(str(ground.folder() / "accepted")), ways()
    desk = desk_at("sqlite://", ledger, Clock())
    longest = stopped(desk, ledger, said)
    desk.store.close()
    spoken = [w for w in said if w.upper() != "CANCEL"]  # on the telephone it means the visit
    asked = by_voice(spoken)
    return (
        f"{len(said)} ways; no text went out, the slowest was known and blocked after {1000 * longest:.0f} ms; "
        f"by voice {len(spoken)}, {asked} of them asked about and said again"
    )
