"""What was found in a message, beside what was asked and what it proposes: the same words are an alarm or an answer."""

import re

from agent.dialogue import alarms, forms
from agent.dialogue.draft import Draft, value_of
from agent.model.command import AskAnswer, Command, Repeat, SetSlot, SpeakSlower, SpeakUsual, StartFlow
from agent.model.conversation import Frame
from agent.model.message import Inbound
from agent.model.safety import Evidence, SafetyFinding
from agent.understand.normalize import fold
from agent.understand.words import words_of

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PARTS = re.compile(r"[^,;\n、،，；]+")
_UNSPACED = frozenset({"zh", "ko"})  # words of time are joined to others
_FEW = 6  # words of an answer to a form
_NO_CODE = 9  # … of whoever says that no code came
_LISTED = 20  # … that asks for illnesses, operations or allergies, which are named one after another
_OF_THE_DESK = frozenset(
    {"why", "abilities", "wait", "how_long"}
)  # answers about the talk itself, to words that are nothing else
_ANY_FIGURES = frozenset({"time", "phone", forms.SLOT})  # questions that three figures may well answer
_FIGURES = frozenset({"date", "dob", "code", "letters", "opening"})  # … that two may
_TWO, _WELL = 2, ("better", "same")  # these and the topics are no sets: a model may propose a list as a value
_AFTERCARE = "aftercare"  # begun by the patient's own words where they are nothing but the question
_MISSED = "missed"  # the flow that asks who did not come
_REFERRAL = "referral"
_OF_PAPERS = ("cost", "billing", "fax", "records", "interpreter", "after_hours")  # topics
_READ_BY_CLINICIANS = frozenset({"refill", _REFERRAL})


def as_answered(draft: Draft, inbound: Inbound, finding: SafetyFinding, commands: list[Command]) -> SafetyFinding:
    """The finding, where the message answers what we asked or steers the talk; never lowered where it is clear."""
    return _as_number(draft, inbound, _as_steered(_as_offered(draft, finding, commands), commands))


def _as_offered(draft: Draft, finding: SafetyFinding, commands: list[Command]) -> SafetyFinding:
    """A form's own choices are no alarm in answer to it: "trouble breathing", after what a medicine once did; nor is a
    bare "I stopped it", of a medicine. What such an answer means is the form's to say (see `raises`)."""
    top, inbound = draft.top, draft.inbound
    if finding.cls == "none" or inbound is None or top is None or forms.slot_asked(draft.content, top) != forms.SLOT:
        return finding
    if any(isinstance(c, SetSlot) and c.slot == forms.SLOT and c.value.get("do") == "stopped" for c in commands):
        return SafetyFinding()
    if _long_ago(draft, top, inbound.text, finding):
        return SafetyFinding()
    return SafetyFinding() if forms.is_offered(draft.content, value_of(top, "item"), inbound.text) else finding


def _long_ago(draft: Draft, top: Frame, text: str, finding: SafetyFinding) -> bool:
    """ "Appendicitis in 2010", named as an operation: each alarming part is short and has a year that is over, and no
    word of today. An emergency, and what stands without a year, is none of it."""
    if finding.cls != "clinical_question" or finding.urgency == "emergency" or not finding.evidence:
        return False
    if not forms.asks_operations(draft.content, top) or _is_so_today(draft, text):
        return False
    for part in _PARTS.finditer(text):
        told = any(e.start < part.end() and part.start() < e.end for e in finding.evidence)
        years = [int(year) for year in _YEAR.findall(part[0])]
        if told and not (len(part[0].split()) <= _FEW and years and max(years) < draft.now.year):
            return False
    return True


def _is_so_today(draft: Draft, text: str) -> bool:
    said, rows = f" {' '.join(word.text for word in words_of(text))} ", draft.content.rows.get("repairs", {})
    for tag in dict.fromkeys((draft.conversation.locale.partition("-")[0], "en")):
        for each in rows.get(tag, {}).get("still_so", ()):
            word = " ".join(word.text for word in words_of(str(each)))
            if (word if tag in _UNSPACED else f" {word} ") in said:
                return True
    return False


def _as_number(draft: Draft, inbound: Inbound, finding: SafetyFinding) -> SafetyFinding:
    """ "911", where no figures were asked for: whoever writes or says that number means it, or a line for a crisis."""
    asked, text = forms.slot_asked(draft.content, draft.top), inbound.text.strip(" .!")
    known = alarms.numbers(draft)
    if finding.urgency == "emergency" or text not in (known["emergency"], known.get("crisis")):
        return finding
    if asked in _ANY_FIGURES or (asked in _FIGURES and len(text) <= _TWO):
        return finding
    cls, tier = ("emergency", "E1") if text == known["emergency"] else ("self_harm", "E2")
    said = Evidence(start=0, end=len(inbound.text), text=inbound.text, rule="number")
    return SafetyFinding.model_validate(
        {"cls": cls, "urgency": "emergency", "tier": tier, "category": "alarm", "confidence": 1.0, "evidence": (said,)}
    )


