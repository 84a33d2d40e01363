"""The law of the clinic's place in the desk's own work: words that stop texts, and a person's share of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.desk.receive import receive
from agent.model.address import Address
from agent.model.bulk import Person
from agent.model.message import Inbound
from tests.desk.bulked import YEAR, on_file, recall, visits
from tests.desk.world import World

NUMBER = "+17185550171"


def text(world: World, words: str, id: str) -> None:
    """A text of which the channel's own tables made nothing."""
    sender = Address(channel="sms", value=NUMBER)
    receive(world.desk, Inbound(id=id, clinic=world.clinic.id, channel="sms", sender=sender, text=words,
                                provider_id=id, received_at=world.clock()))  # fmt: skip


def stopped(world: World) -> bool:
    with world.desk.store.begin(write=False) as tx:
        return tx.optouts.stopped(Address(channel="sms", value=NUMBER))


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("word", ["stop", "Quit", "END", "revoke", " Opt  out", "cancel.", "unsubscribe"])
def test_a_word_of_the_pack_alone_is_an_opt_out(world: World, word: str) -> None:
    assert world.desk.law.stop_words >= {" ".join(word.casefold().split()).strip(".")}
    text(world, word, "w1")
    assert stopped(world)


def test_the_same_words_about_a_visit_and_words_of_another_law_are_a_text(world: World) -> None:
    text(world, "please cancel my visit", "w1")
    text(world, "widerrufen", "w2")
    assert not stopped(world)
    pack = world.desk.content.packs["US"]
    clause = next(c for c in pack.clauses if c.optout)
    more = pack.model_copy(update={"clauses": (clause.model_copy(update={"optout": ("widerrufen",)}),)})
    world.desk.content = replace(world.desk.content, packs={**world.desk.content.packs, "US": more})
    text(world, "Widerrufen", "w3")
    assert stopped(world)


def told(world: World, patient: str, days_ago: float, place: int) -> None:
    """A bulk text about a visit went to the patient then."""
    now = world.clock()
    with world.desk.store.begin() as tx:
        sent = Person(bulk="b", clinic=world.clinic.id, patient=patient, about=f"v{place}", language="en")
        then = now - timedelta(days=days_ago)
        assert tx.bulk.place(sent, Address(channel="sms", value=NUMBER), f"{then:%Y-%m-%d}", f"m{place}", then)


@pytest.mark.parametrize(
    ("ago", "why", "own"),
    [
        ([], "", None), ([0.5], "share", None), ([2.0], "", None), ([2, 3, 4], "share", None), ([8, 9, 10], "", None),
        ([2.0], "share", 1),
    ],
)  # fmt: skip
def test_nobody_is_recalled_beyond_a_persons_share(world: World, ago: list[float], why: str, own: int | None) -> None:
    rules = world.clinic.bulk.model_copy(update={"texts_a_week": own})
    world.desk.clinic = world.clinic.model_copy(update={"bulk": rules})
    who = on_file(world.desk, NUMBER)
    visits(world.desk, who, world.clock() - YEAR)
    for place, days in enumerate(ago):
        told(world, who.id, days, place)
    made = recall(world.desk, world.staff())
    with world.desk.store.begin(write=False) as tx:
        assert [p.why for p in tx.bulk.people(made.id, limit=10)] == [why]
