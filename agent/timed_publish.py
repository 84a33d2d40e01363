"""Publishes what was set for a time, when the time has come: checked once more, by one process, or told why not."""

from structlog import get_logger

from agent.content import ContentFault
from agent.desk import editing, timing
from agent.desk.desk import Desk
from agent.model.edit import Proposal
from agent.model.fault import Refused
from agent.workbench import Workbench


def publish_due(desk: Desk, bench: Workbench | None = None) -> bool:
    """True when one's time had come. A process that dies amid it leaves it to another one."""
    found = timing.claim(desk)
    if found is None:
        return False
    why = timing.why_not(desk, found)
    if not why:
        why = _published(desk, found, bench or Workbench(desk))
    if why:
        get_logger().error("publish_refused")
        timing.give_up(desk, found, why)
    return True


def _published(desk: Desk, found: Proposal, bench: Workbench) -> str:
    """Why it is not; empty when it is."""
    try:
        content, base = bench.hashes(found.items)
        if (found.report or {}).get("content", content) != content:
            return "the files have changed since the rehearsal"
        faults = bench.faults(found.items)
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            return f"it has a fault now: {faults[0].rstrip('.')}{more}"
        editing.publish(desk, None, found.id, content, base)
    except (Refused, ContentFault) as refused:
        return str(refused)
    return ""
