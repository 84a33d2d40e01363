"""The stop on sending: set and lifted by a person, for all processes at once; what is due waits meanwhile."""

from datetime import datetime

from agent.model.audit import AuditEvent
from agent.model.halt import Halt
from agent.ports import NewId, Tx


def stop(tx: Tx, by: str, now: datetime, new_id: NewId, *, everything: bool = False) -> Halt:
    """From the next claim on nothing goes to a phone but emergency wording, and with `everything` not even that.
    Stopped already: the newer order counts."""
    halt = Halt(by=by, at=now, everything=everything)
    tx.sends.halt(halt)
    why = "everything" if everything else "all but emergency wording"
    tx.audit.write(AuditEvent(id=new_id(), at=now, actor=by, tag="sends:stopped", subject="sends", why=why))
    return halt


def start(tx: Tx, by: str, now: datetime, new_id: NewId) -> bool:
    """What waited is checked anew and goes out. False when nothing was stopped."""
    if not tx.sends.resume():
        return False
    tx.audit.write(AuditEvent(id=new_id(), at=now, actor=by, tag="sends:started", subject="sends"))
    return True
