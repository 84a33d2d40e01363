"""Questions and their answers: what was only asked takes the sign of a yes or a no, in the next turn or the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.documents.lexicon import words

if TYPE_CHECKING:
    from agent.documents.heard import Said

_ASKS = re.compile(
    r"\b(?:any|have you|are you|do you|did you|is there|does it|has it|was there|were you|can you|is it|any other|"
    r"what about|how about|do they|does he|does she)\b"
)
_ASKS_YOU = re.compile(r"\b(?:have you|are you|do you|did you|were you)\b")
WH = frozenset({"what", "how", "when", "where", "who", "why", "which"})
AUX = frozenset("do did does are is was were have has had any can could would will am no".split())
_ASKED_OF = frozenset("you any your he she they we i it there anyone anybody".split())
_TELLS = re.compile(  # where a speaker goes on to say something
    r"\b(?:i'm|let's|lem me|i'll|i (?:wan|want|do|don't|see|think|just|would|appreciate|am|know|recommend)|"
    r"okay|alright|your (?:vital|blood|lung|heart))\b"
)
_DENIES_ANY = re.compile(r"(?:\bno|\bnot|n't|\bnever|\bwithout|\bif|\bdenies)\b(?: \S+){0,5} $")
_FILLERS = frozenset("okay ok and so um uh alright now all right well then but".split())
_HUMS = re.compile(r"(?:u+[hm]+|h*m+|well|oh|so|like|hm+)")
_FRAGMENT = 8  # words of a clinician's turn that is a question whoever hears it
_NOT = re.compile(
    r"(?:i|it|that|there|we|he|she|they|you)?(?:'m|'s| ?)?"
    r"(?:do|did|does|have|has|had|am|is|was|were|are|would|could|can)?"
    r"(?:n't| ?not)\b|i'm not|yeah no\b|yes no\b"
)
_SUPPOSED = 10  # words
_MAY_COME = (("in", "case"), ("rule", "out"), ("look", "for"), ("watch", "for"), ("looking", "for"))
_TAGS = frozenset({"okay", "ok", "alright"})
_YES = (
    "i do", "i have", "i am", "a little", "sometimes", "it does", "it is", "a bit", "maybe", "occasionally", "i did",
    "just a", "mm", "it has", "i was",
)  # fmt: skip


def settle(turns: Sequence[Said], roles: Sequence[str], speakers: Sequence[str]) -> None:
    """Gives the words that were only asked about the sign of the answer, or 0 where there is none."""
    before = False
    for n, turn in enumerate(turns):
        told = roles[n] == "patient" and "?" not in turn.text[-2:]
        asked = _asked(turn, answers=before, you=told)
        before = bool(asked) or turn.text.rstrip().endswith("?")
        answer = _answer(turns, speakers, n)
        if not asked and answer == -1 and roles[n] == "clinician" and len(turn.words) <= _FRAGMENT:
            asked = [k for k in range(len(turn.words)) if turn.words[k].text != "no"]  # "okay coughing headache" "no"
        if asked:
            _signs(turn, asked, _same_turn(turn, asked) or answer)
        _wished(turn)
        _supposed(turn)


def _wished(turn: Said) -> None:
    """What somebody wishes or tries for is not so yet."""
    for n, word in enumerate(turn.words):
        if word.text in ("wish", "trying", "hoping"):
            for k in range(n + 1, min(n + 7, len(turn.words))):
                if turn.clause[k] == turn.clause[n] and turn.polarity[k] == 1:
                    turn.polarity[k] = 0


def _supposed(turn: Said) -> None:
    """What may come is neither so nor denied: "if you have any chest pain", "the risks of bleeding"."""
    texts = [w.text for w in turn.words]
    for n, text in enumerate(texts):
        pair = tuple(texts[n : n + 2])
        if text in ("if", "unless") or text.startswith("risk") or pair in _MAY_COME:
            for k in range(n + 1, min(n + _SUPPOSED, len(texts))):
                if (
                    turn.clause[k] != turn.clause[n]
                    or texts[k] in ("then", "but")
                    or (texts[k] == "," and text == "if")
                ):
                    break
                turn.polarity[k] = 0


def _signs(turn: Said, asked: Sequence[int], answer: int) -> None:
    last = asked[-1]
    tag = any(w.text in ("right", "correct") for w in turn.words[-3:])
    for k in asked:
        denied = turn.polarity[k] == -1
        if answer == 0:
            turn.polarity[k] = -1 if denied and tag else 0
        elif denied:
            turn.polarity[k] = -1 if answer == -1 or tag else 0
        else:
            turn.polarity[k] = answer if turn.clause[k] == turn.clause[last] or answer == 1 or len(asked) < 40 else 0


def _asked(turn: Said, *, answers: bool, you: bool) -> list[int]:
    """The words of the questions of a turn. `answers`: it follows a question, so that its "no" is no question; `you`:
    by somebody who asks only where "you" is asked something (a patient, or whoever is labelled so)."""
    found: list[int] = []
    spans: dict[int, list[int]] = defaultdict(list)
    for n, c in enumerate(turn.clause):
        spans[c].append(n)
    punctuated = any(w.text in ".?" for w in turn.words)
    for members in spans.values():
        first = next((turn.words[k].text for k in members if turn.words[k].stem not in _FILLERS), "")
        ends = turn.words[members[-1]].text == "?"
        if ends and _tagged(turn, members, first):
            continue
        if ends and not you:
            found += members
        elif not punctuated:
            opens = _opens(turn, members) and not (first == "no" and answers) and not you
            found += _loose(turn, members, opens, _ASKS_YOU if you else _ASKS)
    return found


def _tagged(turn: Said, members: Sequence[int], first: str) -> bool:
    """ "We'll start you on it, okay?" is told, not asked."""
    last = [turn.words[k].text for k in members[-3:-1]]
    if not last or not (last[-1] in _TAGS or last == ["all", "right"]) or len(members) < 5 or first in AUX | WH:
        return False
    return not _ASKS.search(turn.text[turn.words[members[0]].start : turn.words[members[-1]].end].casefold())


def _opens(turn: Said, members: Sequence[int]) -> bool:
    """Whether a stretch begins as questions do: "do you …", "what …", but not "have the nurse …"."""
    said = [turn.words[k] for k in members if turn.words[k].stem not in _FILLERS][:2]
    if not said or said[0].text not in AUX | WH:
        return False
    return said[0].text not in ("have", "had") or len(said) < 2 or said[1].text in _ASKED_OF


def _loose(turn: Said, members: Sequence[int], opens: bool, asking: re.Pattern[str]) -> Iterator[int]:
    """The questions in a stretch that nobody punctuated: from what asks to where something is told."""
    start = turn.words[members[0]].start
    piece = turn.text[start : turn.words[members[-1]].end].casefold()
    asks = [m.start() for m in asking.finditer(piece) if m[0] != "any" or not _DENIES_ANY.search(piece[: m.start()])]
    if opens:
        asks.insert(0, next((turn.words[k].start - start for k in members if turn.words[k].stem not in _FILLERS), 0))
    tells = [m.start() for m in _TELLS.finditer(piece)]
    for k in members:
        at = turn.words[k].start - start
        since = max((a for a in asks if a <= at), default=-1)
        first = min((a for a in asks if a <= at and not any(a < t <= at for t in tells)), default=since)
        if since >= 0 and not any(first < t <= at for t in tells):
            yield k


def _same_turn(turn: Said, asked: Sequence[int]) -> int:
    """The answer where two speakers stand in one turn: "any numbness there no okay"."""
    for k in (asked[-1], asked[-1] + 1):
        if len(asked) > 2 and k < len(turn.words) and k > asked[2]:
            if turn.words[k].text in ("no", "nope"):
                return -1
            if turn.words[k].text in ("yes", "yeah"):
                return 1
    return 0


def _answer(turns: Sequence[Said], speakers: Sequence[str], n: int) -> int:
    """1 yes, -1 no, 0 neither, by the next turn of somebody else (a word or two of the same speaker between)."""
    for k in range(n + 1, min(n + 3, len(turns))):
        if speakers[k] == speakers[n]:
            continue
        first = [w.text for w in turns[k].words if w.stem and not _HUMS.fullmatch(w.text)][:7]
        if not first:
            hum = next((w.text for w in turns[k].words if w.stem), "")
            return 1 if hum.startswith("mm") else 0
        head = " ".join(first)
        if first[0] in words("refusing") or _NOT.match(head):
            return -1
        return 1 if first[0] in words("agreeing") or head.startswith(_YES) else 0
    return 0
