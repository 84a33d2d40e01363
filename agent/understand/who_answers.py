"""What somebody says who takes a call of ours: that they look after the patient, that they are somebody else at the
patient's number, or that the number is wrong."""

from agent.model.command import SetSlot
from agent.understand.absences import made_of
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.words import phrase

THEIRS, NUMBER = "theirs", "number_theirs"  # is it they, or somebody for them? else: are they at this number?
_KINDS = (
    "wrong_number", "unknown_person", "speaks_for", "not_here_now", "bare_no", "kin_words", "on_the_line",
    "late_beside", "absent_beside", "right_now",
)  # fmt: skip
_LONG = 16  # words; a longer message is about something else
_MORE = 1  # word beside all that; with more, danger may be told as well


def read(said: Said, repairs: Repairs) -> SetSlot | None:
    """ "I'm her son, I look after her", "no, I'm her son", "she's at work", "you have the wrong number", to "Am I
    speaking with her, or with somebody who looks after her visits?"; None for any other answer, such as a plain no."""
    q = said.question
    if q is None or q.slot not in (THEIRS, NUMBER) or said.size > _LONG:
        return None

    def holds(kind: str) -> bool:
        return repairs.within(said.text, said.lang, kind, _LONG)

    if holds("wrong_number") or holds("unknown_person"):
        return SetSlot(slot=NUMBER, value=False, source="patient", quote=said.text)
    if q.slot == THEIRS and holds("speaks_for"):
        return SetSlot(slot=THEIRS, value=True, source="patient", quote=said.text)
    if holds("not_here_now") or _relative(said, repairs, asked_who=q.slot == THEIRS):
        return SetSlot(slot=NUMBER, value=True, source="patient", quote=said.text)
    return None


def is_all(said: Said, repairs: Repairs) -> bool:
    """Is that what they say, and nothing else?"""
    if read(said, repairs) is None:
        return False
    words, more = phrase(said.text), 0
    while words:
        size = max(repairs.at_start(words, said.lang, kind) for kind in _KINDS)
        more += not size
        words = words[size or 1 :]
    return more <= _MORE


def _relative(said: Said, repairs: Repairs, *, asked_who: bool) -> bool:
    """ "No, I'm her son"; without the no it is asked again whether they look after the visits."""
    made = made_of(said.text, said.lang, ("bare_no", "kin_words", "on_the_line"), repairs)
    return "kin_words" in made and ("bare_no" in made or not asked_who)
