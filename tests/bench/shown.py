"""The queue as a page holds it: the whole at first, then what the desk sends of it, put together as console.js does."""

import re
from dataclasses import dataclass, field

_ROW = re.compile(r'<li data-same="row-([^"]+)" data-run="(\d+)"></li>|id="row-([^"]+)"(.*?)</a>', re.DOTALL)


@dataclass
class Shown:
    """`rows`: task id -> the HTML of its row, in the order of the page; `tag`: what the desk calls this list."""

    tag: str = ""
    rows: dict[str, str] = field(default_factory=dict)

    def take(self, page: str, tag: str) -> None:
        """Raises KeyError where the desk names a row that is not here."""
        order = list(self.rows)
        place = {id: n for n, id in enumerate(order)}
        made: dict[str, str] = {}
        for same, run, id, html in _ROW.findall(page):
            if id:
                made[id] = html
            else:
                first = place[same]
                made.update((kept, self.rows[kept]) for kept in order[first : first + int(run)])
        self.rows, self.tag = made, tag

    def owner(self, task: str) -> str:
        return self.rows.get(task, "").partition('<span class="owner">')[2].partition("<")[0]
