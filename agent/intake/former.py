"""Turns of repeating groups that were on file before a form was begun: found, laid out, kept, changed or given up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.intake.engine import enabled, fits, gated, put, standing, touched
from agent.intake.turns import MOST_ROWS
from agent.intake.turns import turns as turns_within
from agent.model.form import Form, Former, FormRow, Given, Item, Turn

MOST = MOST_ROWS - 1  # on file of one group; one turn is left to add
Held = Mapping[tuple[str, int], Given]
Values = tuple[bool | float | str, ...]


def repeating(form: Form) -> dict[str, Item]:
    """linkId -> each group that is asked in turns, and does not stand in another."""
    return {i.link: i for i, group in form.walk() if i.kind == "group" and i.repeats and group is None}


def gate_of(form: Form, group: Item) -> Item | None:
    """The question whose yes opens the group."""
    found = next((item for item, _ in form.walk() if item.kind == "boolean" and gated(form, item) == group), None)
    return found


def turns_of(form: Form, row: FormRow, group: Item) -> list[Former]:
    """What somebody answered in each turn of the group, and in turns within it; unsure answers left out, and turns
    without the first one."""
    links, deep = [i.link for i in group.items if i.asks], set(links_in(group))
    sure = [g for g in standing(form, row.given) if g.values and g.link in deep and not (g.unsure or g.stopped)]
    own = {(g.link, g.row): g.values for g in sure}
    found: list[Former] = []
    for n in range(MOST_ROWS):
        values = {link: v for link in links if (v := own.get((link, n)))}
        within = (Given(link=g.link, row=g.row - n, values=g.values) for g in sure
                  if g.link not in links and g.row % MOST_ROWS == n)  # fmt: skip
        if links and links[0] in values:
            found.append(Former(group=group.link, values=values, within=tuple(within)))
    return found


def links_in(group: Item) -> Iterator[str]:
    """Every question and group inside it."""
    for item in group.items:
        yield item.link
        yield from links_in(item)


def waiting_of(form: Form, groups: Mapping[str, Sequence[Former]]) -> tuple[Former, ...]:
    """These turns, to be confirmed; values that their items cannot hold are left out."""
    found: list[Former] = []
    for link, group in repeating(form).items():
        items, inside = {i.link: i for i in group.items if i.asks}, set(links_in(group))
        first = next(iter(items), None)
        for one in groups.get(link, ())[:MOST]:
            turn = one.values
            values = {k: turn[k] for k, item in items.items() if turn.get(k) and all(fits(item, v) for v in turn[k])}
            within = (g for g in one.within if g.link in inside and (item := form.item(g.link)) and _fit(item, g))
            if first in values:
                found.append(Former(group=link, values=values, within=tuple(within)))
    return tuple(found)


def _fit(item: Item, given: Given) -> bool:
    return all(fits(item, v) for v in given.values)


def laid_out(form: Form, row: FormRow) -> tuple[dict[tuple[str, int], Given], dict[int, int]]:
    """The answers of the row as if all on file were right still; and the turn of each that waits, by its place."""
    given, rows = row.given, dict[int, int]()
    for n, former in enumerate(row.former):
        group = form.item(former.group)
        if former.state == "waiting" and group is not None and not _denied(form, group, row.given):
            given, at = _added(form, given, group, former.values, confirmed=True, within=former.within)
            if at is not None:
                rows[n] = at
    return {(g.link, g.row): g for g in given}, rows


def _denied(form: Form, group: Item, given: tuple[Given, ...]) -> bool:
    gate = gate_of(form, group)
    return gate is not None and any(g.link == gate.link and g.values == (False,) for g in given)


def _added(
    form: Form, given: tuple[Given, ...], group: Item, values: Turn, *, confirmed: bool, words: str = "",
    inbound: str | None = None, within: Sequence[Given] = (),
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
    inside = {(g.link, row + g.row): g.values for g in within if values}
    return _nested(form, given, group, row, inside, fields), row


def _nested(
    form: Form, given: tuple[Given, ...], group: Item, row: int, held: Mapping[tuple[str, int], Values],
    fields: Mapping[str, Any],
) -> tuple[Given, ...]:  # fmt: skip
    """The answers with those of turns within this turn, the last of them marked as the last."""
    for inner in (i for i in group.items if i.kind == "group" and i.repeats):
        links, turns = set(links_in(inner)), tuple(turns_within(form, inner.link, row))
        filled = [n for n in turns if any((link, n) in held for link in links)]
        for n in filled:
            for item in (i for i in inner.items if i.asks):
                one = {"link": item.link, "row": n, "values": held.get((item.link, n), ()), **fields}
                given = put(form, given, Given.model_validate(one))
            given = _nested(form, given, inner, n, held, fields)
        for n in turns[: turns.index(filled[-1]) + 1] if filled else ():
            given = put(form, given, Given(link=inner.link, row=n, values=(n != filled[-1],), confirmed=True))
    return given


def kept(form: Form, row: FormRow, places: Sequence[int], words: str, inbound: str | None) -> FormRow:
    """These are right still: answers like any other, marked as confirmed."""
    for n in places:
        one = row.former[n]
        group = form.item(one.group)
        if group is not None:
            given, at = _added(
                form, row.given, group, one.values, confirmed=True, words=words, inbound=inbound, within=one.within
            )
            row = _settled(row, n, given, "kept", at)
    return _together(row, places)


def changed(form: Form, row: FormRow, place: int, words: str = "", inbound: str | None = None) -> FormRow:
    """This one has changed: its turn is asked anew; with `words`, it stays as it was, unsure, with those for staff."""
    one = row.former[place]
    group = form.item(one.group)
    if group is None:
        return row
    first = next(iter(one.values))
    held = one.values if words else {}
    given, at = _added(form, row.given, group, held, confirmed=False, within=one.within)
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
    links = set(links_in(group)) if group is not None else set()
    rows = {f.row for n, f in enumerate(row.former) if n in last and f.row is not None}
    given = tuple(
        g for g in row.given
        if not (g.link in links and g.row % MOST_ROWS in rows)
        and not (g.link == row.former[last[0]].group and g.row + 1 in rows)
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
