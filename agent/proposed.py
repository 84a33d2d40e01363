"""Sentences that wait to become examples, of colleagues' reports and of a machine: several are decided at once, each
for itself; what may not stand stays with its reason, and the rest is taken."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from agent.content.items import place
from agent.desk import editing, suggestions
from agent.desk.desk import Desk
from agent.desk.editing import Arrival, Clash
from agent.model.edit import Edit, Item
from agent.model.patient import StaffUser
from agent.model.second_look import SecondLook
from agent.model.suggestion import Suggestion
from agent.ports import Tx
from agent.suggesting import unfit
from agent.workbench import Workbench

MOST = 100  # that are shown and decided at once
_LOOKED = 500  # of the newest reports
Fate = Literal["taken", "declined"]
_MARK = re.compile(r"\[[A-Z]+_\d+\]")


@dataclass(frozen=True)
class Waiting:
    """One sentence: of a report (`look`) or of a machine (`drafted`); `heard`: the intent that the desk took it for."""

    id: str
    lang: str
    intent: str
    text: str
    look: SecondLook | None = None
    drafted: Suggestion | None = None

    @property
    def heard(self) -> str:
        return self.look.heard if self.look is not None else ""


class Wish(NamedTuple):
    """What somebody wants done with a waiting sentence, as they left its words and its intent."""

    row: Waiting
    text: str
    intent: str


@dataclass
class Done:
    """`taken`, `declined`: how many; `left`: id of the row -> why it still waits."""

    taken: int = 0
    declined: int = 0
    left: dict[str, str] = field(default_factory=dict)


def waiting(bench: Workbench, desk: Desk, edits: Mapping[str, Edit]) -> list[Waiting]:
    """What waits, newest reports first, then a machine's. `edits`: the draft; what stands in it waits no more."""
    with desk.store.begin(write=False) as tx:
        looks = tx.looks.by_verdict(desk.clinic.id, "wrong", _LOOKED)
        drafts = [s for s in tx.suggestions.open(desk.clinic.id) if s.key.startswith("intent/")]
    corpus = bench.shelf().reading.content.rows.get("corpus", {})
    found = list[Waiting]()
    for look in looks:
        if not look.example and look.meant in corpus.get(look.lang, {}):
            found.append(Waiting(look.inbound, look.lang, look.meant or "", look.text, look=look))
    for row in drafts:
        at = place(row.key)
        if at.name in corpus.get(at.lang, {}):
            found.append(Waiting(row.id, at.lang, at.name, row.texts[0], drafted=row))
    standing = {key: _said(bench, edits, key) for key in {f"intent/{w.lang}/{w.intent}" for w in found}}
    return [w for w in found if w.text not in standing[f"intent/{w.lang}/{w.intent}"]]


def accept(bench: Workbench, desk: Desk, by: StaffUser, wishes: Sequence[Wish], edits: Mapping[str, Edit]) -> Done:
    """The sentences into the draft that may stand there; all of them with one effect. `edits`: the draft as it was
    looked at. Raises Clash where it was changed since, Refused where it is full."""
    done, drafted = Done(), {k: e.value for k, e in edits.items()}
    fresh = list[tuple[Wish, str]]()
    changed = dict[str, Item]()
    for (lang, intent), group in _grouped(wishes).items():
        key = f"intent/{lang}/{intent}"
        now = drafted.get(key) or bench.published(key)
        if now is None or intent not in bench.shelf().reading.content.intents:
            done.left |= dict.fromkeys((w.row.id for w in group), "choose what is meant")
            continue
        texts = {w.row.id: " ".join(w.text.split()) for w in group}
        marked = {id for id, text in texts.items() if _MARK.search(text)}
        done.left |= dict.fromkeys(marked, "put other words for what stands in square brackets")
        own = {k.rpartition("/")[2]: v for k, v in drafted.items() if k.startswith(f"intent/{lang}/") and k != key}
        others = {k: v for k, v in drafted.items() if not k.startswith(f"intent/{lang}/")}
        why, good = dict[str, str](), list[str]()
        plain = [text for id, text in texts.items() if id not in marked]
        said = {texts[w.row.id] for w in group if w.row.look is not None}
        for text, wrong in unfit(bench, desk, lang, intent, plain, now, own, others, (), said):
            why[text] = wrong
            good += [] if wrong else [text]
        for wish in group:
            text = texts[wish.row.id]
            if wish.row.id in marked:
                continue
            if why[text]:
                done.left[wish.row.id] = why[text]
            else:
                fresh.append((wish, key))
        if good:
            changed[key] = drafted[key] = {**now, "examples": [*now["examples"], *good]}
    arrivals = [
        Arrival(key, item, bench.published(key), edits[key].version if key in edits else 0)
        for key, item in changed.items()
    ]
    if fresh:
        _commit(desk, by, arrivals, [wish.row for wish, _ in fresh], "taken")
    done.taken = len(fresh)
    return done


def decline(desk: Desk, by: StaffUser, rows: Sequence[Waiting]) -> Done:
    """They wait no more, and become nothing."""
    _commit(desk, by, (), rows, "declined")
    return Done(declined=len(rows))


def _commit(desk: Desk, by: StaffUser, arrivals: Sequence[Arrival], rows: Sequence[Waiting], became: Fate) -> None:
    with desk.store.begin() as tx:
        editing.lay(desk, tx, by, arrivals)
        suggestions.decide(desk, tx, by, [w.drafted for w in rows if w.drafted], became)
        for look in [w.look for w in rows if w.look is not None]:
            _settle(desk, tx, look, became)
        data = {"sentences": len(rows), "intents": sorted({a.key for a in arrivals})}
        desk.record(tx, f"staff:{by.id}", f"content:examples-{became}", "", desk.clock(), data=data)


def _settle(desk: Desk, tx: Tx, look: SecondLook, became: Fate) -> None:
    now = tx.looks.of(desk.clinic.id, look.inbound)
    if now is None or now.example:
        raise Clash(None)
    tx.looks.save(now.model_copy(update={"example": became}))


def _grouped(wishes: Iterable[Wish]) -> dict[tuple[str, str], list[Wish]]:
    found: dict[tuple[str, str], list[Wish]] = defaultdict(list)
    for wish in wishes:
        found[(wish.row.lang, wish.intent)].append(wish)
    return found


def _said(bench: Workbench, edits: Mapping[str, Edit], key: str) -> set[str]:
    item = edits[key].value if key in edits else bench.published(key) or {}
    return {str(text) for part in ("examples", "tests") for text in item.get(part) or ()}
