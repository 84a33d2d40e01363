"""Trains the ears from a Content, or loads what was trained from the same one; a composition root."""

import fcntl
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from agent.content import load
from agent.content.load import corpus
from agent.dialogue.gate import ENGLISH, SafetyGate
from agent.dialogue.gate_rows import Machine, compiled, is_longer, lengthened, restored, state
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.shelf import Shelf as Rows
from agent.model.value import Value
from agent.understand.asked import AskedLanguage
from agent.understand.classifier import DANGER, PERSON, ROUTINE, IntentClassifier
from agent.understand.hear import Ears
from agent.understand.language import UNKNOWN, LanguageDetector
from agent.understand.ngrams import tokens
from agent.understand.requests import Joints
from agent.understand.shelf import Shelf
from agent.understand.times import TimeGrammar
from agent.understand.train_one import Job, shares, train_apart

_FORM = "13"  # counts up when training itself changes
_AT_ONCE = 2  # processes that train


def ears_for(content: Content, clinic: Clinic, cache: Path, languages: tuple[str, ...] = ()) -> Ears:
    """Load the trained models of this content from `cache`, or train and keep what is missing (seconds a language).

    `languages`: only these, for measuring one of them; empty means all that have sentences. Raises OSError where the
    cache cannot be written."""
    names = _names_of(content, cache)
    times = content.rows.get("times", {})
    grammars = Shelf(times, lambda lang: TimeGrammar(times[lang]))
    with ThreadPoolExecutor(1) as beside:  # it trains here, the classifier in processes of its own
        detector = beside.submit(_detector, content, cache / names.language, cache)
        files = {tag: cache / name for tag, name in names.intents.items() if not languages or tag in languages}
        classifier = _classifier(content, cache, files)
    return Ears(content, clinic, classifier, detector.result(), grammars)


def gate_for(content: Content, cache: Path) -> SafetyGate:
    """The safety gate of this content, its phrases compiled once and kept in `cache`."""
    rows, files = content.rows.get("safety", {}), _names_of(content, cache).safety

    def machine(lang: str) -> Machine:
        row = rows[lang]
        return _kept_machine(cache / files[lang], lang, row, lambda saved: restored(lang, row, saved))

    machines = Shelf(files, machine)
    for lang, name in files.items():
        if not (cache / name).exists():
            machines[lang]
    return SafetyGate.of(machines)


def gate_beside(lang: str, row: Mapping[str, Any], like: Sequence[Mapping[str, Any]], cache: Path) -> SafetyGate:
    """The gate of one language to which phrases are added: made from the first of `like` that it is longer than, which
    is compiled once and kept. Raises ValueError as `SafetyGate` does."""
    of = next((each for each in like if is_longer(row, each)), None)
    if of is None:
        return SafetyGate({lang: row})
    file = cache / f"safety-{lang}-{_key(of)}.json"
    return SafetyGate.of({lang: _kept_machine(file, lang, of, lambda saved: lengthened(lang, row, of, saved))})


def _kept_machine(
    file: Path, lang: str, row: Mapping[str, Any], use: Callable[[Mapping[str, Any]], Machine]
) -> Machine:  # fmt: skip
    """What `use` makes of the compiled row, which is kept in `file`."""
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        saved = None
    with suppress(ValueError, KeyError, TypeError):
        if saved is not None:
            return use(saved)
    saved = state(compiled(lang, row))
    with _alone(file.parent):
        _write(file, json.dumps(saved))
    return use(saved)


def _classifier(content: Content, cache: Path, files: Mapping[str, Path]) -> IntentClassifier:
    """Each language has a file of its own: an edit of one trains that one anew."""

    def missing() -> list[str]:
        return [tag for tag, file in files.items() if not _readable(file)]

    if missing():
        pairs, swaps = corpus(content), _rows(content, "swaps", "swaps")
        rows = _languages(content).items()
        both = {tag for tag, row in rows if isinstance(row, dict) and row.get("script") == "Deva"}

        def job(tag: str) -> Job:
            like = tuple(tuple(str(word) for word in group) for group in swaps.get(tag, ()))
            alarms = _alarms(content, tag, pairs[tag])
            return Job(lang=tag, pairs=pairs[tag], alarms=alarms, swaps=like, two_scripts=tag in both, file=files[tag])

        with _alone(cache), ThreadPoolExecutor(_AT_ONCE) as workers:
            list(workers.map(train_apart, shares([job(tag) for tag in missing()], _AT_ONCE)))
    two = content.rows.get("two", {})
    joints = Shelf(two, lambda tag: Joints(*(map(str, two[tag].get(kind, ())) for kind in ("connectors", "joints"))))
    one_errand = {frozenset((a, b)) for a, info in content.intents.items() for b in info.one_errand_with}
    return IntentClassifier(Shelf(files, lambda tag: IntentClassifier.load(files[tag]).model(tag)), joints, one_errand)


