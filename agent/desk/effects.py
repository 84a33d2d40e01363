"""Carries out a decision's effects inside its transaction: tasks are opened, words become outbox rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.desk.desk import Desk
from agent.desk.due import before_visit, due_at, policy_of
from agent.desk.honest import Dishonest, check_words, claims_for
from agent.desk.row_words import asked_about, hollow, of_task
from agent.dialogue.wording import NotSayable, Rendered, render
from agent.model.conversation import Conversation
from agent.model.effect import Effect, OpenTask, Say, WithdrawTask
from agent.model.message import Claim, Outbound
from agent.model.sighting import ESCALATIONS, Escalated
from agent.model.task import OPEN, Change, Evidence, Task
from agent.ports import Tx

_CAPPED = frozenset({"booking", "reschedule", "cancel", "intake", "refill", "message", "waitlist", "records",
                     "referral", "billing", "results"})  # fmt: skip
_RANK = ("routine", "urgent", "asap", "stat")
MOST_EVIDENCE = 40  # quotes kept with a task
_SHORTEST_QUOTE = 3


@dataclass
class Done:
    """What carrying out came to."""

    tasks: list[Task] = field(default_factory=list)
    by_run: dict[str, Task] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # runs whose request was one too many
    outbound: list[str] = field(default_factory=list)
    earlier: Callable[[], list[Task]] = list  # those of turns before: what is said again still needs its row
    named: Callable[[str], Task | None] = lambda _: None  # of whatever conversation


def carry_out(
    desk: Desk, tx: Tx, conversation: Conversation, effects: tuple[Effect, ...], now: datetime, *,
    inbound: str | None = None, author: str = "agent", extra: dict[str, Any] | None = None, row: str | None = None,
    expires_at: datetime | None = None, due: datetime | None = None,
) -> Done:  # fmt: skip
    """Tasks first, then words, so that a receipt can name its number. `due`: the words go out then, not at once."""
    done = Done(earlier=lambda: tx.tasks.of(conversation.id), named=tx.tasks.get)
    for effect in effects:
        if isinstance(effect, OpenTask):
            open_task(desk, tx, conversation, effect, now, done)
        elif isinstance(effect, WithdrawTask):
            withdraw(desk, tx, effect.task, now, done)
    says = [e for e in effects if isinstance(e, Say)]
    spoken = [
        spoken
        for say in says
        if (
            spoken := _speak(
                desk, conversation, say, done, now, {**asked_about(tx, say, desk.clinic.zone), **(extra or {})}, row
            )
        )
    ]
    for group in _grouped(conversation.channel, spoken):
        message = _outbound(desk, conversation, group, now, inbound, author, due or now, expires_at)
        tx.outbox.add(message)
        done.outbound.append(message.id)
    return done


def open_task(desk: Desk, tx: Tx, conversation: Conversation, effect: OpenTask, now: datetime, done: Done) -> Task:
    """Store the prepared work, once; what it supersedes is closed in the same breath."""
    former = tx.tasks.get(effect.supersedes) if effect.supersedes else None
    if former is not None:  # what was said for the first request need not be said again
        effect = effect.model_copy(update={"kind": former.kind, "proposal": {**former.proposal, **effect.proposal}})
    before = tx.tasks.of(conversation.id)
    open_ones = [t for t in before if t.status in OPEN]
    if effect.kind in _CAPPED and former is None and len(open_ones) >= desk.settings.max_open_tasks:
        return _one_too_many(desk, tx, conversation, effect, now, done)
    if effect.run is None:
        again = next((t for t in open_ones if (t.kind, t.reason) == (effect.kind, effect.reason)), None)
        if again is not None:
            return _once_more(desk, tx, again, effect, now, done)
    fresh = _prepared(desk, conversation, effect, [*_kept(former, effect), *_evidence(effect)], now)
    if any(t.key == fresh.key and t.status not in OPEN for t in before):  # decided since: this is a new request
        fresh = fresh.model_copy(update={"key": f"{fresh.key}:{fresh.id}"})
    task = tx.tasks.add(fresh)
    if task.id == fresh.id:
        desk.record(tx, "agent", "task:prepared", task.id, now, fields=tuple(task.proposal), why=task.reason)
        if task.kind in ESCALATIONS:
            desk.watch(Escalated(task.language, task.kind))
    if effect.supersedes:
        _close(desk, tx, effect.supersedes, "cancelled", f"replaced by #{task.number}", now, keep=task.appointment)
    return _done(done, task, effect)


def _done(done: Done, task: Task, effect: OpenTask) -> Task:
    done.tasks.append(task)
    if effect.run:
        done.by_run[effect.run] = task
    return task


def _prepared(
    desk: Desk, conversation: Conversation, effect: OpenTask, evidence: list[Evidence], now: datetime
) -> Task:
    policy, id = desk.content.tasks[effect.kind], desk.new_id()
    fields = {
        "id": id,
        "number": 0,
        "clinic": desk.clinic.id,
        "kind": effect.kind,
        "priority": effect.priority,
        "conversation": conversation.id,
        "patient": conversation.patient if conversation.identity == "verified" else None,
        "appointment": effect.appointment,
        "proposal": {k: v for k, v in effect.proposal.items() if v is not None},
        "evidence": evidence,
        "reason": effect.reason,
        "language": conversation.locale,
        "channel": conversation.channel,
        "role": effect.role or policy.role,
        "created_at": now,
        "due_at": now,
        "key": f"{effect.kind}:{effect.run or id}",
    }
    task = Task.model_validate(fields)
    due = due_at(desk.clinic, policy_of(desk.clinic, policy, task.kind, task.reason), task.priority, now)
    return task.model_copy(update={"due_at": before_visit(desk.clinic, due, task.proposal, now)})


def _once_more(desk: Desk, tx: Tx, first: Task, effect: OpenTask, now: datetime, done: Done) -> Task:
    """The same need said again while a person has it: they see the new words too, and the higher urgency."""
    words = [*first.evidence, *_evidence(effect)][-MOST_EVIDENCE:]
    priority = effect.priority if _RANK.index(effect.priority) > _RANK.index(first.priority) else first.priority
    change = Change(at=now, by="agent", what="said again")
    more = {k: v for k, v in effect.proposal.items() if v is not None}  # who they are, asked for since
    update = {
        "evidence": tuple(words), "priority": priority, "changes": (*first.changes, change),
        "proposal": {**more, **first.proposal},
    }  # fmt: skip
    task = tx.tasks.save(first.model_copy(update=update))
    desk.record(tx, "agent", "task:repeated", task.id, now, why=effect.reason)
    return _done(done, task, effect)


def _one_too_many(desk: Desk, tx: Tx, conversation: Conversation, effect: OpenTask, now: datetime, done: Done) -> Task:
    """Beyond the cap nothing more is prepared: what was held is free again, a person is told, the patient too."""
    if effect.appointment:
        desk.calendar.release(tx, effect.appointment, now)
    if effect.run:
        done.refused.add(effect.run)
    wanted = OpenTask(kind="handoff", proposal=effect.proposal, evidence=effect.evidence, reason="too_many_open")
    return open_task(desk, tx, conversation, wanted, now, done)


def _evidence(effect: OpenTask) -> list[Evidence]:
    return [Evidence.model_validate(e) for e in effect.evidence]


def _kept(former: Task | None, effect: OpenTask) -> list[Evidence]:
    """Evidence of the first request for what the second one does not say anew."""
    anew = {str(e.get("field")) for e in effect.evidence}
    return [e for e in former.evidence if e.field not in anew] if former else []


def withdraw(desk: Desk, tx: Tx, task: str, now: datetime, done: Done) -> None:
    """The patient takes a request back: its time is free again."""
    if _close(desk, tx, task, "cancelled", "taken back by the patient", now):
        done.withdrawn.append(task)


def _close(desk: Desk, tx: Tx, id: str, status: str, why: str, now: datetime, keep: str | None = None) -> bool:
    task = tx.tasks.get(id, lock=True)
    if task is None or task.status not in OPEN:
        return False
    change = Change(at=now, by="agent", what=status, why=why)
    tx.tasks.save(task.model_copy(update={"status": status, "changes": (*task.changes, change), "decided_at": now}))
    if task.appointment and task.appointment != keep:
        desk.calendar.release(tx, task.appointment, now)
        tx.outbox.void(task.conversation, task.appointment, "request changed")
    desk.record(tx, "agent", "task:closed", id, now, why=why)
    return True


@dataclass(frozen=True)
class _Spoken:
    say: Say
    rendered: Rendered
    claims: tuple[Claim, ...]
    locale: str
    english: str = ""


def _speak(
    desk: Desk, conversation: Conversation, say: Say, done: Done, now: datetime, extra: dict[str, Any], row: str | None
) -> _Spoken | None:
    """Words for one Say; what cannot be said truthfully is replaced by the plain truth that something went wrong."""
    if say.values.get("run") in done.refused and not say.urgent:
        return _speak(desk, conversation, Say(key="error.trouble"), Done(), now, {}, None)
    task = _task_of(say, done) or _task_before(desk, conversation, say, done)
    values: dict[str, Any] = dict(extra)
    if task is not None:
        values |= of_task(task)
    locale = say.locale or conversation.locale
    voice = desk.voice(conversation.model_copy(update={"locale": locale}), now)
    try:
        rendered = render(voice, say, values)
        if hollow(rendered.message.text, {**say.values, **values}):
            raise NotSayable(say.key)
        shown = row or (done.withdrawn[0] if done.withdrawn else None)
        claims = (*say.claims, *claims_for(rendered.message, say.values, task, shown))
        check_words(desk.content, rendered.text, claims, _others_words(desk, {**say.values, **values}))
    except (Dishonest, NotSayable):
        if say.key == "error.trouble":
            raise
        return _speak(desk, conversation, Say(key="error.trouble", urgent=say.urgent), done, now, {}, None)
    english = _english(desk, conversation, say, values, rendered, now)
    text = f"{rendered.text}\n{english}" if english else rendered.text
    return _Spoken(say, Rendered(text, rendered.buttons, rendered.message), claims, locale, english)


def _others_words(desk: Desk, values: dict[str, Any]) -> list[str]:
    """What a text quotes without asserting it: names of the clinic, a person's own words; the longest first."""
    plain = [v.get("value") if isinstance(v, dict) else v for v in values.values()]
    quoted = [v for v in plain if isinstance(v, str) and len(v) >= _SHORTEST_QUOTE]
    quoted += [text for answer in desk.clinic.answers.values() for text in answer.values()]  # approved as they stand
    return sorted([desk.clinic.name, *([desk.clinic.alias] if desk.clinic.alias else []), *quoted], key=len)[::-1]


