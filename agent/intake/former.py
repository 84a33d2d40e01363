"""Turns of repeating groups that were on file before a form was begun: found, laid out, kept, changed or given up."""

from collections.abc import Mapping, Sequence

from agent.intake.engine import enabled, fits, gated, put, standing, touched
from agent.intake.turns import MOST_ROWS
from agent.model.form import Form, Former, FormRow, Given, Item, Turn

MOST = MOST_ROWS - 1  # on file of one group; one turn is left to add
Held = Mapping[tuple[str, int], Given]


def repeating(form: Form) -> dict[str, Item]:
    """linkId -> each group that is asked in turns, and does not stand in another."""
    return {i.link: i for i, group in form.walk() if i.kind == "group" and i.repeats and group is None}


def gate_of(form: Form, group: Item) -> Item | None:
    """The question whose yes opens the group."""
    found = next((item for item, _ in form.walk() if item.kind == "boolean" and gated(form, item) == group), None)
    return found


def turns_of(form: Form, row: FormRow, group: Item) -> list[Turn]:
    """What somebody answered in each turn of the group; unsure answers left out, and turns without the first one."""
    links = [i.link for i in group.items if i.asks]
    sure = {(g.link, g.row): g.values for g in standing(form, row.given) if g.values and not (g.unsure or g.stopped)}
    turns = [{link: v for link in links if (v := sure.get((link, n)))} for n in range(MOST_ROWS)]
    return [turn for turn in turns if links and links[0] in turn]


def waiting_of(form: Form, groups: Mapping[str, Sequence[Turn]]) -> tuple[Former, ...]:
    """These turns, to be confirmed; values that their items cannot hold are left out."""
    found: list[Former] = []
    for link, group in repeating(form).items():
        items = {i.link: i for i in group.items if i.asks}
        first = next(iter(items), None)
        for turn in groups.get(link, ())[:MOST]:
            values = {k: turn[k] for k, item in items.items() if turn.get(k) and all(fits(item, v) for v in turn[k])}
            if first in values:
                found.append(Former(group=link, values=values))
    return tuple(found)


def laid_out(form: Form, row: FormRow) -> tuple[dict[tuple[str, int], Given], dict[int, int]]:
    """The answers of the row as if all on file were right still; and the turn of each that waits, by its place."""
    given, rows = row.given, dict[int, int]()
    for n, former in enumerate(row.former):
        group = form.item(former.group)
        if former.state == "waiting" and group is not None and not _denied(form, group, row.given):
            given, at = _added(form, given, group, former.values, confirmed=True)
            if at is not None:
                rows[n] = at
    return {(g.link, g.row): g for g in given}, rows


def _denied(form: Form, group: Item, given: tuple[Given, ...]) -> bool:
    gate = gate_of(form, group)
    return gate is not None and any(g.link == gate.link and g.values == (False,) for g in given)


def _added(
    form: Form, given: tuple[Given, ...], group: Item, values: Turn, *, confirmed: bool, words: str = "",
    inbound: str | None = None,
) -> tuple[tuple[Given, ...], int | None]:  # fmt: skip
    """The answers with one more turn, and which that is; None where there is no room. Without values, the turn is
    begun and nothing in it answered."""
    held = {(g.link, g.row): g for g in given}
    row = next((n for n in range(MOST_ROWS) if not touched(group, held, n)), None)
    if row is None:
        return given, None
    fields = {"confirmed": confirmed, "words": words, "inbound": inbound}
    gate = gate_of(form, group)
    if gate is not None and held.get((gate.link, 0), Given(link="")).values != (True,):
        given = put(form, given, Given(link=gate.link, values=(True,), confirmed=True))
    if row and (group.link, row - 1) not in held:
        given = put(form, given, Given(link=group.link, row=row - 1, values=(True,), confirmed=True))
    for item in group.items if values else ():
        if item.asks:
            one = {"link": item.link, "row": row, "values": values.get(item.link, ()), **fields}
            given = put(form, given, Given.model_validate(one))
    return given, row


def kept(form: Form, row: FormRow, places: Sequence[int], words: str, inbound: str | None) -> FormRow:
    """These are right still: answers like any other, marked as confirmed."""
    for n in places:
        one = row.former[n]
        group = form.item(one.group)
        if group is not None:
            given, at = _added(form, row.given, group, one.values, confirmed=True, words=words, inbound=inbound)
            row = _settled(row, n, given, "kept", at)
    return _together(row, places)


