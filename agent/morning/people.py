"""Who writes in this morning: drawn by a seed from the demo's patients, the languages' examples and made-up people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

import yaml

from agent.demo.seed import PEOPLE
from agent.model.content import Content

WORDS = Path(__file__).parents[1] / "demo" / "morning.yaml"
Habit = Literal["plain", "asks", "changes", "leaves", "stops", "wrong_code"]
TWO = "two"  # an errand of two requests in one message
# how often, of a hundred
_ERRANDS: Mapping[str, int] = {
    "book": 34, "reschedule": 5, "cancel": 5, "check_appointment": 4, "refill_request": 6, "results_question": 4,
    "records_request": 2, "referral_request": 2, "billing_question": 3, "intake_update": 2, "hours_location": 4,
    "insurance_question": 4, "directions_parking": 2, "talk_to_human": 5, TWO: 6, "clinical_question": 4,
    "distress": 3, "emergency": 3, "self_harm": 1, "complaint": 1,
}  # fmt: skip
_KNOWN = frozenset({"reschedule", "cancel", "check_appointment"})  # errands of people who are on file
_HABITS: Mapping[Habit, int] = {"plain": 60, "asks": 14, "changes": 12, "leaves": 9, "stops": 5}
_AREAS = ("212", "646", "347", "929", "917", "332", "516", "631", "914", "845", "315", "518", "585", "607", "716",
          "773", "872", "630", "708", "847")  # fmt: skip  # 555-01xx in each: a range kept for fiction
_BUSY_UNTIL = 0.85  # of the morning: whoever begins later would not be done by its end


@dataclass(frozen=True)
class Words:
    """What people of one language say beside the examples."""

    names: tuple[str, ...]
    born: str
    reasons: tuple[str, ...]
    days: tuple[str, ...]
    detail: str


@dataclass(frozen=True)
class Person:
    """One conversation of the morning. `begins`: seconds into it; `first`: their first words; `known`: on file."""

    number: int
    language: str
    channel: Literal["sms", "chat"]
    errand: str
    habit: Habit
    first: str
    name: str
    born: date
    phone: str
    begins: float
    known: bool = False


def draw(content: Content, count: int, seconds: float, seed: int) -> list[Person]:
    """`count` people over `seconds`, in the order in which they begin; the same seed draws the same ones."""
    random = Random(seed)  # noqa: S311  # a rehearsal, not a secret
    on_file = [p for p in _people()["patients"] if p["language"] in content.live]
    random.shuffle(on_file)
    numbers = [f"+1{area}55501{n:02d}" for area in _AREAS for n in range(100)]
    random.shuffle(numbers)
    begins = sorted(random.uniform(0.0, seconds * _BUSY_UNTIL) for _ in range(count))
    used: set[str] = set()
    found = []
    for number, at in enumerate(begins, 1):
        errand = _chosen(random, _ERRANDS)
        known = next((p for p in on_file if p["phones"][0] not in used), None) if errand in _KNOWN else None
        if known is not None:
            used.add(known["phones"][0])
        found.append(_person(content, random, number, errand, at, known, numbers[number % len(numbers)]))
    return found


def _person(
    content: Content, random: Random, number: int, errand: str, at: float, known: Any, phone: str
) -> Person:  # fmt: skip
    live = [tag for tag in content.live if tag in words()]
    language = known["language"] if known else random.choice([*live, *["en"] * 8, *["es"] * 4])
    channel: Literal["sms", "chat"] = "chat" if random.random() < 0.3 else "sms"
    habit = _chosen(random, _HABITS)
    if habit == "stops" and channel == "chat":
        habit = "plain"
    if known is not None:
        habit = "wrong_code" if random.random() < 0.4 else "plain"
    return Person(
        number=number, language=language, channel=channel, errand=errand, habit=habit,
        first=_first(content, random, language, errand),
        name=known["name"] if known else random.choice(words()[language].names),
        born=date.fromisoformat(known["dob"]) if known else date(random.randint(1940, 2005), random.randint(1, 12),
                                                                 random.randint(13, 28)),
        phone=known["phones"][0] if known else phone, begins=at, known=known is not None,
    )  # fmt: skip


def _first(content: Content, random: Random, language: str, errand: str) -> str:
    """An example of that errand in that language, as people write it."""
    if errand == TWO:
        both = [t["text"] for t in content.rows["two"].get(language, {}).get("tests", ())]
        return str(random.choice(both)) if both else say(content, random, language, "book")
    return say(content, random, language, errand)


def say(content: Content, random: Random, language: str, intent: str) -> str:
    """One of the language's examples of an intent."""
    rows = content.rows["corpus"].get(language, {}).get(intent) or content.rows["corpus"]["en"][intent]
    return str(random.choice(rows["examples"]))


def _chosen(random: Random, weights: Mapping[Any, int]) -> Any:
    return random.choices(list(weights), list(weights.values()))[0]


@cache
def words() -> Mapping[str, Words]:
    """By language."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load(WORDS.read_text("utf-8"))
    return {
        tag: Words(tuple(r["names"]), r["born"], tuple(r["reasons"]), tuple(r["days"]), r["detail"])
        for tag, r in rows.items()
    }


@cache
def _people() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(PEOPLE.read_text("utf-8"))
    return found
