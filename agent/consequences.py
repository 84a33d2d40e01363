"""What a draft would change: plays the product's own conversations and hears recent messages with the published content
and with the draft, and measures the languages concerned. `python -m agent.consequences` reads one Task as JSON and
writes a line for each step, the report last; it runs beside the desk and touches nothing of it."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from agent.actions import ACTIONS
from agent.adapters.clinic_edits import edited_clinic
from agent.adapters.clinic_file import ClinicFileError
from agent.consequences_side import Kept, Side, Task
from agent.content import ContentFault, Reading, read_content
from agent.content.items import languages_of, written
from agent.measure.cases import cases
from agent.measure.figures import Figures, figures
from agent.measure.floors import FEWEST, bounds, fallen
from agent.measure.hearing import Heard, listen
from agent.measure.words import as_json, changes, interval
from agent.model.edit import Item
from agent.proof import prove
from agent.rehearsal_alike import Alike
from agent.rehearsal_play import TURN

SCRIPTS = Path(__file__).parent / "measure" / "conversations.jsonl"
SHOWN = 200  # differences at most; the worst come first
_RANK = ("danger", "alarm", "route", "intent", "decision", "wording")
_URGENCY = ("none", "routine", "urgent", "emergency")
_GRAVE = 2
_AT_ONCE = 100  # messages, between two words of how far it is
_NEEDED = ("macro_f1", "emergency_recall", "to_a_person")  # of a language that goes live
Say = Callable[[str, float], None]


def consequences(task: Task, say: Say) -> dict[str, Any]:
    """The report: `faults` (it cannot be published), or `differences` (worst first), `below`, `moved`, and how much was
    played. `say` is told the step and how far it is (0 to 1)."""
    began = time.monotonic()
    say("Checking everything", 0.0)
    before = _read(task, task.before, thorough=False)
    if isinstance(before, list):
        return {"faults": before}
    after = _read(task, task.after, thorough=True, like=before)
    if isinstance(after, list):
        return {"faults": after}
    say("Learning the new sentences", 0.12)
    changed = {k: v for k, v in task.after.items() if task.before.get(k) != v}
    changed |= {k: {} for k in task.before if k not in task.after}
    heard_in_them = {k: v for k, v in changed.items() if k.startswith(("intent/", "safety/", "language/"))}
    languages = tuple(tag for tag in languages_of(heard_in_them) if tag in after.content.live)
    old = Side(task, task.before, before)
    new = Side(task, task.after, after, old)
    alike = Alike(old, new)
    report: dict[str, Any] = {"faults": [], "below": [], "moved": [], "measured": 0, "content": after.content.revision}
    rows: list[dict[str, Any]] = []
    for at, lang in enumerate(languages):
        say(f"Hearing the tests of {new.content.languages[lang].english}", 0.25 + 0.2 * at / len(languages))
        rows += _measured(old, new, lang, report)
    turns = task.turns if languages or old.clinic != new.clinic else ()
    beside = _heard_beside(old, new, alike, turns) if turns else None
    rows += _replayed(old, new, alike, _scripts(task), say)
    if beside is not None:
        rows += _told_beside(beside, len(turns), say)
    rows.sort(key=lambda r: _RANK.index(r["kind"]))
    say("Done", 1.0)
    report |= {"differences": rows[:SHOWN], "found": len(rows), "played": len(_scripts(task)), "heard": len(turns),
               "seconds": round(time.monotonic() - began, 1)}  # fmt: skip
    return report


def _scripts(task: Task) -> list[dict[str, Any]]:
    """The product's own conversations: what patients and staff do in them."""
    rows = [json.loads(line) for line in SCRIPTS.read_text("utf-8").splitlines()]
    return [row for row in rows if task.scripts is None or row["name"] in task.scripts]


