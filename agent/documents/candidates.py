"""Everything that the transcript could put into a note: each clause in a note's words, with where it was said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.documents.answers import answered, is_question, says_no, with_its_question
from agent.documents.clauses import Clause, clauses
from agent.documents.reading import Role
from agent.documents.style import Person, sentence, written
from agent.model.note import Source, Utterance

_FEMALE = re.compile(
    r"\b(?:mrs|ms|miss|ma'am|maam|year[- ]old (?:\w+ ){0,3}(?:female|woman|lady|girl)|she is a|she's a)\b|\bfemale\b",
    re.I,
)
_MALE = re.compile(r"\b(?:mr|sir|year[- ]old (?:\w+ ){0,3}(?:male|man|gentleman|boy)|he is a|he's a)\b|\bmale\b", re.I)


_TO_SOFTWARE = re.compile(
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


_ASKS_YOU = re.compile(r"\b(?:do|are|have|did|were) you\b|\bis it\b|\bhow (?:is|are|about|long|often)\b", re.I)


@dataclass(frozen=True)
class Candidate:
    """One possible sentence. `place` is 0..1 within the visit; `answer` where question and answer were joined."""

    text: str
    evidence: tuple[Source, ...]
    role: Role
    place: float
    asks: bool = False
    answer: bool = False
    words: tuple[str, ...] = field(default=(), compare=False)

    @property
    def turn(self) -> int:
        return self.evidence[-1].turn


def person_of(dialogue: Sequence[Utterance], sex: str = "") -> Person:
    """The patient's sex as the record has it, else as the clinician addresses the patient in the room."""
    if sex in ("female", "male"):
        return Person(sex)  # type: ignore[arg-type]
    said = [u.text for u in dialogue]
    women = sum(len(_FEMALE.findall(t)) for t in said)
    men = sum(len(_MALE.findall(t)) for t in said)
    return Person("female" if women > men else "male" if men > women else "")


def told(dialogue: Sequence[Utterance]) -> list[Candidate]:
    """What the clinician told the patient, left as it was said to them."""
    found = [c for c in clauses(dialogue) if c.role == "clinician" and not _TO_SOFTWARE.search(c.text)]
    out = []
    for clause in found:
        text = "" if clause.asks or _mostly_asks(clause.text) else written(clause.text, "clinician", None)
        if text:
            out.append(_candidate(text, (_source(clause),), "clinician", clause.turn / max(len(dialogue), 1)))
    return out


def candidates(dialogue: Sequence[Utterance], person: Person) -> list[Candidate]:
    """In the order of the talk. Words meant for the software that listens, whoever says them, are left out."""
    found = [c for c in clauses(dialogue) if not _TO_SOFTWARE.search(c.text)]
    turns = max(len(dialogue), 1)
    out: list[Candidate] = []
    spent: set[int] = set()
    for n, clause in enumerate(found):
        asks, place = is_question(clause), clause.turn / turns
        if n in spent:
            continue
        if asks:
            joined = _joined(found, n, person)
            if joined is not None:
                text, at, whole = joined
                out.append(_candidate(text, (_source(clause), _source(found[at])), "patient", place, answer=True))
                spent |= {at} if whole else set()
        if clause.role == "clinician" and (
            _mostly_asks(clause.text) or (asks and (clause.asks or _ASKS_YOU.search(clause.text)))
        ):
            continue
        if clause.role == "other":
            text = _quoted(dialogue[clause.turn].speaker, clause.text)
        else:
            text = written(clause.text, clause.role, person)
        if (
            text
            and not _ONLY_A_NAME.fullmatch(text)
            and not (clause.role == "patient" and len(text.split()) < 3 and says_no(clause.text))
        ):
            out.append(_candidate(text, (_source(clause),), clause.role, place, asks=asks))
    return out


def _quoted(speaker: str, said: str) -> str:
    """A third person's words stay their own: "I" in a note is the clinician."""
    name = " ".join(speaker.replace("_", " ").split()) or "A person in the room"
    return f"{name[:1].upper()}{name[1:40]} said: “{' '.join(said.split())}”"


def _joined(found: Sequence[Clause], n: int, person: Person) -> tuple[str, int, bool] | None:
    """(the sentence that a question and its answer make, which clause answers, whether it says all of the answer)."""
    question = found[n]
    for at in range(n + 1, min(n + 4, len(found))):
        answer = found[at]
        if answer.turn > question.turn and answer.role != "clinician":
            if answer.turn > question.turn + 2:
                return None
            if text := answered(question, answer, person):
                return text, at, False
            text = with_its_question(question, answer, person)
            return (text, at, True) if text else None
        if answer.turn == question.turn and is_question(answer):
            return None  # two questions at once: which of them was answered?
    return None


def _mostly_asks(text: str) -> bool:
    return bool(re.match(
        r"\W*(?:(?:okay|ok|and|so|alright|um|uh|well|now|all right|but|then|yeah)[ ,]+)*(?:do|are|have you|did|is|"
        r"any|anything|what|how|when (?:did|do|was|were|is)|where|why|can you|"
        r"does|has|were|was|who|could|would|tell me)\b", text, re.I))  # fmt: skip


_ONLY_A_NAME = re.compile(r"(?:mrs?|ms|miss|dr|doctor)\.? [\w'’-]+", re.I)


def _candidate(
    text: str, evidence: tuple[Source, ...], role: Role, place: float, *, asks: bool = False, answer: bool = False
) -> Candidate:
    return Candidate(sentence(text), evidence, role, place, asks, answer, tuple(plain_words(text)))


def plain_words(text: str) -> list[str]:
    """Lower-case words and figures, without marks: what the weights are learned of."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).split()


def _source(clause: Clause) -> Source:
    return Source(turn=clause.turn, start=clause.start, end=clause.end)
