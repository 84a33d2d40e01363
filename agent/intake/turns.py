"""The number of a turn where repeating groups stand in one another: outer + 20 × inner + 400 × innermost.

So the turn of a group around is what is left of the number, and a form without such groups counts as ever."""

from collections.abc import Iterator

from agent.model.form import Form

MOST_ROWS = 20  # turns of a repeating group
DEEPEST_TURNS = 3  # repeating groups in one another


def depth(form: Form, link: str) -> int:
    """How many repeating groups stand around an item, itself counted where it is one."""
    return len(form.turning(link))


def scale(form: Form, group: str) -> int:
    """What one more turn of this group adds to the number."""
    return int(MOST_ROWS ** (depth(form, group) - 1))


def count(form: Form, link: str) -> int:
    """How many numbers there can be for this item."""
    return int(MOST_ROWS ** depth(form, link))


def turns(form: Form, group: str, row: int) -> Iterator[int]:
    """The numbers of a group's turns within the turn `row` of what stands around it."""
    return iter(range(row, row + count(form, group), scale(form, group)))


def shared(form: Form, link: str, question: str, row: int) -> int:
    """The turn in which an item in turn `row` finds the answer to another question: the same one as far as the same
    groups stand around both, the first beyond that."""
    pairs = zip(form.turning(link), form.turning(question), strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one.link != other.link), None)
    deep = min(depth(form, link), depth(form, question)) if same is None else same
    return row % int(MOST_ROWS**deep)
