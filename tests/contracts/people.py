"""One patient with everything that the store keeps of a person, for the tests of privacy."""

from datetime import timedelta

from agent.model.address import Address
from agent.model.event import Event
from agent.model.message import Line
from agent.model.second_look import SecondLook
from agent.ports import Tx
from tests.contracts.samples import (
    NOW,
    appointment,
    audited,
    conversation,
    inbound,
    outbound,
    patient,
    task,
)

BOB = Address(channel="sms", value="+15550100002")


def look(n: int = 1) -> SecondLook:
    return SecondLook(id=f"look-{n}", clinic="k", inbound=f"in-{n}", lang="en", channel="sms", text="my knee",
                      heard="book", confidence=0.9, why="sample", at=NOW)  # fmt: skip


def fill(tx: Tx, n: int, who: Address) -> None:
    """Everything that is kept of one patient and their conversation."""
    talk, whom = f"c{n}", f"p-{n}"
    tx.patients.add(patient(n, phones=(who.value,)))
    tx.conversations.add(conversation(talk, address=who, patient=whom), NOW)
    tx.conversations.append(talk, [Event(name="Asked", data={"slot": "knee"})], f"in-{n}", NOW)
    tx.conversations.note(talk, Line(id=f"note-{n}", direction="in", author="note:u-1", text="limps", at=NOW))
    tx.inbox.store(inbound(n, sender=who), talk)
    tx.outbox.add(outbound(n, conversation=talk, to=who, provider_ids=(f"SMout{n}",)))
    tx.tasks.add(task(n, conversation=talk, key="k"))
    tx.looks.add(look(n))
    tx.appointments.add(appointment(f"a{n}", NOW - timedelta(days=9 + n), patient=whom, conversation=talk), NOW)
    tx.chats.open(f"token-{n}", talk, "https://a", NOW)
    tx.codes.issue(f"s{n}", "hash", whom, NOW)
    tx.audit.write(audited(n, subject=talk))


def read(tx: Tx, n: int) -> list[object]:
    """The same, opened."""
    talk, held = f"c{n}", tx.appointments.get(f"a{n}")
    return [
        tx.patients.get(f"p-{n}"), tx.conversations.get(talk), tx.conversations.events(talk), tx.inbox.get(f"in-{n}"),
        tx.outbox.get(f"out-{n}"), tx.tasks.of(talk), tx.looks.of("k", f"in-{n}"), held and held.visit_type,
        len(tx.conversations.thread(talk)),
    ]  # fmt: skip


def number(n: int) -> Address:
    """The number of the n-th patient."""
    return Address(channel="sms", value=f"+1555{n:07d}")
