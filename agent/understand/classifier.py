"""What the patient wants: intents with calibrated probabilities, one small linear model per language."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from agent.understand.ngrams import LinearModel
from agent.understand.normalize import MAX_CHARS
from agent.understand.requests import Joints, Place

OUT_OF_SCOPE = "out_of_scope"
FLOOR = 0.35
"""Below this confidence the desk asks or hands over instead of acting."""
SENTENCE_FLOOR, CLAUSE_FLOOR = 0.84, 0.955
"""So sure both halves of a message must be to hold two requests, cut between sentences or inside one."""
MOST_ALTERNATIVES = 5
# Never a request of its own beside another one.
NEVER_ALSO = frozenset({"greeting", "thanks", "goodbye", "affirm", "deny", OUT_OF_SCOPE})
_COURTESIES, _BESIDE_COURTESY = frozenset({"greeting", "thanks"}), 0.35
# Danger beside a request is for the alarm head to weigh.
_GRAVE = frozenset({"emergency", "self_harm", "distress"})
_LIKELY = 3  # the second request is among so many of the whole message
_DEEPEST = 2  # cuts within cuts
_PLAINLY = 0.9  # so sure each of three requests or more must be by itself
_ROUGHLY, _TRIED = 0.5, 2  # a rough reading must be so sure of both halves; so many places are then read with care
# One or two words that nobody ever sent as a whole message (a name, a day) carry little: be less sure of them.
_FRAGMENT_WORDS = 2
_FRAGMENT_POWER = 0.45
_STRANGE = 0.2
"""Added to the score of what is nothing for a clinic: there is more of that in the world than among our examples.
Chosen on the training part of CLINC150: half as much again is told as such, no language's errands are heard worse."""
_UNSEEN = 26  # intents that are not among the runners-up
_MUTE = frozenset("?")
_FORMAT = "frontdesk-intents-6"
DANGER, PERSON, ROUTINE = "danger", "person", "routine"  # the labels of the alarm head


@dataclass(frozen=True)
class Guess:
    """An intent, its probability, and the runners-up, best first, without the chosen one.

    `danger` and `person`: how probable it is, whatever the intent, that someone is in danger, or that the words are
    for a clinician or a calm voice. They sum to at most 1. `plain`: the message is nothing but words for it."""

    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    danger: float = 0.0
    person: float = 0.0
    plain: bool = False

    def at_most(self, confidence: float) -> Guess:
        """The same, no surer than that."""
        return replace(self, confidence=min(self.confidence, confidence))

    def weakened(self) -> Guess:
        """The same order, less sure: of a message that is hardly more than a name or a day."""
        ranked = [(self.intent, self.confidence), *self.alternatives]
        others = max(0.0, 1.0 - sum(p for _, p in ranked))
        whole = sum(p**_FRAGMENT_POWER for _, p in ranked) + _UNSEEN * (others / _UNSEEN) ** _FRAGMENT_POWER
        flat = [(intent, p**_FRAGMENT_POWER / whole) for intent, p in ranked] if whole else ranked
        return Guess(flat[0][0], flat[0][1], tuple(flat[1:]))


NOTHING_HEARD = Guess(OUT_OF_SCOPE, 0.0)
_ANY = Joints()


