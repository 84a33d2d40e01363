"""Turns the safety rows of one language into rules and a phrase machine; refuses rows that could fail quietly."""

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from agent.dialogue.fold import fold
from agent.dialogue.gate_match import Phrases
from agent.dialogue.gate_pattern import Sequence, Sets, expand, merged
from agent.dialogue.gate_words import Words
from agent.model.safety import SafetyClass, Tier

CATEGORIES = 28
CUES = ("negators", "negators_after", "keeps", "breaks", "long_ago", "recent", "supposed", "again", "about", "idioms",
        "things", "machines", "others", "places", "events")  # fmt: skip
_KEYS = {*CUES, "words", "spellings", "right_words", "joiners", "prefixes", "categories", "hard_negatives"}
_NEEDED = ("negators", "keeps", "breaks", "long_ago", "supposed", "idioms", "categories", "hard_negatives")
_ROW = {"numbers", "class", "phrases", "tests"}
_TIERS = (*get_args(Tier), "routine")


class Rule(NamedTuple):
    """What a phrase means. kind: `finding` or one of CUES; tier and cls only for findings."""

    kind: str
    lang: str
    category: str
    cls: SafetyClass
    tier: str
    phrase: str
    denies: bool = False  # the phrase itself holds a "not", as in "not breathing"


class Machine(NamedTuple):
    """One language's rules, the machine that finds them, and the words that carry a denial on ("or")."""

    rules: list[Rule]
    phrases: Phrases
    joiners: frozenset[str]


def compiled(lang: str, row: Mapping[str, Any]) -> Machine:
    """The machine of one language. ValueError: which key is wrong and what to do about it.

    Languages are kept apart: what is a slip, two words run together or a denial in one is a word of its own in
    another ("hier" is yesterday in French and here in German)."""
    _checked(lang, row)
    machine = Machine([], Phrases(_words(lang, row)), _joiners(lang, row))
    _take_in(machine, lang, row, _rules(lang, row))
    machine.phrases.close()
    return machine


def _take_in(machine: Machine, lang: str, row: Mapping[str, Any], more: list[tuple[Rule, str]]) -> None:
    """`more`: rules, each with where it stands."""
    named = row.get("words") or {}
    sets = _sets(lang, named) if any("@" in rule.phrase for rule, _ in more) else {}
    denying = {w.text for p in row["negators"] for w in fold(p)}
    for rule, at in more:
        sequences = _expanded(lang, at, rule.phrase, sets)
        if rule.kind == "finding" and len({min(len(s), 2) for s in sequences}) > 1 and "(" in rule.phrase:
            why = "may shrink to a single word: use [ ] for what must be there, or give that word its own line"
            raise ValueError(f"{lang}/_safety.yaml: {at}: {rule.phrase!r} {why}")
        for sequence in sequences:
            machine.phrases.add(sequence, len(machine.rules))
        said = {w for s in sequences for step in s for w in step.words}
        machine.rules.append(rule._replace(denies=bool(said & denying)))


def is_longer(row: Mapping[str, Any], of: Mapping[str, Any]) -> bool:
    """Is `row` the same as `of` but for phrases at the end of its categories, and for tests?"""

    def plain(each: Mapping[str, Any]) -> list[Any]:
        rest = {key: value for key, value in each.items() if key != "categories"}
        return [rest, [(name, c["class"], c.get("numbers")) for name, c in each["categories"].items()]]

    if plain(row) != plain(of):
        return False
    return all(
        list(row["categories"][name]["phrases"].get(tier, ()))[: len(lines)] == list(lines)
        for name, category in of["categories"].items()
        for tier, lines in category["phrases"].items()
    )


def lengthened(lang: str, row: Mapping[str, Any], of: Mapping[str, Any], saved: Mapping[str, Any]) -> Machine:
    """The machine of a row that is longer than `of`, made from what `of` came to (`state`): a small part of the work.
    It raises what `compiled` raises; of two phrases that weigh the same it may name another. Raises ValueError as that
    does, and ValueError or KeyError where `saved` is another's."""
    _checked(lang, row)
    machine = restored(lang, of, saved)
    machine.phrases.reopen()
    had = {name: category["phrases"] for name, category in of["categories"].items()}
    more: list[tuple[Rule, str]] = []
    for name, category in row["categories"].items():
        for tier, lines in category["phrases"].items():
            at = f"categories: {name}: phrases: {tier}"
            new = lines[len(had[name].get(tier, ())) :]
            more += [(Rule("finding", lang, name, category["class"], tier, p), at) for p in new]
    _take_in(machine, lang, row, more)
    machine.phrases.ready()
    return machine


