"""Visits that other writers made up (`tests/documents/written`), and what the note check finds in them:
`python -m tests.documents.other_writers`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.measure.notes import RATES, Judged, Planted, judge, measure
from agent.model.note import Utterance

FOLDER = Path(__file__).parent / "written"
_HEAD = re.compile(r"VISIT (\S+)\nSTYLE (.+)\n")
_PART = re.compile(r"^(TALK|NOTE|ERRORS|PARAPHRASES)\s*$", re.MULTILINE)
_TURN = re.compile(r"([A-Z][\w' ’.-]{0,40}?): (.+)")
_SENTENCE = re.compile(r"(.*?)\s*<([\d, -]*)>$")
_ERROR = re.compile(r"(\w+) (\d+): (.+)")
_SPEAKERS = {"D": "doctor", "P": "patient"}


class Error(NamedTuple):
    """A wrong sentence: instead of sentence `at`, or before it where it is `invented_…`."""

    kind: str
    at: int
    text: str


class Written(NamedTuple):
    """A visit. `evidence`: the turns that each sentence of the note rests on, from 0; `paraphrases`: place and text."""

    id: str
    style: str
    talk: list[Utterance]
    note: list[str]
    evidence: list[list[int]]
    errors: list[Error]
    paraphrases: list[tuple[int, str]]


def read(path: Path) -> Written:
    """Raises ValueError where the file has another shape."""
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{path.name}: VISIT and STYLE come first")
    pieces = _PART.split(text)
    part = {name: _lines(body) for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}
    turns = [_fits(_TURN, line, path) for line in part["TALK"]]
    talk = [Utterance(speaker=_SPEAKERS.get(t[1], t[1].lower()), text=t[2]) for t in turns]
    told = [_fits(_SENTENCE, line, path) for line in part["NOTE"] if not line.startswith("##")]
    evidence = [[n - 1 for n in _turns(t[2])] for t in told]
    if not all(0 <= n < len(talk) for found in evidence for n in found):
        raise ValueError(f"{path.name}: a sentence rests on a turn that is not there")
    errors = [Error(e[1], int(e[2]) - 1, e[3]) for e in (_fits(_ERROR, line, path) for line in part["ERRORS"])]
    other = [line.partition(": ") for line in part.get("PARAPHRASES", [])]
    paraphrases = [(int(n) - 1, text) for n, _, text in other]
    for at in (*(e.at for e in errors), *(n for n, _ in paraphrases)):
        if not 0 <= at <= len(told):
            raise ValueError(f"{path.name}: there is no sentence {at + 1}")
    return Written(head[1], head[2], talk, [t[1] for t in told], evidence, errors, paraphrases)


def planted(visit: Written) -> Iterator[Planted]:
    """The true note, a paraphrased one, and one for each error."""
    corpus, talk = f"written-{visit.id[0]}", tuple(visit.talk)

    def case(kind: str, note: list[str], at: int, evidence: list[int], changed: list[int]) -> Planted:
        id = f"{visit.id}/{kind}/{at}"
        return Planted(id, corpus, kind, talk, None, tuple(note), at, tuple(evidence), {}, tuple(changed))

    yield case("control", visit.note, -1, [], [])
    if visit.paraphrases:
        said = dict(visit.paraphrases)
        yield case("control_paraphrase", [said.get(n, s) for n, s in enumerate(visit.note)], -1, [], list(said))
    for kind, at, text in visit.errors:
        rest = at if kind.startswith("invented_") else at + 1
        evidence = visit.evidence[at] if rest > at else []
        yield case(kind, [*visit.note[:at], text, *visit.note[rest:]], at, evidence, [])


def visits() -> list[Written]:
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _lines(body: str) -> list[str]:
    return [line.strip() for line in body.splitlines() if line.strip()]


def _fits(pattern: re.Pattern[str], line: str, path: Path) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"{path.name}: {line}")
    return found


def _turns(text: str) -> list[int]:
    found: list[int] = []
    for piece in filter(None, text.replace(" ", "").split(",")):
        first, _, last = piece.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def main() -> None:
    judged: list[Judged] = [judge(case) for visit in visits() for case in planted(visit)]
    found = measure(judged)
    for kind, by_rate in found.recall.items():
        print(f"{kind:22}", *(f"{by_rate[rate].value:.2f} at {rate:.0%}" for rate in RATES), by_rate[RATES[0]].messages)
    print("mean", {f"{rate:.0%}": round(value, 3) for rate, value in found.macro.items()})
    print("of true sentences: red", found.false_red, "any", found.false_any, "paraphrases", found.paraphrases)
    print("cited", found.cited)


if __name__ == "__main__":
    main()
