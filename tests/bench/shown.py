"""The queue as a page holds it: the whole at first, then what the desk sends of it, put together as console.js does."""

import re
from dataclasses import dataclass, field

_ROW = re.compile(
    r'<li data-same="row-([^"]+)" data-run="(\d+)"></li>|id="row-([^"]+)"(.*?)</a>|<section class="section ([a-z]+)"',
    re.DOTALL,
)


@dataclass
class Shown:
    """`rows`: task id -> the HTML of its row, in the order of the page; `done`: those that were decided; `tag`: what
    the desk calls this list."""

    tag: str = ""
    rows: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def take(self, page: str, tag: str) -> None:
        """Raises KeyError where the desk names a row that is not here."""
        order = list(self.rows)
        place = {id: n for n, id in enumerate(order)}
        made: dict[str, str] = {}
        done, section = set[str](), ""
        for same, run, id, html, begins in _ROW.findall(page):
            if begins:
                section = begins
                continue
            held = [id] if id else order[place[same] : place[same] + int(run)]
            made.update({id: html} if id else {kept: self.rows[kept] for kept in held})
            done.update(held if section == "done" else ())
        self.rows, self.done, self.tag = made, done, tag

    def open(self) -> list[str]:
        """Those that wait for somebody, the most pressing first."""
        return [task for task in self.rows if task not in self.done]

    def owner(self, task: str) -> str:
        return self.rows.get(task, "").partition('<span class="owner">')[2].partition("<")[0]
