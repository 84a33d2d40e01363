"""The words around a finding that deny it, date it or show it to be a figure of speech; what that weighs is in gate."""

from collections import defaultdict
from itertools import accumulate

from agent.dialogue.fold import Word
from agent.dialogue.gate_match import Hit
from agent.dialogue.gate_rows import Rule

AFTER_REACH = 2  # words from the symptom to the "no" behind it
DENIAL_REACH, CARRY_REACH = 3, 3  # words between "no" and the symptom; between two symptoms that one "no" denies
CUE_BEFORE, CUE_AFTER = 4, 6  # words from a cue to a finding that follows, or that went before
ABOUT_BEFORE, ABOUT_AFTER = 2, 2  # the same for what is only talked about ("a class on choking")
_ABOUT_AS_NEAR = 3  # words
_AND = "و"  # Arabic writes "and" together with the next word
UNSPACED = 2  # characters for a word where no spaces are written

Found = tuple[Rule, Hit]


class Cues:
    """Findings and what stands around them. Questions cost the same in a long text as in a short."""

    def __init__(self, words: list[Word], found: list[Found], joiners: frozenset[str]) -> None:
        self._words, self._joiners = words, joiners
        by: dict[str, list[Found]] = defaultdict(list)
        for rule, hit in found:
            # A denial or an idiom never reaches across a full stop, so that another sentence cannot lower this one.
            if rule.kind == "finding" or words[hit.first].sentence == words[hit.last].sentence:
                by[rule.kind].append((rule, hit))
        breaks = [0] * (len(words) + 1)
        for _, hit in by["breaks"]:
            breaks[hit.first + 1] = 1
        self._breaks = list(accumulate(breaks))
        self._again = {words[hit.first].sentence for _, hit in by["again"]}
        # "In the car my dad passed out" is no car that broke down, and neither is "the man on the phone is dying".
        others = self._spans(by["others"])
        placed = {at for _, h in by["places"] for at in range(h.first, h.last + 1)}
        alone = [f for f in (*by["machines"], *by["things"]) if not {f[1].first, f[1].last} & placed]
        things = [f for f in alone if f[0].kind == "things"]
        machines = [
            (rule, h)
            for rule, h in alone
            if rule.kind == "machines"
            and words[h.first].clause == words[h.last].clause
            and not any(others.get(at, h.last) < h.last for at in range(h.first + 1, h.last))
        ]
        self.things = [(h.first, h.last) for _, h in things]
        figures = [*by["idioms"], *things, *machines]
        self.idioms = [(h.first, h.last) for _, h in figures]
        idioms, keeps = self._cover(figures), self._cover(by["keeps"])
        self.findings = [(r, h) for r, h in by["finding"] if idioms[h.first] < h.last]
        # "Seene mein dard nahi hai": some languages deny behind.
        self._denials_after = {h.first for _, h in by["negators_after"] if keeps[h.first] < h.last}
        self._nots = {at for _, h in by["negators"] for at in range(h.first, h.last + 1)}
        self._denials = {h.last: h.first for _, h in by["negators"] if keeps[h.first] < h.last}
        self._ago = {a: b for _, h in by["long_ago"] for a, b in ((h.first, h.last), (h.last, h.first))}
        self._event_near = self._nearest([h for _, h in by["events"]])
        self._cues = {kind: ({h.last for _, h in by[kind]}, {h.first for _, h in by[kind]}) for kind in by}
        self._denied_at: set[int] = set()
        self._denied: set[tuple[int, int]] = set()
        for rule, hit in sorted(self.findings, key=lambda f: f[1].first):
            if self._denies(rule, hit):
                self._denied.add((hit.first, hit.last))
                self._denied_at.add(hit.last)

    def denied(self, hit: Hit) -> bool:
        """Whether the message says that it is not so."""
        return (hit.first, hit.last) in self._denied

    def near(self, kind: str, hit: Hit) -> bool:
        """Whether a cue of `kind` speaks of `hit`: same clause, close by, no "but" between, nothing says "again"."""
        word = self._words[hit.first]
        before, after = (ABOUT_BEFORE, ABOUT_AFTER) if kind == "about" else (CUE_BEFORE, CUE_AFTER)
        if len(word.text) == 1 and not word.text.isascii():
            before, after = UNSPACED * before, UNSPACED * after
        if word.clause != self._words[hit.last].clause or word.sentence in self._again or kind not in self._cues:
            return False
        lasts, firsts = self._cues[kind]
        ahead = [at for at in range(max(0, hit.first - before), hit.first) if at in lasts]
        behind = [at for at in range(hit.first, min(len(self._words), hit.last + after + 1)) if at in firsts]
        found = [at for at in ahead if self._joined(at, hit.first)]
        found += [at for at in behind if self._joined(hit.last, at)]
        return any(kind != "long_ago" or not self._is_of_another(at, hit) for at in found)

    def _is_of_another(self, ago: int, hit: Hit) -> bool:
        """Whether the time told at that word is of something else, about as near: "my father, born in 1947, has a heart
        attack", "I had surgery a year ago and can't breathe". What begins with an "and" of its own is not told of
        what went before either."""
        if ago < hit.first and self._words[hit.first].text.startswith(_AND):
            return True
        far = hit.first - ago if ago < hit.first else max(ago - hit.last, 0)
        away, event = min(self._event_near[ago], self._event_near[self._ago[ago]])
        return away <= far + _ABOUT_AS_NEAR and not hit.first <= event <= hit.last

    def _nearest(self, events: list[Hit]) -> list[tuple[int, int]]:
        """For every word, how many words away the nearest event of its clause is, and where that is."""
        nearest = [(len(self._words) + 1, -1)] * len(self._words)
        for event in events:
            nearest[event.first], nearest[event.last] = (0, event.first), (0, event.last)
        onward, back = range(1, len(nearest)), range(len(nearest) - 2, -1, -1)
        for at, beside in [*((at, at - 1) for at in onward), *((at, at + 1) for at in back)]:
            away, event_at = nearest[beside]
            if self._words[at].clause == self._words[beside].clause:
                nearest[at] = min(nearest[at], (away + 1, event_at))
        return nearest

    def _denies(self, rule: Rule, hit: Hit) -> bool:
        for at in range(max(0, hit.first - 1 - DENIAL_REACH), hit.first):
            if at in self._denials and self._joined(at, hit.first) and not (rule.denies and self._answers(at, hit)):
                return True
        # "my chest does not hurt": the denial stands inside, right before the last word.
        if not rule.denies and self._denials.get(hit.last - 1, -1) > hit.first:
            return True
        if not rule.denies and any(
            at in self._denials_after and self._joined(hit.last, at)
            for at in range(hit.last + 1, min(len(self._words), hit.last + 1 + AFTER_REACH))
        ):
            return True
        for at in range(max(0, hit.first - 1 - CARRY_REACH), hit.first - 1):
            # "no chest pain or trouble breathing": the denial is carried on
            if (
                at in self._denied_at
                and self._words[at + 1].text in self._joiners
                and self._joined(at, hit.first, comma=True)
            ):
                return True
        return False

    def _answers(self, at: int, hit: Hit) -> bool:
        """Whether a "no" before a finding that holds a "not" itself begins its sentence: "no he is not breathing"."""
        if self._denials[at] != at or (at and self._words[at - 1].sentence == self._words[at].sentence):
            return False
        return bool({hit.first, hit.first + 1, hit.last} & self._nots)

    def _joined(self, first: int, last: int, comma: bool = False) -> bool:
        """Nothing ends between two words: no full stop, no "but", and no comma unless `comma`."""
        a, b = self._words[first], self._words[last]
        whole = a.sentence == b.sentence if comma else a.clause == b.clause
        return whole and self._breaks[max(first, last)] == self._breaks[min(first, last) + 1]

    def _cover(self, found: list[Found]) -> list[int]:
        """For every word, the last word that a span begun at or before it reaches."""
        reach = [-1] * len(self._words)
        for _, hit in found:
            reach[hit.first] = max(reach[hit.first], hit.last)
        return list(accumulate(reach, max))

    @staticmethod
    def _spans(found: list[Found]) -> dict[int, int]:
        """First word of each -> the last word of the shortest that begins there."""
        spans: dict[int, int] = {}
        for _, hit in found:
            spans[hit.first] = min(hit.last, spans.get(hit.first, hit.last))
        return spans
