"""Puts sub-forms in their places and says in one line each why a form may not go into service."""

from collections.abc import Iterable, Mapping

from agent.intake.engine import MOST_VALUES, fits
from agent.intake.read import MOST_ITEMS, Flaw, Read
from agent.intake.turns import DEEPEST_TURNS, depth
from agent.model.form import Form, Item, Text

_ORDERS = ("<", ">", "<=", ">=")
_ORDERED = ("integer", "decimal", "quantity", "date", "dateTime", "time")


def assembled(reads: Mapping[str, Read]) -> dict[str, Form]:
    """name -> form, with every sub-form in its place; a fault is added to the reading that has it."""
    by_url = {r.form.url: r for r in reads.values() if r.form is not None}
    out: dict[str, Form] = {}
    for name, found in reads.items():
        if found.form is not None:
            items = _with_subs(found, found, found.form.items, by_url, (found.form.url,))
            out[name] = found.form.model_copy(update={"items": items})
    return out


def _with_subs(
    top: Read, here: Read, items: tuple[Item, ...], by_url: Mapping[str, Read], inside: tuple[str, ...]
) -> tuple[Item, ...]:
    out: list[Item] = []
    for item in items:
        url = here.subs.get(item.link)
        sub = by_url.get(url) if url else None
        if url and (sub is None or sub.form is None):
            top.flaws.append(Flaw(f"there is no form {url}", "Write it, or mend the url.", item.link))
        elif url in inside:
            top.flaws.append(Flaw(f"the form {url} would contain itself", "Break the ring.", item.link))
        elif url and sub is not None and sub.form is not None:
            inner = _with_subs(top, sub, sub.form.items, by_url, (*inside, url))
            out.append(item.model_copy(update={"items": inner, "text": item.text or sub.form.title}))
        else:
            out.append(item.model_copy(update={"items": _with_subs(top, here, item.items, by_url, inside)}))
    return tuple(out)


def check(form: Form, live: Iterable[str]) -> list[Flaw]:
    """Every flaw of an assembled form: rings, questions that are not there, values that do not fit, missing words."""
    seen: set[str] = set()
    flaws: list[Flaw] = []
    count = 0
    for item, _ in form.walk():
        count += 1
        if item.link in seen:
            flaws.append(Flaw("two of the forms put together here have this linkId", "Rename one.", item.link))
        seen.add(item.link)
        if item.kind == "group" and item.repeats and depth(form, item.link) > DEEPEST_TURNS:
            what = f"repeating groups stand more than {DEEPEST_TURNS} deep in one another"
            flaws.append(Flaw(what, "Ask the innermost apart.", item.link))
    if count > MOST_ITEMS:
        flaws.append(Flaw(f"there are more than {MOST_ITEMS} items", "Make several forms of it."))
    for item, _ in form.walk():
        flaws += [*_whens(form, item), *_values(item), *_missing(item, live)]
    return flaws + _rings(form)


def _whens(form: Form, item: Item) -> list[Flaw]:
    flaws, alone = [], _asked_elsewhere(item)
    for when in item.whens:
        asked = form.item(when.question)
        if asked is None and when.question in alone:
            continue
        if asked is None or not asked.asks:
            flaws.append(Flaw(f"it depends on {when.question}, which asks nothing", "Name a question.", item.link))
        elif when.operator in ("=", "!=") and not fits(asked, when.answer):
            what = f"it depends on {when.question} being {when.answer}, which it can never be"
            flaws.append(Flaw(what, "Use one of its answers.", item.link))
        elif when.operator in _ORDERS and asked.kind not in _ORDERED:
            what = f"it depends on {when.question} {when.operator} {when.answer}, and a {asked.kind} has no order"
            flaws.append(Flaw(what, "Use = or !=, several of them with enableBehavior `any`.", item.link))
    return flaws


def _asked_elsewhere(item: Item) -> set[str]:
    """Questions that may stand in a form around this one: where they do not, the item is asked ("any of" them, or that
    there is none)."""
    return {w.question for w in item.whens if not item.all_of and w.operator == "exists" and w.answer is False}


def _values(item: Item) -> list[Flaw]:
    bad = [v for v in item.initial if not fits(item, v)]
    if bad:
        return [Flaw(f"its initial value {bad[0]} is none that it can have", "Mend it.", item.link)]
    if len(item.initial) > (MOST_VALUES if item.repeats else 1):
        return [Flaw("it has more initial values than it can hold", "Keep one, or let it repeat.", item.link)]
    return []


def _missing(item: Item, live: Iterable[str]) -> list[Flaw]:
    texts: list[tuple[str, Text]] = [("the question", item.text)] if item.text else []
    texts += [("the reason for asking", item.why)] if item.why else []
    texts += [(f"the answer {c.code}", c.text) for c in item.choices if c.system or len(c.text) > 1]
    texts += [(f"the unit {u.code}", u.text) for u in item.units if len(u.text) > 1]
    flaws = []
    for what, words in texts:
        missing = [tag for tag in live if tag not in words]
        if missing:
            flaws.append(Flaw(f"{what} is missing in {', '.join(missing)}", "Translate it.", item.link, minor=True))
    return flaws


def _rings(form: Form) -> list[Flaw]:
    """Items whose asking depends on itself, the groups around them included."""
    needs: dict[str, set[str]] = {}

    def gather(items: tuple[Item, ...], around: frozenset[str]) -> None:
        for item in items:
            own = around | {w.question for w in item.whens}
            needs[item.link] = set(own)
            gather(item.items, own)

    gather(form.items, frozenset())
    flaws = []
    done: set[str] = set()
    for link in needs:
        path: set[str] = set()
        if link not in done and _ring(link, needs, path, done):
            flaws.append(Flaw("whether it is asked depends on itself", "Break the ring of enableWhen.", link))
    return flaws


def _ring(start: str, needs: Mapping[str, set[str]], path: set[str], done: set[str]) -> bool:
    stack = [(start, iter(needs.get(start, ())))]
    path.add(start)
    while stack:
        link, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            path.discard(link)
            done.add(link)
        elif following in path:
            return True
        elif following not in done:
            path.add(following)
            stack.append((following, iter(needs.get(following, ()))))
    return False
