"""Rows to send, and why staff were told of some."""

from typing import Any

from agent.desk.rows_of_words import reply_of_person
from agent.model.message import Outbound
from tests.desk.world import World


def queued(world: World, text: str = "a word from us", **more: Any) -> Outbound:
    """A row of the outbox in the stranger's conversation."""
    if not more.pop("known", False):
        try:
            world.conversation()
        except AssertionError:
            world.say("hello")
            world.carrier.taken.clear()
            world.carrier.status_urls.clear()
    held, now = world.conversation(), world.clock()
    row = reply_of_person(world.desk, held, text, world.staff().id, now).model_copy(update=more)
    with world.desk.store.begin() as tx:
        tx.outbox.add(row)
    return row


def reasons(world: World) -> list[str]:
    return [t.reason for t in world.open_tasks()]