class IntentClassifier:
    """Guesses intents in every language it has a model of; safe to share between threads.

    `models` may read each from its file when it is first asked for (`agent.understand.shelf`)."""

    def __init__(
        self, models: Mapping[str, LinearModel], joints: Mapping[str, Joints] | None = None,
        one_errand: Collection[frozenset[str]] = (),
    ) -> None:  # fmt: skip
        """`joints`: how each language joins requests; `one_errand`: pairs of intents never heard as two requests."""
        self._models, self._joints = models, joints or {}
        self._one_errand = frozenset(one_errand)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._models)

    def model(self, lang: str) -> LinearModel:
        """The model of one language. Raises KeyError where there is none."""
        return self._models[lang]

    def held(self, lang: str) -> list[float]:
        """How sure each training sentence of a language was guessed while it was held out; empty where not known."""
        model = self._models.get(lang)
        return [] if model is None else model.held.astype(float).tolist()

    def knows(self, text: str, lang: str) -> bool:
        """Is every word of `text` one that the sentences of this language use?"""
        model = self._models.get(lang)
        words = model.tokens(text) if model is not None else []
        return model is not None and bool(words) and all(word in model.words for word in words)

    @classmethod
    def train(
        cls,
        corpus: Mapping[str, Sequence[tuple[str, str]]],
        seed: int = 7,
        *,
        alarms: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        joints: Mapping[str, Joints] | None = None,
        one_errand: Collection[frozenset[str]] = (),
        swaps: Mapping[str, Sequence[Sequence[str]]] | None = None,
        two_scripts: Collection[str] = (),
    ) -> IntentClassifier:
        """Train on language -> [(text, intent)], and for the alarm head on language -> [(text, danger | person |
        routine)].

        Per language, `joints` is how it joins requests and `swaps` groups of words that stand for one another;
        `two_scripts` are the languages written in Devanagari and in Latin letters. The same input and seed give the
        same classifier. Raises ValueError for fewer than two intents.
        """
        from agent.understand.fitting import fit  # scikit-learn: only where something is trained
        from agent.understand.rehearsal import rehearsed

        def trained(lang: str) -> LinearModel:
            like = (swaps or {}).get(lang, ())
            examples = rehearsed(corpus[lang], seed, like)
            alarming = rehearsed((alarms or {}).get(lang, ()), seed)
            model = fit(examples, seed, alarms=alarming, two_scripts=lang in two_scripts).model
            return model.favouring(OUT_OF_SCOPE, _STRANGE)

        models = {lang: trained(lang) for lang in corpus}
        return cls(models, joints, one_errand)

    def guess(self, text: str, lang: str) -> Guess:
        """The likeliest intent of `text`; out_of_scope with confidence 0 where nothing in it is known.

        A language without a model is read by every model, and the surest one answers. Never raises.
        """
        model = self._models.get(lang)
        if model is not None:
            return _ranked(model, text)
        guesses = [_ranked(each, text) for each in self._models.values()]
        return max(guesses, key=lambda guess: guess.confidence, default=NOTHING_HEARD)

    def guess_all(self, text: str, lang: str) -> tuple[Guess, tuple[Guess, ...]]:
        """The main guess, and the other confident, different requests of the same message in their order.

        The message is as alarming as the most alarming of its clauses."""
        text, joints = text[:MAX_CHARS], self._joints.get(lang, _ANY)
        main = self.guess(text, lang)
        requests = self._requests(text, lang, main, joints)
        if len(listed := self._listed(text, lang, joints)) > max(len(requests), _DEEPEST):
            requests = listed
        if requests:
            itself = next((each for each in requests if each.intent == main.intent), requests[0])
            surer = main.intent not in _GRAVE and itself.confidence > main.confidence
            main = itself if surer or itself.intent != main.intent else main
        also = tuple(each for each in requests if each.intent != main.intent)
        clauses = [self.guess(part, lang) for part in parts] if len(parts := joints.parts(text)) > 1 else []
        worst = max((main, *requests, *clauses), key=lambda each: (each.danger, each.person))
        return replace(main, danger=worst.danger, person=worst.person), also

    def _requests(self, text: str, lang: str, whole: Guess, joints: Joints, depth: int = 0) -> list[Guess]:
        """The different requests of `text`, two or more, or none: cut where both halves are surest."""
        best, cut = 0.0, None
        for place in self._likely(text, lang, whole, joints):
            halves = self.guess(text[: place.at], lang), self.guess(text[place.at :], lang)
            sure = min(half.confidence for half in halves) - (SENTENCE_FLOOR if place.ends else CLAUSE_FLOOR)
            if sure >= best and self._are_two(whole, *(half.intent for half in halves)):
                best, cut = sure, (place.at, halves)
        if cut is None:
            return []
        at, (one, other) = cut
        if depth == _DEEPEST:
            return [one, other]
        found = [
            *(self._requests(text[:at], lang, one, joints, depth + 1) or [one]),
            *(self._requests(text[at:], lang, other, joints, depth + 1) or [other]),
        ]
        return list({each.intent: each for each in reversed(found)}.values())[::-1]

    def _listed(self, text: str, lang: str, joints: Joints) -> list[Guess]:
        """Three different requests or more, one after another and each sure of its own; else none. In so long a message
        each is too small a part of the whole to be likely in it."""
        places = joints.places(text)
        if len(places) < _DEEPEST:
            return []
        cuts = [0, *(place.at for place in places), len(text)]
        found: dict[str, Guess] = {}
        for piece in (text[a:b] for a, b in pairwise(cuts)):
            each = self.guess(piece, lang)
            if each.confidence < _PLAINLY or each.intent in NEVER_ALSO | _GRAVE:
                continue
            if not any(frozenset((each.intent, one)) in self._one_errand for one in found):
                found.setdefault(each.intent, each)
        return list(found.values()) if len(found) > _DEEPEST else []

    def _likely(self, text: str, lang: str, whole: Guess, joints: Joints) -> list[Place]:
        """The few places where a rough reading hears two requests: most messages have none, and that is soon told."""
        model, places = self._models.get(lang), joints.places(text)
        if model is None or not places:
            return []
        cuts = [0, *(place.at for place in places), len(text)]
        before, after = model.halves([model.tokens(text[a:b]) for a, b in pairwise(cuts)])
        sure = np.minimum(before.max(axis=1), after.max(axis=1))
        pairs = [
            (model.labels[a], model.labels[b]) for a, b in zip(before.argmax(axis=1), after.argmax(axis=1), strict=True)
        ]
        found = [at for at, pair in enumerate(pairs) if sure[at] >= _ROUGHLY and self._are_two(whole, *pair)]
        return [places[at] for at in sorted(found, key=lambda at: -sure[at])[:_TRIED]]

    def _are_two(self, whole: Guess, one: str, other: str) -> bool:
        """Are the intents of two clauses two requests of the message that they make up?"""
        pair = frozenset((one, other))
        if len(pair) < 2 or pair & NEVER_ALSO or pair in self._one_errand:
            return False
        second = pair - {whole.intent}
        likely = {intent for intent, _ in whole.alternatives[: _LIKELY - 1]}
        return len(second) == 1 and second <= likely and not second & _GRAVE

    def save(self, path: Path) -> None:
        """Write one .npz without pickles; a reader of the old file never sees half of the new one."""
        head = {"format": _FORMAT, "languages": list(self._models)}
        arrays = {"head": np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)}
        for lang, model in self._models.items():
            arrays.update(model.arrays(lang))  # type: ignore[arg-type]
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        fresh.replace(path)

    @staticmethod
    def check(path: Path) -> None:
        """Look whether `path` is what `save` wrote, without reading its weights. Raises as `load` does."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                _head(path, arrays)
        except OSError:
            raise
        except Exception as broken:
            raise ValueError(f"{path}: not a saved intent classifier ({type(broken).__name__})") from broken

    @classmethod
    def load(
        cls, path: Path, joints: Mapping[str, Joints] | None = None, one_errand: Collection[frozenset[str]] = ()
    ) -> IntentClassifier:
        """Read what `save` wrote. Raises OSError for a missing file, ValueError for anything else in it."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = _head(path, arrays)
                models = {lang: LinearModel.from_arrays(lang, arrays) for lang in head["languages"]}
        except OSError:
            raise
        except Exception as broken:
            raise ValueError(f"{path}: not a saved intent classifier ({type(broken).__name__})") from broken
        return cls(models, joints, one_errand)