def _english(
    desk: Desk, conversation: Conversation, say: Say, values: dict[str, Any], rendered: Rendered, now: datetime
) -> str:
    """Critical wording that nobody here has read goes out beside the approved English, never alone."""
    message = rendered.message
    if not message.reviewed_only or not message.unread:
        return ""
    english = render(desk.voice(conversation.model_copy(update={"locale": "en"}), now), say, values).text
    return english if english != rendered.text else ""


def _task_of(say: Say, done: Done) -> Task | None:
    run = say.values.get("run")
    if run in done.by_run:
        return done.by_run[run]
    kind = say.values.get("kind")
    of_kind = [t for t in done.tasks if t.kind == kind] or (done.tasks if run is None else [])
    return of_kind[-1] if of_kind else None


def _task_before(desk: Desk, conversation: Conversation, say: Say, done: Done) -> Task | None:
    """The row behind words that are said again: of the same run, or the newest of that kind."""
    message = desk.content_for(conversation).message(conversation.locale, say.key, conversation.channel)
    if message is None or message.asserts is None:
        return None
    if asked := say.values.get("pending_task"):
        return done.named(str(asked["value"]))
    run, kind = say.values.get("run"), say.values.get("kind")
    found = [t for t in done.earlier() if (run and (t.key or "").endswith(f":{run}")) or (not run and t.kind == kind)]
    return found[-1] if found else None


