"""The part of `frontdesk evaluate` that measures the note check: a table, JSON, a page."""

import argparse
import json
import sys
from pathlib import Path

from agent.verbs.lines import wrong


def run(given: argparse.Namespace) -> int:
    """0, or 2 with one line where the file holds no planted notes."""
    from agent.measure.notes import VISITS, judge, measure, planted
    from agent.measure.notes_page import as_json, page, publish, table

    path: Path = given.notes or VISITS
    try:
        rows = list(planted(path))
    except (OSError, ValueError, KeyError, TypeError) as e:
        wrong(f"--notes: {path} does not hold planted notes: {type(e).__name__}")
    for row in rows[:1]:  # the first one also reads the lexicon: it is judged again below, and only then timed
        judge(row)
    judged = []
    for n, row in enumerate(rows, 1):
        judged.append(judge(row))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{n} of {len(rows)} notes" + ("\n" if n == len(rows) else ""))
    found = measure(judged)
    if given.publish:
        publish(found)
    if given.html:
        given.html.write_text(page("What the note check finds", found), encoding="utf-8")
    print(json.dumps(as_json(found)) if given.json else table(found))
    return 0
