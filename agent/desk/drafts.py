"""Replies that a language model drafts: asked for by a person, kept as they came, and never sent unread."""

from collections.abc import Sequence

from agent.desk.desk import Desk
from agent.desk.honest import Dishonest, check_words
from agent.desk.second_opinion import names_on_file
from agent.dialogue.spoken import phone
from agent.model.conversation import Conversation
from agent.model.draft import ReplyDraft
from agent.model.fault import Conflict, Refused
from agent.model.message import Line
from agent.model.patient import StaffUser
from agent.ports import Tx
from agent.ports.replies import AskedReply, DraftOutcome
from agent.understand.reply_model import MOST_LINES

_OF_A_PERSON = ("name", "dob", "phone", "code", "email", "insurance_id")
_WHO = {"patient": "patient", "agent": "desk"}


def ask(
    desk: Desk, id: str, by: StaffUser, reader: tuple[str, str]
) -> tuple[ReplyDraft | None, DraftOutcome]:  # fmt: skip
    """A draft to look at, or why there is none. The model is asked outside any transaction, and what is known of the
    patient is hidden from it. `reader`: tag and English name of the language that the person reads. Raises Refused
    without a model, in an alarm, and where the patient has said nothing; Conflict where a colleague is at it."""
    if desk.replier is None:
        raise Refused("no language model is set up here")
    with desk.store.begin(write=False) as tx:
        held = _found(desk, tx, id, by)
        lines = _newest(tx, id)
        known = _known(desk, tx, held)
    if not any(line.author == "patient" and line.text.strip() for line in lines):
        raise Refused("the patient has not written anything yet")
    language = desk.content.languages[held.locale]
    own = held.locale.split("-")[0] == reader[0].split("-")[0]
    told = desk.replier.draft(AskedReply(
        lines=tuple((_WHO.get(x.author, "staff"), x.text) for x in lines), language=language.english,
        reader=reader[1], clinic=f"{desk.clinic.name}, {phone(desk.clinic.phone, desk.clinic.country)}", known=known,
    ))  # fmt: skip
    outcome: DraftOutcome = told.outcome if told.outcome != "drafted" or _bearable(desk, told.text) else "unfit"
    now = desk.clock()
    with desk.store.begin() as tx:
        _found(desk, tx, id, by)
        data = {"model": desk.replier.name, "outcome": outcome, "ms": told.ms, "prompt": told.prompt}
        desk.record(tx, f"staff:{by.id}", "conversation:drafted", id, now, data=data)
        if outcome != "drafted":
            return None, outcome
        draft = ReplyDraft(
            id=desk.new_id(), conversation=id, by=by.id, text=told.text, meaning="" if own else told.meaning,
            language=held.locale, model=desk.replier.name, prompt=told.prompt, ms=told.ms, made_at=now,
        )  # fmt: skip
        tx.drafts.add(draft)
    return draft, outcome


def reviewed(tx: Tx, conversation: str, by: StaffUser, text: str, draft: str, read: bool) -> ReplyDraft | None:
    """The draft that this reply was made of, if any. Raises Refused for a draft's very words that nobody says to have
    read, whatever the form says it was made of."""
    unsent = [d for d in tx.drafts.of(conversation) if not d.outbound]
    alike = [d for d in unsent if d.text.split() == text.split()]
    if alike and not read:
        raise Refused("these are a machine's words: tick that you have read them, or change them")
    if alike:
        return alike[-1].model_copy(update={"edited": False})
    made_of = next((d for d in unsent if d.id == draft and d.by == by.id), None)
    return made_of.model_copy(update={"edited": True}) if made_of is not None else None


def _found(desk: Desk, tx: Tx, id: str, by: StaffUser) -> Conversation:
    held = tx.conversations.get(id)
    if held is None or held.clinic != desk.clinic.id:
        raise Refused("there is no such conversation")
    if held.mode == "staff" and held.assignee not in (None, by.id):
        raise Conflict("a colleague has this conversation")
    if held.alarmed:
        raise Refused("there was an alarm in this conversation: write in your own words")
    return held


def _newest(tx: Tx, id: str) -> list[Line]:
    """The newest lines that patient and clinic have seen; notes for colleagues stay here."""
    lines: list[Line] = []
    while more := tx.conversations.thread(id, lines[-1].id if lines else ""):
        lines = [*lines, *more]
        if len(more) < 200:
            break
    return [x for x in lines if not x.author.startswith("note:") and x.text.strip()][-MOST_LINES:]


def _known(desk: Desk, tx: Tx, held: Conversation) -> dict[str, Sequence[str]]:
    """Kind -> the ways in which what is known of the person may be written."""
    known: dict[str, list[str]] = {"name": names_on_file(desk, tx, held)}
    for slots in (*(f.slots for f in held.frames), held.facts):
        for name, slot in slots.items():
            if name in _OF_A_PERSON:
                known.setdefault(name, []).extend(x for x in (str(slot.value), slot.quote) if x)
    people = tx.patients.by_phone(desk.clinic.id, held.address.value) if held.channel != "chat" else []
    verified = tx.patients.get(held.patient) if held.patient else None
    for person in [*people, *([verified] if verified else [])]:
        born = person.dob
        month, ways = born.strftime("%B"), known.setdefault("dob", [])
        ways += [born.isoformat(), f"{month} {born.day}, {born.year}", f"{month} {born.day} {born.year}",
                 f"{month} {born.day}", f"{born.month}/{born.day}/{born.year}",
                 f"{born.month}/{born.day}/{born.year % 100:02}", f"{born.day}.{born.month}.{born.year}",
                 f"{born.day}/{born.month}/{born.year}"]  # fmt: skip
    parts = [part for whole in known["name"] for part in (whole, *whole.split())]
    return {**known, "name": list(dict.fromkeys(parts))}


def _bearable(desk: Desk, text: str) -> bool:
    """A draft that says booked, cancelled or passed on is not even shown: no row shows it."""
    try:
        check_words(desk.content, text, (), [desk.clinic.name])
    except Dishonest:
        return False
    return True
