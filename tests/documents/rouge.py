"""`python -m tests.documents.rouge NOTES.jsonl [SPLIT]`: ROUGE-1 of our visit notes against the clinicians' own.

Reads the rows that `agent.documents.learn` reads and drafts each ACI-Bench encounter of the split (default `valid`,
which no weight was fitted on). Prints the mean over the encounters, titles of sections included.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from statistics import mean

from agent.documents.embedded import EmbeddedWriter
from agent.documents.learn import visits
from agent.ports.notes import Asked
from agent.settings import ROOT


def rouge_1(ours: str, theirs: str) -> float:
    """F1 of single words, in any order, 0..1."""
    a, b = (Counter(re.findall(r"[a-z0-9]+", text.lower())) for text in (ours, theirs))
    shared = 2 * sum((a & b).values())
    return shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def titled(sentences: list[tuple[str, str]]) -> str:
    """A note's sentences under the titles of their sections."""
    lines: list[str] = []
    for n, (section, text) in enumerate(sentences):
        if n == 0 or section != sentences[n - 1][0]:
            lines.append(section)
        lines.append(text)
    return "\n".join(lines)


def main(path: str, split: str = "valid") -> None:
    with Path(path).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    writer = EmbeddedWriter(ROOT)
    found = [
        rouge_1(writer.draft(Asked(kind="visit_note", dialogue=v.dialogue)).note, titled(list(v.note)))
        for v in visits(rows, split=split)
    ]
    copied = [rouge_1("\n".join(u.text for u in v.dialogue), titled(list(v.note))) for v in visits(rows, split=split)]
    print(
        f"{split}: {len(found)} encounters, ROUGE-1 {mean(found) * 100:.1f}; the talk copied {mean(copied) * 100:.1f}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
