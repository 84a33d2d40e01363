"""A rehearsal skips only what would come to the same: whatever it says is alike is heard and played alike."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent import rehearsing
from agent.consequences import SCRIPTS
from agent.consequences_side import Kept, Played, Side, Task
from agent.content import Reading
from agent.desk import editing
from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_rows import compiled
from agent.house import Hearing, content_of
from agent.measure.cases import cases
from agent.measure.hearing import NOW
from agent.model.content import Content
from agent.model.shelf import Shelf
from agent.rehearsal_alike import Alike
from agent.settings import ROOT, load_settings
from agent.understand.classifier import IntentClassifier
from agent.understand.hear import Ears
from agent.understand.language import LanguageDetector
from agent.understand.noted import noted
from tests.desk.world import World
from tests.prove.p50_safe_change import KEY, WAS, admin

LANG, RINGS = "vi", "hẹn gặp bác sĩ"
SCRIPTED = {row["name"]: row for row in map(json.loads, SCRIPTS.read_text("utf-8").splitlines())}


def side(content: Content, like: Side | None = None) -> Side:
    settings = load_settings()
    task = Task(before={}, after={}, clinic=settings.clinic_file, content=ROOT, var=settings.var)
    return Side(task, {}, cast("Reading", SimpleNamespace(content=content)), like)


def hearing_with(of: Side, content: Content, ears: Ears, gate: SafetyGate | None = None) -> Side:
    """The other side, as if that had come of its training."""
    made = side(of.content, of)
    made.content, made.ears, made.gate = content, ears, gate or of.gate
    made._hearing = Hearing(content, noted(ears, made._notes), made._read)
    return made


def changed(content: Content, kind: str, **more: Any) -> Content:
    rows = content.rows[kind]
    return replace(content, rows={**content.rows, kind: Shelf({**rows, LANG: {**rows[LANG], **more}})})


@pytest.fixture(scope="module")
def old() -> Side:
    return side(content_of())


@pytest.fixture(scope="module")
def new(old: Side) -> Side:
    """Other training in one language: it hears Vietnamese with Tagalog's model, and is a little less sure of languages
    everywhere."""
    own, detector = old.ears._classifier, old.ears._detector
    models = {lang: own.model(lang) for lang in own.languages} | {LANG: own.model("tl")}
    head = detector._model.head
    duller = replace(detector._model, head=replace(head, inverse_temperature=head.inverse_temperature * 0.9))
    content = changed(old.content, "corpus", thanks={"examples": ["cám ơn quá trời"]})
    ears = Ears(content, old.clinic, IntentClassifier(models, own._joints, own._one_errand),
                LanguageDetector(detector._live, duller, detector._asked), old.ears._grammars, old.ears)  # fmt: skip
    return hearing_with(old, content, ears)


def texts(content: Content) -> list[tuple[str, str]]:
    return [(lang, case.text) for lang in content.live for case in list(cases(content, lang))[::40]]


def test_whatever_is_called_alike_is_heard_alike_and_most_of_the_other_languages_is(old: Side, new: Side) -> None:
    alike, said = Alike(old, new), texts(old.content)
    same = {text for _, text in said if alike.hear(text)}
    assert [text for text in same if old.hear(text) != new.hear(text)] == []
    others = [text for lang, text in said if lang != LANG]
    assert sum(text in same for text in others) > 0.9 * len(others)
    assert not any(lang == LANG and text in same and old.ears.hear(text, now=NOW).lang == LANG for lang, text in said)
    assert sum(old.hear(text) != new.hear(text) for lang, text in said if lang == LANG) > 1


def test_nothing_is_called_alike_where_more_than_what_is_learned_differs(old: Side) -> None:
    shorter = old.clinic.model_copy(update={"phone": "+12125550000"})
    facts = hearing_with(old, old.content, old.ears)
    facts.clinic = shorter
    words = hearing_with(old, replace(old.content, messages={**old.content.messages, "es": {}}), old.ears)
    rows = hearing_with(old, replace(old.content, rows={**old.content.rows, "repairs": {}}), old.ears)
    assert Alike(old, hearing_with(old, old.content, old.ears)).hear("good morning")
    assert [Alike(old, each).hear("good morning") for each in (facts, words, rows)] == [False, True, False]
    played = Played(turns=[])
    assert [Alike(old, each).play(played) for each in (facts, words, rows)] == [False, False, False]


def test_a_phrase_that_rings_in_one_language_is_not_alike_wherever_it_stands(old: Side) -> None:
    row = old.content.rows["safety"][LANG]
    pain = row["categories"]["chest_pain"]
    more = {**pain, "phrases": {**pain["phrases"], "E1": [*pain["phrases"]["E1"], RINGS]}}
    content = changed(old.content, "safety", categories={**row["categories"], "chest_pain": more})
    gate = SafetyGate.of({**old.gate._machines, LANG: compiled(LANG, content.rows["safety"][LANG])})
    alike = Alike(old, hearing_with(old, content, old.ears, gate))
    for text in (f"please {RINGS}", f"hola, {RINGS}, gracias"):
        assert not alike.hear(text)
    assert alike.hear("I need an appointment for a checkup")
    said = ("can I come in on Friday", "en")
    assert alike.play(Played(turns=[], read=(said,)))
    assert not alike.play(Played(turns=[], read=(said, (f"hello {RINGS}", "en", "en"))))
    assert not alike.play(Played(turns=[], models=frozenset({LANG, "en"})))


@pytest.mark.parametrize(("name", "same"), [("languages/vi_booking", False), ("happy/en_confirm_visit", True),
                                             ("after_visit/es_ducha", True)])  # fmt: skip
def test_a_conversation_that_is_called_alike_comes_to_the_same(old: Side, new: Side, name: str, same: bool) -> None:
    played = old.play(SCRIPTED[name])
    assert played.told
    assert played.read
    assert (LANG in played.models) is not same
    assert Alike(old, new).play(played) is same
    if same:
        assert new.play(SCRIPTED[name], old.stage).turns == played.turns
    other = played.model_copy(update={"told": (*played.told, ("good morning", "", "xx", 0))})
    assert not Alike(old, new).play(other)


def test_what_a_draft_came_to_is_kept_for_when_it_is_published(
    old: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old, "kept", tmp_path)
    script, came = {"turns": []}, Played(turns=[{"desk": ["x"]}], told=(("a", "", "en", 2),), models=frozenset({"en"}))
    first = Kept(old, old.stage)
    first.took(script, came)
    first.keep()
    assert Kept(old).play(script) == came
    for n in range(20):
        (tmp_path / f"{n}.json").write_text("{}")
    first.keep()
    assert len(list(tmp_path.iterdir())) == 12
    assert Kept(old).play(script) == came


def test_a_rehearsal_that_waits_for_patients_keeps_its_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(f"sqlite:///{tmp_path}/desk.db")
    desk, ana, leases = world.desk, admin(world), list[Any]()
    editing.save(desk, ana, KEY, WAS | {"text": "Which day is best for you?"}, WAS, 0)
    proposal = editing.propose(desk, ana, "friendlier")

    def silent(*_: Any) -> Any:
        for _ in range(3):
            world.clock.pass_time(seconds=80)
            yield {}
            with desk.store.begin(write=False) as tx:
                found = tx.content.proposal(proposal.id)
            assert found is not None
            leases.append(found.lease_until > desk.clock() + timedelta(seconds=80))
        yield {"report": {"faults": []}}

    monkeypatch.setattr(rehearsing, "_played", silent)
    assert rehearsing.rehearse_next(desk)
    assert leases == [True] * 3
    world.close()


def test_a_process_that_says_nothing_is_told_from_one_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: Queue[str] = Queue()
    monkeypatch.setattr(rehearsing, "LEASE", timedelta(seconds=0.03))
    assert rehearsing._next(lines) == "{}"
    rehearsing._listen(cast("Any", SimpleNamespace(stdout=iter(["a", "b"]))), lines)
    assert [rehearsing._next(lines) for _ in range(3)] == ["a", "b", rehearsing._END]
