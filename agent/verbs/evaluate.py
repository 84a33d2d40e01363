"""Measure understanding on the `tests` sentences, which nothing is trained on, per language."""

import argparse
import json
from collections import defaultdict
from datetime import UTC, datetime

from agent.house import content_of
from agent.learning import ears_for
from agent.settings import load_settings
from agent.verbs.lines import clinic_from


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--misses", action="store_true", help="also print each sentence that was misheard")


def run(given: argparse.Namespace) -> int:
    content, clinic = content_of(), clinic_from(None)
    ears = ears_for(content, clinic, load_settings().var / "models")
    now = datetime.now(UTC).replace(tzinfo=None)
    for lang, intents in content.rows["corpus"].items():
        right = total = same = 0
        hits: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # right, said, guessed
        for intent, row in intents.items():
            for test in row.get("tests", ()):
                text = test["text"] if isinstance(test, dict) else test
                heard = ears.hear(text, now=now)
                total += 1
                same += heard.lang == lang
                right += heard.intent == intent
                hits[intent][1] += 1
                hits[heard.intent][2] += 1
                hits[intent][0] += heard.intent == intent
                if given.misses and heard.intent != intent:
                    print(
                        json.dumps(
                            {"lang": lang, "text": text, "is": intent, "heard": heard.intent}, ensure_ascii=False
                        )
                    )
        f1 = [2 * a / (b + c) if b + c else 0.0 for a, b, c in hits.values() if b]
        print(f"{lang}: {total} sentences, intent {right / max(total, 1):.3f}, macro-F1 {sum(f1) / max(len(f1), 1):.3f}, "
              f"language {same / max(total, 1):.3f}")  # fmt: skip
    return 0
