"""What somebody answers, in words of their own, to a text that the clinic began: that they come, want another time, do
not come. Figures and the words of the options themselves are read before (see `agent.understand.answering`)."""

import re
from typing import Any

from agent.model.command import Command, Handoff, SetSlot, StartFlow
from agent.model.question import Offered, Question
from agent.understand import who_answers
from agent.understand.classifier import Guess
from agent.understand.openings import asks_to_come
from agent.understand.repairs import Repairs
from agent.understand.said import SURE, Said

SLOTS = frozenset({"coming", "answer"})  # what the clinic's own texts ask
FLOWS = frozenset({"confirm", "cancel", "reschedule", "book"})  # that such an answer leads to by itself
_AGREES = frozenset({"coming", "book_now"})
_LONG = 16  # words; a longer message is about something else
_ENOUGH, _COME = 0.6, 0.72  # how probable all that means the same is together; of coming it has to be surer
_MOVES, _NO = ("reschedule",), ("deny", "cancel")
_YES = ("affirm", "confirm_appointment")
AS_IT_IS = "as_it_is"  # in _repairs.yaml
# a digit, then a break or a letter of writing without spaces: "1 thanks", "1번이요"; not "1st", "1pm", "1:30"
_LED = re.compile(r"\s*#?(\d)(?![\d:./]\d|[a-z])[\s.,;:!)。，、-]*(.*)", re.DOTALL | re.IGNORECASE)
_CUTS = (",", ";", "!", "，", "。", "،")
_SHRUG = "shrug"  # "whatever"
THINKS = "thinks_over"  # "let me ask my husband"
_GONE = "no_longer_ours"  # "I moved away", "I already had it"
_RECALL = "recall"
_LITTLE = ("running_late", THINKS, _GONE)  # whole messages in which nothing else is to be looked for
_STEERING = ("go_back", "why_ask", "repeat")  # "I don't understand", "why do you ask?"
_MEANS: dict[str, tuple[str, ...]] = {
    "coming": _YES, "other_time": _MOVES, "not_coming": _NO, "book_now": (*_YES, *_MOVES, "book"), "later": _NO,
}  # fmt: skip


def read(said: Said, guess: Guess, repairs: Repairs) -> SetSlot | None:
    """The option that is meant; None in doubt, and where the message has more to say than an answer."""
    q = said.question
    if (who := who_answers.read(said, repairs)) is not None:
        return who
    if q is None or q.slot not in SLOTS or said.of_form or said.size > _LONG:
        return None
    if leaves_it(said, repairs):
        meant = _no_to(q, [str(o.value) for o in q.options], ("later",))
        return SetSlot(slot=q.slot, value=meant, source="patient", quote=said.text) if meant is not None else None
    if repairs.is_whole(said.text, said.lang, THINKS):
        meant = _no_to(q, [str(o.value) for o in q.options], ("later",)) if q.type != "bool" else None
        return SetSlot(slot=q.slot, value=meant, source="patient", quote=said.text) if meant is not None else None
    if q.type == "bool":
        return _to_an_offer(said, q, repairs)
    if said.answer is not None:
        return None
    options = [str(o.value) for o in q.options]
    if repairs.within(said.text, said.lang, "running_late", _LONG) or steers(said, repairs):
        return None
    if _asks_to_come(said, options, repairs):  # and nothing else, so that there is no danger in it
        return SetSlot(slot=q.slot, value="other_time", source="patient", quote=said.text, of=q.run)
    meant = _in_words(said, guess, options, repairs) or _by_sense(said, guess, options)
    if meant is None and repairs.is_whole(said.text, said.lang, "never_mind"):  # "no longer needed"
        meant = _no_to(q, options, ("not_coming", "later"))
    if meant is None or disagrees(said, repairs, q, meant):
        return None
    return SetSlot(slot=q.slot, value=meant, source="patient", quote=said.text, confidence=SURE)


def led_by_digit(said: Said, repairs: Repairs) -> tuple[Offered | None, str]:
    """ "1 thanks, see you": the option whose digit comes first, and what stands behind it; None for "1 pm", "1 and 3"
    and "1, I can't come"."""
    q, found = said.question, _LED.match(said.text)
    if q is None or found is None or said.size > _LONG or len(q.people) > 1:
        return None, ""
    at, rest = int(found[1]) - 1, found[2].strip()
    cut = said.text[found.end(1) :].lstrip()[:1] in _CUTS  # "1, wo parke ich?" names no week
    timed = not cut and any(getattr(e, "start", 0) <= found.start(1) for e in said.expressions)
    if timed or not 0 <= at < len(q.options) or any(c.isdecimal() for c in rest) or not any(map(str.isalpha, rest)):
        return None, ""
    option = q.options[at]
    comes = option.value is True or option.value in _AGREES
    against = repairs.within(rest, said.lang, "cannot_come", _LONG)
    return (None, "") if against and comes else (option, rest)


def says_little(said: Said, repairs: Repairs) -> bool:
    """Nothing but "I want to go on with my form", or who takes a call of ours; or "let me ask my husband", "I moved
    away", to a text of ours."""
    if repairs.is_whole(said.text, said.lang, "form_again"):
        return True
    if who_answers.is_all(said, repairs):
        return True
    asked = said.question is not None and said.question.slot in SLOTS and not said.of_form
    return asked and any(repairs.is_whole(said.text, said.lang, kind) for kind in (THINKS, _GONE))


