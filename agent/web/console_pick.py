"""What one person sees of what their audience sees: the views and filters, their counts, and what of it is news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlencode

from markupsafe import Markup

from agent.model.task import is_urgent
from agent.model.wording import N_
from agent.web.console_board import Drawn, Look

SECTIONS = {
    "urgent": N_("Urgent"),
    "mine": N_("Mine"),
    "free": N_("Unassigned"),
    "theirs": N_("With colleagues"),
    "hold": N_("Waiting on patient"),
    "done": N_("Done today"),
}
VIEWS = {
    "": N_("All open"),
    "mine": N_("Mine"),
    "free": N_("Unassigned"),
    "urgent": N_("Urgent"),
    "hold": N_("Waiting on patient"),
    "late": N_("Overdue"),
    "done": N_("Done today"),
}
FILTERS = ("location", "language", "kind", "channel")
Rows = Mapping[str, list[Drawn]]


@dataclass(frozen=True)
class Written:
    """HTML in which every text is closed already (`agent.web.direction`): a template prints it as it is."""

    text: str

    def __html__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Section:
    """`html`: rows, or marks for rows that the page has already; `count`: of the rows."""

    key: str
    title: str
    count: int
    html: Written


@dataclass
class Queue:
    """What one person sees: `sections` of the chosen view, `counts` of every view under the chosen filters, `choices`
    of every filter as (value, words), the address that shows the same again, and a `tag` that names what is shown."""

    view: str
    chosen: dict[str, str]
    counts: dict[str, int]
    sections: list[Section] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    tag: str = ""

    def address(self, view: str | None = None) -> str:
        """The query of this view, or of another one under the same filters."""
        asked = {"view": self.view if view is None else view, **self.chosen}
        return urlencode({k: v for k, v in asked.items() if v})


def pick(look: Look, me: str, view: str, chosen: Mapping[str, str]) -> tuple[Rows, dict[str, int]]:
    """The rows of each section, and how many each view has; `me`: the person's id."""
    rows: dict[str, list[Drawn]] = {key: [] for key in SECTIONS}
    counts = dict.fromkeys(VIEWS, 0)
    filters = {name: wanted for name, wanted in chosen.items() if wanted}
    for row in look.rows:
        if filters and not _passes(row, filters):
            continue
        section = row.section
        if section == "taken":
            section = "mine" if row.task.assignee == me else "theirs"
        views = _views(row, section, me, look)
        for name in views:
            counts[name] += 1
        if view in views or (not view and section == "done"):
            rows[section].append(row)
    return rows, counts


def sections(rows: Rows, titles: Mapping[str, str], before: Rows | None = None) -> list[Section]:
    """`before`: the rows that the page has; what is the same in both is sent as a mark only."""
    at = {id(row): (key, n) for key, held in (before or {}).items() for n, row in enumerate(held)}
    return [Section(k, title, len(rows[k]), _written(rows[k], at)) for k, title in titles.items()]


def _views(row: Drawn, section: str, me: str, look: Look) -> list[str]:
    if section == "done":
        return ["done"]
    task, found = row.task, [""]
    if section == "hold":
        found.append("hold")
    elif task.due_at < look.now:
        found.append("late")
    if task.assignee == me:
        found.append("mine")
    if is_urgent(task):
        found.append("urgent")
    if task.assignee is None and section != "hold":
        found.append("free")
    return found


def _passes(row: Drawn, filters: Mapping[str, str]) -> bool:
    task = row.task
    has = {"location": row.place, "language": task.language, "kind": task.kind, "channel": task.channel}
    return all(has[name] == wanted for name, wanted in filters.items())


def _written(rows: list[Drawn], at: Mapping[int, tuple[str, int]]) -> Written:
    return Written("\n".join(_pieces(rows, at)))


def _pieces(rows: list[Drawn], at: Mapping[int, tuple[str, int]]) -> Iterable[Markup]:
    run: list[Drawn] = []
    for row, after in pairwise([*rows, None]):
        assert row is not None  # None stands only at the end
        place = at.get(id(row))
        if place is None:
            yield row.html
            continue
        run.append(row)
        if after is None or at.get(id(after)) != (place[0], place[1] + 1):
            yield Markup('<li data-same="row-{}" data-run="{}"></li>').format(run[0].task.id, len(run))
            run = []
