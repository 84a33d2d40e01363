"""The part of `frontdesk evaluate` that measures public intent sets of a folder."""

import argparse
import json

from agent.learning import ears_for, gate_for
from agent.measure.public import heard, sets, table, trained
from agent.settings import load_settings
from agent.verbs.lines import clinic_from, content_from, wrong


def run(given: argparse.Namespace) -> int:
    """0, or 2 with one line where the folder holds no such set."""
    try:
        public = list(sets(given.public))
    except (OSError, ValueError, KeyError, TypeError) as e:
        wrong(f"--public: {given.public} does not hold lines of text and intent: {type(e).__name__}")
    if not public:
        wrong(f"--public: there is no NAME_train.jsonl in {given.public}")
    content, models = content_from(), load_settings().var / "models"
    ears, gate = ears_for(content, clinic_from(None), models, ("en",)), gate_for(content, models)
    found = {}
    for each in public:
        found[f"{each.name}, heard at a clinic"] = heard(each.held, ears, gate)
        found[f"{each.name}, our classifier trained on it"] = trained(each)
    if given.json:
        print(json.dumps({name: {what: list(f) for what, f in figures.items()} for name, figures in found.items()}))
    else:
        print(table(found))
    return 0
