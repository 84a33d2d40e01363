"""CANCEL in answer to a text of the desk: a carrier takes it as an opt-out, the patient may mean the visit. It must be
both: no further text, and a person who hears of it."""

import re
from collections import Counter
from datetime import timedelta

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.missed import mark
from agent.desk.reminders import remind
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.patient import Patient
from tests.desk.bulked import YEAR, on_file, recall, visits
from tests.desk.world import MONDAY, World
from tests.prove.ground import Ground
from tests.prove.sending import number_of

PROMISE = "CANCEL in answer to a reminder, a recall or another text of the desk is not lost"
WAYS = ("CANCEL", "Cancel", "cancel.")
SITUATIONS = ("reminded", "recalled", "missed", "only a visit", "nothing")
SIZE = f"15 languages, {len(SITUATIONS)} situations, {len(WAYS)} spellings; every message of every language linted"
_WORDS = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT)\b")


def answered(languages: tuple[str, ...], ways: tuple[str, ...] = WAYS) -> Counter[str]:
    """Situation -> people who said it, each stopped and with a request that a person sees."""
    world, done = World(), Counter[str]()
    people: list[tuple[str, str, Patient]] = []
    for language in languages:
        for situation in SITUATIONS:
            for way in ways:
                people.append((situation, way, on_file(world.desk, number_of(len(people)), "Ana Torres", language)))
    visited(world, people)
    world.clock.now = MONDAY
    for situation, way, who in people:
        number = Address(channel="sms", value=who.phones[0])
        said = world.say(way, number.value)
        with world.desk.store.begin(write=False) as tx:
            assert tx.optouts.stopped(number), (situation, way, who.language)
        assert len(said) <= 1, said
        if situation != "nothing":  # somebody who has never heard from us asks for nothing but peace
            open_ones = [t for t in world.tasks(number.value) if t.status == "requested"]
            assert open_ones, (situation, way, who.language)
        done[situation] += 1
    assert world.faults == []
    world.close()
    return done


def visited(world: World, people: list[tuple[str, str, Patient]]) -> None:
    """Each has what their situation says, and has heard of it."""
    told: dict[str, list[Appointment]] = {"missed": []}
    world.clock.now = MONDAY - timedelta(days=1)
    for n, (situation, _, who) in enumerate(people):
        if situation in ("reminded", "only a visit"):
            days = 2 if situation == "reminded" else 30
            visits(world.desk, who, MONDAY + timedelta(days=days, hours=1), lane=n)
        elif situation == "recalled":
            visits(world.desk, who, MONDAY - YEAR, lane=n)
        elif situation == "missed":
            told["missed"].append(visits(world.desk, who, MONDAY - timedelta(days=1, hours=2), "followup", lane=n))
    for visit in told["missed"]:
        mark(world.desk, world.staff(), visit.id)
    made = recall(world.desk, world.staff())
    if made.reasons:
        bulk.agree(world.desk, made.id, world.staff("clinician"))
    for stage in (1, 2, 3):
        with world.desk.store.begin(write=False) as tx:
            people_of = bulk.stage_sizes(tx, made)[stage]
        if people_of:
            bulk.release(world.desk, made.id, world.staff(), stage)
            world.clock.pass_time(minutes=2)
            _out(world)
    world.clock.now = MONDAY
    for _ in range(4):  # the clinic's texts leave at a pace
        world.clock.pass_time(minutes=1)
        _out(world)
    heard = {m.to.value for _, m in world.carrier.taken}
    silent = [s for s, _, who in people if s in ("reminded", "recalled", "missed") and who.phones[0] not in heard]
    assert silent == [], Counter(silent)


def _out(world: World) -> None:
    bulk_out(world.desk)
    remind(world.desk)
    world.settle()


def linted(world: World) -> int:
    """No approved message tells anybody to write a word that a carrier takes; how many were read."""
    count = 0
    for tag in world.desk.content.live:
        for key, message in world.desk.content.messages[tag].items():
            for text in (message.text, *message.plural):
                assert key.startswith("consent.") or not _WORDS.search(text), (tag, key)
                count += 1
    return count


def prove(_: Ground) -> str:
    world = World()
    languages = tuple(sorted(world.desk.content.live))
    count = linted(world)
    world.close()
    done = answered(languages)
    told = ", ".join(f"{n} {situation}" for situation, n in done.items())
    return (
        f"{sum(done.values())} people ({told}), all stopped, each one's request with a person; {count} messages linted"
    )
