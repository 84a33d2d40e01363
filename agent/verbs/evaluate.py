"""Measure understanding on messages that nothing is trained on, per language and class, against the release floors."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from agent.learning import ears_for, gate_for
from agent.measure.cases import cases, regressions
from agent.measure.figures import Figures, figures, slices
from agent.measure.floors import bounds, fallen
from agent.measure.hearing import Heard, listen
from agent.measure.page import page
from agent.measure.words import as_json, changes, interval, table, values_table, worst
from agent.model.content import Content
from agent.settings import ROOT, load_settings
from agent.verbs.lines import clinic_from, content_from, wrong

EPILOG = """
Columns: macro-F1 and calibration error (ECE) of the intent; of messages with two requests, those where both are heard
(two); of routine messages with one, those heard as two (1 as 2); of messages that are nothing for a clinic, those that
are not acted on (rejects); of emergencies and self-harm, those that raise the emergency wording or an urgent person
(danger); of medical questions and distress, those that reach a person (person); false alarms on routine messages with
alarming words (false!) and on plain ones (false); language of a message from two and from four words; dates and times;
other values, which a second table tells apart. Below: the worst slices, what changed since the published figures
(intents/published.json, which --publish writes), and each figure below its floor (intents/floors.yaml); --gate makes
these fail. --final shows the messages that are kept apart (_unseen.yaml) instead of those of daily work.
"""
PUBLISHED = ROOT / "intents" / "published.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--language", action="append", metavar="TAG", help="only this language (may be repeated)")
    parser.add_argument(
        "--notes", metavar="FILE", nargs="?", type=Path, const=False,
        help="measure the check of visit notes instead, on the planted errors of FILE (default: those that come along)",
    )  # fmt: skip
    parser.add_argument("--final", action="store_true", help="the messages that are kept apart")
    parser.add_argument(
        "--misses", action="store_true", help="also print each message that was misheard, as JSON lines"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write a page with plots")
    parser.add_argument("--gate", action="store_true", help="exit with 1 where a live language is below a floor")
    parser.add_argument(
        "--against", metavar="FILE", type=Path, default=PUBLISHED, help="earlier figures to compare with"
    )
    parser.add_argument(
        "--public", metavar="FOLDER", type=Path,
        help="measure the public intent sets of FOLDER instead (NAME_train.jsonl, NAME_val.jsonl: CLINC150, BANKING77)",
    )  # fmt: skip
    parser.add_argument("--publish", action="store_true", help="keep these figures as those of the published content")


def run(given: argparse.Namespace) -> int:
    if given.notes is not None:
        from agent.verbs.evaluate_notes import run as run_notes

        return run_notes(given)
    if given.public is not None:
        from agent.verbs.evaluate_public import run as run_public

        return run_public(given)
    if given.publish and given.final:
        wrong("--publish keeps the figures of daily work: leave out --final")
    content = content_from()
    known = tuple(content.rows.get("corpus", {}))
    chosen = tuple(given.language or known)
    if strange := [tag for tag in chosen if tag not in known]:
        wrong(f"--language: nothing is written in {', '.join(strange)} yet; there are {', '.join(known)}")
    heard = heard_all(content, chosen, final=given.final)
    found = {lang: figures(each) for lang, each in heard.items()}
    moved = [] if given.final and given.against == PUBLISHED else _moved(found, given.against)
    wanted = {lang: bounds(content.rows.get("floors", {}), lang) for lang in found}
    below = [(lang, *each) for lang in found if lang in content.live for each in fallen(found[lang], wanted[lang])]
    if given.html:
        title = f"What the desk understands, content {content.revision}"
        given.html.write_text(page(title, heard, found, wanted, moved), encoding="utf-8")
    if given.publish:
        _publish(found, known)
    if given.json:
        told: dict[str, Any] = {"revision": content.revision, "languages": as_json(found), "changes": moved}
        told["below"] = [[lang, name, round(figure.value, 4), bound] for lang, name, figure, bound in below]
        print(json.dumps(told, ensure_ascii=False))
    else:
        _print(found, heard, moved)
    for lang, name, figure, bound in below:
        print(f"{lang}: {name} is {interval(figure)}, its floor {bound}", file=sys.stderr)
    again = misheard_again(content, chosen)
    for h in again:
        meant, text = h.case.intent, h.case.text[:60]
        print(f"{h.case.lang}: “{text}” is misheard again, as {h.intent} instead of {meant}", file=sys.stderr)
    if given.misses:
        _print_misses(heard)
    return 1 if given.gate and (below or again) else 0


def _publish(found: dict[str, Figures], known: tuple[str, ...]) -> None:
    """Keep the figures; those of languages that were not measured now stay as they are."""
    try:
        before = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    kept = {lang: each for lang, each in before.items() if lang in known} | as_json(found)
    PUBLISHED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def heard_all(content: Content, languages: tuple[str, ...], *, final: bool = False) -> dict[str, list[Heard]]:
    """Every case of the languages, heard with the models of this content (trained where they are not yet)."""
    clinic = clinic_from(None)
    models = load_settings().var / "models"
    ears, gate = ears_for(content, clinic, models, languages), gate_for(content, models)
    return {
        lang: list(listen(cases(content, lang, final=final), ears, gate, clinic.default_language)) for lang in languages
    }


def misheard_again(content: Content, languages: tuple[str, ...]) -> list[Heard]:
    """Regression tests that fail."""
    rows = [case for lang in languages for case in regressions(content, lang)]
    if not rows:
        return []
    clinic, models = clinic_from(None), load_settings().var / "models"
    ears, gate = ears_for(content, clinic, models, languages), gate_for(content, models)
    return [h for h in listen(rows, ears, gate, clinic.default_language) if h.intent != h.case.intent]


def _moved(found: dict[str, Figures], against: Path) -> list[str]:
    try:
        before = json.loads(against.read_text(encoding="utf-8"))
        return changes(as_json(found), before)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError):
        wrong(f"--against: {against} does not hold figures: make it with `frontdesk evaluate --publish`")


def _print(found: dict[str, Figures], heard: dict[str, list[Heard]], moved: list[str]) -> None:
    print(table(found))
    print("\nvalues, exactly as meant:", values_table(found), sep="\n")
    print("\nworst slices:", *worst({lang: slices(each) for lang, each in heard.items()}), sep="\n  ")
    if moved:
        print("\nsince the published content:", *moved[:20], sep="\n  ")


def _print_misses(heard: dict[str, list[Heard]]) -> None:
    for each in heard.values():
        for h in each:
            case = h.case
            meant = case.intent not in (None, h.intent) or h.lang != case.lang
            if meant or not {h.intent, *h.also} >= set(case.also) or _misjudged(h):
                row: dict[str, Any] = {"lang": case.lang, "text": case.text, "style": case.style, "intent": case.intent}
                row |= {"danger": case.danger, "heard": h.intent, "confidence": round(h.confidence, 3)}
                row |= {"heard_lang": h.lang, "also": list(h.also), "urgency": h.urgency, "route": h.route}
                print(json.dumps(row, ensure_ascii=False))


def _misjudged(h: Heard) -> bool:
    alarm = h.urgency in ("urgent", "emergency")
    return (h.case.danger in ("emergency", "urgent") and not alarm) or (h.case.danger == "routine" and alarm)
