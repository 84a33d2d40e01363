"""What the desk does in any flow: greet, admit that it did not understand, small courtesies."""

from agent.dialogue import evolve, keypad, tongues
from agent.dialogue.advance import hand_over
from agent.dialogue.alarms import numbers
from agent.dialogue.closures import passed_on
from agent.dialogue.draft import Draft
from agent.dialogue.leaving import takes_texts
from agent.model.conversation import SlotValue
from agent.model.effect import NotifyStaff, OpenTask, Say
from agent.model.message import Inbound
from agent.understand.normalize import words

_COURTESIES = {"greeting": "greeting.hello", "thanks": "courtesy.welcome", "goodbye": "courtesy.goodbye"}
BY_TEXT, STOPPING = "by_text", "stopping"  # flows, see workflows/patterns
_A_SENTENCE = 3  # words
_ASKS = ("?", "？", "؟")
_TAKEN = frozenset({"waitlist.accepted", "reminder.noted"})  # what "1" came to
_MORE = "courtesy.good"  # asks whether there is anything else
_IDLE = {"affirm": _MORE, "deny": "courtesy.goodbye"}  # yes and no where nothing was asked


def greet(draft: Draft) -> None:
    """The first line of a conversation says that this is software and how to reach a person."""
    if not draft.conversation.greeted:
        if draft.law.disclosed(draft.conversation.channel, "start"):
            draft.say("greeting.disclosure")
        draft.change(greeted=True)


def courtesy(draft: Draft, intent: str) -> bool:
    """Answer a greeting, thanks or goodbye; True when that was all that was asked for."""
    key = _COURTESIES.get(intent)
    if intent == "goodbye" and draft.top is not None and draft.inbound is not None and _asks(draft.inbound):
        return False  # "nothing today?" takes no leave
    if key is None and draft.top is None and draft.conversation.turns > 1 and _is_idle(draft, intent):
        key = _IDLE.get(intent)
        if key == _MORE and any(k.get("key") == _MORE for k in draft.conversation.last_keys):
            key = "greeting.offer"  # "anything else?" "yes"
    if key is None:
        return False
    if key == "greeting.hello":
        return _hello(draft)
    if draft.conversation.alarmed == "self_harm" and draft.top is None:
        _with_you(draft)  # "yes", "thanks" or "goodbye" after such words is no courtesy
        return True
    if intent in _IDLE and alarm_stands(draft):
        return True
    draft.say(key)
    draft.asked_now = True  # thanks are no reason to ask again
    return True


def _is_idle(draft: Draft, intent: str) -> bool:
    """Is a yes or no said where the desk waits for nothing? A caller who has nothing to add for staff takes leave."""
    conversation = draft.conversation
    if conversation.mode == "waiting_staff":
        return conversation.channel == "voice" and intent == "deny"
    return conversation.mode == "agent"


def _asks(inbound: Inbound) -> bool:
    return inbound.text.strip().endswith(_ASKS)


def _hello(draft: Draft) -> bool:
    just_greeted = any(e.name == "Said" and e.data.get("key") == "greeting.disclosure" for e in draft.events)
    if draft.conversation.mode == "waiting_staff":
        added = passed_on(draft.clinic, draft.now)
        draft.say(added.key, values=added.values)
        draft.asked_now = True
    elif draft.top is not None:
        return True  # the question that stands open is the answer
    else:
        draft.say("greeting.offer" if just_greeted else "greeting.hello")
    return True


def _with_you(draft: Draft) -> None:
    """After words of self-harm the desk stays, and a person reads every word."""
    draft.effects.append(NotifyStaff(why="patient_wrote"))
    draft.say("safety.with_you", values=numbers(draft))
    draft.asked_now = True


def alarm_stands(draft: Draft, cls: str = "emergency") -> bool:
    """Right after an alarm "ok", or words that nobody understands, are no small talk: the wording is said again, and a
    person reads them. `cls`: of which alarm, or "" for any."""
    said = [
        k for k in draft.conversation.last_keys if k.get("urgent") and str(k.get("key")).startswith(f"safety.{cls}")
    ]
    if not said:
        return False
    draft.effects.append(NotifyStaff(why="patient_wrote"))
    for row in said:
        draft.effects.append(Say.model_validate(row))
        draft.happened("Said", key=row["key"])
    draft.asked_now = True
    return True


def _answered_again(draft: Draft) -> bool:
    """ "1" once more, or "yes" behind it: what came of the first is said again."""
    inbound, last = draft.inbound, draft.conversation.last_keys
    if inbound is None or inbound.text.strip(" .#)") != "1" or not any(k.get("key") in _TAKEN for k in last):
        return False
    for row in last:
        draft.effects.append(Say.model_validate(row))
        draft.happened("Said", key=row["key"])
    draft.asked_now = True
    return True


