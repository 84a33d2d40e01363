"""A copy of the real content in which one thing is broken."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from agent.content import ContentFault, Fault, Reading, read_content
from agent.content.read_po import parse_po

HOUSE = Path(__file__).parents[2]
FOLDERS = ("intents", "workflows", "locales")
ACTIONS = frozenset(
    "action_check_code action_clinic_facts action_find_openings action_hold_opening action_identify"
    " action_match_visit_type action_may_text action_my_appointments action_note_attendance action_find_instruction"
    " action_note_check_in action_note_asked action_note_offered action_note_missed"
    " action_answer_offer action_leave_waitlist action_note_bulk"
    " action_note_told"
    " action_call_window action_note_wish action_note_number"
    " action_pending_request action_request_status action_stop_texts action_end_calls action_note_reached"
    " action_find_offer action_open_offer action_offer_facts".split()
)
TRIAL = "workflows/booking/trial.yaml"
SPOKEN = ("en", "es")
PO = "locales/{}/LC_MESSAGES/messages.po"
# A small flow without a defect; each test spoils one line of it.
FLOW = """\
flow: trial
title: flow.book
describe: A flow for tests.
slots:
  day: {type: date, propose: [patient]}
  sure: {type: bool, propose: [payload, patient], requires: [day]}
  found: {type: list, propose: [action]}
steps:
  - {id: ask, collect: day, ask: booking.ask_day}
  - {id: look, action: action_find_openings, fills: found}
  - id: check
    collect: sure
    ask: booking.read_back
    next: [{if: {slot: sure, is: true}, then: done}, {then: again}]
  - {id: again, forget: [day], next: ask}
  - {id: done, say: booking.dropped, end: true}
"""


@dataclass
class Tree:
    """The folder, what is broken in it, and what the checker says."""

    root: Path

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace the first `old`; answers the line where it stood."""
        text = self.text(name)
        assert old in text, f"{name} no longer holds {old!r}"
        self.write(name, text.replace(old, new, 1))
        return text.count("\n", 0, text.index(old)) + 1

    def trial(self, old: str = "", new: str = "") -> int:
        """The trial flow with one thing changed; answers the line of the change."""
        self.write(TRIAL, FLOW)
        return self.edit(TRIAL, old, new) if old else 0

    def message(self, tag: str, key: str, text: str) -> int:
        """Give a message another text; answers the line of its key."""
        name = PO.format(tag)
        book = self.text(name)
        start = book.index(f'msgid "{key}"\n')
        body = book.index("msgstr", start)
        end = book.find("\n\n", body)
        self.write(name, book[:body] + f'msgstr "{text}"' + (book[end:] if end > 0 else "\n"))
        return book.count("\n", 0, start) + 1

    def add_message(self, tag: str, entry: str) -> None:
        """One more entry at the end of a book."""
        self.write(PO.format(tag), self.text(PO.format(tag)).rstrip() + "\n\n" + entry + "\n")

    def said(self, tag: str, key: str) -> str:
        """The text of a message."""
        return parse_po(self.text(PO.format(tag)), "messages.po").messages[key].text

    def read(self, *, thorough: bool = False, like: Reading | None = None) -> Reading:
        """`like`: an earlier reading, so that only what has changed since is parsed."""
        return read_content(self.root, ACTIONS, thorough=thorough, like=like)

    def faults(self, *, thorough: bool = False, like: Reading | None = None) -> list[Fault]:
        return list(self.read(thorough=thorough, like=like).faults)

    def faults_beside(self, serving: Reading) -> list[Fault]:
        """As a draft is checked: what stands in `serving` as it is need not be compared again."""
        return list(read_content(self.root, ACTIONS, thorough=True, like=serving, serving=serving).faults)


def copied(to: Path) -> Tree:
    """A fresh copy below `to`, of two languages: the checks are the same for all."""
    for folder in FOLDERS:
        shutil.copytree(HOUSE / folder, to / folder)
    for path in [*(to / "intents").iterdir(), *(to / "locales").iterdir()]:
        if path.is_dir() and path.name not in SPOKEN:
            shutil.rmtree(path)
    tree, tag = Tree(to), ""
    lines = []
    for line in tree.text("intents/languages.yaml").splitlines():
        tag = line.strip(" :") if re.fullmatch(r"  [a-z]{2}:", line) else tag
        lines.append(line.replace("state: live", "state: draft") if tag not in SPOKEN else line)
    tree.write("intents/languages.yaml", "\n".join(lines) + "\n")
    return tree


__all__ = ["ACTIONS", "FLOW", "HOUSE", "PO", "TRIAL", "ContentFault", "Tree", "copied"]