def _as_steered(finding: SafetyFinding, commands: list[Command]) -> SafetyFinding:
    """ "Perdón, no le entendí", "how does this work?": words that do nothing but steer the conversation are no alarm,
    whatever they are like."""
    steers = any(isinstance(c, Repeat | SpeakSlower | SpeakUsual) for c in commands)
    steers = steers or any(isinstance(c, AskAnswer) and c.flow in _OF_THE_DESK for c in commands)
    sure = [c for c in commands if isinstance(c, SetSlot) and c.confidence == 1.0]  # "mwen pi byen", and nothing else
    steers = steers or any(c.slot == "how_long" or (c.slot == "feeling" and c.value in _WELL) for c in sure)
    answers = [c for c in commands if isinstance(c, SetSlot) and c.of]
    steers = steers or (bool(answers) and all(a.confidence == 1.0 for a in answers))  # "Leo can't, Rosa yes"
    known = any(isinstance(c, SetSlot) and c.slot == "topic" and c.confidence == 1.0 for c in commands)
    known = known or any(isinstance(c, StartFlow) and c.flow == _AFTERCARE and c.source == "patient" for c in commands)
    papers = any(isinstance(c, SetSlot) and c.slot == "topic" and c.value in _OF_PAPERS for c in commands)
    known = known or (papers and not finding.evidence)  # "what does it cost, and can I pay by card?"
    if known and finding.urgency == "routine":  # "can my husband come?", "can I shower?", and nothing else
        return SafetyFinding()
    return SafetyFinding() if steers and not finding.evidence else finding


def as_reason(draft: Draft, finding: SafetyFinding, commands: list[Command], words: int) -> SafetyFinding:
    """A routine clinical word beside a request for a visit is the reason for the visit, no question to a clinician. So
    are a few words in answer to a form in which no rule found anything: "for two weeks"; staff read them all. And the
    medicine that is named for a refill ("ten milligrams"): a clinician reads it in the request itself."""
    asked = forms.slot_asked(draft.content, draft.top)
    asks_visit = any(isinstance(c, StartFlow) for c in commands) or asked in ("reason", forms.SLOT)
    if asked == "feeling" and not finding.evidence:  # how somebody is a nurse reads in any case
        asks_visit = True
    if finding.cls == "distress" and not finding.evidence and draft.top is not None and draft.top.flow == _MISSED:
        return SafetyFinding()  # "I'm sorry, my car broke down" tells why they did not come
    most = _LISTED if draft.top is not None and forms.asks_history(draft.content, draft.top) else _FEW
    few = asked == forms.SLOT and not finding.evidence and words <= most
    without = any(isinstance(c, SetSlot) and c.slot == asked == "code" and c.value is None for c in commands)
    few = few or (without and not finding.evidence and words <= _NO_CODE)
    for_clinician = draft.top is not None and draft.top.flow in _READ_BY_CLINICIANS and asked == "message"
    how = any(isinstance(c, SetSlot) and c.slot == "how_taken" for c in commands)
    how = how and (finding.urgency == "routine" or not finding.evidence)
    named = for_clinician and finding.urgency == "routine" and words <= _FEW and _only_doses(draft, finding)
    named = named or (for_clinician and finding.urgency == "routine" and _tells_what_for(draft, words))
    if finding.cls == "clinical_question" and ((finding.urgency == "routine" and asks_visit) or few or named or how):
        return SafetyFinding.model_validate({**finding.model_dump(), "cls": "none"})
    return finding


def _tells_what_for(draft: Draft, words: int) -> bool:
    """ "For a rash that won't go away", said of a referral: a clinician reads it there. A question is a nurse's."""
    asks = draft.inbound is not None and any(mark in draft.inbound.text for mark in "?？؟")
    return draft.top is not None and draft.top.flow == _REFERRAL and words <= _LISTED and not asks


def _only_doses(draft: Draft, finding: SafetyFinding) -> bool:
    """Rules found nothing, or the "milligrams" of a medicine."""
    row = draft.content.rows.get("values", {}).get(draft.conversation.locale, {})
    units = {fold(str(unit)) for unit in row.get("dose_units", ())}
    return all(fold(each.text) in units for each in finding.evidence)
