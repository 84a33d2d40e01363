"""Who speaks in each turn: as the transcript names them, else, and against a swapped label, by what they say."""

import re
from collections import defaultdict
from collections.abc import Sequence

from agent.documents.reading import Role, is_beside, role
from agent.model.note import Utterance

_CLINICIAN = re.compile(
    r"\b(?:do you|are you|have you|did you|can you|any (?:pain|fever|chills|nausea|allergies|other)|let me|let's|"
    r"i(?:'m| am) (?:going to|gon na|gonna) (?:order|prescribe|refer|start|check|listen|examine|send)|"
    r"i(?:'d| would) (?:like|recommend)|(?:we'll|we will|i'll|i will) (?:order|get|check|start|prescribe|refer)|"
    r"your|you've|milligrams?|mg|physical exam|"
    r"follow[- ]up|on exam)\b|\?",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r"\b(?:my|i've been|i have been|i feel|i felt|it hurts|i take|i took|i was|i don't know|i noticed|i get|"
    r"i can't|doctor|doc|me)\b",
    re.IGNORECASE,
)
_MUCH = 3.0  # times; only then is a label thought to be swapped
_CUES = 8  # fewer of them say nothing


def roles(dialogue: Sequence[Utterance]) -> tuple[Role, ...]:
    """One role for each turn."""
    names = {u.speaker: role(u.speaker) for u in dialogue}
    known = set(names.values())
    leaning = _leaning(dialogue)
    if not {"clinician", "patient"} & known and len(names) > 1:
        order = sorted(names, key=lambda name: -leaning[name][0] / (leaning[name][1] + 1))
        names = dict.fromkeys(names, "other")
        names[order[0]] = "clinician"
        names[max(order[1:], key=lambda name: sum(leaning[name]))] = "patient"
    elif len(known & {"clinician", "patient"}) == 1 and (strangers := [n for n in names if _is_stranger(n)]):
        missing: Role = "patient" if "clinician" in known else "clinician"
        names[max(strangers, key=lambda name: sum(leaning[name]))] = missing
    elif len(names) == 2 and known == {"clinician", "patient"}:
        clinician, patient = sorted(names, key=lambda name: names[name])
        if _swapped(leaning[clinician], leaning[patient]):
            names = {clinician: "patient", patient: "clinician"}
    elif known == {"other"}:
        asks, tells = leaning[next(iter(names))]
        names = dict.fromkeys(names, "patient" if tells > asks else "clinician")
    return tuple(names[u.speaker] for u in dialogue)


def doubts(dialogue: Sequence[Utterance]) -> tuple[str, ...]:
    """What a reader should know of who speaks: "swapped" where the labels were taken for each other's, "several" where
    somebody speaks who is neither staff, the patient nor a relative or helper, "one_sided" where nobody answers."""
    names = {u.speaker: role(u.speaker) for u in dialogue if u.text.strip()}
    found = []
    taken = dict(zip((u.speaker for u in dialogue), roles(dialogue), strict=True))
    if any(named != "other" and taken[name] != named for name, named in names.items()):
        found.append("swapped")
    others = sum(named == "patient" or _is_stranger(name) for name, named in names.items())
    if others > 1 and "clinician" in names.values():
        found.append("several")
    if len(names) == 1:
        found.append("one_sided")
    return tuple(found)


def _is_stranger(name: str) -> bool:
    """A name that says nothing of who it is: neither staff, patient nor a relative."""
    return role(name) == "other" and not is_beside(name)


def _leaning(dialogue: Sequence[Utterance]) -> dict[str, tuple[int, int]]:
    """Speaker -> (what a clinician says, what a patient says), counted."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for said in dialogue:
        asks, tells = found[said.speaker]
        found[said.speaker] = (asks + len(_CLINICIAN.findall(said.text)), tells + len(_PATIENT.findall(said.text)))
    return found


def _swapped(clinician: tuple[int, int], patient: tuple[int, int]) -> bool:
    enough = sum(clinician) >= _CUES and sum(patient) >= _CUES
    return enough and clinician[1] > _MUCH * (clinician[0] + 1) and patient[0] > _MUCH * (patient[1] + 1)
