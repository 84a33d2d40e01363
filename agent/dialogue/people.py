"""Whose name and date of birth are known: what was said of one person never fills a form for another."""

from agent.dialogue.draft import Draft, value_of
from agent.model.conversation import Conversation, Frame, SlotValue

OF_A_PERSON = frozenset({"name", "dob"})
_PROVEN = "proven"  # the fact that holds whose identity was proven in this conversation
_SELF = (None, "", "self")


def known(draft: Draft, frame: Frame, slot: str) -> SlotValue | None:
    """A fact said earlier in the conversation that holds here too. Names are carried over for the writer alone:
    "my child" may be another child the second time. Marked as filled by the desk, not said anew."""
    spec, fact = draft.slot(frame, slot), draft.conversation.facts.get(slot)
    if fact is None or spec is None or not spec.remember:
        return None
    if slot in OF_A_PERSON and not (_of_writer(draft.conversation) and value_of(frame, "relation") in _SELF):
        return None
    return fact.model_copy(update={"source": "action"})


def remember(draft: Draft, frame: Frame, slot: str, value: SlotValue) -> None:
    """Keep a fact for this conversation, and with a name or date of birth whose they are."""
    facts = {**draft.conversation.facts, slot: value}
    if slot in OF_A_PERSON and value.source != "action":
        other = "dob" if slot == "name" else "name"
        if other not in frame.slots:
            facts.pop(other, None)  # half of one person and half of another is nobody
        _whose(facts, frame)
    draft.change(facts=facts)


def proven(draft: Draft) -> None:
    """The identity that was just proven is that of whom the topmost run is about."""
    frame = draft.top
    if frame is not None and (pair := _pair(frame)) is not None:
        draft.change(facts={**draft.conversation.facts, _PROVEN: SlotValue(value=list(pair), source="action")})


def somebody_else(draft: Draft, frame: Frame, slot: str, value: SlotValue) -> None:
    """A name and a date of birth that are not those of whoever was proven to be here: nobody is, until they are proven
    too. Else a mother's answers would stand in her son's form, and his visits be told as hers."""
    held = draft.conversation.facts.get(_PROVEN)
    if slot not in OF_A_PERSON or value.source == "action" or held is None or draft.conversation.identity == "unknown":
        return
    pair = _pair(frame)
    if pair is not None and list(pair) != held.value:
        draft.change(identity="unknown")
        draft.happened("IdentityChanged", identity="unknown")


def _pair(frame: Frame) -> tuple[str, str] | None:
    """Name and date of birth, alike however they are written; None where one of them is not known."""
    name, dob = value_of(frame, "name"), value_of(frame, "dob")
    return (" ".join(sorted(str(name).casefold().split())), str(dob)[:10]) if name and dob else None


def now_for(draft: Draft, frame: Frame) -> tuple[str, ...]:
    """The visit is for `relation` now: slots that were filled from what is known of somebody else."""
    facts = dict(draft.conversation.facts)
    said_here = [n for n in OF_A_PERSON if n in frame.slots and frame.slots[n].source != "action"]
    if said_here:
        _whose(facts, frame)
        draft.change(facts=facts)
        return ()
    carried = tuple(n for n in sorted(OF_A_PERSON) if n in frame.slots)
    return () if value_of(frame, "relation") in _SELF and _of_writer(draft.conversation) else carried


def _whose(facts: dict[str, SlotValue], frame: Frame) -> None:
    relation = frame.slots.get("relation")
    if relation is not None:
        facts["relation"] = relation
    else:
        facts.pop("relation", None)


def _of_writer(conversation: Conversation) -> bool:
    fact = conversation.facts.get("relation")
    return (fact.value if fact else None) in _SELF
