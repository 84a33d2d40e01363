"""One of the two contents that a rehearsal compares, with what hears and decides by it; what it said before is kept."""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

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
from agent.model.value import Value
from agent.rehearsal_play import deed, events_of, heard_in, rehearsal_of, told
from agent.settings import ROOT
from agent.understand.hear import Ears

DEMO = ROOT / "agent" / "demo" / "clinic.yaml"


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


class Side:
    """One of the two contents, with what hears and decides by it."""

    def __init__(self, task: Task, items: Items, reading: Reading) -> None:
        facts = {k: v for k, v in items.items() if k.startswith("clinic/")}
        self.content: Content = reading.content
        self.clinic: Clinic = edited_clinic(task.clinic, facts)
        models = task.var / "models"
        self.ears: Ears = ears_for(self.content, self.clinic, models)
        self.gate: SafetyGate = gate_for(self.content, models)
        self.kept = task.var / "rehearsals"
        demo = load_clinic(DEMO)
        self.stage = self.clinic if self.clinic.id == demo.id else demo  # the conversations are about its people
        self._hearing = Hearing(self.content, self.ears, self.gate)

    def play(self, script: dict[str, Any], diary: Clinic | None = None) -> list[dict[str, Any]]:
        """Every turn of a conversation: what was heard and what the desk said; last, what it prepared. `diary`: by
        whose hours the visits that are booked already were made; by others each conversation differs by chance."""
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


class Kept:
    """What conversations came to with the published content, kept in a file: the next rehearsal plays half as much."""

    def __init__(self, side: Side) -> None:
        facts = hashlib.sha256((side.clinic.model_dump_json() + _code()).encode()).hexdigest()[:16]
        self._side, self._file = side, side.kept / f"{side.content.revision}-{facts}.json"
        try:
            self._known: dict[str, Any] = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            self._known = {}
        self._new = 0

    def play(self, script: dict[str, Any]) -> list[dict[str, Any]]:
        name = hashlib.sha256(json.dumps(script, sort_keys=True).encode()).hexdigest()[:16]
        if name not in self._known:
            self._known[name] = self._side.play(script)
            self._new += 1
            if self._new % 20 == 0:
                self.keep()
        found: list[dict[str, Any]] = self._known[name]
        return found

    def keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        fresh.write_text(json.dumps(self._known, ensure_ascii=False), "utf-8")
        fresh.replace(self._file)


@cache
def _code() -> str:
    """Another program plays otherwise: names, sizes and times of the product's own code and flows."""
    files = sorted(DEMO.parents[1].rglob("*.py"))
    return " ".join(f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in files)