def _grouped(channel: str, spoken: list[_Spoken]) -> list[list[_Spoken]]:
    """By text one message carries everything but alarms; in chat each is a line of its own."""
    if channel == "chat":
        return [[s] for s in spoken]
    alarms = [[s] for s in spoken if s.say.urgent]
    rest = [s for s in spoken if not s.say.urgent]
    return [*alarms, *([rest] if rest else [])]


def _outbound(
    desk: Desk, conversation: Conversation, group: list[_Spoken], now: datetime, inbound: str | None, author: str,
    due: datetime, expires_at: datetime | None,
) -> Outbound:  # fmt: skip
    text = "\n".join(s.rendered.text for s in group if s.rendered.text)
    return Outbound(
        id=desk.new_id(),
        conversation=conversation.id,
        channel=conversation.channel,
        to=conversation.address,
        text=text,
        buttons=tuple(b for s in group for b in s.rendered.buttons),
        locale=conversation.locale,
        keys=tuple(s.say.key for s in group),
        author=author,
        in_reply_to=inbound,
        urgent=any(s.say.urgent for s in group),
        claims=tuple(c for s in group for c in s.claims),
        extra=_beside(conversation, group),
        created_at=now,
        due_at=due,
        expires_at=expires_at,
    )


def _beside(conversation: Conversation, group: list[_Spoken]) -> dict[str, Any]:
    """Which lines are in another language than the rest: for a voice of their own."""
    english = [s.english for s in group if s.english]
    voices = {s.rendered.text: s.locale for s in group if s.locale != conversation.locale}
    return ({"english": english} if english else {}) | ({"voices": voices} if voices else {})
