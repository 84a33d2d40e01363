"""What staff find wrong: reported from any page, answered by an admin, and the reporter sees when it is fixed."""

from agent.desk.desk import Desk
from agent.model.fault import Refused
from agent.model.patient import StaffUser
from agent.model.wording import N_
from agent.model.wrong import Wrong, WrongKind, WrongStatus
from agent.ports import Tx

MOST = 1000  # characters
KINDS: dict[WrongKind, str] = {
    "heard": N_("It misunderstood the patient"),
    "wording": N_("The wording is wrong"),
    "time": N_("The time or place is wrong"),
    "person": N_("It is the wrong person"),
    "urgency": N_("Too urgent, or not urgent enough"),
    "screen": N_("This page is wrong"),
    "other": N_("Something else"),
}
ANSWERS: dict[WrongStatus, str] = {
    "new": N_("new"),
    "in-work": N_("being worked on"),
    "fixed": N_("fixed"),
    "as-meant": N_("works as it is meant to"),
}


def report(
    desk: Desk, by: StaffUser, subject: str, kind: str, words: str, conversation: str | None = None
) -> Wrong:  # fmt: skip
    """`subject` is the console's path of what it is about. Raises Refused for an unknown kind or too many words."""
    words, now = words.strip(), desk.clock()
    chosen = next((k for k in KINDS if k == kind), None)
    if chosen is None:
        raise Refused("choose what is wrong")
    if len(words) > MOST:
        raise Refused("at most %(most)s characters", most=MOST)
    wrong = Wrong(
        id=desk.new_id(), clinic=desk.clinic.id, subject=subject, kind=chosen, words=words, by=by.id, at=now,
        found_in=desk.content.revision, conversation=conversation,
    )  # fmt: skip
    with desk.store.begin() as tx:
        tx.wrongs.add(wrong)
        desk.record(tx, f"staff:{by.id}", "wrong:reported", wrong.id, now, data={"kind": kind})
    return wrong


def answer(desk: Desk, by: StaffUser, id: str, status: str, words: str) -> Wrong:
    """What became of it; "fixed" names the content that is live now. Raises Refused."""
    words, now = words.strip(), desk.clock()
    chosen = next((s for s in ANSWERS if s == status and s != "new"), None)
    if chosen is None:
        raise Refused("choose what became of it")
    if len(words) > MOST:
        raise Refused("at most %(most)s characters", most=MOST)
    with desk.store.begin() as tx:
        wrong = tx.wrongs.get(id)
        if wrong is None or wrong.clinic != desk.clinic.id:
            raise Refused("there is no such report")
        told = wrong.model_copy(update={
            "status": chosen, "answer": words, "answered_by": by.id, "answered_at": now, "seen": False,
            "revision": desk.content.revision if chosen == "fixed" else "",
        })  # fmt: skip
        tx.wrongs.save(told)
        desk.record(tx, f"staff:{by.id}", f"wrong:{chosen}", id, now)
    return told


def unseen_by(tx: Tx, user: StaffUser) -> int:
    """How many of their own reports were answered since they last looked."""
    return sum(w.by == user.id and w.answered_at is not None and not w.seen for w in tx.wrongs.all(user.clinic))


def unanswered_by(tx: Tx, user: StaffUser) -> int:
    """How many reports wait for this person's answer: an admin's business, nobody else's."""
    return sum(w.status == "new" for w in tx.wrongs.all(user.clinic)) if user.role == "admin" else 0


def seen_by(desk: Desk, tx: Tx, user: StaffUser) -> list[Wrong]:
    """Their own reports, or all for an admin, newest first; their answered ones count as seen from now on."""
    rows = [w for w in tx.wrongs.all(desk.clinic.id) if user.role == "admin" or w.by == user.id]
    for wrong in rows:
        if wrong.by == user.id and wrong.answered_at is not None and not wrong.seen:
            tx.wrongs.save(wrong.model_copy(update={"seen": True}))
    return rows
