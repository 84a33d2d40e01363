"""Instructions for after a visit: written by nurses and clinicians, in force only as a clinician has approved them."""

from collections.abc import Mapping, Sequence

from agent.desk.check_ins import plan_for
from agent.desk.desk import Desk
from agent.model.fault import Conflict, Refused
from agent.model.instructions import CheckInRule, Sheet, SheetText
from agent.model.patient import StaffUser
from agent.ports import Tx

WRITE, APPROVE = frozenset({"nurse", "clinician"}), frozenset({"clinician"})
LONGEST = 480  # characters of a passage: three texts
MOST_PASSAGES = 60  # of a sheet in one language
MOST_CHECK_INS = 8


def begin(
    desk: Desk, by: StaffUser, texts: Mapping[str, SheetText], rules: Sequence[CheckInRule], *, visit_type: str = "",
    appointment: str = "",
) -> Sheet:  # fmt: skip
    """The first draft, for a kind of visit or for one visit. Raises Refused for what cannot be a sheet."""
    _may(by, WRITE)
    with desk.store.begin() as tx:
        visit = tx.appointments.get(appointment) if appointment else None
        if visit is not None and (visit.clinic != desk.clinic.id or visit.patient is None):
            visit = None
        if visit is None and visit_type not in {v.id for v in desk.clinic.visit_types}:
            raise Refused("choose a kind of visit")
        sheet = Sheet(
            id=desk.new_id(), clinic=desk.clinic.id, visit_type="" if visit else visit_type,
            patient=visit.patient if visit else None, appointment=visit.id if visit else None,
            texts=_fit(desk, texts), check_ins=_ordered(rules), written_by=by.id, written_at=desk.clock(),
        )  # fmt: skip
        tx.instructions.add(sheet)
        desk.record(tx, f"staff:{by.id}", "instructions:written", sheet.id, desk.clock(), data={"version": 1})
    return sheet


def rewrite(
    desk: Desk, id: str, version: int, by: StaffUser, texts: Mapping[str, SheetText], rules: Sequence[CheckInRule]
) -> Sheet:
    """A new version, to be approved anew; the one in force stays so until then. Raises Refused and Conflict."""
    _may(by, WRITE)
    with desk.store.begin() as tx:
        former = _load(desk, tx, id, version)
        fresh = former.model_copy(
            update={
                "version": version + 1, "state": "draft", "texts": _fit(desk, _kept_origin(former, texts)),
                "check_ins": _ordered(rules), "written_by": by.id, "written_at": desk.clock(), "approved_by": "",
                "approved_name": "", "approved_at": None,
            }
        )  # fmt: skip
        tx.instructions.add(fresh)
        what = {"version": fresh.version}
        desk.record(tx, f"staff:{by.id}", "instructions:written", id, desk.clock(), data=what)
    return fresh


def approve(desk: Desk, id: str, version: int, by: StaffUser) -> Sheet:
    """From now on patients are told these words, under this person's name. Raises Refused and Conflict."""
    _may(by, APPROVE)
    now = desk.clock()
    with desk.store.begin() as tx:
        draft = _load(desk, tx, id, version)
        approval = {"state": "approved", "approved_by": by.id, "approved_name": by.name, "approved_at": now}
        sheet = draft.model_copy(update={**approval, "since": draft.since or now})
        tx.instructions.settle(sheet)
        plan_for(desk, tx, sheet, now)
        desk.record(tx, f"staff:{by.id}", "instructions:approved", id, now, data={"version": version})
    return sheet


def withdraw(desk: Desk, id: str, version: int, by: StaffUser) -> Sheet:
    """Nothing of it is told any more. Raises Refused and Conflict."""
    _may(by, APPROVE)
    with desk.store.begin() as tx:
        sheet = _load(desk, tx, id, version).model_copy(update={"state": "withdrawn"})
        tx.instructions.settle(sheet)
        desk.record(tx, f"staff:{by.id}", "instructions:withdrawn", id, desk.clock(), data={"version": version})
    return sheet


def _load(desk: Desk, tx: Tx, id: str, version: int) -> Sheet:
    newest = tx.instructions.newest(desk.clinic.id, id)
    if newest is None:
        raise Refused("there are no such instructions")
    if newest.version != version:
        raise Conflict("somebody else has changed this meanwhile")
    return newest


def _may(by: StaffUser, roles: frozenset[str]) -> None:
    if by.role in roles:
        return
    if roles == APPROVE:
        raise Refused("only a clinician approves or withdraws instructions")
    raise Refused("nurses and clinicians write instructions")


def _fit(desk: Desk, texts: Mapping[str, SheetText]) -> dict[str, SheetText]:
    """Every text has a name and passages that fit into a few texts. Raises Refused."""
    if not texts:
        raise Refused("write the instructions in at least one language")
    for tag, text in texts.items():
        if tag not in desk.content.live:
            raise Refused("%(language)s is not a language of this desk", language=tag)
        if not text.title.strip():
            raise Refused("give the instructions a name in each language")
        passages = text.passages()
        if not any(not p.nurse for p in passages):
            raise Refused("write at least one passage that patients may be told in each language")
        if len(passages) > MOST_PASSAGES:
            raise Refused("more than %(most)s passages in one language", most=MOST_PASSAGES)
        for passage in passages:
            if len(passage.text) > LONGEST:
                start = passage.text[:40]
                raise Refused("“%(start)s…” is longer than %(most)s characters", start=start, most=LONGEST)
    return dict(texts)


def _kept_origin(former: Sheet, texts: Mapping[str, SheetText]) -> dict[str, SheetText]:
    """What nobody has touched is still a machine's."""
    found = {}
    for tag, text in texts.items():
        old = former.texts.get(tag)
        same = old is not None and (old.title, old.body.split()) == (text.title, text.body.split())
        found[tag] = text.model_copy(update={"origin": old.origin}) if old is not None and same else text
    return found


def _ordered(rules: Sequence[CheckInRule]) -> tuple[CheckInRule, ...]:
    """One for each day. Raises Refused."""
    days = [rule.day for rule in rules]
    if len(set(days)) != len(days) or len(days) > MOST_CHECK_INS:
        raise Refused("one question for each day, and at most %(most)s", most=MOST_CHECK_INS)
    return tuple(sorted(rules, key=lambda rule: rule.day))
