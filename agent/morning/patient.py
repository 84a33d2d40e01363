"""What a simulated patient says next: they answer what the desk really asked, with the habits of the person."""

import re
from dataclasses import dataclass, field
from random import Random

from agent.model.content import Content
from agent.model.message import Button
from agent.morning.heard import Listener
from agent.morning.people import TWO, Person, say, words

_CODE = re.compile(r"\b\d{6}\b")
_NUMBERED = re.compile(r"^(\d)\) |\b(\d) ?[(（]", re.MULTILINE)  # a line each, or "1 (Yes) or 2 (No)"
_MOST_TURNS = 22
_MOST_SAME = 3  # times the same question is answered before the patient gives up


@dataclass(frozen=True)
class Reply:
    """What the patient does; `payload` for a button of the chat."""

    text: str
    payload: str | None = None


@dataclass
class Patient:
    """One person in one conversation. `over`: why they say nothing more, or empty; `stuck`: they gave up, which is
    a failure of the desk's."""

    person: Person
    content: Content
    listener: Listener
    seed: int
    over: str = ""
    stuck: bool = False
    code: str = ""  # the last one-time code that came to their telephone
    asked: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    told: list[str] = field(default_factory=list)  # keys of what the desk said
    talk: list[str] = field(default_factory=list)  # what was said, for reading where it went wrong

    def __post_init__(self) -> None:
        self._random = Random(f"{self.seed}|{self.person.number}")  # noqa: S311
        self._words = words()[self.person.language]
        self._habit_done = False
        self._leaves_after = self._random.randint(1, 3)

    def begin(self) -> Reply:
        self.turns = 1
        self.talk.append(f"> {self.person.first}")
        return Reply(self.person.first)

    def note(self, text: str) -> None:
        """Reads a text for a one-time code; it may come to the telephone while they chat."""
        found = _CODE.search(text)
        if found and "identity.code" in self.listener.keys(text, self.person.language):
            self.code = found[0]

    def hear(self, text: str, buttons: tuple[Button, ...] = ()) -> Reply | None:
        """Their answer to what the desk said since they spoke last; None: nothing more to say just now."""
        self.talk += (text, *(f"[{b.label}]" for b in buttons))
        reply = self._heard(text, buttons)
        if reply is not None:
            self.talk.append(f"> {reply.text}")
        return reply

    def _heard(self, text: str, buttons: tuple[Button, ...]) -> Reply | None:
        keys = self.listener.keys(text, self.person.language)
        self.told += keys
        if self.over == "left" or self.over == "stopped":
            return None
        asking = [k for k in keys if self._is_question(k)]
        key = asking[-1] if asking else ""
        options = self._options(text, buttons)
        if self.turns >= self._leaves_after and self.person.habit == "leaves":
            self.over = "left"
            return None
        if self.person.habit == "stops" and self.turns >= self._leaves_after:
            self.over = "stopped"
            return Reply("STOP")
        if not key and not options:
            self.over = "answered"
            return None
        self.asked[key] = self.asked.get(key, 0) + 1
        if self.asked[key] > _MOST_SAME or self.turns > _MOST_TURNS:
            self.stuck = True
            self.over = "gave up"
            return None
        self.turns += 1
        self.over = ""
        return self._answer(key, options)

    @staticmethod
    def _is_question(key: str) -> bool:
        last = key.removesuffix(".again").removesuffix(".back").removesuffix(".one")
        name = last.partition(".")[2]
        asks = name.startswith(("ask_", "offer", "read_back", "no_openings", "which")) or name == "ask"
        return asks or key == "pattern.not_understood"

    @staticmethod
    def _options(text: str, buttons: tuple[Button, ...]) -> list[Reply]:
        if buttons:
            return [Reply(b.label, b.payload) for b in buttons]
        return [Reply(a or b) for a, b in _NUMBERED.findall(text)]

    def _answer(self, key: str, options: list[Reply]) -> Reply:
        pick, name = self._random.choice, key.removesuffix(".again").removesuffix(".back").partition(".")[2]
        if self._now("asks") and name in ("ask_day", "ask_reason", "offer", "ask_name"):
            return Reply(self._say(pick(("hours_location", "insurance_question", "directions_parking"))))
        if key == "greeting.offer":  # asked how the desk can help: they say it in other words
            return Reply(self._say("book" if self.person.errand == TWO else self.person.errand))
        if name.startswith("read_back") or key == "confirm.ask":
            agrees = not self._now("changes")
            return self._yes_or_no(options, agrees=agrees)
        if name == "ask_change":
            return options[0] if options else Reply(pick(self._words.days))
        if name.startswith("offer"):
            more = len(options) > 3 and self._now("changes")
            return options[-1] if more else pick(options[: max(1, len(options) - 1)] or [Reply("1")])
        if name == "ask_withdraw":
            return self._yes_or_no(options, agrees=True)
        if name == "ask_code":
            return self._coded()
        if options:
            return options[0]
        return Reply(self._open(name))

    def _open(self, name: str) -> str:
        pick, person = self._random.choice, self.person
        born = self._words.born.format(year=person.born.year, month=person.born.month, day=person.born.day)
        whole = f"{person.name}, {born}"
        plain = {
            "ask_name": whole if self._random.random() < 0.6 else person.name, "ask_dob": born,
            "ask_phone": person.phone, "ask_reason": pick(self._words.reasons), "ask_type": "1",
            "ask_day": pick(self._words.days), "ask_days": pick(self._words.days), "ask_which": "1",
            "not_understood": self._say("talk_to_human"),
        }  # fmt: skip
        return plain.get(name, self._words.detail)

    def _coded(self) -> Reply:
        if not self.code:
            return Reply(str(self.content.rows["repairs"][self.person.language]["skip"][0]))
        wrong = str((int(self.code) + 1) % 1_000_000).zfill(6)
        return Reply(wrong if self._now("wrong_code") else self.code)

    def _yes_or_no(self, options: list[Reply], *, agrees: bool) -> Reply:
        if len(options) == 2 and (options[0].payload or self._random.random() < 0.5):
            return options[0 if agrees else 1]
        return Reply(self._sure("agree" if agrees else "refuse"))

    def _sure(self, which: str) -> str:
        rows: list[str] = self.content.rows["values"][self.person.language][which]
        return str(rows[0])

    def _say(self, intent: str) -> str:
        return say(self.content, self._random, self.person.language, intent)

    def _now(self, habit: str) -> bool:
        """Once in the conversation, if it is their habit."""
        mine = self.person.habit == habit and not self._habit_done
        self._habit_done = self._habit_done or mine
        return mine
