"""Phrases that say more than the classifier hears: running late, an approved answer, a request made before."""

from agent.model.command import AskAnswer, CannotHandle, Command, Handoff, Repeat, SetSlot, StartFlow
from agent.model.content import Content
from agent.understand.classifier import Guess
from agent.understand.openings import ALARMS, asks_when, is_call
from agent.understand.repairs import Repairs
from agent.understand.replies import SLOTS, THINKS, leaves_it
from agent.understand.said import SURE, Said
from agent.understand.told import Told

BOOK, CHECK, APPROVED, LATE, ARRIVED = "book", "check_appointment", "approved", "late", "arrived"
CALL_BACK, REFERRAL, SECOND_THOUGHTS, WHO, WAIT = "call_back", "referral", "second_thoughts", "who", "wait"
OFFER_ASKED, _OF_OFFER = "offer_asked", ("who", "where", "until")
OFFERED, OFFER = "time_offered", "vacancy"  # a time from the waitlist: asked about elsewhere, and where it was offered
BARE = ("billing", "refill")  # what is asked for in one word
IN_A_WORD = (*(f"bare_{flow}" for flow in BARE), "form_words")
GIVES_UP = frozenset({"cancel", "reschedule"})  # intents, and the flows that they begin
_ANOTHER = "another_provider"  # a slot of the flows that look for a time
HOW_LONG = "how_long"  # phrases, and the flow that answers them in the middle of a request
_OF_A_TIME = frozenset({"book", "reschedule", "waitlist", "remind", "recall", "vacancy", "time_offered", "displaced"})
NAME_AND_BIRTH = 8  # words
TOPICS = (  # approved answers
    "interpreter", "cost", "new_patients", "walk_in", "companion", "services", "records", "billing", "after_hours",
    "fax",
)  # fmt: skip
RATHER_TEXT = "rather_text"  # phrases, and the flow: how somebody would rather be reached
RESCHEDULE, REMINDER, BEREAVED = "reschedule", "remind", "bereaved"
_OF_THE_DEAD = frozenset({
    "cancel", "reschedule", "check_appointment", "confirm_appointment", "stop_messages", "intake_update", "complaint",
})  # fmt: skip
_MOST_OF_A_LOSS, _MOST_OF_A_DELAY = 30, 20  # words
_OF_SERVICES = ("hours_location", "insurance_question", "out_of_scope", "directions_parking", "talk_to_human")
_CLEARLY, _MOST_OF_SERVICES = 0.9, 10  # words
_PRICED = ("billing_question", "insurance_question", BOOK)
_REFILL, _SURE_OF_IT = "refill_request", 0.9  # so sure a wish for a medicine must be in answer to "which do you take?"
_OF_STAFFS = {"complaint", "billing"}  # what staff did, or charge for


def starts(command: Command, flows: set[str]) -> bool:
    """Does the command begin one of these flows?"""
    return isinstance(command, StartFlow) and command.flow in flows


