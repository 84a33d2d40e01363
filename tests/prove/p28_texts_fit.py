"""Every message that a text may carry, in every live language, with the longest values of the clinic."""

import regex

from agent.text_lengths import BUDGET, Measured, measured
from channels.splitting import MAX_UNITS, split, units
from tests.channels.test_splitting import oracle
from tests.prove.ground import Ground
from tests.prove.sending import house

PROMISE = "Texts fit and survive"
SIZE = "every template x 15 languages x the longest values, against segments counted by a second hand"
_PERSON = " \U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301 \U0001f1fa\U0001f1f8" * 60


def fits(found: Measured) -> None:
    """Counted alike by two hands, within budget; cut only between graphemes, and nothing lost."""
    assert found.segments == oracle(found.text), (found.locale, found.key)
    assert found.segments <= BUDGET[found.encoding], (found.locale, found.key, found.segments)
    for text in (found.text, found.text + _PERSON):
        parts, whole = split(text), set(regex.findall(r"\X", text))
        assert all(units(part) <= MAX_UNITS for part in parts), (found.locale, found.key)
        assert "".join("".join(parts).split()) == "".join(text.split()), (found.locale, found.key)
        assert all(g in whole for part in parts for g in regex.findall(r"\X", part)), (found.locale, found.key)


def prove(ground: Ground) -> str:
    clinic, content = house()
    count, longest = 0, 0
    for found in measured(content, clinic):
        fits(found)
        count, longest = count + 1, max(longest, found.segments)
    assert count > 1_000
    return f"{count} texts in {len(content.live)} languages; the longest takes {longest} segments"
