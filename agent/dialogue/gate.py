"""Reads every raw message for danger before anything else does; what the desk then does is decided elsewhere."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from agent.dialogue.fold import Word, fold
from agent.dialogue.gate_cues import Cues
from agent.dialogue.gate_match import Hit
from agent.dialogue.gate_rows import Machine, Rule, compiled
from agent.model.safety import Evidence, SafetyClass, SafetyFinding, Tier, Urgency

ENGLISH = "en"  # mixed into every language, and so listed in all of them
MOST_CHARACTERS = 10_000
_MOST_EVIDENCE = 5
_SHORTEST, _FEW_WORDS = 4, 4  # letters that tell nothing of another language, in a message long enough to know its own
_URGENCY = {"none": 0, "routine": 1, "urgent": 2, "emergency": 3}
_CLASS = {"none": 0, "clinical_question": 1, "distress": 2, "emergency": 3, "self_harm": 4}
_TIER = {"human": 0, "E3": 1, "S": 2, "E2": 3, "E1": 4}


class _Judged(NamedTuple):
    cls: SafetyClass
    urgency: Urgency
    tier: Tier
    confidence: float

    @property
    def rank(self) -> tuple[int, int, int]:
        return _URGENCY[self.urgency], _CLASS[self.cls], _TIER[self.tier]


class _Found(NamedTuple):
    """What a rule found at text[start:end], and what that weighs."""

    judged: _Judged
    rule: Rule
    start: int
    end: int


class SafetyGate:
    """The safety phrases of every live language, each in a machine of its own. Pure: the same text always gives the
    same finding."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """`rows`: language -> the parsed `_safety.yaml`. ValueError names the key and how to mend it."""
        self._machines: Mapping[str, Machine] = {lang: compiled(lang, row) for lang, row in rows.items()}

    @classmethod
    def of(cls, machines: Mapping[str, Machine]) -> "SafetyGate":
        """A gate of machines that are at hand, or come when they are first looked for."""
        gate = cls({})
        gate._machines = machines
        return gate

    def read(self, text: str, lang: str, *maybe: str) -> SafetyFinding:
        """The most urgent finding over all languages, that of `lang` first among equals. Never raises; linear time.

        `lang`: the message's language as far as one can tell; `maybe`: others that it may well be, such as the
        conversation's. Nothing a writer adds in another sentence lowers what one sentence says. Every language is
        listened for in every message; slips of the pen and of the space bar are forgiven in `lang` and `maybe`. Where
        the message's own language takes words for harmless ("no chest pain", "in 2009", a figure of speech), another
        does not ring for them."""
        words = fold(text[:MOST_CHARACTERS])
        found: list[_Found] = []
        harmless: list[tuple[int, int]] = []
        for tag in sorted(self._machines, key=lambda tag: tag != lang):
            own = tag == lang
            heard, calm = self._listen(self._machines[tag], words, slips=own or tag in maybe)
            if own:
                harmless = calm
            found += heard if own else [f for f in heard if not self._is_answered(f, lang, words, harmless)]
        if not found:
            return SafetyFinding(confidence=0.9)
        found.sort(key=lambda f: (f.judged.rank, f.rule.lang == lang, -f.start), reverse=True)
        return _finding(text, found)

    def finds_the_same(self, other: "SafetyGate", apart: Collection[str], text: str, lang: str, *maybe: str) -> bool:
        """Would `other`, which differs in the languages `apart` alone, find the same in this message?"""
        words = fold(text[:MOST_CHARACTERS])
        for tag in apart:
            slips = tag in (lang, *maybe)
            mine, theirs = (gate._listen(gate._machines[tag], words, slips=slips) for gate in (self, other))
            if mine != theirs:
                return False
        if lang not in apart:
            return True
        return all(
            self.without_harmless(text, lang, figures=each) == other.without_harmless(text, lang, figures=each)
            for each in (False, True)
        )

    def without_harmless(self, text: str, lang: str, *, figures: bool) -> str:
        """The text without what that language says of things that die and nobody with them ("my phone is dying");
        with `figures`, also without its figures of speech."""
        machine = self._machines.get(lang)
        if machine is None:
            return text
        words = machine.phrases.join(fold(text[:MOST_CHARACTERS]))
        hits = [(machine.rules[h.rule], h) for h in machine.phrases.find(words, slips=True)]
        kept, at = [], 0
        cues = Cues(words, hits, machine.joiners)
        for first, last in sorted(cues.idioms if figures else cues.things):
            kept.append(text[at : max(at, words[first].start)])
            at = max(at, words[last].end)
        return " ".join([*kept, text[at:]])

    def _is_answered(self, f: _Found, lang: str, words: list[Word], harmless: list[tuple[int, int]]) -> bool:
        """Whether the message's own language has judged these words already: it takes them for harmless, they are
        English, which other languages list too ("help me"), in an English message, or they are so short that they
        are other words here (Polish "od")."""
        if any(a < f.end and f.start < b for a, b in harmless):
            return True
        said = [w.text for w in words if f.start <= w.start and w.end <= f.end]
        short = f.end - f.start < _SHORTEST and len(words) >= _FEW_WORDS and all(w.isascii() for w in said)
        if short and f.rule.lang != ENGLISH:
            return True
        if lang != ENGLISH or ENGLISH not in self._machines:
            return False
        knows = self._machines[ENGLISH].phrases.words.knows
        return all(knows(w) for w in said)

    @staticmethod
    def _listen(machine: Machine, words: list[Word], slips: bool) -> tuple[list[_Found], list[tuple[int, int]]]:
        """The findings of one language, and the stretches of the text that it takes for harmless."""
        joined = machine.phrases.join(words) if slips else words
        hits = machine.phrases.find(joined, slips=slips)
        if not hits:
            return [], []
        cues = Cues(joined, [(machine.rules[h.rule], h) for h in hits], machine.joiners)
        found = [
            _Found(_judge(rule, cues, hit), rule, joined[hit.first].start, joined[hit.last].end)
            for rule, hit in cues.findings
        ]
        calm = [(joined[first].start, joined[last].end) for first, last in cues.idioms]
        calm += [
            (joined[h.first].start, joined[h.last].end)
            for _, h in cues.findings
            if cues.denied(h) or cues.near("long_ago", h)
        ]
        return found, calm


def _finding(text: str, found: list[_Found]) -> SafetyFinding:
    best, rule, *_ = found[0]
    level = [f for f in found if f.judged.urgency == best.urgency]
    evidence: dict[tuple[int, int], Evidence] = {}
    for _, said, start, end in level:
        if not any(a <= start and end <= b for a, b in evidence) and len(evidence) < _MOST_EVIDENCE:
            named = f"{said.lang}.{said.category}: {said.phrase}"
            evidence[start, end] = Evidence(start=start, end=end, text=text[start:end], rule=named)
    # A crisis with the means at hand also needs the emergency number.
    tier = max((f.judged.tier for f in level), key=_TIER.__getitem__) if best.urgency == "emergency" else best.tier
    return SafetyFinding(
        cls=best.cls,
        urgency=best.urgency,
        tier=tier,
        category=rule.category,
        confidence=best.confidence,
        evidence=tuple(sorted(evidence.values(), key=lambda e: e.start)),
    )


def _judge(rule: Rule, cues: Cues, hit: Hit) -> _Judged:
    """What a finding weighs. Denied, long past or supposed danger goes to a person, never to silence."""
    denied = cues.denied(hit)
    past = denied or cues.near("long_ago", hit)
    if rule.tier == "routine":
        return _Judged("clinical_question", "routine", "human", 0.8)
    if cues.near("about", hit):
        grave = rule.cls == "self_harm" or rule.tier == "S"
        return (
            _Judged("distress", "urgent", "human", 0.6)
            if grave
            else _Judged("clinical_question", "routine", "human", 0.6)
        )
    if rule.tier == "human":
        urgency: Urgency = "routine" if denied else "urgent"
        return _Judged(rule.cls, urgency, "human", 0.8)
    if rule.cls == "self_harm" or rule.tier in ("E2", "S"):
        if past:
            return _Judged("distress", "urgent", "human", 0.6)
        if rule.tier == "S":
            return _Judged("emergency", "urgent", "S", 0.9)
        return _Judged(rule.cls, "emergency", "E1" if rule.tier == "E1" else "E2", 0.95)
    if past:
        return _Judged("clinical_question", "routine", "human", 0.7)
    if rule.tier == "E3":
        return _Judged("clinical_question", "urgent", "E3", 0.85)
    if cues.near("recent", hit) or cues.near("supposed", hit):
        return _Judged("clinical_question", "urgent", "E3", 0.6)
    return _Judged("emergency", "emergency", "E1", 0.95)