def _read(task: Task, items: dict[str, Item], *, thorough: bool, like: Reading | None = None) -> Reading | list[str]:
    """The content with these items, or every fault in one line each."""
    try:
        edited = written(task.content, items)
        clinic = edited_clinic(task.clinic, {k: v for k, v in items.items() if k.startswith("clinic/")})
        reading = read_content(
            task.content, frozenset(ACTIONS), thorough=thorough, edited=edited, like=like, serving=like
        )
    except ContentFault as broken:
        return [str(f) for f in broken.faults]
    except ClinicFileError as wrong:
        return list(wrong.lines)
    faults = [f for f in reading.faults if not f.notice]
    if thorough and not faults:
        faults = [f for f in prove(reading, clinic, like) if not f.notice]
    return [str(f) for f in faults] or reading


def _measured(old: Side, new: Side, lang: str, report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tests of a language, those that are heard otherwise, and the figures that moved or fell below their floor."""
    both = [list(listen(cases(s.content, lang), s.ears, s.gate, s.clinic.default_language)) for s in (old, new)]
    before, after = figures(both[0]), figures(both[1])
    report["measured"] += len(both[1])
    report["moved"] += changes(as_json({lang: after}), as_json({lang: before}), 0.002)
    if lang in new.content.live:
        wanted = bounds(new.content.rows.get("floors", {}), lang)
        report["below"] += [
            f"{new.content.languages[lang].english}: {name} is {interval(figure)}, its floor {bound}"
            for name, figure, bound in fallen(after, wanted)
        ]
        if lang not in old.content.live:
            report["below"] += too_few(after, new.content.languages[lang].english)
    was = {h.case.text: h for h in both[0]}
    for h in both[1]:
        other = was.get(h.case.text)
        if other is not None:
            where = f"a test in {new.content.languages[lang].english}"
            yield from _heard_otherwise(_plain(other), _plain(h), h.case.text, where)


def too_few(after: Figures, name: str) -> list[str]:
    """Before a language goes live, what matters most is measured on enough messages to say so."""
    counted = {each: after[each].messages if each in after else 0 for each in _NEEDED}
    return [
        f"{name}: {each} was measured on {few} messages; a language needs {FEWEST} before it goes live"
        for each, few in counted.items()
        if few < FEWEST
    ]


def _plain(heard: Heard) -> dict[str, Any]:
    return {"intent": heard.intent, "urgency": heard.urgency, "route": heard.route}


def _heard_otherwise(
    before: dict[str, Any], after: dict[str, Any], said: str, where: str
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """At most one row: the gravest of what is another."""
    rank, other = _URGENCY.index(before["urgency"]), _URGENCY.index(after["urgency"])
    kind = "danger" if other < rank and rank >= _GRAVE else "alarm" if other > rank and other >= _GRAVE else ""
    kind = kind or next((k for k in ("route", "intent", "urgency") if before[k] != after[k]), "").replace(
        "urgency", "alarm"
    )
    if kind:
        yield {"kind": kind, "where": where, "said": said, "inbound": "", "before": _told(before),
               "after": _told(after)}  # fmt: skip


def _told(heard: dict[str, Any]) -> str:
    danger = f", {heard['urgency']}" if heard["urgency"] != "none" else ""
    return f"{heard['intent']}{danger}: goes to {heard['route']}"


def _heard_beside(old: Side, new: Side, alike: Alike, turns: tuple[tuple[str, str], ...]) -> Connection:
    """Recent messages are heard by a child of this process while it plays conversations: two cores, one memory. It
    ends with its work, or once nobody listens any more."""
    fork = get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    fork.Process(target=_hear_all, args=(ours, theirs, old, new, alike, turns), daemon=True).start()
    theirs.close()
    return ours


def _hear_all(
    ours: Connection, theirs: Connection, old: Side, new: Side, alike: Alike, turns: tuple[tuple[str, str], ...]
) -> None:  # fmt: skip
    ours.close()
    with suppress(OSError):
        os.close(1)  # whoever reads our lines is not to wait for this process
    heard: dict[str, list[dict[str, Any]]] = {}  # many messages are one and the same: "ok", "1", "thank you"
    for at in range(0, len(turns), _AT_ONCE):
        some = turns[at : at + _AT_ONCE]
        for _, text in some:
            if text not in heard:
                heard[text] = list(_turn(old, new, alike, text))
        rows = [row | {"inbound": inbound} for inbound, text in some for row in heard[text]]
        theirs.send((at + len(some), rows))


def _told_beside(ours: Connection, count: int, say: Say) -> Iterator[dict[str, Any]]:
    heard = 0
    while heard < count:
        heard, rows = ours.recv()  # EOFError: it broke off, and so does this
        say(f"Heard {heard} of {count} recent messages", 0.9 + 0.1 * heard / count)
        yield from rows


def _turn(old: Side, new: Side, alike: Alike, text: str) -> Iterator[dict[str, Any]]:
    if alike.hear(text):
        return
    before, known = old.hear(text), new.content.languages
    called = known[before["lang"]].english if before["lang"] in known else before["lang"]
    yield from _heard_otherwise(before, new.hear(text), "", f"a recent message in {called}")


def _replayed(
    old: Side, new: Side, alike: Alike, scripts: list[dict[str, Any]], say: Say
) -> Iterator[dict[str, Any]]:  # fmt: skip
    earlier, later = Kept(old), Kept(new, old.stage)  # once it is published, the later one is the earlier one
    for at, script in enumerate(scripts):
        say(f"Playing conversation {at + 1} of {len(scripts)}", 0.45 + 0.45 * at / max(1, len(scripts)))
        before = earlier.play(script)
        after = later.took(script, before) if alike.play(before) else later.play(script)
        for nth, (one, other) in enumerate(zip(before.turns, after.turns, strict=False)):
            row = _said_otherwise(one, other)
            if row:
                turn = script["turns"][nth] if nth < len(script["turns"]) else {}
                said = next((str(turn[k]) for k in TURN if k in turn), "")
                yield {**row, "where": f"{script['says']} ({script['name']}, turn {nth + 1})", "said": said,
                       "inbound": ""}  # fmt: skip
                break  # what comes after it in this conversation comes of it
    earlier.keep()
    later.keep()


def _said_otherwise(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    if one == other:
        return None
    if one.get("heard", {}).get("intent") != other.get("heard", {}).get("intent"):
        kind, before, after = "intent", one["heard"].get("intent", ""), other["heard"].get("intent", "")
    elif one.get("heard") != other.get("heard") or one.get("tasks") != other.get("tasks"):
        kind = "decision"
        before, after = (_decided(x) for x in (one, other))
    else:
        kind, before, after = "wording", "\n".join(one.get("desk", ())), "\n".join(other.get("desk", ()))
    return {"kind": kind, "before": before, "after": after}


def _decided(turn: dict[str, Any]) -> str:
    heard = turn.get("heard", {})
    if "tasks" in turn:
        return "; ".join(", ".join(f"{k} {v}" for k, v in task.items()) for task in turn["tasks"]) or "nothing prepared"
    return "; ".join([*heard.get("accepted", ()), *heard.get("refused", ())]) or "nothing"


def _step_back() -> None:
    """This process and all that it starts run only where nobody else wants the processor: patients come first. On a
    crowded machine it would then never end, so that it takes the smallest share there."""
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        os.nice(19)
        return
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):  # another system, or a container that may not
        os.nice(19)


def main() -> None:
    """One Task on standard input; steps and the report on standard output, a JSON line each."""
    _step_back()
    task = Task.model_validate_json(sys.stdin.buffer.read())

    def say(step: str, done: float) -> None:
        print(json.dumps({"step": step, "done": round(done, 3)}), flush=True)  # noqa: T201 - to the desk that asked

    report = consequences(task, say)
    print(json.dumps({"report": report}, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
