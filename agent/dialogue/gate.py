"""Reads every raw message for danger before anything else does; what the desk then does is decided elsewhere."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from agent.dialogue.fold import Word, fold
from agent.dialogue.gate_cues import Cues
from agent.dialogue.gate_match import Hit
from agent.dialogue.gate_rows import Rule, compiled
from agent.model.safety import Evidence, SafetyClass, SafetyFinding, Tier, Urgency

MOST_CHARACTERS = 10_000
_MOST_EVIDENCE = 5
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


class SafetyGate:
    """The safety phrases of every live language in one machine. Pure: the same text always gives the same finding."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """`rows`: language -> the parsed `_safety.yaml`. ValueError names the key and how to mend it."""
        self._rules, self._phrases, self._joiners = compiled(rows)

    def read(self, text: str, lang: str) -> SafetyFinding:
        """The most urgent finding over all languages, that of `lang` first among equals. Never raises; linear time.

        Nothing a writer adds in another sentence lowers what one sentence says."""
        words = self._phrases.join(fold(text[:MOST_CHARACTERS]))
        hits = self._phrases.find(words)
        if not hits:
            return SafetyFinding(confidence=0.9)
        cues = Cues(words, [(self._rules[h.rule], h) for h in hits], self._joiners)
        judged = [(_judge(rule, cues, hit), rule, hit) for rule, hit in cues.findings]
        if not judged:
            return SafetyFinding(confidence=0.8)
        judged.sort(key=lambda j: (j[0].rank, j[1].lang == lang, -j[2].first), reverse=True)
        return _finding(text, words, judged)


def _finding(text: str, words: list[Word], judged: list[tuple[_Judged, Rule, Hit]]) -> SafetyFinding:
    best, rule, _ = judged[0]
    level = [j for j in judged if j[0].urgency == best.urgency]
    evidence: dict[tuple[int, int], Evidence] = {}
    for _, said, hit in level:
        start, end = words[hit.first].start, words[hit.last].end
        if not any(a <= start and end <= b for a, b in evidence) and len(evidence) < _MOST_EVIDENCE:
            named = f"{said.lang}.{said.category}: {said.phrase}"
            evidence[start, end] = Evidence(start=start, end=end, text=text[start:end], rule=named)
    # A crisis with the means at hand also needs the emergency number.
    tier = max((j[0].tier for j in level), key=_TIER.__getitem__) if best.urgency == "emergency" else best.tier
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