def changed(form: Form, row: FormRow, place: int, words: str = "", inbound: str | None = None) -> FormRow:
    """This one has changed: its turn is asked anew; with `words`, it stays as it was, unsure, with those for staff."""
    one = row.former[place]
    group = form.item(one.group)
    if group is None:
        return row
    first = next(iter(one.values))
    given, at = _added(form, row.given, group, one.values if words else {}, confirmed=False)
    if words and at is not None:
        unsure = Given(link=first, row=at, values=one.values[first], words=words, unsure=True, inbound=inbound)
        given = put(form, given, unsure)
    return _together(_settled(row, place, given, "changed", at, words), (place,))


def dropped(form: Form, row: FormRow, places: Sequence[int], words: str, *, passed: bool = False) -> FormRow:
    """No longer so, as the patient says; or (`passed`) not said: then nobody asks whether there are any, either."""
    state = "passed" if passed else "gone"
    for n in places:
        row = _settled(row, n, row.given, state, words=words)
    group = form.item(row.former[places[0]].group)
    gate = gate_of(form, group) if group is not None else None
    held = {g.link for g in row.given}
    left = any(f.state == "waiting" and group is not None and f.group == group.link for f in row.former)
    if passed and gate is not None and gate.link not in held and not left:
        row = row.model_copy(update={"given": put(form, row.given, Given(link=gate.link))})
    return _together(row, places)


def alone(row: FormRow, places: Sequence[int], words: str) -> FormRow:
    """Not all of these are right: each is asked about by itself."""
    settled = row.former
    for n in places:
        settled = (*settled[:n], settled[n].model_copy(update={"alone": True, "words": words}), *settled[n + 1 :])
    return row.model_copy(update={"former": settled})


def _settled(
    row: FormRow, place: int, given: tuple[Given, ...], state: str, turn: int | None = None, words: str = ""
) -> FormRow:
    before = row.former[place]
    one = before.model_copy(update={"state": state, "row": turn, "words": words or before.words})
    former = (*row.former[:place], one, *row.former[place + 1 :])
    return row.model_copy(update={"given": given, "former": former})


def _together(row: FormRow, places: Sequence[int]) -> FormRow:
    """What was settled in one go is taken back in one go: all of it knows how many answers there were then."""
    at, ours = len(row.given), set(places)
    former = tuple(f.model_copy(update={"at": at}) if n in ours else f for n, f in enumerate(row.former))
    return row.model_copy(update={"former": former})


def taken_back(form: Form, row: FormRow) -> FormRow | None:
    """The row before what was settled last; None where something was answered since."""
    last = [n for n, f in enumerate(row.former) if f.state != "waiting" and f.at == len(row.given)]
    if not last:
        return None
    group = form.item(row.former[last[0]].group)
    gate = gate_of(form, group) if group is not None else None
    links = {i.link for i in group.items} if group is not None else set()
    rows = {f.row for n, f in enumerate(row.former) if n in last and f.row is not None}
    given = tuple(
        g for g in row.given
        if not (g.link in links and g.row in rows) and not (g.link == row.former[last[0]].group and g.row + 1 in rows)
    )  # fmt: skip
    if gate is not None and not any(g.link in links for g in given):
        given = tuple(g for g in given if g.link != gate.link)
    update = {"state": "waiting", "row": None, "at": 0}
    former = tuple(f.model_copy(update=update) if n in last else f for n, f in enumerate(row.former))
    return row.model_copy(update={"given": given, "former": former})


def of_page(form: Form, before: FormRow, after: FormRow) -> FormRow:
    """The row after a page on which turns on file were shown filled in: those that came back as they were are kept,
    emptied ones are gone, the others have changed; also those that were kept before, and are changed now."""
    _, rows = laid_out(form, before)
    rows |= {n: f.row for n, f in enumerate(before.former) if f.state == "kept" and f.row is not None}
    row = after
    for n, at in rows.items():
        one = row.former[n]
        group = form.item(one.group)
        held = {(g.link, g.row): g for g in row.given}
        if group is None or not touched(group, held, at):
            continue
        links = [i.link for i in group.items if i.asks]
        said = {link: g.values for link in links if (g := held.get((link, at))) is not None and g.values}
        if not enabled(form, group, held, 0) or not said:
            emptied = tuple(
                g.model_copy(update={"unsure": False}) if g.link in links and g.row == at else g for g in row.given
            )
            row = _settled(row, n, emptied, "gone")
        else:
            row = _settled(row, n, row.given, "kept" if said == dict(one.values) else "changed", at)
    return row