def _head(path: Path, arrays: Mapping[str, Any]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(arrays["head"].tobytes())
    if head["format"] != _FORMAT:
        raise ValueError(f"{path}: not {_FORMAT}")
    return head


def _ranked(model: LinearModel, text: str) -> Guess:
    found = model.tokens(text)
    if all(token in _MUTE or token.isdigit() for token in found):
        return NOTHING_HEARD  # "14", "555-0182", "?": a value or nothing, never an intent
    columns, values = model.features(found)
    if not len(columns):
        return NOTHING_HEARD
    probabilities = model.head.probabilities(columns, values)
    if _is_fragment(model, found):
        flatter = probabilities**_FRAGMENT_POWER
        probabilities = flatter / flatter.sum()
    best = np.argsort(-probabilities, kind="stable")[: MOST_ALTERNATIVES + 1].tolist()
    ranked = [(model.labels[at], float(probabilities[at])) for at in best]
    if ranked[0][0] in _COURTESIES and ranked[1][0] not in NEVER_ALSO and ranked[1][1] >= _BESIDE_COURTESY:
        ranked[:2] = ranked[1::-1]  # "hi, could you squeeze me in on Thursday": who greets and asks, asks
    alarm = dict.fromkeys((DANGER, PERSON), 0.0)
    if model.alarm is not None:
        alarm |= zip(model.alarm.labels, model.alarm.probabilities(columns, values).tolist(), strict=True)
    return Guess(ranked[0][0], ranked[0][1], tuple(ranked[1:]), alarm[DANGER], alarm[PERSON])


def _is_fragment(model: LinearModel, found: Sequence[str]) -> bool:
    known = model.words
    return len(found) <= _FRAGMENT_WORDS and not (f"^ {found[0]}" in known and f"{found[-1]} $" in known)
