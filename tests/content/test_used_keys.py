"""What the code says stands in the books, and what stands in the books is said."""

import re

from agent.content.check_keys import said_keys
from agent.content.used_keys import ENDINGS, PREFIXES, USED
from tests.content.tree import HOUSE, Tree

_LITERAL = re.compile(r"""["']([a-z_]+(?:\.[a-z_-]+)+)["']""")


def literals() -> set[str]:
    files = [p for p in (HOUSE / "agent").rglob("*.py") if "content" not in p.relative_to(HOUSE).parts]
    return {found for p in files for found in _LITERAL.findall(p.read_text(encoding="utf-8"))}


def stem(key: str) -> str:
    return key if key in USED else next((key.removesuffix(e) for e in ENDINGS if key.endswith(e)), key)


def test_every_message_that_the_code_names_is_declared(tree: Tree) -> None:
    reading = tree.read()
    known = {k.split("@")[0] for k in reading.content.messages["en"]}
    named = {k for k in literals() if k in known and not k.startswith(PREFIXES)}
    assert {k for k in named if stem(k) not in USED} <= said_keys(reading.content)


def test_every_declared_message_is_named_by_the_code() -> None:
    assert {stem(k) for k in literals()} >= USED
