"""What is said in a room and belongs in no note: a patient's question, breathing for the stethoscope, good-byes."""

import re
from collections.abc import Sequence

from agent.documents.clauses import Clause
from agent.documents.style import LEAD

_ASKS = re.compile(
    r"(?:should|can|could|will|would|shall|is|are|was|were|am|do|does|did|have|has|what|"
    r"when|where|why|how|who|which)\b",
    re.IGNORECASE,
)
TO_SOFTWARE = re.compile(
    r"\b(?:(?:ignore|disregard|forget|override) (?:all |any |your |the |my )*(?:previous |prior |above |earlier |"
    r"other )?"
    r"(?:instructions?|rules|prompts?|guidelines|directions)|system prompt|language model|as an ai\b|(?:you are|"
    r"act as|pretend to be) "
    r"(?:now )?an? (?:ai|assistant|chatbot|system|doctor)|(?:write|put|add|record|insert|state|include|"
    r"note) (?:it |this |that )?(?:down )?in (?:the|my|your) "
    r"(?:note|chart|record|summary|letter)|finalize the note|(?:hey,? )?dragon,? (?:show|finalize)|show me the|"
    r"tell dax)\b|</?\w+>|\{\{|"
    r"\bjavascript:",
    re.IGNORECASE,
)
_BYE = re.compile(
    r"(?:(?:no|nope|yes|yeah|okay|i think|i guess|i believe|(?:no|not any) (?:other |"
    r"more )?questions?|not (?:for now|right now|"
    r"today)|that(?:['’]s| is| was| would be| should be) (?:all|it|everything)(?: for (?:now|today|me))?|nothing else|"
    r"thank you|thanks|so much|very much|a lot|doctor|doc|bye|good-?bye|have a (?:good|nice|great) (?:day|one|weekend)|"
    r"you too|see you(?: then)?|from me)\b[ ,.]*)+",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:all|it|everything|questions?|else|thank you|thanks|bye|good-?bye|have a|see you)\b", re.IGNORECASE
)
_EXAMINING = re.compile(
    r"(?:please )?(?:take (?:a|another) (?:big |nice |few )*(?:deep )*breaths?(?: for me| in| and hold it)?|"
    r"(?:deep )?breathe? (?:in|out|normally)(?: and (?:in|out))?|breathe in and out|"
    r"open (?:wide|your mouth)(?: wide)?|stick out your tongue|"
    r"say a+h+|follow my finger|look (?:up|down|straight ahead|at my (?:nose|finger))|squeeze my (?:hands?|fingers?)|"
    r"push (?:against|down on) my hands?|lie (?:back|down)|sit up|roll over|hold still|relax|turn around|"
    r"(?:let me|i will|i'll|i am going to|"
    r"i'm going to) (?:just )?(?:(?:take a )?(?:quick )?(?:listen|look|check|examine|feel)"
    r"(?: to| at)?(?: you)?|examine you))(?: for me)?",
    re.IGNORECASE,
)
_IT = re.compile(
    r"\W*(?:(?:well|yes|no|okay|oh|sure|yeah|i would|i'd|maybe)[ ,.]+)*(?:please )?(?:keep|"
    r"get|take|don't|do not|you (?:can|should|"
    r"may|could|need|do not|don't)|try|give|leave|use|stop|wash|put|avoid|skip)\b.*\b(?:it|that|them|those|one)\b",
    re.IGNORECASE,
)
_MAY_I = re.compile(r"(?:should|can|could|may|must|do) (?:i|we)\b", re.IGNORECASE)
_LONG = 14  # words
_ANNOUNCES = re.compile(
    r"(?:here(?:['’]s| is) (?:the|my|our) plan|(?:so )?this is (?:the|my|our) plan|"
    r"let['’]?s (?:talk|go over) (?:about )?(?:the )?"
    r"plan|any (?:other )?questions|i understand|i(?:['’]m| am) sorry to hear that)",
    re.IGNORECASE,
)


def is_small_talk(clause: Clause) -> bool:
    """True where nothing of the clause would be written down."""
    said = LEAD.sub("", clause.text).strip(" ,.-")
    if clause.role == "patient":
        bye = _BYE.fullmatch(clause.text.strip(" ,.-")) and _ENDS.search(clause.text)
        return bool((clause.asks and _ASKS.match(said)) or bye)
    return clause.role == "clinician" and bool(_EXAMINING.fullmatch(said) or _ANNOUNCES.fullmatch(said))


def put_to(found: Sequence[Clause], answer: Clause) -> Clause | None:
    """The patient's question ("Should I get rid of the cat?") without which an answer that says "it" means nothing."""
    if answer.role != "clinician" or answer.asks or not _IT.match(answer.text):
        return None
    here = [c for c in found if c.turn == answer.turn]
    before = [c for c in found if c.turn == answer.turn - 1]
    if here[0].start != answer.start or not before or before[-1].role != "patient" or not before[-1].asks:
        return None
    return before[-1] if _MAY_I.match(before[-1].text) and len(before[-1].text.split()) <= _LONG else None
