"""Intents: trained on the repository's own examples, measured on its tests, which are never trained on."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.classifier import FLOOR, NEVER_ALSO, Guess, IntentClassifier
from agent.understand.fitting import fit
from agent.understand.ngrams import tokens
from agent.understand.normalize import MAX_CHARS
from agent.understand.rehearsal import rehearsed
from tests.growth import assert_linear
from tests.shared import hearing
from tests.understand.spoken import LIVE, one_errand, rows, spoken

SMALL = {
    "en": [
        (f"{polite}{text}", intent)
        for polite in ("", "hello ", "please ", "well ", "so ")
        for text, intent in (("book a visit", "book"), ("cancel my visit", "cancel"), ("what a game", "out_of_scope"))
    ]
}


@pytest.fixture(scope="module")
def classifier() -> IntentClassifier:
    """What is trained for the desk, of two languages."""
    own = hearing().ears._classifier
    joints = {lang: spoken(lang).joints for lang in LIVE}
    return IntentClassifier({lang: own.model(lang) for lang in LIVE}, joints, one_errand())


@pytest.fixture(scope="module")
def heard(classifier: IntentClassifier) -> dict[str, list[tuple[str, Guess]]]:
    """Language -> (intent meant, guess) for every test sentence."""
    return {lang: [(intent, classifier.guess(text, lang)) for text, intent in spoken(lang).tests] for lang in LIVE}


def _f1(pairs: list[tuple[str, str]], intent: str) -> float:
    hit = sum(meant == guessed == intent for meant, guessed in pairs)
    return 2 * hit / max(1, sum((meant == intent) + (guessed == intent) for meant, guessed in pairs))


@pytest.mark.parametrize("lang", LIVE)
def test_nine_of_ten_new_sentences_are_understood_in_every_live_language(
    lang: str, heard: dict[str, list[tuple[str, Guess]]]
) -> None:
    pairs = [(meant, guess.intent) for meant, guess in heard[lang]]
    scores = {intent: _f1(pairs, intent) for intent in {meant for meant, _ in pairs}}
    assert sum(scores.values()) / len(scores) >= 0.90
    assert min(scores.values()) >= 0.6, min(scores.items(), key=lambda item: item[1])


@pytest.mark.parametrize("lang", LIVE)
def test_the_desk_is_about_as_sure_as_it_is_right(lang: str, heard: dict[str, list[tuple[str, Guess]]]) -> None:
    right = np.array([meant == guess.intent for meant, guess in heard[lang]])
    sure = np.array([guess.confidence for _, guess in heard[lang]])
    bins = [(sure > low / 10) & (sure <= (low + 1) / 10) for low in range(10)]
    error = sum(abs(right[held].mean() - sure[held].mean()) * held.mean() for held in bins if held.any())
    assert error <= 0.06


@pytest.mark.parametrize("lang", LIVE)
def test_small_talk_and_wrong_numbers_are_not_taken_for_requests(
    lang: str, heard: dict[str, list[tuple[str, Guess]]]
) -> None:
    idle = [guess for meant, guess in heard[lang] if meant == "out_of_scope"]
    let_go = [guess for guess in idle if guess.intent == "out_of_scope" or guess.confidence < FLOOR]
    assert len(let_go) >= 0.85 * len(idle)


@pytest.mark.parametrize("lang", LIVE)
def test_danger_is_rarely_heard_in_plain_requests(lang: str, heard: dict[str, list[tuple[str, Guess]]]) -> None:
    grave = {"emergency", "self_harm"}
    plain = [guess for meant, guess in heard[lang] if meant not in {*grave, "distress"}]
    alarmed = [guess for guess in plain if guess.intent in grave and guess.confidence >= 0.5]
    assert len(alarmed) <= 0.01 * len(plain)


@pytest.mark.parametrize("lang", LIVE)
def test_two_requests_in_one_message_are_both_heard(lang: str, classifier: IntentClassifier) -> None:
    found = []
    for text, meant in spoken(lang).two:
        main, also = classifier.guess_all(text, lang)
        found.append({main.intent, *(guess.intent for guess in also)} == meant)
    assert sum(found) >= 0.9 * len(found)


@pytest.mark.parametrize("lang", LIVE)
def test_one_request_is_hardly_ever_heard_as_two(lang: str, classifier: IntentClassifier) -> None:
    doubled = [text for text, _ in spoken(lang).tests if classifier.guess_all(text, lang)[1]]
    assert len(doubled) <= 0.01 * len(spoken(lang).tests), doubled


def test_courtesies_are_never_a_second_request(classifier: IntentClassifier) -> None:
    main, also = classifier.guess_all("Cancel my appointment on Friday. Thank you so much! Bye.", "en")
    assert main.intent == "cancel"
    assert not {guess.intent for guess in also} & NEVER_ALSO


def test_shouting_and_missing_accents_change_nothing(classifier: IntentClassifier) -> None:
    assert classifier.guess("¿CUÁNDO ES MI CITA?", "es") == classifier.guess("¿cuando es mi cita?", "es")


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "...", "14", "555-0182", "?!", "漢字", "\ud800"])
def test_what_holds_no_word_is_no_intent(text: str, classifier: IntentClassifier) -> None:
    assert classifier.guess(text, "en") == Guess("out_of_scope", 0.0)


def test_a_thumb_is_an_answer(classifier: IntentClassifier) -> None:
    assert [classifier.guess(text, "en").intent for text in ("👍", "👍🏿", "👎")] == ["affirm", "affirm", "deny"]


def test_a_bare_name_is_not_a_sure_request(classifier: IntentClassifier) -> None:
    for text in ("Garcia", "John Smith", "Okafor", "Thursday"):
        assert classifier.guess(text, "en").confidence < FLOOR, text


def test_a_language_without_examples_is_read_by_the_others(classifier: IntentClassifier) -> None:
    assert classifier.guess("quiero cancelar mi cita", "fr").intent == "cancel"
    assert IntentClassifier({}).guess("hello", "en") == Guess("out_of_scope", 0.0)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), lang=st.sampled_from(["en", "es", "und", ""]))
def test_no_text_breaks_the_ear(text: str, lang: str, classifier: IntentClassifier) -> None:
    main, also = classifier.guess_all(text, lang)
    for guess in (main, *also):
        assert 0.0 <= guess.confidence <= 1.0
        assert guess.intent not in {intent for intent, _ in guess.alternatives}
        assert sum(share for _, share in guess.alternatives) + guess.confidence <= 1.0001


def test_the_longer_the_message_the_longer_it_takes_but_no_more_than_that(classifier: IntentClassifier) -> None:
    assert_linear(lambda n: classifier.guess_all(("please cancel my appointment and also " * n)[:MAX_CHARS], "en"), 13)
    assert classifier.guess_all("cancel and also " * 1_000, "en") == classifier.guess_all(
        "cancel and also " * 300, "en"
    )


def test_our_reading_of_the_weights_agrees_with_the_library() -> None:
    fitted = fit(rehearsed(spoken("es").examples[::4], 7, spoken("es").swaps), 7)
    texts = [text for text, _ in spoken("es").tests[::5]]
    (calibrated,) = fitted.estimator.calibrated_classifiers_
    exact = calibrated.estimator.coef_
    steps = np.abs(exact).max(axis=1, keepdims=True) / 127  # the precision that is kept
    calibrated.estimator.coef_ = np.rint(exact / steps) * steps
    theirs = fitted.estimator.predict_proba(fitted.transform(texts))
    ours = np.stack([row for text in texts if (row := fitted.model.probabilities(text)) is not None])
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5
    calibrated.estimator.coef_ = exact
    theirs = fitted.estimator.predict_proba(fitted.transform(texts))
    assert np.abs(ours - theirs).max() < 0.03, "the steps are too coarse"
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.98


def test_how_sure_each_sentence_was_while_held_out_is_kept_and_is_no_look_at_what_was_learnt(tmp_path: Path) -> None:
    pairs = spoken("es").examples[::4]
    trained = IntentClassifier.train({"es": pairs}, swaps={"es": spoken("es").swaps})
    held = trained.held("es")
    assert len(held) == len(pairs)
    known = [trained.guess(text, "es").confidence for text, _ in pairs]
    assert 0.2 < sum(held) / len(held) < sum(known) / len(known) - 0.1
    trained.save(tmp_path / "es.npz")
    assert IntentClassifier.load(tmp_path / "es.npz").held("es") == held
    assert trained.held("tlh") == []


def test_the_same_examples_give_the_same_ear() -> None:
    first, second = IntentClassifier.train(SMALL), IntentClassifier.train(SMALL)
    assert first.guess("hello book a visit", "en") == second.guess("hello book a visit", "en")


def test_what_was_saved_is_what_is_loaded(tmp_path: Path, classifier: IntentClassifier) -> None:
    path = tmp_path / "kept" / "intents.npz"
    classifier.save(path)
    loaded = IntentClassifier.load(path, {lang: spoken(lang).joints for lang in LIVE}, one_errand())
    for lang in LIVE:
        for text, _ in spoken(lang).tests[::10]:
            assert loaded.guess_all(text, lang) == classifier.guess_all(text, lang)
    assert path.stat().st_size < 16_000_000
    assert [kept.name for kept in path.parent.iterdir()] == ["intents.npz"]


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 broken"])
def test_a_broken_model_file_is_refused_and_not_run(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "intents.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"intents\.npz"):
        IntentClassifier.load(path)


def test_a_model_file_with_objects_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "intents.npz"
    np.savez(path, head=np.array([{"a": print}], dtype=object))
    with pytest.raises(ValueError, match="not a saved intent classifier"):
        IntentClassifier.load(path)
    np.savez(path, head=np.frombuffer(json.dumps({"format": "other"}).encode(), dtype=np.uint8))
    with pytest.raises(ValueError, match="not a saved intent classifier"):
        IntentClassifier.load(path)


def test_a_missing_model_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere\.npz"):
        IntentClassifier.load(tmp_path / "nowhere.npz")


def test_a_desk_that_loads_its_ear_never_imports_the_trainer(tmp_path: Path) -> None:
    path = tmp_path / "intents.npz"
    IntentClassifier.train(SMALL).save(path)
    script = (
        "import sys, pathlib\n"
        "from agent.understand.classifier import IntentClassifier\n"
        "guess = IntentClassifier.load(pathlib.Path(sys.argv[1])).guess('please book a visit', 'en')\n"
        "print(guess.intent, *[name for name in ('sklearn', 'scipy') if name in sys.modules])\n"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, cwd=root
    )
    assert said.stdout.split() == ["book"]


@pytest.mark.parametrize("lang", LIVE)
def test_no_test_sentence_was_ever_learned(lang: str) -> None:
    learned = {" ".join(tokens(text)) for text, _ in spoken(lang).examples}
    assert [text for text, _ in spoken(lang).tests if " ".join(tokens(text)) in learned] == []


@pytest.mark.parametrize("lang", LIVE)
def test_no_sentence_is_taught_as_two_intents(lang: str) -> None:
    taught = defaultdict(set)
    for text, intent in spoken(lang).examples:
        taught[" ".join(tokens(text))].add(intent)
    assert {text: intents for text, intents in taught.items() if len(intents) > 1} == {}


@pytest.mark.parametrize("lang", LIVE)
def test_every_declared_intent_is_taught_and_tested(lang: str) -> None:
    declared = rows("intents.yaml")
    taught = defaultdict(int)
    tested = defaultdict(int)
    for _, intent in spoken(lang).examples:
        taught[intent] += 1
    for _, intent in spoken(lang).tests:
        tested[intent] += 1
    assert set(taught) == set(tested) == set(declared)
    for intent, row in declared.items():
        assert taught[intent] >= (50 if row["importance"] == "high" else 30), intent
        assert tested[intent] >= 10, intent