class Particular:
    """Looks for the phrases of `_repairs.yaml` that say more than the classifier hears."""

    def __init__(self, content: Content, repairs: Repairs) -> None:
        self._content, self._repairs, self._told = content, repairs, Told(repairs)

    def begins(self, said: Said, guess: Guess, commands: list[Command], open_flows: tuple[str, ...]) -> str:
        """The flow that such phrases begin, whatever else was heard; empty where there are none."""
        if offered := self.offered(said, guess, commands, open_flows):
            return offered
        if self.call_back(said, guess):
            return CALL_BACK
        if self.missed(said, guess, commands):
            return RESCHEDULE
        if self.arrived(said):
            return ARRIVED
        if self.bereaved(said, guess):
            return BEREAVED
        return LATE if self.late(said, guess, commands) else ""

    def bereaved(self, said: Said, guess: Guess) -> bool:
        """ "My mother passed away, please cancel her visit": a loss before it is an errand."""
        if BEREAVED not in self._content.flows or guess.intent not in _OF_THE_DEAD:
            return False
        asked = said.question is not None and said.question.flow not in (REMINDER, "recall", "cancel")
        return not asked and self._repairs.within(said.text, said.lang, "passed_away", _MOST_OF_A_LOSS)

    def arrived(self, said: Said) -> bool:
        """ "I'm in the parking lot": of nothing that is open but a reminder of the visit."""
        asked = said.question is not None and said.question.flow != REMINDER
        return said.tells == ARRIVED and not asked and ARRIVED in self._content.flows

    def late(self, said: Said, guess: Guess, commands: list[Command]) -> bool:
        """ "Running 15 min late": staff decide what becomes of the visit. Neither what a complaint is about, nor the
        question for another time."""
        if LATE not in self._content.flows or said.asked("message"):
            return False
        if said.tells == LATE or self._repairs.is_whole(said.text, said.lang, "running_late"):
            return True
        moved = any(starts(c, {"reschedule"}) for c in commands) and (said.asks or said.size > NAME_AND_BIRTH)
        if moved or guess.intent in ALARMS or any(starts(c, _OF_STAFFS) for c in commands):
            return False
        return self._repairs.within(said.text, said.lang, "running_late", _MOST_OF_A_DELAY, fewest=2)

    def missed(self, said: Said, guess: Guess, commands: list[Command]) -> bool:
        """ "I missed my appointment yesterday", asked by nobody: another time is looked for."""
        if said.question is not None or RESCHEDULE not in self._content.flows or guess.intent in ALARMS:
            return False
        if any(isinstance(c, Handoff) or starts(c, _OF_STAFFS | {"cancel", "late"}) for c in commands):
            return False
        return self._repairs.within(said.text, said.lang, "missed_visit", 14)

    def call_back(self, said: Said, guess: Guess) -> bool:
        """ "Can someone call me tomorrow after three?"."""
        return CALL_BACK in self._content.flows and is_call(said, guess, self._repairs)

    def offered(self, said: Said, guess: Guess, commands: list[Command], open_flows: tuple[str, ...]) -> str:
        """ "I got a text about an earlier appointment": the flow that this is about; empty for anything else. Where the
        offer stands open it is asked again, unless the message answers it."""
        if OFFERED not in self._content.flows or guess.intent in ALARMS or said.of_form or said.asked("message"):
            return ""
        told = all(self._repairs.holds(said.text, said.lang, kind) for kind in ("offer_told", "offer_freed"))
        if not told or any(starts(c, _OF_STAFFS) for c in commands):
            return ""
        if OFFER not in open_flows:
            return OFFERED
        return OFFER if said.answer is None else ""

    def aside(self, said: Said) -> list[Command]:
        """What answers no question of ours and asks for nothing new: who we are, why a form asks, what of a time that
        is on offer, "whatever" to a text of ours. And what is wanted in one word, "bill". Empty for anything else."""
        if said.asks_why_of_form and said.answer is not None:
            return [said.answer]
        if WHO in self._content.flows and self._repairs.is_whole(said.text, said.lang, "who_is_this"):
            return [AskAnswer(flow=WHO, source="patient", quote=said.text)]
        lost = said.question is None and self._repairs.within(said.text, said.lang, "wrong_place", 14, fewest=2)
        if WHO in self._content.flows and lost:
            return [AskAnswer(flow=WHO, source="patient", quote=said.text)]
        if RATHER_TEXT in self._content.flows and self._repairs.is_whole(said.text, said.lang, RATHER_TEXT):
            request = SetSlot(slot="request", value=said.text.strip(), source="patient", quote=said.text)
            return [StartFlow(flow=RATHER_TEXT, source="patient", quote=said.text), request]
        if self._waits(said):
            return [AskAnswer(flow=WAIT, source="patient", quote=said.text)]
        if self._how_long(said):
            meant = [
                SetSlot(slot=s, value=True, source="patient", quote=said.text) for s in ("request_meant", HOW_LONG)
            ]
            return [StartFlow(flow=CHECK, source="patient", quote=said.text), *meant]
        if self._cannot_tell(said):
            return [CannotHandle()]
        if asked := self._how_long_open(said):
            topic = SetSlot(slot="topic", value=asked, source="patient", quote=said.text)
            return [AskAnswer(flow=HOW_LONG, source="patient", quote=said.text), topic]
        if asked := self._of_offer(said):
            topic = SetSlot(slot="topic", value=asked, source="patient", quote=said.text)
            return [AskAnswer(flow=OFFER_ASKED, source="patient", quote=said.text), topic]
        bare = next((f for f in BARE if said.question is None and self._is_bare(said, f)), "")
        if bare:
            request = SetSlot(slot="request", value=said.text.strip(), source="patient", quote=said.text)
            return [StartFlow(flow=bare, source="patient", quote=said.text), request]
        ours = said.question is not None and said.question.slot in SLOTS and not said.of_form
        if ours and said.asked("coming") and asks_when(said, self._repairs):
            return [Repeat(source="patient", quote=said.text)]
        idle = said.answer is None and self._repairs.is_whole(said.text, said.lang, "shrug")
        shrugs = ours and (idle or self._repairs.is_whole(said.text, said.lang, THINKS))
        if shrugs and not leaves_it(said, self._repairs):
            return [Repeat(source="patient", quote=said.text)]
        return []

    def thinks_better(self, said: Said, open_flows: tuple[str, ...]) -> list[Command]:
        """When all was said and asked for: "never mind", of any request; "don't cancel it", so the visit is kept."""
        if open_flows or said.question is not None or SECOND_THOUGHTS not in self._content.flows:
            return []
        keeps = self._repairs.is_whole_of(said.text, said.lang, "never_mind", "keeps")
        if not keeps and not self._repairs.is_whole(said.text, said.lang, "never_mind"):
            return []
        meant = SetSlot(slot="meant", value="keep" if keeps else "any", source="patient", quote=said.text)
        return [StartFlow(flow=SECOND_THOUGHTS, source="patient", quote=said.text), meant]

    def may_be(self, said: Said, guess: Guess) -> bool:
        """Words of their own, asked for, that are like another request. In answer to a form a visit is given up or
        moved only where the words name one, or that somebody cannot come: "my knee hurts, for three weeks" is neither;
        and what a referral is for ("Dr. Okafor said so, for a mole") is no wish for a visit without a day."""
        if guess.intent == BOOK and said.question is not None and said.question.flow == REFERRAL:
            return bool({"date", "time"} & set(said.entities))
        if said.of_form and guess.intent == _REFILL and guess.confidence < _SURE_OF_IT and self._told.begins(said):
            return False  # "lisinopril 10 mg and metformin 500 mg" is what they take
        if not said.of_form or guess.intent not in GIVES_UP:
            return True
        within = self._repairs.within
        return any(within(said.text, said.lang, kind, 40) for kind in ("visit_nouns", "cannot_come", "not_cancel"))

    def _is_bare(self, said: Said, flow: str) -> bool:
        return flow in self._content.flows and self._repairs.is_whole(said.text, said.lang, f"bare_{flow}")

    def _of_offer(self, said: Said) -> str:
        """What is asked of a time that stands on offer, "who", "where" or "until"; empty for anything else."""
        q = said.question
        if q is None or q.flow not in (OFFERED, OFFER) or q.slot != "answer" or OFFER_ASKED not in self._content.flows:
            return ""
        if self._repairs.is_whole(said.text, said.lang, THINKS):
            return "until"
        return next((t for t in _OF_OFFER if self._repairs.within(said.text, said.lang, f"offer_{t}", 12)), "")

    def topic(self, said: Said, guess: Guess) -> str:
        """What the clinic has an approved answer to: "how much is a visit?"; empty for anything else."""
        if APPROVED not in self._content.flows:
            return ""
        found = next((topic for topic in TOPICS if self._asks(said, f"topic_{topic}")), "")
        if not found and guess.intent in _PRICED[:2] and self._repairs.within(said.text, said.lang, "no_insurance", 14):
            found = "cost"
        if found == "companion" and guess.intent == BOOK and said.expressions:
            return ""  # "can I bring my daughter tomorrow? she has a cough": it is she who is to be seen
        if not found and self._asks_service(said, guess):
            return "services"
        if found == "cost":  # the price of a visit, not of parking, and not what somebody was charged
            ours = guess.intent in _PRICED or self._repairs.is_whole(said.text, said.lang, "topic_cost")
            return found if ours and not self._repairs.within(said.text, said.lang, "not_prices", 14) else ""
        return found

    def _asks_service(self, said: Said, guess: Guess) -> bool:
        """ "Do you do x-rays?", "do you give flu shots?"; not "do you have my blood test results?"."""
        if guess.intent in ALARMS or (guess.intent not in _OF_SERVICES and guess.confidence >= _CLEARLY):
            return False
        offers = self._repairs.within(said.text, said.lang, "offers", _MOST_OF_SERVICES)
        return offers and self._repairs.holds(said.text, said.lang, "services")

    def told(self, said: Said, topic: str) -> SetSlot:
        """Which of the approved answers is asked for; beyond doubt where nothing else is said."""
        sure = 1.0 if self._repairs.is_whole(said.text, said.lang, f"topic_{topic}") else SURE
        return SetSlot(slot="topic", value=topic, source="patient", quote=said.text, confidence=sure)

    def of_another(self, said: Said, commands: list[Command]) -> SetSlot | None:
        """ "With another doctor"; "with the same doctor as last time", also of a visit that is only now asked for."""
        begun = [c.flow for c in commands if isinstance(c, StartFlow)]
        asked = said.question.flow if said.question is not None else ""
        kind = "wanted" if self._repairs.within(said.text, said.lang, "other_provider") else ""
        if not kind and "provider" not in said.entities:
            kind = "same" if self._repairs.within(said.text, said.lang, "same_doctor", _MOST_OF_A_LOSS) else ""
        flows = (asked, *begun) if kind == "same" else (asked,)
        if not kind or not any(_ANOTHER in self._content.flows[f].slots for f in flows if f in self._content.flows):
            return None
        return SetSlot(slot=_ANOTHER, value=kind, source="patient", quote=said.text)

    def either(self, said: Said) -> tuple[str, ...]:
        """What may be meant by "Thursday at 3", and nothing of what for, or by "I can't tomorrow, it's my daughter's
        birthday", and nothing of another day."""
        if said.only_times:
            return BOOK, RESCHEDULE
        dated = said.refuses or bool(said.expressions)
        cannot = self._repairs.within(said.text, said.lang, "cannot_come", _MOST_OF_A_LOSS)
        return (RESCHEDULE, "cancel") if dated and cannot and not said.asks else ()

    def request(self, said: Said) -> bool:
        """ "What about my request?": of what was asked for, not of a visit."""
        return CHECK in self._content.flows and self._asks(said, "my_request")

    def _how_long(self, said: Said) -> bool:
        """ "How long does it take?" and nothing more, when all was said: of what was just asked for."""
        asked = said.question is None and CHECK in self._content.flows
        return asked and self._repairs.is_whole(said.text, said.lang, HOW_LONG)

    def _cannot_tell(self, said: Said) -> bool:
        """ "I don't remember", to a question that cannot be passed over: put again, and nothing new."""
        q = said.question
        if q is None or said.answer is not None or q.slot in SLOTS or said.of_form:
            return False
        whole = self._repairs.is_whole(said.text, said.lang, "skip")
        return whole and self._repairs.within(said.text, said.lang, "skip", 6, fewest=2)

    def _how_long_open(self, said: Said) -> str:
        """ "How long does it take?", in answer to a question of ours: of the visit, or of the request that is being
        made. A form says itself how far it is."""
        if said.question is None or said.of_form or HOW_LONG not in self._content.flows:
            return ""
        if not self._repairs.is_whole(said.text, said.lang, HOW_LONG):
            return ""
        return "visit" if said.question.flow in _OF_A_TIME else "request"

    def _waits(self, said: Said) -> bool:
        """ "Hold on", "let me ask my wife": who may, without being asked what they mean. To a text of ours that is an
        answer (see `replies`)."""
        ours = said.question is not None and said.question.slot in SLOTS
        if ours or WAIT not in self._content.flows:
            return False
        return any(self._repairs.is_whole(said.text, said.lang, kind) for kind in ("hold_on", THINKS))

    def _asks(self, said: Said, kind: str) -> bool:
        """Is the message such a phrase, or does it hold one of three words or more?"""
        whole, within = self._repairs.is_whole, self._repairs.within
        return whole(said.text, said.lang, kind) or within(said.text, said.lang, kind, 14, fewest=3)

    def form(self, said: Said, guess: Guess, commands: list[Command]) -> bool:
        """ "I have paperwork to fill in", or the one word that goes on with it."""
        q = said.question
        if "form" not in self._content.flows or not (q is None or q.slot in SLOTS):
            return False
        if any(self._repairs.is_whole(said.text, said.lang, kind) for kind in ("form_words", "form_again")):
            return True
        named = self._repairs.within(said.text, said.lang, "form_words", 20)
        fills = named and self._repairs.within(said.text, said.lang, "fill_words", 20)
        stands = {"intake", "records"} if fills else {"intake"}  # "a form for school" is a paper to be had from us
        other = [c for c in commands if isinstance(c, AskAnswer | Handoff | StartFlow) and not starts(c, stands)]
        return named and (not other or guess.intent == "intake_update") and guess.intent not in ALARMS
