"""Drafts of wording and what becomes of them: saved side by side, proposed, published, taken back; with audit."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from agent.desk.desk import Desk
from agent.model.edit import OPEN, Change, Edit, Item, Items, Proposal, Revision
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.ports import Tx

TOPIC = "content"  # rung when something else was published
MOST_REASON = 500  # characters
MOST_EDITS = 2000  # in one draft
_CRISIS = ("safety.", "consent.")


Then = Callable[[Tx], None]


class Arrival(NamedTuple):
    """One item out of a file: what it would be, what is published (None: nothing), and the version of the draft's edit
    that was looked at (0: none)."""

    key: str
    value: Item
    was: Item | None
    version: int


class Clash(Conflict):
    """Somebody else saved this item meanwhile; `kept` is what they wrote (None: they took their edit back)."""

    def __init__(self, kept: Edit | None) -> None:
        super().__init__("somebody else has changed this meanwhile")
        self.kept = kept


def nothing(tx: Tx) -> None:
    """What is done beside a save where nothing is."""


def save(
    desk: Desk, by: StaffUser, key: str, value: Item | None, was: Item | None, version: int, then: Then = nothing
) -> Edit | None:  # fmt: skip
    """The item in the draft; no value, or one equal to what is published (`was`), takes it out, and None is answered.
    `version`: of the edit that `by` had before them, 0 for none; `then`: done in the same transaction. Raises Clash,
    Refused."""
    now, clinic = desk.clock(), desk.clinic.id
    with desk.store.begin() as tx:
        kept = tx.content.edit(clinic, key)
        if (kept.version if kept else 0) != version:
            raise Clash(kept)
        then(tx)
        if value is None or value == was:
            if kept is not None:
                tx.content.drop(clinic, key, version)
            return None
        if kept is None and len(tx.content.edits(clinic)) >= MOST_EDITS:
            raise Refused("a draft holds at most %(most)s changes: publish some of them first", most=MOST_EDITS)
        edit = Edit(clinic=clinic, key=key, value=value, was=was, by=by.id, at=now, version=version)
        saved = tx.content.put(edit)
        if kept is None or kept.by != by.id:
            desk.record(tx, f"staff:{by.id}", "content:edited", key, now)
        return saved


def lay(desk: Desk, tx: Tx, by: StaffUser, arrivals: Sequence[Arrival]) -> list[str]:
    """All of them into the draft; the keys that hold something else now. Raises Clash where one of them was changed
    since it was looked at, Refused."""
    now, clinic = desk.clock(), desk.clinic.id
    kept, changed = {e.key: e for e in tx.content.edits(clinic)}, []
    for key, value, was, version in arrivals:
        have = kept.get(key)
        if (have.version if have else 0) != version:
            raise Clash(have)
        if value != was:
            edit = Edit(clinic=clinic, key=key, value=value, was=was, by=by.id, at=now, version=version)
            kept[key] = tx.content.put(edit)
            changed.append(key)
        elif kept.pop(key, None) is not None:
            tx.content.drop(clinic, key, version)
            changed.append(key)
    if len(kept) > MOST_EDITS:
        raise Refused("a draft holds at most %(most)s changes: publish some of them first", most=MOST_EDITS)
    return changed


def save_together(desk: Desk, by: StaffUser, arrivals: Sequence[Arrival], then: Then = nothing) -> None:
    """Several items of one page into the draft, all or none. Raises Clash, Refused."""
    with desk.store.begin() as tx:
        then(tx)
        for key in lay(desk, tx, by, arrivals):
            desk.record(tx, f"staff:{by.id}", "content:edited", key, desk.clock())


def take(desk: Desk, by: StaffUser, arrivals: Sequence[Arrival], file: str, digest: str) -> None:
    """Everything that came in a translator's file, into the draft at once or not at all. `file`: what it was, such as
    `es/xliff`; `digest`: of its bytes. Raises Clash where one of them was changed since it was looked at, Refused."""
    with desk.store.begin() as tx:
        lay(desk, tx, by, arrivals)
        desk.record(tx, f"staff:{by.id}", "content:imported", file, desk.clock(),
                    data={"changes": len(arrivals), "file": digest})  # fmt: skip


def drop(desk: Desk, by: StaffUser, key: str, version: int) -> None:
    """Takes one edit out of the draft. Raises Conflict when it has changed meanwhile."""
    with desk.store.begin() as tx:
        tx.content.drop(desk.clinic.id, key, version)
        desk.record(tx, f"staff:{by.id}", "content:edit-dropped", key, desk.clock())


def needs_second(changes: tuple[Change, ...]) -> bool:
    """Safety phrases, crisis and consent wording, and a language that goes live or out of service, need the eyes of two
    people."""
    return any(c.key.startswith("safety/") or _name(c.key).startswith(_CRISIS) or _goes_live(c) for c in changes)


def _goes_live(change: Change) -> bool:
    """Does a language begin to be spoken to patients, or end?"""
    states = {(item or {}).get("state") for item in (change.before, change.after)}
    return change.key.startswith("language/") and "live" in states and len(states) > 1


def _name(key: str) -> str:
    kind, _, rest = key.partition("/")
    return rest.partition("/")[2] if kind == "message" else ""


def propose(desk: Desk, by: StaffUser, reason: str) -> Proposal:
    """The draft as it stands, to be rehearsed and then published. Raises Refused."""
    reason, now, clinic = " ".join(reason.split()), desk.clock(), desk.clinic.id
    if not reason:
        raise Refused("say why: your colleagues will read it in the history")
    if len(reason) > MOST_REASON:
        raise Refused("the reason has at most %(most)s characters", most=MOST_REASON)
    with desk.store.begin() as tx:
        if any(p.state in OPEN for p in tx.content.proposals(clinic)):
            raise Refused("a proposal is open already: publish or withdraw it first")
        edits, head = tx.content.edits(clinic), tx.content.head(clinic)
        changes = tuple(Change(key=e.key, before=e.was, after=e.value) for e in edits)
        if not changes:
            raise Refused("there is nothing to publish")
        items = {**_items(tx, clinic, head), **{e.key: e.value for e in edits}}
        proposal = Proposal(
            id=desk.new_id(), clinic=clinic, on=head, items=items,
            changes=changes, edits={e.key: e.version for e in edits}, author=by.id, reason=reason,
            second=needs_second(changes), at=now,
        )  # fmt: skip
        tx.content.propose(proposal)
        desk.record(tx, f"staff:{by.id}", "content:proposed", proposal.id, now, why=reason)
    desk.bus.ring("proposals", proposal.id)
    return proposal


def withdraw(desk: Desk, by: StaffUser, id: str) -> Proposal:
    """The proposal goes, the draft stays. Raises Refused."""
    with desk.store.begin() as tx:
        found = open_one(desk, tx, id)
        saved = tx.content.save_proposal(found.model_copy(update={"state": "withdrawn", "due": None}))
        desk.record(tx, f"staff:{by.id}", "content:withdrawn", id, desk.clock())
        return saved


def agree(desk: Desk, by: StaffUser, id: str) -> Proposal:
    """The second person has read it. Raises Refused."""
    with desk.store.begin() as tx:
        found = open_one(desk, tx, id)
        if found.author == by.id:
            raise Refused("another person than its author has to agree")
        saved = tx.content.save_proposal(found.model_copy(update={"reviewer": by.id}))
        desk.record(tx, f"staff:{by.id}", "content:agreed", id, desk.clock())
        return saved


def publish(desk: Desk, by: StaffUser | None, id: str, content: str, base: str) -> Revision:
    """What was proposed and rehearsed serves from the end of this transaction on; the draft's edits that it holds go,
    those saved again meanwhile stay. `by`: None where its time has come. `content`, `base`: hashes of the whole with
    and without the items. Raises Refused, Conflict when something else was published meanwhile."""
    now, clinic = desk.clock(), desk.clinic.id
    with desk.store.begin() as tx:
        found = open_one(desk, tx, id)
        may_serve(found)
        if by is None and (found.due is None or found.due > now):
            raise Refused("its time was taken back")
        if found.on != tx.content.head(clinic):
            raise Conflict("something else was published meanwhile: withdraw this and propose it anew")
        revision = Revision(
            clinic=clinic, number=found.on + 1, content=content, base=base, items=found.items, changes=found.changes,
            author=found.author, reviewer=found.reviewer, reason=found.reason, at=now,
        )  # fmt: skip
        tx.content.publish(revision)
        tx.content.save_proposal(found.model_copy(update={"state": "published", "lease_until": None}))
        for key, version in found.edits.items():
            kept = tx.content.edit(clinic, key)
            if kept is not None and kept.version == version:
                tx.content.drop(clinic, key, version)
            elif kept is not None:
                tx.content.put(kept.model_copy(update={"was": found.items[key]}))
        timed = {"timed_by": found.timed_by} if by is None else {}
        desk.record(tx, f"staff:{by.id}" if by else "agent", "content:published", str(revision.number), now,
                    why=found.reason, data={"content": content, **timed})  # fmt: skip
    desk.bus.ring(TOPIC, str(revision.number))
    return revision


def may_serve(found: Proposal) -> None:
    """Raises Refused for a proposal that is not rehearsed, or that a second person has not agreed to."""
    if found.state == "faulty":
        raise Refused("it has faults to be mended")
    if found.state != "checked":
        raise Refused("it has not been rehearsed yet")
    if found.second and (found.reviewer is None or found.reviewer == found.author):
        raise Refused(
            "a second person has to agree: it holds safety phrases, crisis or consent wording, or a language goes live"
        )


def restore(desk: Desk, by: StaffUser, number: int, reason: str, content: str, base: str) -> Revision:
    """Publishes again what an older revision published, in one step; 0: the files alone. Raises Refused, Conflict."""
    reason, now, clinic = " ".join(reason.split())[:MOST_REASON], desk.clock(), desk.clinic.id
    if not reason:
        raise Refused("say why: your colleagues will read it in the history")
    with desk.store.begin() as tx:
        head = tx.content.head(clinic)
        if not 0 <= number < head:
            raise Refused("that is what serves now")
        old, now_items = _items(tx, clinic, number), _items(tx, clinic, head)
        changed = sorted(k for k in {*old, *now_items} if old.get(k) != now_items.get(k))
        changes = tuple(Change(key=k, before=now_items.get(k), after=old.get(k)) for k in changed)
        revision = Revision(
            clinic=clinic, number=head + 1, content=content, base=base, items=dict(old), changes=changes,
            author=by.id, reason=reason, at=now, undoes=head,
        )  # fmt: skip
        tx.content.publish(revision)
        desk.record(tx, f"staff:{by.id}", "content:restored", str(revision.number), now, why=reason,
                    data={"content": content, "to": number})  # fmt: skip
    desk.bus.ring(TOPIC, str(revision.number))
    return revision


def open_one(desk: Desk, tx: Tx, id: str) -> Proposal:
    """The proposal, not yet published or withdrawn. Raises Refused."""
    found = tx.content.proposal(id)
    if found is None or found.clinic != desk.clinic.id:
        raise Refused("there is no such proposal")
    if found.state == "published":
        raise Refused("it is published already")
    if found.state not in OPEN:
        raise Refused("it is withdrawn already")
    return found


def _items(tx: Tx, clinic: str, number: int) -> Items:
    found = tx.content.revision(clinic, number) if number else None
    return found.items if found is not None else {}
