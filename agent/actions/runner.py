"""Runs rasa-sdk actions in this process; accepts slots and a follow-up back, and never a word for the patient."""

import asyncio
import copy
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from structlog import get_logger

from agent.actions import built_in
from agent.actions.context import Context, Rules, current
from agent.model.clinic import Clinic
from agent.model.conversation import Conversation
from agent.model.fault import Refused, SendFault
from agent.ports import ActionAnswer, Calendar, NewId, Tx
from agent.understand.passages import Passages


class _OwnLoop:
    """A thread's event loop, closed with the thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def __del__(self) -> None:
        self.loop.close()


# Of the thread, not of a desk: a desk is thrown away by the garbage collector, which closes nothing in order.
_threads = threading.local()


def _loop() -> asyncio.AbstractEventLoop:
    own = getattr(_threads, "own", None)
    if own is None:
        own = _threads.own = _OwnLoop()
    return own.loop


def draw_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


class InProcessActions:
    """See `agent.ports.Actions`. Call it from threads without a running event loop."""

    def __init__(
        self,
        clinic: Clinic,
        calendar: Calendar,
        new_id: NewId,
        rules: Rules,
        *,
        draw_code: Callable[[], str] = draw_code,
        more: Iterable[Action] = (),
        passages: Passages | None = None,
    ) -> None:
        self._clinic, self._calendar, self._new_id = clinic, calendar, new_id
        self._rules, self._draw_code = rules, draw_code
        self._passages = passages or Passages({})
        self.executor = ActionExecutor()
        for action in (*built_in(), *more):
            self.executor.register_action(action)

    def run(self, name: str, tx: Tx, conversation: Conversation, slots: dict[str, Any], now: datetime) -> ActionAnswer:
        """The action's slots, or `failed`: what it raised. Conflict, Busy and their kin rise: the turn begins anew."""
        at = Context(
            tx=tx,
            conversation=conversation,
            clinic=self._clinic,
            calendar=self._calendar,
            now=now,
            new_id=self._new_id,
            draw_code=self._draw_code,
            rules=self._rules,
            passages=self._passages,
        )
        token = current.set(at)
        try:
            events = self._call(name, conversation.id, slots)
        except (Refused, SendFault):
            raise
        except Exception as fault:  # whatever an action raises, the desk goes on with a person
            get_logger().error("action_failed", action=name, fault=type(fault).__name__)
            return ActionAnswer(slots={}, failed=fault)
        finally:
            current.reset(token)
        accepted, followup = _accepted(events, slots)
        found = at.found
        return ActionAnswer(
            accepted, followup, patient=found.patient, identity=found.identity, outbound=tuple(found.outbound)
        )

    def _call(self, name: str, sender: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        # Tracker.from_dict keeps our very objects: it gets copies, so that no action can change a conversation
        tracker = {"sender_id": sender, "slots": copy.deepcopy(slots), "latest_message": {}, "events": []}
        call = {"next_action": name, "tracker": tracker, "domain": {}, "domain_digest": None}
        result = _loop().run_until_complete(self.executor.run(call))
        return list(result.events) if result else []


def _accepted(events: list[dict[str, Any]], slots: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Of all that an action may say, what the desk takes."""
    accepted: dict[str, Any] = {}
    followup: str | None = None
    for event in events:
        match event.get("event"):
            case "slot":
                accepted[str(event["name"])] = event.get("value")
            case "reset_slots":
                accepted = dict.fromkeys(slots)
            case "followup":
                followup = str(event["name"])
    return accepted, followup
