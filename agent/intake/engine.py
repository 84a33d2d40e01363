"""Walks a form: what is asked next after what was given, and what a fresh answer changes. Words are read elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from agent.intake.bounds import within
from agent.intake.measures import compares, is_moment, is_quantity, is_time
from agent.intake.turns import count, shared, turns
from agent.model.form import Asked, Form, Former, Given, Item, When

MOST_VALUES = 20  # of one item
MOST_AT_ONCE = 4  # turns on file that one question puts together
_LARGEST = 1e12
_LONGEST_ID = 80
Answers = Mapping[tuple[str, int], Given]


class _Next(NamedTuple):
    """What is asked next: an item, one more turn of a group (`more`), or turns of it on file (`formers`)."""

    item: Item
    row: int = 0
    more: bool = False
    formers: tuple[int, ...] = ()


def following(
    form: Form, given: Iterable[Given], known: Mapping[str, tuple[bool | float | str, ...]], *, photos: bool = True,
    former: Sequence[Former] = (),
) -> Asked | None:  # fmt: skip
    """The next item to ask, None at the end. What is `known` comes with its item, to be confirmed, and so do turns of
    a group on file, in place of what would ask whether there are any. Without `photos` those are not asked for: nobody
    can send one there."""
    held = {(g.link, g.row): g for g in given}
    if not photos:
        held = {(i.link, 0): Given(link=i.link) for i, _ in form.walk() if i.kind == "attachment"} | held
    before: list[str] = []
    found = _next(form, form.items, held, former, 0, before)
    if found is None:
        return None
    item, row, more, places = found
    return Asked(
        form=form.name, link=item.link, row=row, more=more, before=tuple(before), formers=places,
        turns=tuple(former[n].shown for n in places),
        known=() if more or places else _fitting(item, _before(item, row, known, former)),
    )  # fmt: skip


def _before(
    item: Item, row: int, known: Mapping[str, tuple[bool | float | str, ...]], former: Sequence[Former]
) -> tuple[bool | float | str, ...]:
    """What was held of an item: of the form as a whole, or of the turn on file that has changed."""
    changed = next((f for f in former if f.state == "changed" and f.row == row and item.link in f.values), None)
    if changed is not None:
        return () if item.link == next(iter(changed.values)) else changed.values[item.link]
    return () if row else known.get(item.link, ())


def _next(
    form: Form, items: tuple[Item, ...], held: Answers, former: Sequence[Former], row: int, before: list[str]
) -> _Next | None:
    for item in items:
        if not enabled(form, item, held, row):
            continue
        if item.kind == "display":
            before.append(item.link)
            continue
        if item.kind != "group":
            if (item.link, row) not in held:
                group = gated(form, item)
                places = to_confirm(group, former) if group is not None else ()
                return _Next(group, formers=places) if group is not None and places else _Next(item, row)
            before.clear()
        elif item.repeats:
            found = _rows(form, item, held, former, row, before)
            if found is not None:
                return found
        else:
            found = _next(form, item.items, held, former, row, before)
            if found is not None:
                return found
    return None


def _rows(
    form: Form, group: Item, held: Answers, former: Sequence[Former], around: int, before: list[str]
) -> _Next | None:  # fmt: skip
    places, numbers = to_confirm(group, former), list(turns(form, group.link, around))
    for row, after in zip(numbers, (*numbers[1:], None), strict=True):
        taken = touched(group, held, row) or any(f.group == group.link and f.row == row for f in former)
        if places and not taken:
            return _Next(group, formers=places)
        found = _next(form, group.items, held, former, row, before)
        if found is not None:
            return found
        if after is None:
            return None
        if places and not touched(group, held, after):
            return _Next(group, formers=places)
        if not _anything(group, held, row):
            return None
        if (group.link, row) not in held:
            return _Next(group, row, more=True)
        if held[group.link, row].values != (True,):
            return None
    return None


def gated(form: Form, item: Item) -> Item | None:
    """The repeating group that a yes to this question opens ("Do you take any medicines?"), and nothing else does."""
    opens = (When(question=item.link, operator="=", answer=True),)
    groups = (g for g, _ in form.walk() if g.kind == "group" and g.repeats and g.whens == opens)
    return next(groups, None) if item.kind == "boolean" else None


def to_confirm(group: Item, former: Sequence[Former]) -> tuple[int, ...]:
    """The turns on file to ask about together: a few, or one of those that are asked about by themselves."""
    waiting = [n for n, f in enumerate(former) if f.group == group.link and f.state == "waiting"]
    alone = [n for n in waiting if former[n].alone]
    return tuple(alone[:1] or waiting[:MOST_AT_ONCE])


def touched(group: Item, held: Answers, row: int) -> bool:
    """Was any question of this turn answered or passed over?"""
    return any((i.link, row) in held if i.asks else touched(i, held, row) for i in group.items)


def _anything(group: Item, held: Answers, row: int) -> bool:
    """Was anything said in this turn of the group?"""
    inside = [i for i in group.items if i.asks]
    nested = [i for i in group.items if i.kind == "group"]
    return any(g.values or g.unsure for i in inside if (g := held.get((i.link, row)))) or any(
        _anything(n, held, row) for n in nested
    )


def enabled(form: Form, item: Item, held: Answers, row: int, *, depth: int = 0) -> bool:
    """Is the item asked at all, as `enableWhen` says? An answer to an item that is itself not asked counts as none."""
    if not item.whens:
        return True
    if depth > 40:  # a ring, which the checker refuses
        return False
    tests = [_holds(form, item, when, held, row, depth) for when in item.whens]
    return all(tests) if item.all_of else any(tests)


def _holds(form: Form, item: Item, when: When, held: Answers, row: int, depth: int) -> bool:
    asked, at = form.item(when.question), shared(form, item.link, when.question, row)
    found = held.get((when.question, at))
    values: tuple[bool | float | str, ...] = ()
    if asked is not None and found is not None and enabled(form, asked, held, at, depth=depth + 1):
        values = found.values
    if when.operator == "exists":
        return bool(values) == bool(when.answer)
    return asked is not None and any(compares(asked.kind, when.operator, value, when.answer) for value in values)


def fits(item: Item, value: object) -> bool:
    """Can this be a value of the item at all, and does it keep to its bounds? Never raises."""
    return _is_of(item, value) and isinstance(value, bool | int | float | str) and within(item, value)


def _is_of(item: Item, value: object) -> bool:
    match item.kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "decimal":
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
                return False
            return item.kind == "decimal" or float(value) == int(value)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "time":
            return is_time(value)
        case "dateTime":
            return is_moment(value)
        case "quantity":
            return is_quantity(item, value)
        case "choice":
            return any(value == c.code for c in item.choices)
        case "attachment":
            return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID
        case "open-choice" | "string" | "text":
            return isinstance(value, str) and 0 < len(value.strip()) <= item.longest
        case _:
            return False


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).year >= 1900
    except ValueError:
        return False


def _fitting(item: Item, values: Iterable[bool | float | str]) -> tuple[bool | float | str, ...]:
    return tuple(v for v in values if fits(item, v))


def put(form: Form, given: tuple[Given, ...], fresh: Given) -> tuple[Given, ...]:
    """The answers with this one in its place, the newest last. Raises ValueError for what the item cannot hold."""
    item = form.item(fresh.link)
    if item is None or not 0 <= fresh.row < count(form, fresh.link):
        raise ValueError("there is no such item")
    several = item.repeats and item.asks
    if len(fresh.values) > (MOST_VALUES if several else 1):
        raise ValueError("too many values")
    is_turn = item.kind == "group" and item.repeats
    if not all(isinstance(v, bool) if is_turn else fits(item, v) for v in fresh.values):
        raise ValueError("the item cannot hold this")
    return (*(g for g in given if (g.link, g.row) != (fresh.link, fresh.row)), fresh)


def standing(form: Form, given: Iterable[Given]) -> tuple[Given, ...]:
    """What was given to items that are asked still, in the order of the form, turn by turn; later changes may have
    closed some."""
    return tuple(_standing(form, form.items, {(g.link, g.row): g for g in given}, 0))


def _standing(form: Form, items: tuple[Item, ...], held: Answers, row: int) -> Iterator[Given]:
    for item in items:
        if not enabled(form, item, held, row):
            continue
        if item.asks and (one := held.get((item.link, row))) is not None:
            yield one
        if item.kind != "group" or not item.repeats:
            yield from _standing(form, item.items, held, row)
            continue
        for turn in turns(form, item.link, row):
            yield from _standing(form, item.items, held, turn)
            more = held.get((item.link, turn))
            if more is None or more.values != (True,):
                break


def _open(form: Form, item: Item, held: Answers, row: int) -> bool:
    """Is the item asked, and every group around it?"""
    return all(enabled(form, each, held, row) for each in _around(form.items, item.link) or ())


def _around(items: tuple[Item, ...], link: str) -> tuple[Item, ...] | None:
    for item in items:
        if item.link == link:
            return (item,)
        inner = _around(item.items, link)
        if inner is not None:
            return (item, *inner)
    return None


def place_for_photo(form: Form, given: Iterable[Given]) -> str:
    """The first item that asks for a photograph and has none; empty where there is none."""
    held = {(g.link, g.row): g for g in given}
    for item, group in form.walk():
        has = (g := held.get((item.link, 0))) is not None and g.values
        if item.kind == "attachment" and group is None and not has and _open(form, item, held, 0):
            return item.link
    return ""


def raised(form: Form, fresh: Given) -> str:
    """The class of alarm that this answer raises, or nothing."""
    item = form.item(fresh.link)
    if item is None or not item.raises:
        return ""
    if fresh.unsure and not fresh.values:
        return item.raises  # words that nobody has understood yet
    scores = [c.score or 0 for c in item.choices for v in fresh.values if c.code == v]
    yes = [v for v in fresh.values if v is True]
    return item.raises if yes or any(s > 0 for s in scores) else ""


def totals(form: Form, given: Iterable[Given]) -> dict[str, float]:
    """Stem of the links ("phq9" of "phq9.3") -> sum of the scores of what was answered there."""
    found: dict[str, float] = {}
    for one in standing(form, given):
        item = form.item(one.link)
        scored = [c.score for c in item.choices if c.code in one.values and c.score is not None] if item else []
        if scored:
            stem = one.link.partition(".")[0]
            found[stem] = found.get(stem, 0) + sum(scored)
    return found


def last(given: tuple[Given, ...]) -> Given | None:
    """What was answered last, for a correction."""
    return given[-1] if given else None