def _to_an_offer(said: Said, q: Question, repairs: Repairs) -> SetSlot | None:
    """ "Book it"; "I work then", "not that day": another time that is asked about is neither."""
    yes = repairs.is_whole(said.text, said.lang, "offer_yes")
    no = any(repairs.within(said.text, said.lang, kind, _LONG) for kind in ("cannot_come", "offer_no"))
    said_no = said.answer is not None and said.answer.value is False  # "no, book it": put again
    if yes == no or said.asks or (yes and said_no) or steers(said, repairs):
        return None
    return SetSlot(slot=q.slot, value=yes, source="patient", quote=said.text)


def led_to(command: Command, said: Said, in_words: bool, repairs: Repairs) -> bool:
    """What the answer leads to by itself, and "give it to someone else", which declines an offer."""
    if isinstance(command, StartFlow):
        return command.flow in FLOWS
    wanted = repairs.within(said.text, said.lang, "person_words", 30)  # "désela a otra persona" names one, too
    declines = not wanted or repairs.is_whole(said.text, said.lang, "offer_no")
    return in_words and isinstance(command, Handoff) and declines


def told_beside(said: Said, repairs: Repairs) -> str:
    """The slot for what is told beside the answer, for a person to read: "worse, it is red and hot"; "I moved away" to
    a recall. Empty where nothing is."""
    answer, q = said.answer, said.question
    if answer is None or q is None:
        return ""
    gone = answer.value == "later" and q.flow == _RECALL and repairs.within(said.text, said.lang, _GONE, _LONG)
    if answer.value == "worse" and not said.text.strip(" .!").isdecimal():
        return "words"
    return "message" if gone else ""


def leaves_it(said: Said, repairs: Repairs) -> bool:
    """ "Never mind", in answer to what the clinic asked of itself: nothing is to change."""
    asked = said.question is not None and said.question.slot in SLOTS and not said.of_form
    return asked and repairs.is_whole(said.text, said.lang, AS_IT_IS)


def _no_to(q: Question, options: list[str], words: tuple[str, ...]) -> Any:
    """What "never mind" says to an offer, or to a question with one of these options; None where it says nothing."""
    return False if q.type == "bool" else next((o for o in words if o in options), None)


def steers(said: Said, repairs: Repairs) -> bool:
    """Words that do nothing but steer a conversation, or "I don't know", say neither yes nor no to a visit."""
    text, lang = said.text, said.lang
    if any(repairs.is_whole(text, lang, kind) for kind in (*_STEERING, _SHRUG)):
        return True
    return repairs.is_whole(text, lang, "skip") and repairs.within(text, lang, "skip", fewest=2)  # not a bare "no"


def disagrees(said: Said, repairs: Repairs, q: Question, meant: Any) -> bool:
    """ "No importa", "schon gut" agree to nothing that the clinic has asked."""
    return q.slot in SLOTS and meant in _AGREES and repairs.is_whole(said.text, said.lang, "never_mind")


def by_yes(yes: bool, q: Question) -> Any:
    """The option that a plain yes or no means among them; None where they have none for it."""
    if q.slot not in SLOTS:
        return None
    for meant in ("coming", "book_now", "other_time") if yes else ("not_coming", "later"):
        if any(o.value == meant for o in q.options):
            return meant
    return None


def _in_words(said: Said, guess: Guess, options: list[str], repairs: Repairs) -> str | None:
    """ "I can't make it", "cancel it": words that mean this only in answer to such a question."""
    refuses = repairs.within(said.text, said.lang, "cannot_come", _LONG)
    if refuses and guess.intent in _MOVES and (said.asks or said.expressions) and "other_time" in options:
        return "other_time"  # "I can't make it, could it be Friday?"
    gone = "later" in options and not said.asks and repairs.within(said.text, said.lang, _GONE, _LONG)
    wished = [o for o in ("book_now", "other_time") if o in options and "coming" not in options]
    if wished and "date" in said.entities and not refuses and not gone:
        return wished[0]  # "could it be Friday?"
    if gone or refuses or repairs.is_whole(said.text, said.lang, "drop"):
        return next((o for o in ("not_coming", "later") if o in options), None)
    return None


def _asks_to_come(said: Said, options: list[str], repairs: Repairs) -> bool:
    """ "Can I come at three?": at another time than the one that they were reminded of."""
    asked = {"coming", "other_time"} <= set(options) and said.asks and {"date", "time"} & set(said.entities)
    return (
        bool(asked) and asks_to_come(said, repairs) and not repairs.within(said.text, said.lang, "cannot_come", _LONG)
    )


def _by_sense(said: Said, guess: Guess, options: list[str]) -> str | None:
    weights = dict(((guess.intent, guess.confidence), *guess.alternatives))
    means = {o: _MEANS[o] for o in options if o in _MEANS}
    if "other_time" in means and "coming" not in means:  # they were told that the visit cannot be
        means["other_time"] = (*_YES, *_MOVES, "book")
    for option, intents in means.items():
        agrees = "confirm_appointment" in intents
        weight = sum(weights.get(intent, 0.0) for intent in intents)
        if weight >= (_COME if agrees else _ENOUGH) and not (agrees and said.asks and guess.intent in _YES):
            return option
    return None
