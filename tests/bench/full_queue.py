"""Fills a demo's database with open tasks as its desk would have prepared them, before the desk is started."""

from datetime import timedelta
from random import Random
from typing import Any, cast

from agent.actions.openings import opening_dict
from agent.demo.seed import patients, seed
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.house import Hearing, content_of, open_desk
from agent.model.address import Address
from agent.model.calendar import OpeningRequest
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask
from agent.model.message import Inbound
from agent.settings import Settings
from agent.web.passwords import hash_password

_KINDS = ("booking", "message", "refill", "handoff", "callback", "billing", "records", "waitlist", "intake", "referral")
_WORDS = "I have had this for three days now and would like somebody to look at it, thank you"


def fill(settings: Settings, tasks: int) -> None:
    """The demo's people and diary, and `tasks` open tasks, each of a conversation with two messages."""
    content = content_of()
    hearing = Hearing(content, cast(Any, None), cast(Any, None))
    desk = open_desk(settings, content=content, channels={}, like=hearing)
    seed(desk.store, desk.clinic, desk.clock(), desk.new_id, hash_password)
    random, known = Random(1), patients(desk.clinic, desk.new_id)
    for n in range(tasks):
        _task(desk, random, n, known[n % len(known)].name)
    desk.store.close()


def _task(desk: Desk, random: Random, n: int, name: str) -> None:
    now = desk.clock() - timedelta(minutes=random.randint(1, 200))
    kind = _KINDS[n % len(_KINDS)]
    address = Address(channel="sms", value=f"+1415{n:07d}")
    held = Conversation(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", address=address, greeted=True,
                        locale=random.choice(desk.content.live), opened_at=now)  # fmt: skip
    with desk.store.begin() as tx:
        tx.conversations.add(held, now)
        words = Inbound(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=address, text=_WORDS,
                        provider_id=f"fill{n}", received_at=now)  # fmt: skip
        tx.inbox.store(words, held.id)
        proposal: dict[str, Any] = {"name": name, "message": _WORDS}
        if kind == "booking":
            wish = OpeningRequest(visit_type="office", limit=40)
            opening = random.choice(desk.calendar.openings(tx, wish, desk.clock()))
            proposal = {"name": name, "dob": "1980-03-14", "opening": opening_dict(desk.clinic, opening)}
        start = _WORDS.index("somebody")
        quote = {"field": "name", "quote": "somebody", "inbound": words.id, "span": (start, start + 8)}
        effect = OpenTask(kind=kind, proposal=proposal, evidence=(quote,), run=desk.new_id())  # type: ignore[arg-type]
        carry_out(desk, tx, held, (effect,), now)
