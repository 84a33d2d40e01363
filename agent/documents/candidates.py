"""Everything that the transcript could put into a note: each clause in a note's words, with where it was said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.documents.answers import (
    ALLERGIES,
    answered,
    goes_on,
    is_question,
    is_told_whole,
    says_no,
    with_its_question,
)
from agent.documents.clauses import Clause, clauses
from agent.documents.reading import Role
from agent.documents.referents import with_persons
from agent.documents.small_talk import TO_SOFTWARE, is_small_talk, put_to
from agent.documents.style import Person, sentence, written
from agent.model.note import Source, Utterance

_FEMALE = re.compile(
    r"\b(?:mrs|ms|miss|ma'am|maam|year[- ]old (?:\w+ ){0,3}(?:female|woman|lady|girl)|she is a|she's a)\b|\bfemale\b",
    re.I,
)
_MALE = re.compile(r"\b(?:mr|sir|year[- ]old (?:\w+ ){0,3}(?:male|man|gentleman|boy)|he is a|he's a)\b|\bmale\b", re.I)


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
    grave: bool = False  # an allergy, a medicine that is not taken, an answer to what the patient asked
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
    said = [c for c in clauses(dialogue) if not TO_SOFTWARE.search(c.text)]
    out = []
    for clause in said:
        if clause.role != "clinician" or is_small_talk(clause) or clause.asks or _mostly_asks(clause.text):
            continue
        if text := written(clause.text, "clinician", None):
            put = put_to(said, clause)
            text = f"you asked “{put.text}?”: {text}" if put else text
            made = _candidate(text, (_source(clause),), "clinician", clause.turn / max(len(dialogue), 1))
            out.append(replace(made, grave=put is not None))
    return out


def candidates(dialogue: Sequence[Utterance], person: Person) -> list[Candidate]:
    """In the order of the talk. Words meant for the software that listens, whoever says them, are left out."""
    all_said = [c for c in clauses(dialogue) if not TO_SOFTWARE.search(c.text)]
    found, persons = with_persons([c for c in all_said if not is_small_talk(c) or is_question(c)])
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
                sources = (_source(clause), *(_source(found[k]) for k in at))
                out.append(_candidate(text, sources, "patient", place, answer=True))
                spent |= set(at) if whole else set()
        if is_small_talk(clause):
            continue
        if clause.role == "clinician" and (
            _mostly_asks(clause.text) or (asks and (clause.asks or _ASKS_YOU.search(clause.text)))
        ):
            continue
        if clause.role == "other":
            text = _quoted(dialogue[clause.turn].speaker, clause.text)
        elif clause.text.startswith("“"):
            text = f"the patient said: {clause.text}"
        elif clause.role == "patient" and _WRITE_THAT.search(clause.text):
            text = _quoted("the patient", clause.text)
        else:
            text = written(clause.text, clause.role, person)
        if text and (put := put_to(all_said, clause)):
            text = f"asked “{put.text}?”, was told: {text}"
        if (
            text
            and not _ONLY_A_NAME.fullmatch(text)
            and not (clause.role == "patient" and len(text.split()) < 3 and says_no(clause.text))
        ):
            sources = (_source(persons[n]), _source(clause)) if n in persons else (_source(clause),)
            out.append(_candidate(text, sources, clause.role, place, asks=asks))
    allergic = _told_of_allergies(found)
    return [replace(c, grave=True) if c.turn in allergic or _is_grave(c) else c for c in out]


def _is_grave(candidate: Candidate) -> bool:
    """A medicine that is not taken, and when to call for an ambulance."""
    if candidate.role == "clinician":
        return bool(_AMBULANCE.search(candidate.text))
    return candidate.answer and bool(_NOT_TAKEN.search(candidate.text))


def _quoted(speaker: str, said: str) -> str:
    """A third person's words stay their own: "I" in a note is the clinician."""
    name = " ".join(speaker.replace("_", " ").split()) or "A person in the room"
    return f"{name[:1].upper()}{name[1:40]} said: “{' '.join(said.split())}”"