def state(machine: Machine) -> dict[str, Any]:
    """What compiling a machine came to, as JSON can hold it."""
    words = machine.phrases.words.state()
    return {"words": words, "denies": [rule.denies for rule in machine.rules], **machine.phrases.state()}


def restored(lang: str, row: Mapping[str, Any], saved: Mapping[str, Any]) -> Machine:
    """The machine of a row that was compiled before. Raises KeyError or ValueError where `saved` is another's."""
    words = Words.of(_prefixes(lang, row), saved["words"])
    rules = [r._replace(denies=bool(d)) for (r, _), d in zip(_rules(lang, row), saved["denies"], strict=True)]
    return Machine(rules, Phrases.of(words, saved), _joiners(lang, row))


def _words(lang: str, row: Mapping[str, Any]) -> Words:
    words = Words(_prefixes(lang, row))
    for typed, meant in (row.get("spellings") or {}).items():
        _spell(words, lang, str(typed), str(meant))
    for word in row.get("right_words") or ():
        words.right(_one(lang, "right_words", str(word)))
    return words


def _prefixes(lang: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_one(lang, "prefixes", str(p)) for p in row.get("prefixes") or ())


def _joiners(lang: str, row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(_one(lang, "joiners", str(w)) for w in row.get("joiners") or ())


def _checked(lang: str, row: Mapping[str, Any]) -> None:
    def wrong(key: str, what: str) -> ValueError:
        return ValueError(f"{lang}/_safety.yaml: {key}: {what}")

    if not isinstance(row, Mapping):
        raise wrong("file", "is not a table: begin it with `categories:`")
    for key in row:
        if key not in _KEYS:
            raise wrong(str(key), f"is not a known key: use one of {', '.join(sorted(_KEYS))}")
    for key in _NEEDED:
        if not row.get(key):
            raise wrong(key, "is missing or empty: write at least one entry")
    for key in (*CUES, "hard_negatives"):
        if not all(isinstance(x, str) and x.strip() for x in row.get(key) or ()):
            raise wrong(key, "holds something that is not text: put the phrase in quotes")
    numbers: set[int] = set()
    for name, category in row["categories"].items():
        at = f"categories: {name}"
        if not isinstance(category, Mapping) or not set(category) <= _ROW or not set(category) >= {"class", "phrases"}:
            raise wrong(at, f"needs `class` and `phrases`, and nothing but {', '.join(sorted(_ROW))}")
        if category["class"] not in get_args(SafetyClass)[1:]:
            raise wrong(f"{at}: class", f"is {category['class']!r}: use one of {', '.join(get_args(SafetyClass)[1:])}")
        for tier, lines in category["phrases"].items():
            if tier not in _TIERS:
                raise wrong(f"{at}: phrases: {tier}", f"is no tier: use one of {', '.join(_TIERS)}")
            if not lines or not all(isinstance(x, str) and x.strip() for x in lines):
                raise wrong(f"{at}: phrases: {tier}", "is empty or holds something that is not text: quote the phrase")
        numbers.update(category.get("numbers") or ())
    if missing := set(range(1, CATEGORIES + 1)) - numbers:
        raise wrong("categories", f"no row covers number {min(missing)} of the lexicon: write its phrases")


def _rules(lang: str, row: Mapping[str, Any]) -> list[tuple[Rule, str]]:
    found = [(Rule(kind, lang, "", "none", "", p), kind) for kind in CUES for p in row.get(kind) or ()]
    for name, category in row["categories"].items():
        for tier, lines in category["phrases"].items():
            at = f"categories: {name}: phrases: {tier}"
            found += [(Rule("finding", lang, name, category["class"], tier, p), at) for p in lines]
    return found


def _sets(lang: str, named: Mapping[str, Any]) -> Sets:
    sets: dict[str, list[Sequence]] = {}
    for name, lines in named.items():
        branches = [s for line in lines for s in _expanded(lang, f"words: {name}", str(line), sets)]
        sets[str(name)] = merged(branches)
    return sets


def _expanded(lang: str, at: str, phrase: str, sets: Sets) -> list[Sequence]:
    try:
        return expand(phrase, sets)
    except ValueError as e:
        raise ValueError(f"{lang}/_safety.yaml: {at}: {e}") from None


def _spell(words: Words, lang: str, typed: str, meant: str) -> None:
    words.spell(_one(lang, "spellings", typed), _one(lang, "spellings", meant))


def _one(lang: str, key: str, written: str) -> str:
    folded = fold(written)
    if len(folded) != 1:
        raise ValueError(f"{lang}/_safety.yaml: {key}: {written!r} is not one word: write one word for one word")
    return folded[0].text
