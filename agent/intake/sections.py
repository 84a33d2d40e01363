"""A form cut into pages: what stands on each with what was answered so far, and what a page that comes back changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from agent.intake.engine import enabled, fits, put
from agent.intake.former import laid_out, of_page, repeating
from agent.intake.turns import turns
from agent.model.form import Form, FormRow, Given, Item

Held = Mapping[tuple[str, int], Given]
MORE = "more"


@dataclass(frozen=True)
class Line:
    """A heading, a text, a question with its answer, or (`adds`) the offer of one more turn of a repeating group."""

    item: Item
    row: int = 0
    given: Given | None = None
    adds: bool = False
    first: bool = False  # the first line of a further turn

    @property
    def place(self) -> str:
        """The name of its field."""
        return f"{self.row}:{self.item.link}"


def sections(form: Form, held: Held) -> list[tuple[Item, ...]]:
    """The pages: one for each group at the top that is asked, and what stands between them; a short form is one."""
    if not any(i.kind == "group" and not i.repeats for i in form.items):
        return [form.items]
    pages: list[tuple[Item, ...]] = []
    loose = False
    for item in form.items:
        if not enabled(form, item, held, 0):
            continue
        if item.kind == "group":
            if any(line.item.asks for line in lines(form, (item,), held)):
                pages.append((item,))
                loose = False
        elif loose:
            pages[-1] = (*pages[-1], item)
        else:
            pages.append((item,))
            loose = True
    return pages


def lines(form: Form, items: tuple[Item, ...], held: Held, row: int = 0) -> Iterator[Line]:
    """Everything on a page that is asked, in order."""
    for item in items:
        if not enabled(form, item, held, row):
            continue
        if item.kind != "group":
            yield Line(item, row, held.get((item.link, row)))
        elif not item.repeats:
            yield Line(item, row)
            yield from lines(form, item.items, held, row)
        else:
            yield Line(item, row)
            for turn in (numbers := list(turns(form, item.link, row))):
                for at, line in enumerate(lines(form, item.items, held, turn)):
                    yield replace(line, first=line.first or (turn > row and at == 0))
                if not _goes_on(held, item.link, turn):
                    if turn != numbers[-1]:
                        yield Line(item, turn, adds=True)
                    break


def _goes_on(held: Held, link: str, row: int) -> bool:
    found = held.get((link, row))
    return found is not None and found.values == (True,)


def index_of(form: Form, row: FormRow) -> dict[tuple[str, int], Given]:
    """What stands, and for what was never asked, what is known already: as confirmed, if it is left as it is."""
    held, _ = laid_out(form, row)
    for link, values in row.known.items():
        item = form.item(link)
        if item is not None and (link, 0) not in held and all(fits(item, v) for v in values):
            held[(link, 0)] = Given(link=link, values=values, confirmed=True)
    return held


def taken(
    form: Form, row: FormRow, items: tuple[Item, ...], value: Callable[[Line], Given | None], adds: str = ""
) -> tuple[FormRow, list[str]]:
    """The row with a page's answers, and the places that hold what they cannot. `value`: the answer of a line, None
    where it was not on the page; `adds`: the place of the offer that was taken of one more turn."""
    given, wrong = row.given, list[str]()
    held, groups = index_of(form, row), repeating(form)
    page = list(lines(form, items, held))
    on_page = {line.item.link for line in page} & groups.keys()
    begun = {(g.link, g.row) for g in given}
    for place, one in held.items():
        if one.link in on_page and place not in begun:
            given = put(form, given, one)
    for line in page:
        if line.adds:
            more = line.place == adds
            given = put(form, given, Given(link=line.item.link, row=line.row, values=(more,)))
            continue
        fresh = value(line) if line.item.asks else None
        if fresh is None:
            continue
        try:
            given = put(form, given, fresh)
        except ValueError:
            wrong.append(line.place)
    return of_page(form, row, row.model_copy(update={"given": given})), wrong


def unasked(form: Form, row: FormRow, items: tuple[Item, ...]) -> bool:
    """Is there something on the page now that was not answered, not even with nothing?"""
    held = {(g.link, g.row): g for g in row.given}
    return any(line.item.asks and line.given is None for line in lines(form, items, held))
