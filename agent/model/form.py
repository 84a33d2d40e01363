"""What a form is (a FHIR R4 Questionnaire, read and checked), and one person's filling of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from agent.model.address import Channel
from agent.model.value import Value

Kind = Literal[
    "group", "display", "boolean", "choice", "open-choice", "date", "dateTime", "time", "decimal", "integer",
    "quantity", "string", "text", "attachment",
]  # fmt: skip
Text = Mapping[str, str]  # language -> words; English is always there
_MEDICINE = "#MedicationStatement."
FormState = Literal["open", "sent", "approved", "closed"]


class Choice(Value):
    """One answer that can be picked; `score` counts towards a total (PHQ-9, GAD-7). `typed`: how FHIR holds it."""

    code: str
    typed: Literal["coding", "string", "integer", "date", "time"] = "coding"
    system: str = ""
    text: Text
    score: float | None = None
    initial: bool = False


class When(Value):
    """One `enableWhen`: the item is asked only if the answer to `question` compares so."""

    question: str
    operator: Literal["exists", "=", "!=", ">", "<", ">=", "<="]
    answer: bool | float | str


class Bounds(Value):
    """What an answer must keep to beyond its kind: numbers and days between `least` and `most`, words of at least
    `shortest` characters that match `pattern` as a whole, decimals with at most `places`. `shown`: how one looks."""

    least: int | float | str | None = None
    most: int | float | str | None = None
    shortest: int = 0
    pattern: str = ""
    places: int | None = None
    shown: Text = Field(default_factory=dict)


class Item(Value):
    """One question, or a group of them. `raises`: a class of alarm where the answer's score is above zero; `units`:
    those that a quantity may have, any where there are none; `afresh`: an earlier form says nothing of it."""

    link: str
    kind: Kind
    text: Text = Field(default_factory=dict)
    required: bool = False
    repeats: bool = False
    choices: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()
    whens: tuple[When, ...] = ()
    all_of: bool = True
    initial: tuple[bool | float | str, ...] = ()
    bounds: Bounds = Bounds()
    why: Text = Field(default_factory=dict)
    longest: int = 1000  # characters
    definition: str = ""
    raises: str = ""
    afresh: bool = False
    items: tuple["Item", ...] = ()

    @property
    def asks(self) -> bool:
        """Does it expect an answer of its own?"""
        return self.kind not in ("group", "display")


class Form(Value):
    """A checked form, its sub-forms already in place."""

    name: str
    url: str
    title: Text
    version: str = ""
    items: tuple[Item, ...]

    def walk(self) -> Iterator[tuple[Item, Item | None]]:
        """Every item in order, with the repeating group that it stands in."""
        yield from _walk(self.items, None)

    def item(self, link: str) -> Item | None:
        return self._by_link.get(link)

    def turning(self, link: str) -> tuple[Item, ...]:
        """The repeating groups around an item, outermost first, and itself where it is one."""
        return self._turning.get(link, ())

    @cached_property
    def _turning(self) -> dict[str, tuple[Item, ...]]:
        return dict(_turns(self.items, ()))

    @cached_property
    def _by_link(self) -> dict[str, Item]:
        return {item.link: item for item, _ in self.walk()}


def medicines(form: Form, item: Item) -> Item | None:
    """The repeating group of medicines that this item is, stands in, or opens with a yes."""
    for group, _ in form.walk():
        if group.kind != "group" or not group.repeats or not any(_MEDICINE in i.definition for i in group.items):
            continue
        if item in (group, *group.items) or any(w.question == item.link for w in group.whens):
            return group
    return None


def _walk(items: tuple[Item, ...], group: Item | None) -> Iterator[tuple[Item, Item | None]]:
    for item in items:
        yield item, group
        yield from _walk(item.items, item if item.kind == "group" and item.repeats else group)


def _turns(items: tuple[Item, ...], around: tuple[Item, ...]) -> Iterator[tuple[str, tuple[Item, ...]]]:
    for item in items:
        own = (*around, item) if item.kind == "group" and item.repeats else around
        yield item.link, own
        yield from _turns(item.items, own)


class Given(Value):
    """The answer to one item. `values` in JSON: a bool, a number, an ISO date, a choice's code, words, the id of a
    photograph, or what `agent.intake.measures` writes; empty where it was passed over. `unsure`: a question for staff,
    `words` say why. `row` counts the turns of a repeating group, and where one stands in another those of both
    (`agent.intake.turns`); a group's own Given (True or False) says whether there is one more. `stopped`: the medicine
    of this turn is no longer taken, as the patient says."""

    link: str
    row: int = 0
    values: tuple[bool | float | str, ...] = ()
    words: str = ""
    unsure: bool = False
    confirmed: bool = False  # known before, and said to be right still
    inbound: str | None = None
    stopped: bool = False


Turn = Mapping[str, tuple[bool | float | str, ...]]  # linkId -> values, of one turn of a repeating group


class Former(Value):
    """A turn of a repeating group that was on file before this form: a medicine, an allergy. `alone`: asked about by
    itself, since not all of a list were right. `row`: the turn in which it goes on, as it was or changed; `at`: the
    number of answers when that was settled. `words`: what was said to it. `within`: the answers of turns within it,
    their numbers as if it were the first."""

    group: str
    values: Turn
    within: tuple[Given, ...] = ()
    state: Literal["waiting", "kept", "changed", "gone", "passed"] = "waiting"
    alone: bool = False
    row: int | None = None
    at: int = 0
    words: str = ""

    @property
    def shown(self) -> Turn:
        """All that is on file of it, what stands in turns within it put together."""
        found = dict(self.values)
        for given in self.within:
            found[given.link] = (*found.get(given.link, ()), *given.values)
        return found


class Asked(Value):
    """What to ask next. `more`: one more turn of the repeating group? `known`: held already, to be confirmed; `before`:
    texts to be read first. `formers`: turns of the group on file to be confirmed, by their place in the row, with their
    values in `turns`; `which`: one of them is not right, has it changed or gone?"""

    form: str
    link: str
    row: int = 0
    more: bool = False
    known: tuple[bool | float | str, ...] = ()
    before: tuple[str, ...] = ()
    formers: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()
    which: bool = False


class FormRow(Value):
    """One person's filling of one form, wherever it was begun. `who`: whom somebody not on file said to be, and from
    where; `key`: the hash of the link's token. `known`: what was held before, `former`: turns that were."""

    id: str
    clinic: str
    form: str
    patient: str | None = None
    conversation: str | None = None
    who: str = ""
    key: str | None = None
    state: FormState = "open"
    name: str = ""
    dob: str = ""
    language: str = "en"
    channel: Channel | None = None
    given: tuple[Given, ...] = ()
    known: Mapping[str, tuple[bool | float | str, ...]] = Field(default_factory=dict)
    former: tuple[Former, ...] = ()
    others: tuple[Given, ...] = ()  # said of somebody else, at this question
    task: str | None = None
    tries: int = 0  # wrong dates of birth at the link
    browsers: Mapping[str, datetime] = Field(default_factory=dict)  # hashes of cookies that may go on, until when
    made_at: datetime
    changed_at: datetime
    resources: tuple[dict[str, Any], ...] = ()  # FHIR, once approved
    version: int = 0