def _alarms(content: Content, tag: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sentences by how alarming they are: the corpus by its intents, and the example messages of the safety phrases."""
    by_class = {"emergency": DANGER, "self_harm": DANGER, "clinical_question": PERSON, "distress": PERSON}
    found = [(text, by_class.get(intent, ROUTINE)) for text, intent in pairs]
    row = content.rows.get("safety", {}).get(tag, {})
    for category in row.get("categories", {}).values():
        found += [(str(text), by_class.get(category["class"], PERSON)) for text in category.get("tests", ())]
    found += [(str(text), ROUTINE) for text in row.get("hard_negatives", ())]
    labels = {label for _, label in found}
    return list(dict.fromkeys(found)) if len(labels) == 3 else []


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time makes models in this folder; the others wait, and find them made."""
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".lock", "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _readable(file: Path) -> bool:
    try:
        IntentClassifier.check(file)
    except (OSError, ValueError):
        return False
    return True


def _detector(content: Content, file: Path, cache: Path) -> LanguageDetector:
    rows = {tag: row for tag, row in _languages(content).items() if isinstance(row, dict)}
    asked = AskedLanguage(rows, [each for row in _rows(content, "values", "politeness").values() for each in row])
    try:
        return LanguageDetector.load(file, content.live, asked)
    except (OSError, ValueError):
        detector = LanguageDetector.train(language_sentences(content), content.live, asked)
        with _alone(cache):
            detector.save(file)
        return detector


class _Names(Value):
    """The files of everything that is trained of one content: language -> name."""

    of: str
    intents: dict[str, str]
    safety: dict[str, str]
    language: str


def _names_of(content: Content, cache: Path) -> _Names:
    """The same sentences, the same model: a name holds a hash over everything that its training reads. They are kept,
    so that a start need not read every sentence."""
    of, file = _read_by_training(content), cache / "names.json"
    with suppress(OSError, ValueError):
        known = _Names.model_validate_json(file.read_bytes())
        if of and known.of == of:
            return known
    pairs, swaps, safety = corpus(content), _rows(content, "swaps", "swaps"), content.rows.get("safety", {})
    names = _Names(
        of=of,
        intents={
            tag: f"intents-{tag}-{_key(own, swaps.get(tag), _alarms(content, tag, own))}.npz"
            for tag, own in pairs.items()
        },
        safety={tag: f"safety-{tag}-{_key(row)}.json" for tag, row in safety.items() if tag in content.written},
        language=f"language-{_key(language_sentences(content))}.npz",
    )
    if of:
        with _alone(cache):
            _write(file, names.model_dump_json())
    return names


def _read_by_training(content: Content) -> str:
    """A hash over all that the names are made of, and of the code that makes them; empty where that is not at hand."""
    shelves = [content.rows.get(kind) for kind in ("corpus", "safety", "swaps")]
    if not all(isinstance(shelf, Rows) for shelf in shelves):
        return ""
    parts = [shelf.digest for shelf in shelves if isinstance(shelf, Rows)]
    code = "".join(Path(str(file)).read_text(encoding="utf-8") for file in (__file__, load.__file__))
    return _key(parts, content.rows.get("languages"), content.written, code)


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def _key(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256((_FORM + text).encode()).hexdigest()[:16]


def _rows(content: Content, kind: str, name: str) -> dict[str, Any]:
    return {tag: row[name] for tag, row in content.rows.get(kind, {}).items() if name in row}


def _languages(content: Content) -> Mapping[str, Any]:
    raw = content.rows.get("languages", {})
    found = raw.get("languages", raw)
    return found if isinstance(found, dict) else {}


def _is_in(known: Mapping[str, int], sentence: str) -> bool:
    """Two words or more, each of them in two sentences of that language at least: "where do I park", which patients
    write in a Creole conversation, too, is no Creole."""
    words = tokens(sentence, keep_accents=True)
    return len(words) > 1 and all(known.get(word, 0) > 1 for word in words)


def language_sentences(content: Content) -> dict[str, list[str]]:
    """Language -> sentences: the corpora, and the samples of languages that have none yet."""
    out: dict[str, list[str]] = {}
    for tag, pairs in corpus(content).items():
        out[tag] = [text for text, intent in pairs if intent != "language_switch"]
    for tag, row in _languages(content).items():
        if isinstance(row, dict) and row.get("sample"):
            out.setdefault(tag, []).extend(row["sample"])
    english = Counter(word for sentence in out.get(ENGLISH, ()) for word in set(tokens(sentence, keep_accents=True)))
    for tag, sentences in out.items():
        if tag != ENGLISH:
            out[tag] = [sentence for sentence in sentences if not _is_in(english, sentence)]
    elsewhere = content.rows.get("languages", {}).get("elsewhere", [])
    out[UNKNOWN] = [str(x) for row in (elsewhere.values() if isinstance(elsewhere, dict) else [elsewhere]) for x in row]
    return out
