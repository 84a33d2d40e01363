"""What the law of a place asks of the desk, clause by clause, and what of it is in force at a clinic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agent.model.value import Value

Number = Annotated[str, Field(pattern=r"^[0-9][0-9 +-]{1,19}$")]
Place = Literal["start", "throughout", "end"]  # of a conversation: where it is said that this is software
Recording = Literal["one party", "all parties", "asked first"]
Rule = Literal["emergency", "crisis", "disclosure", "optout", "quiet", "share", "recording"]
RULES: tuple[Rule, ...] = ("emergency", "crisis", "disclosure", "optout", "quiet", "share", "recording")
_STRICTER: tuple[Recording, ...] = ("one party", "all parties", "asked first")


class Quiet(Value):
    """Nobody is disturbed after `after` and before `before`, wall-clock time at home."""

    after: time
    before: time


class Share(Value):
    """At most so many texts to one person about a visit of which they have not asked."""

    a_day: Annotated[int, Field(ge=1)]
    a_week: Annotated[int, Field(ge=1)]


class Clause(Value):
    """One thing that is asked, under one rule. `cite`: the law, or who has the number; `test`: what proves that the
    desk does it, as file::name."""

    id: str
    says: Annotated[str, Field(min_length=10)]
    cite: Annotated[str, Field(min_length=5)]
    test: Annotated[str, Field(pattern=r"^tests/[\w/]+\.py::test_\w+$")]
    emergency: Number | None = None
    crisis: Number | None = None
    disclosure: dict[Literal["sms", "chat", "voice"], tuple[Place, ...]] | None = None
    optout: tuple[str, ...] | None = None
    quiet: Quiet | None = None
    share: Share | None = None
    recording: Recording | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if len([r for r in RULES if getattr(self, r) is not None]) != 1:
            raise ValueError(f"a clause has one rule: one of {', '.join(RULES)}")
        return self

    @property
    def rule(self) -> Rule:
        return next(r for r in RULES if getattr(self, r) is not None)


class Pack(Value):
    """The clauses of a country (US), of a region of one (US-CA), or of a group of them (_eu, _any), which no clinic is
    in by itself. What `extends` names comes with it."""

    code: Annotated[str, Field(pattern=r"^(_[a-z]+|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")]
    name: str
    extends: str | None = None
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Profile:
    """The clauses in force, the widest place first. Where several speak of one thing the strictest counts, and of
    numbers the nearest."""

    packs: tuple[Pack, ...]

    def of(self, rule: Rule) -> tuple[Clause, ...]:
        return tuple(c for pack in self.packs for c in pack.clauses if c.rule == rule)

    @property
    def numbers(self) -> dict[str, str]:
        """`emergency` and `crisis`, where they are known."""
        found = {rule: [getattr(c, rule) for c in self.of(rule)] for rule in ("emergency", "crisis")}
        return {rule: given[-1] for rule, given in found.items() if given}

    def disclosed(self, channel: str, place: Place) -> bool:
        """Must it be said there that this is software? Where no pack is known it is said."""
        return not self.packs or any(place in (c.disclosure or {}).get(channel, ()) for c in self.of("disclosure"))  # type: ignore[call-overload]  # other channels have none

    @property
    def stop_words(self) -> frozenset[str]:
        """Words that alone mean "no more texts", case-folded."""
        return frozenset(word.casefold() for c in self.of("optout") for word in c.optout or ())

    @property
    def quiet(self) -> Quiet | None:
        hours = [c.quiet for c in self.of("quiet") if c.quiet is not None]
        return Quiet(after=min(h.after for h in hours), before=max(h.before for h in hours)) if hours else None

    @property
    def share(self) -> Share | None:
        most = [c.share for c in self.of("share") if c.share is not None]
        return Share(a_day=min(m.a_day for m in most), a_week=min(m.a_week for m in most)) if most else None

    @property
    def recording(self) -> Recording | None:
        """Who must know of a recording; None: nobody has said under which consent there may be one."""
        given = [c.recording for c in self.of("recording") if c.recording is not None]
        return max(given, key=_STRICTER.index, default=None)


def profile_of(packs: Mapping[str, Pack], country: str, region: str = "") -> Profile:
    """What is in force there; of a country or region without a pack, what is asked around it."""
    nearest = next((c for c in (f"{country}-{region}", country, "_any") if c in packs), None)
    chain: list[Pack] = []
    while nearest is not None and nearest in packs and packs[nearest] not in chain:
        chain.insert(0, packs[nearest])
        nearest = packs[nearest].extends
    return Profile(tuple(chain))
