"""One of the two contents that a rehearsal compares, with what hears and decides by it; what it said before is kept,
with what it asked for on the way, so that nothing is played again that would come to the same."""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from agent.adapters.clinic_edits import edited_clinic
from agent.adapters.clinic_file import load_clinic
from agent.content import Reading
from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import route, weighed
from agent.house import Hearing
from agent.learning import ears_for, gate_for
from agent.measure.hearing import NOW
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.edit import Item, Items
from agent.model.safety import SafetyFinding
from agent.model.value import Value
from agent.rehearsal_play import deed, events_of, heard_in, rehearsal_of, told
from agent.settings import ROOT
from agent.understand.hear import Ears
from agent.understand.noted import Notes, noted

DEMO = ROOT / "agent" / "demo" / "clinic.yaml"
_FILES = 12  # of kept conversations: some megabytes each


class Task(Value):
    """`before`, `after`: published items and those of the draft; `turns`: (inbound id, text) of recent
    messages; `clinic`, `content`, `var`: where facts, files and models are."""

    before: dict[str, Item]
    after: dict[str, Item]
    turns: tuple[tuple[str, str], ...] = ()
    clinic: Path
    content: Path
    var: Path
    scripts: tuple[str, ...] | None = None  # only these conversations


class Played(Value):
    """What a conversation came to. `turns`: what was heard and said in each, last what was prepared; `told`: (text, the
    conversation's language or "", the language it was told to be in, how surely); `models`: languages whose model was
    looked at; `read`: what the safety gate read (text, its language, what it may be)."""

    turns: list[dict[str, Any]]
    told: tuple[tuple[str, str, str, int], ...] = ()
    models: frozenset[str] = frozenset()
    read: tuple[tuple[str, ...], ...] = ()


_PLAYED = TypeAdapter(dict[str, Played])


class Side:
    """One of the two contents, with what hears and decides by it."""

    def __init__(self, task: Task, items: Items, reading: Reading, like: "Side | None" = None) -> None:
        """`like`: the other side, whose safety gate is taken over where the phrases are the same."""
        facts = {k: v for k, v in items.items() if k.startswith("clinic/")}
        self.content: Content = reading.content
        self.clinic: Clinic = edited_clinic(task.clinic, facts)
        models = task.var / "models"
        self.ears: Ears = ears_for(self.content, self.clinic, models)
        calm = like is not None and like.content.rows.get("safety") == self.content.rows.get("safety")
        self.gate: SafetyGate = like.gate if like is not None and calm else gate_for(self.content, models)
        self.kept = task.var / "rehearsals"
        demo = load_clinic(DEMO)
        self.stage = self.clinic if self.clinic.id == demo.id else demo  # the conversations are about its people
        self._notes, self._read = Notes(), _Gate(self.gate)
        self._hearing = Hearing(self.content, noted(self.ears, self._notes), self._read)

    def play(self, script: dict[str, Any], diary: Clinic | None = None) -> Played:
        """A conversation to its end. `diary`: by whose hours the visits that are booked already were made; by others
        each conversation differs by chance."""
        self._notes.told.clear()
        self._notes.models.clear()
        self._read.asked.clear()
        turns = self._turns(script, diary)
        told = tuple((*asked, *answer) for asked, answer in self._notes.told.items())
        return Played(turns=turns, told=told, models=frozenset(self._notes.models), read=tuple(self._read.asked))

    def _turns(self, script: dict[str, Any], diary: Clinic | None) -> list[dict[str, Any]]:
        rehearsal = rehearsal_of(script, self.stage, self.content, self._hearing, diary=diary)
        out: list[dict[str, Any]] = []
        try:
            for turn in script["turns"]:
                held = rehearsal.conversation()
                seen = len(events_of(rehearsal, held)) if held else 0
                said = deed(rehearsal, turn)
                held = rehearsal.conversation()
                out.append({"desk": said, "heard": heard_in(events_of(rehearsal, held)[seen:]) if held else {}})
            out.append({"tasks": [told(t) for t in rehearsal.tasks()]})
        except Exception as fault:
            out.append({"desk": [f"(the desk failed: {type(fault).__name__})"], "heard": {}})
        finally:
            rehearsal.close()
        found: list[dict[str, Any]] = json.loads(json.dumps(out, ensure_ascii=False, default=str))
        return found

    def hear(self, text: str) -> dict[str, Any]:
        """What is heard in one message, and where it would go."""
        said = self.ears.hear(text, now=NOW)
        tag = said.lang if said.lang != "und" else self.clinic.default_language
        finding = weighed(self.gate, text, tag, heard=said, again=self.ears.weighed)
        return {"intent": said.intent, "urgency": finding.urgency, "route": route(finding, said), "lang": tag}


class _Gate(SafetyGate):
    """The same gate, which notes what it was asked."""

    def __init__(self, of: SafetyGate) -> None:
        super().__init__({})
        self._machines = of._machines
        self.asked: dict[tuple[str, ...], None] = {}

    def read(self, text: str, lang: str, *maybe: str) -> SafetyFinding:
        self.asked[text, lang, *maybe] = None
        return super().read(text, lang, *maybe)


class Kept:
    """What conversations came to with one content, kept in a file: what is published now was rehearsed before, and the
    next rehearsal plays half as much."""

    def __init__(self, side: Side, diary: Clinic | None = None) -> None:
        """`diary` as in `Side.play`."""
        told = side.clinic.model_dump_json() + (diary.model_dump_json() if diary and diary != side.stage else "")
        facts = hashlib.sha256((told + _code()).encode()).hexdigest()[:16]
        self._side, self._diary, self._file = side, diary, side.kept / f"{side.content.revision}-{facts}.json"
        try:
            self._known = _PLAYED.validate_json(self._file.read_bytes())
        except (OSError, ValueError):
            self._known = {}
        self._new = 0

    def play(self, script: dict[str, Any]) -> Played:
        name = _name_of(script)
        return self._known[name] if name in self._known else self.took(script, self._side.play(script, self._diary))

    def took(self, script: dict[str, Any], played: Played) -> Played:
        """That is what it came to."""
        self._known[_name_of(script)] = played
        self._new += 1
        if self._new % 20 == 0:
            self.keep()
        return played

    def keep(self) -> None:
        """In the file; of others only the newest stay."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        fresh.write_bytes(_PLAYED.dump_json(self._known))
        fresh.replace(self._file)
        for old in sorted(self._file.parent.glob("*.json"), key=_age)[_FILES:]:
            old.unlink(missing_ok=True)


def _name_of(script: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(script, sort_keys=True).encode()).hexdigest()[:16]


def _age(file: Path) -> float:
    """Newest first; one that has just gone is the oldest."""
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0


@cache
def _code() -> str:
    """Another program plays otherwise: names, sizes and times of the product's own code and flows."""
    files = sorted(DEMO.parents[1].rglob("*.py"))
    return " ".join(f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in files)
