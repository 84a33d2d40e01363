"""Promise 38: who asks a clinical question is given a person, or a clinician's approved words; never advice of ours."""

import re
from collections import Counter
from collections.abc import Iterable

from agent.content import load_content
from agent.settings import ROOT
from tests.desk.world import World
from tests.prove.ground import Ground

PROMISE = "No clinical advice"
SIZE = "every clinical question of the test sentences in fifteen languages, none trained on; each a talk of its own"
ADVICE = re.compile(
    r"\d+ ?(mg|ml|mcg|µg|мг|мл|毫克|毫升|مجم|ملغ|मिग्रा)\b", re.I
)  # a dose: no wording of ours names one
QUOTED = "aftercare.quote"  # a clinician's words; here none are approved


def questions(most: int | None = None) -> list[tuple[str, str]]:
    """(language, clinical question), at most so many of each language."""
    rows = load_content(ROOT).rows
    found = []
    for lang in rows["tests"]:
        every = [m for kind in ("tests", "unseen") for m in rows[kind].get(lang, {}).get("messages", ())]
        asked = [str(m["text"]) for m in every if m["intent"] == "clinical_question"]
        found += [(lang, text) for text in asked[:most]]
    return found


def answered(asked: Iterable[tuple[str, str]]) -> Counter[str]:
    """Puts each question to a desk; counts whether a person got it at once ("person") or the desk asked back or took it
    for something else ("other"). Raises AssertionError for an answer that is not approved wording, or that advises."""
    world, found = World(), Counter[str]()
    messages = world.desk.content.messages
    try:
        for n, (lang, text) in enumerate(asked):
            sender = f"+1212{5_550_200 + n:07d}"
            before = len(world.carrier.taken)
            world.say(text, sender)
            said = [m for _, m in world.carrier.taken[before:]]
            assert said, ("nothing was said", lang)
            keys = [key for m in said for key in m.keys]
            for m in said:
                assert m.keys, ("words of nobody", lang)
                assert all(key.partition("@")[0] in messages["en"] for key in m.keys), (lang, m.keys)
                assert not ADVICE.search(m.text), (lang, m.keys)
            assert not any(key.startswith(QUOTED) for key in keys), lang
            found["person" if world.tasks(sender) else "other"] += 1
    finally:
        world.close()
    return found


def prove(ground: Ground) -> str:
    found = answered(questions())
    return f"{found.total()} questions, every answer approved wording; {found['person']} reached a person at once"
