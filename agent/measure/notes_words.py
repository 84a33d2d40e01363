"""What the note check's trainer counts in public visits: words that true notes have and nobody said, and words that
they deny."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from agent.documents import checks_bound, checks_values, lexicon, linking
from agent.documents.case import Case
from agent.documents.cases import cases
from agent.documents.heard import Talk, said, talk
from agent.documents.linking import UNKNOWN
from agent.documents.record import Chart, chart
from agent.documents.verify import person_of
from agent.model.note import Utterance

Row = dict[str, Any]
_SHRINK, _FEWEST = 4, 2  # unsaid words: pulled towards UNKNOWN by four sightings, kept from two
_OFTEN, _PULL, _USUALLY = 4, 3, 0.25  # denied words: kept from four sightings, pulled towards a quarter by three


def dialogue_of(row: Row) -> list[Utterance]:
    return [Utterance(speaker=u["speaker"], text=u["text"]) for u in row["utterances"]]


class Visit:
    """The rows of one encounter, the talk taken apart once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.talk: Talk = talk(dialogue_of(rows[0]))
        self.chart: Chart = chart(rows[0].get("record"))

    def cases(self, row: Row) -> list[Case]:
        taken = [said(s["text"]) for s in row["sentences"]]
        return cases(taken, self.talk, person_of(self.chart), record=self.chart)


def visits(rows: Sequence[Row]) -> list[Visit]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["corpus"], row["encounter"]].append(row)
    return [Visit(group) for group in groups.values()]


def unsaid(found: Sequence[Visit]) -> tuple[Counter[str], Counter[str], dict[int, tuple[Counter[str], Counter[str]]]]:
    """How often each stem stands in a true sentence, how often unsaid, over all and by visit."""
    by_visit: dict[int, tuple[Counter[str], Counter[str]]] = {}
    for k, visit in enumerate(found):
        seen: set[str] = set()
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for row in visit.rows:
            if row["group"] == "omission" or row["type"] == "control_paraphrase":
                continue
            for sentence, case in zip(row["sentences"], visit.cases(row), strict=True):
                if sentence["corrupt"] or sentence["text"] in seen:
                    continue
                seen.add(sentence["text"])
                for word in case.link.words:
                    stem = case.sentence.words[word.n].stem
                    counts[0][stem] += 1
                    counts[1][stem] += not word.places
        by_visit[k] = counts
    return total(c[0] for c in by_visit.values()), total(c[1] for c in by_visit.values()), by_visit


def signs(found: Sequence[Visit]) -> dict[int, tuple[Counter[str], Counter[str]]]:
    """By visit: the stems of its true sentences, once for each sign that they have there, and those that are denied."""
    result = {}
    for k, visit in enumerate(found):
        pairs: set[tuple[str, int]] = set()
        for row in visit.rows:
            for sentence in row["sentences"]:
                if not sentence["corrupt"]:
                    taken = said(sentence["text"])
                    pairs |= {(w.stem, p) for w, p in zip(taken.words, taken.polarity, strict=True) if w.stem.isalpha()}
        result[k] = (Counter(s for s, p in pairs if p), Counter(s for s, p in pairs if p == -1))
    return result


def denials(seen: Counter[str], denied: Counter[str]) -> dict[str, float]:
    """The share of its sightings in which a stem is denied, pulled towards a usual share."""
    return {
        word: round((denied[word] + _PULL * _USUALLY) / (n + _PULL), 2)
        for word, n in sorted(seen.items())
        if n >= _OFTEN and len(word) > 2
    }


def total(counters: Iterable[Counter[str]]) -> Counter[str]:
    result: Counter[str] = Counter()
    for counter in counters:
        result.update(counter)
    return result


def shares(seen: Counter[str], missing: Counter[str]) -> dict[str, float]:
    return {
        word: round((missing[word] + _SHRINK * UNKNOWN) / (n + _SHRINK), 2)
        for word, n in sorted(seen.items())
        if n >= _FEWEST and not word[0].isdigit()
    }


class Tables:
    """The check with these tables of words for a while."""

    def __init__(self, unsaid: dict[str, float], denied: dict[str, float]) -> None:
        self.unsaid, self.denied = unsaid, denied

    def __enter__(self) -> None:
        self._put(lambda: self.unsaid, lambda: self.denied)

    def __exit__(self, *_: object) -> None:
        self._put(lexicon.usual, lexicon.denied)

    def _put(self, usual: Callable[[], dict[str, float]], denied: Callable[[], dict[str, float]]) -> None:
        for module, name, table in (
            (linking, "usual", usual), (checks_values, "usual", usual), (checks_bound, "denied", denied),
        ):  # fmt: skip
            setattr(module, name, table)
