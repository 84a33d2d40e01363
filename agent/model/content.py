"""The checked, immutable content: what the desk hears, decides and says, at one revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import Field

from agent.model.flow import Flow
from agent.model.form import Form
from agent.model.jurisdiction import Pack, Profile, profile_of
from agent.model.value import Value

_COUNTRY = 2  # letters


class Message(Value):
    """One approved message in one language. `asserts` names the fact that it states (see `Claim`); `origin`: source,
    human, machine, or translator, whose work came in a file."""

    key: str
    text: str
    plural: tuple[str, ...] = ()
    asserts: str | None = None
    reviewed_only: bool = False
    origin: str = "human"
    reviewer: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Its plural forms, or its one text."""
        return self.plural or (self.text,)

    @property
    def unread(self) -> bool:
        """Made by software, or come in a file, and read by nobody who answers for it here."""
        return self.origin in ("machine", "translator") and not self.reviewer


class Language(Value):
    """A language of the desk; `state` live: patients may meet it. By telephone: `speech` is how the recogniser calls
    it, `tts` the synthesiser where that differs, `voice` who speaks; a language without speech of its own names the one
    whose voice is lent to it (`spoken_by`)."""

    tag: str  # BCP 47
    name: str
    english: str
    direction: str = "ltr"
    state: str = "draft"
    speech: str | None = None
    tts: str | None = None
    voice: str | None = None
    spoken_by: str | None = None
    reviewers: tuple[str, ...] = ()


class TaskPolicy(Value):
    """Who gets a kind of task, and by when; whether several may be confirmed at once."""

    role: str = "front-desk"
    due_minutes: int = 240
    urgent_due_minutes: int = 10
    soon: Mapping[str, int] = Field(default_factory=dict)  # flow -> urgent_due_minutes of what that flow prepares
    low_risk: bool = False  # may be confirmed several at a time, exactly as prepared
    title: str


class IntentInfo(Value):
    describe: str
    level: str = "routine"
    importance: str = "normal"
    slots: tuple[str, ...] = ()
    one_errand_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything of intents/, workflows/ and locales/ in memory. `rows` holds the raw tables of a language for the
    understanding rooms: rows["times"]["en"], rows["values"], rows["safety"], rows["corpus"], rows["two"]."""

    revision: str
    flows: Mapping[str, Flow]
    languages: Mapping[str, Language]
    messages: Mapping[str, Mapping[str, Message]]
    tasks: Mapping[str, TaskPolicy]
    intents: Mapping[str, IntentInfo]
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    packs: Mapping[str, Pack] = field(default_factory=dict)  # code -> what the law of a place asks
    forms: Mapping[str, Form] = field(default_factory=dict)
    aged: Mapping[str, frozenset[str]] = field(default_factory=dict)  # language -> made from an English of before

    @property
    def live(self) -> tuple[str, ...]:
        """Tags of the languages that patients may meet."""
        return tuple(t for t, x in self.languages.items() if x.state == "live")

    @cached_property
    def emergency(self) -> Mapping[str, Mapping[str, str]]:
        """Country -> its `emergency` and `crisis` numbers, as far as they are known."""
        return {code: profile_of(self.packs, code).numbers for code in self.packs if len(code) == _COUNTRY}

    def law(self, country: str, region: str = "") -> Profile:
        """What is asked of the desk in that country and region."""
        return profile_of(self.packs, country, region)

    @property
    def written(self) -> tuple[str, ...]:
        """Tags of the languages whose tables are whole, met by patients or not: all but those in preparation."""
        return tuple(t for t, x in self.languages.items() if x.state != "preparing")

    @cached_property
    def words_of_facts(self) -> Mapping[str, tuple[str, ...]]:
        """Of each fact, the case-folded words of all languages that assert it."""
        found: dict[str, dict[str, None]] = {}
        for rows in self.rows.get("honest", {}).values():
            for fact, phrases in rows.items():
                found.setdefault(fact, {}).update(dict.fromkeys(str(p).casefold() for p in phrases))
        return {fact: tuple(phrases) for fact, phrases in found.items()}

    def message(self, locale: str, key: str, channel: str) -> Message | None:
        """The message for a locale (es-MX falls back to es), with the channel's own variant first."""
        for tag in (locale, locale.split("-", maxsplit=1)[0]):
            book = self.messages.get(tag)
            if book:
                found = book.get(f"{key}@{channel}") or book.get(key)
                if found:
                    return found
        return None

    def flow_for(self, intent: str) -> Flow | None:
        return next((f for f in self.flows.values() if intent in f.starts_on), None)