def not_understood(draft: Draft, heard_nothing: bool = False, agrees: bool = False) -> None:
    """Once: ask again in other words. Twice in a row: a person. Some questions take whatever is said for an answer.
    Whoever only agrees to go on ("yes, let's continue") hears the question once more, and no apology."""
    conversation = draft.conversation
    if not heard_nothing and _taken_as_words(draft):
        return
    if conversation.mode == "waiting_staff":
        _for_staff(draft)
        return
    if conversation.alarmed == "self_harm" and draft.top is None:
        _with_you(draft)
        return
    if draft.top is None and (alarm_stands(draft) or _answered_again(draft)):
        return
    if draft.top is not None and any(k.get("key") == "safety.kept" for k in conversation.last_keys):
        draft.say("pattern.back_to", draft.top)  # "write here and we'll go on": whatever was written, we go on
        return
    if heard_nothing and conversation.channel == "voice" and keypad.prepared(draft):
        draft.say("courtesy.good")
        return
    if agrees and draft.top is not None and draft.top.asked and not draft.top.tries:
        draft.put(draft.top.model_copy(update={"tries": 1}))
        return
    count = conversation.misunderstood + 1
    draft.change(misunderstood=count)
    if count >= 2:
        draft.change(misunderstood=0)
        hand_over(draft, "not_understood")
        return
    frame = draft.top
    if frame is not None and frame.asked:
        draft.put(frame.model_copy(update={"tries": frame.tries + 1}))
        draft.say("pattern.silence" if heard_nothing else "pattern.sorry")
        if not heard_nothing:
            _offer_texts(draft)
    else:
        draft.say("pattern.silence.open" if heard_nothing else "pattern.not_understood")
        if keypad.possible(draft):
            draft.say("voice.keys.open")
        if tongues.keys(conversation):  # it may have been the language
            tongues.offer(draft)


def _taken_as_words(draft: Draft) -> bool:
    """Words that are no answer go where the open question lets them: a sentence at once, a word or two after asking
    again."""
    frame, inbound = draft.top, draft.inbound
    spec = draft.slot(frame, frame.asked) if frame is not None and frame.asked else None
    if (
        frame is None
        or inbound is None
        or spec is None
        or spec.else_fills is None
        or draft.conversation.mode != "agent"
    ):
        return False
    said = inbound.text.strip()
    short = words(said) < _A_SENTENCE and not said.endswith(_ASKS)
    if not said or (short and not frame.tries):
        return False
    draft.change(misunderstood=0)
    at = inbound.text.index(said)
    held = SlotValue(value=said, source="patient", quote=said, span=(at, at + len(said)), inbound=inbound.id)
    evolve.fill(draft, frame.run, spec.else_fills, held)
    return True


def _offer_texts(draft: Draft) -> None:
    """What is not understood on a telephone may be the line."""
    conversation, frame = draft.conversation, draft.top
    asked_already = frame is not None and frame.flow in (BY_TEXT, STOPPING)
    if conversation.channel == "voice" and not asked_already and takes_texts(conversation.address.value):
        draft.say("text.offer")


def _for_staff(draft: Draft) -> None:
    """Words for the person who will answer: passed on, and said so once; a caller is never met with silence."""
    draft.effects.append(NotifyStaff(why="patient_wrote"))
    added = passed_on(draft.clinic, draft.now)
    said = any(k.get("key") == added.key for k in draft.conversation.last_keys)
    if not said or draft.conversation.channel == "voice":
        draft.say(added.key, values=added.values)
    draft.asked_now = True


def cut_off(draft: Draft, inbound: Inbound) -> bool:
    """A caller spoke before the read-back was out: what was not heard is not confirmed, so it is put again, whole."""
    frame = draft.top
    if not inbound.provider.get("not_heard") or frame is None or frame.asked is None:
        return False
    spec = draft.slot(frame, frame.asked)
    if spec is None or not spec.ask_before_filling:
        return False
    draft.put(frame.model_copy(update={"asked": None}))
    return True


def unspoken(draft: Draft, language: str) -> None:
    """A language that the desk does not speak: said once in those that it does; a person reads the words."""
    if draft.conversation.mode == "waiting_staff":
        _for_staff(draft)
        return
    spoken = {} if language in draft.content.live else {"language": language}
    hand_over(draft, "language", say="error.unsupported_language", **spoken)


def picture(draft: Draft, inbound: Inbound) -> None:
    """A message of pictures only: kept for staff; the desk reads words."""
    draft.effects.append(
        OpenTask(kind="message", proposal={"media": len(inbound.media), "why": "media"}, reason="media", run=inbound.id)
    )
    draft.happened("TaskOpened", kind="message")
    draft.say("error.media", values={"kind": "message"})


def stale(draft: Draft) -> None:
    """A button of a question that no longer stands."""
    draft.say("pattern.stale" if draft.top is not None else "pattern.stale.open")