def _joined(found: Sequence[Clause], n: int, person: Person) -> tuple[str, tuple[int, ...], bool] | None:
    """(the sentence that a question and its answer make, which clauses answer, whether it says all of them)."""
    question = _named(found, n)
    for at in range(n + 1, min(n + 4, len(found))):
        answer = found[at]
        if answer.turn > question.turn and answer.role != "clinician":
            if answer.turn > question.turn + 2:
                return None
            if text := answered(question, answer, person):
                return text, (at,), is_told_whole(answer, text)
            few = [at]
            while few[-1] + 1 < len(found) and goes_on(found[few[-1]], found[few[-1] + 1]):
                few.append(few[-1] + 1)
            text = with_its_question(question, [found[k] for k in few], person)
            return (text, tuple(few), True) if text else None
        if answer.turn == question.turn and is_question(answer):
            return None  # two questions at once: which of them was answered?
    return None


def _told_of_allergies(found: Sequence[Clause]) -> set[int]:
    """Turns of the patient right after they were asked about allergies."""
    asked = {c.turn for c in found if is_question(c) and ALLERGIES.search(c.text)}
    return {c.turn for c in found if c.role != "clinician" and c.turn - 1 in asked}


def _named(found: Sequence[Clause], n: int) -> Clause:
    """The question with what it is about: "And the fluticasone? Are you taking that every day?"."""
    before, question = found[n - 1] if n else None, found[n]
    if before is None or before.turn != question.turn or not before.asks or len(before.text.split()) > _FEW:
        return question
    thing = _ABOUT.sub("", before.text).strip(" ,.")
    if not thing.casefold().startswith(("the ", "your ")) or _mostly_asks(thing):
        return question
    return replace(question, text=_THAT.sub(lambda m: m[1] + thing, question.text, count=1))


def _mostly_asks(text: str) -> bool:
    return bool(re.match(
        r"\W*(?:(?:okay|ok|and|so|alright|um|uh|well|now|all right|but|then|yeah)[ ,]+)*(?:do|are|have you|did|is|"
        r"any|anything|what|how|when (?:did|do|was|were|is)|where|why|can you|"
        r"does|has|were|was|who|could|would|tell me)\b", text, re.I))  # fmt: skip


_FEW = 8  # words of "and the orange one, the fluticasone?"
_ABOUT = re.compile(r"^(?:(?:and|so|okay|now|what about|how about|then)[ ,]+)+", re.I)
_THAT = re.compile(r"(\b(?:taking|using|take|use|taken|used) )(?:that|it|them|those)\b", re.I)
_WRITE_THAT = re.compile(
    r"\b(?:please|just|also|to|and) (?:document|write|record|chart|note)(?: it)?(?: down)? that\b|"
    r"^\W*(?:document|write down|write|put down|record|make a note) that\b", re.I)  # fmt: skip
_AMBULANCE = re.compile(r"\b(?:call|dial) (?:911|999|112|an ambulance)\b", re.I)
_NOT_TAKEN = re.compile(r"\b(?:is|does|has|did) not (?:been )?(?:taking|using|taken|used|take|use)\b", re.I)
_ONLY_A_NAME = re.compile(r"(?:mrs?|ms|miss|dr|doctor)\.? [\w'’-]+", re.I)


def _candidate(
    text: str, evidence: tuple[Source, ...], role: Role, place: float, *, asks: bool = False, answer: bool = False
) -> Candidate:
    return Candidate(sentence(text), evidence, role, place, asks, answer, words=tuple(plain_words(text)))


def plain_words(text: str) -> list[str]:
    """Lower-case words and figures, without marks: what the weights are learned of."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).split()


def _source(clause: Clause) -> Source:
    return Source(turn=clause.turn, start=clause.start, end=clause.end)
