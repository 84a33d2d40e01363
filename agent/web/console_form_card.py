"""A filled-in form on its task's card: each answer with the patient's words, unsure ones as questions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from agent.desk.approving import filled
from agent.desk.desk import Desk
from agent.desk.form_page import as_written
from agent.desk.form_several import names_one
from agent.dialogue.forms import turn_text, value_text, words
from agent.dialogue.spoken import Voice
from agent.intake.engine import standing, totals
from agent.intake.measures import typed
from agent.intake.response import bundle
from agent.model.fault import Refused
from agent.model.form import Form, Given, Item
from agent.model.photo import Photo
from agent.model.task import Task
from agent.ports import Tx
from agent.web.console_tongue import tr
from agent.web.signin import Form as Posted

MEND = "mend"  # fields of the card: mend:<row>:<linkId>
LONGEST = 2000
_INPUT = {"date": "date", "time": "time", "dateTime": "datetime-local"}


@dataclass(frozen=True)
class Answer:
    """One line. `field`: the name of the input in which staff write what an unsure answer means."""

    question: str
    value: str
    words: str
    unsure: bool
    confirmed: bool
    field: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    photos: tuple[Photo, ...] = ()
    several: bool = False  # may staff put several names there?


@dataclass(frozen=True)
class Before:
    """A medicine or allergy that was on file: `state` as of `agent.model.form.Former`, and what the patient said."""

    heading: str
    text: str
    state: str
    words: str


@dataclass
class FormCard:
    """`parts`: heading -> answers, in the order of the form; `made`: the resources as JSON, for a look before."""

    title: str
    open: bool
    parts: list[tuple[str, list[Answer]]] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    made: str = ""
    unsure: int = 0
    former: list[Before] = field(default_factory=list)  # what was on file and is not confirmed as it was
    others: list[tuple[str, str]] = field(default_factory=list)  # question, words that were said of somebody else
    writes: bool = False  # a record is there to be written to
    beside: list[Photo] = field(default_factory=list)  # photographs that no question asked for


def form_card(desk: Desk, tx: Tx, task: Task, voice: Voice) -> FormCard | None:
    """None where the task has no form, or the form is gone."""
    if not task.proposal.get("form"):
        return None
    try:
        form, row = filled(desk, tx, task)
    except Refused:
        return None
    card = FormCard(words(form.title, voice.locale), row.state == "sent", scores=totals(form, row.given))
    card.writes = desk.chart is not None and row.state == "approved"
    headings = _headings(form, voice.locale)
    photos = [p.model_copy(update={"why": tr(p.why)}) if p.why else p for p in tx.photos.of_form(row.id)]
    given_in = {str(v) for g in row.given for v in g.values}
    card.beside = [p for p in photos if p.id not in given_in]
    for given in standing(form, row.given):
        item = form.item(given.link)
        if item is None or not (given.values or given.unsure):
            continue
        heading = headings.get(item.link, "")
        if not card.parts or card.parts[-1][0] != heading:
            card.parts.append((heading, []))
        card.parts[-1][1].append(_answer(voice, item, given, photos))
        card.unsure += given.unsure
    card.former = [
        Before(_heading(form, f.group, voice), turn_text(form, f.values, voice.locale, voice.almanac), f.state, f.words)
        for f in row.former if f.state != "kept"
    ]  # fmt: skip
    asked = [(form.item(o.link), o.words) for o in row.others]
    card.others = [(words(item.text, voice.locale), said) for item, said in asked if item is not None]
    card.made = json.dumps(bundle(form, row), ensure_ascii=False, indent=1)
    return card


def _heading(form: Form, link: str, voice: Voice) -> str:
    group = form.item(link)
    return words(group.text, voice.locale) if group is not None else ""


def _headings(form: Form, locale: str) -> dict[str, str]:
    """linkId -> the words over the innermost group around it."""
    out: dict[str, str] = {}

    def walk(items: tuple[Item, ...], heading: str) -> None:
        for item in items:
            own = words(item.text, locale) if item.kind == "group" else ""
            if item.kind == "group":
                walk(item.items, own or heading)
            else:
                out[item.link] = heading

    walk(form.items, "")
    return out


def _answer(voice: Voice, item: Item, given: Given, photos: Sequence[Photo]) -> Answer:
    shown = tuple(p for p in photos if item.kind == "attachment" and p.id in given.values)
    yes_no = {True: tr("yes"), False: tr("no")}
    said = [
        yes_no[v]
        if isinstance(v, bool)
        else str(as_written(item, value_text(item, v, voice.locale, voice.almanac), voice.clinic.country))
        for v in (() if item.kind == "attachment" else given.values)
    ]
    if given.stopped:
        said.append(tr("no longer so, the patient says"))
    spoken = given.words if given.words and given.words not in said else ""
    choices = tuple((c.code, words(c.text, voice.locale)) for c in item.choices)
    if item.kind == "boolean":
        choices = (("true", tr("yes")), ("false", tr("no")))
    kind = (
        "attachment"
        if item.kind == "attachment"
        else "choice"
        if choices and item.kind != "open-choice"
        else _INPUT.get(item.kind, "text")
    )
    place = f"{MEND}:{given.row}:{given.link}"
    return Answer(
        words(item.text, voice.locale), ", ".join(said), spoken, given.unsure, given.confirmed, place, kind,
        choices, shown, given.unsure and names_one(item),
    )  # fmt: skip


def mended(desk: Desk, task: Task, posted: Posted) -> dict[tuple[str, int], tuple[bool | float | str, ...]]:
    """What staff wrote for unsure answers; a number or a yes in the type that its question has."""
    with desk.store.begin(write=False) as tx:
        form, row = filled(desk, tx, task)
    out: dict[tuple[str, int], tuple[bool | float | str, ...]] = {}
    for given in row.given:
        item, said = form.item(given.link), posted.get(f"{MEND}:{given.row}:{given.link}").strip()[:LONGEST]
        if item is not None and said and given.unsure and item.kind != "attachment":
            yes = said == "true"
            zone = ZoneInfo(desk.clinic.zone)
            out[(given.link, given.row)] = (yes if item.kind == "boolean" else typed(item, said, zone),)
    return out
