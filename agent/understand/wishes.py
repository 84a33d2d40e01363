"""What a message wishes for: when to come, and which day or hour of a visit is given up or left for another."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from agent.understand.repairs import Repairs
from agent.understand.said import Said, as_dates, as_times
from agent.understand.times import Expression, TimeGrammar, wanted
from agent.understand.words import phrase

_MANY, _FEW = 30, 8  # words
_DAY_BEGINS, _NOON, _DAY_ENDS = "00:00", "12:00", "23:59"
_TWO, _APART = 2, 3  # hours; words between them
_MOST_OF_NOW = 10  # words of "are you open now?"


class Wishes:
    """Reads them from a message's expressions of time; `horizon`: days ahead that can be booked."""

    def __init__(self, repairs: Repairs, grammars: Mapping[str, TimeGrammar], horizon: int) -> None:
        self._repairs, self._grammars, self._horizon = repairs, grammars, horizon

    def times(self, text: str, lang: str, now: datetime, refused: bool = False) -> list[Expression]:
        """Every expression of time; none in a language without rows."""
        grammar = self._grammars.get(lang.split("-", maxsplit=1)[0])
        return grammar.find(text, now, refused=refused) if grammar else []

    def wish(self, said: Said) -> None:
        """Dates and times that are wishes: not inside a date of birth, a name (Reyes), a number or a choice."""
        taken = [said.spans[n] for n in ("dob", "phone", "code", "name") if n in said.spans]
        free = [e for e in said.expressions if not any(a < e.end and e.start < b for a, b in taken)]
        if len(free) > 1:  # "and now one for me on Wednesday": now is no time of the visit
            free = [e for e in free if e.value != said.now.strftime("%Y-%m-%dT%H:%M:%S")] or free
        if not said.asked("date"):  # "I'm ok now" wishes for nothing
            free = [e for e in free if e.value != said.now.isoformat(timespec="seconds")]
        wish = wanted(free, said.now)
        self.avoid(said, taken)
        most = _MANY if said.question is None else _FEW
        if wish.dates is not None:
            said.entities["date"] = as_dates(wish)
        elif self._any_day(said, most):
            last = said.now.date() + timedelta(days=self._horizon)
            said.entities["date"] = [said.now.date().isoformat(), last.isoformat()]
            said.spans["date"] = (0, len(said.text))
        if wish.times is not None or wish.part is not None:
            said.entities["time"] = as_times(wish)
        elif rest := self._not_then(said):
            (said.entities["time"], said.spans["time"]), said.refuses = rest, True
        for name in ("date", "time"):
            if name in said.entities and wish.quote:
                said.spans.setdefault(name, wish.quote)
                if wish.ambiguous:
                    said.unsure.add(name)

    def _any_day(self, said: Said, most: int) -> bool:
        """ "As soon as possible"; or only the days that do not suit, in answer to the question for one."""
        if said.asked("date") and "avoid" in said.entities:
            return True
        asked = said.question is None or said.asked("date") or said.asked("reason")
        return asked and self._repairs.within(said.text, said.lang, "soonest", most)

    def avoid(self, said: Said, taken: list[tuple[int, int]]) -> None:
        """Notes days that do not suit."""
        grammar = self._grammars.get(said.lang.split("-", maxsplit=1)[0])
        found = grammar.avoided(said.text, said.now, said.question is None) if grammar else []
        free = [each for each in found if not any(a < each[2] and each[1] < b for a, b in taken)]
        if free:
            said.entities["avoid"] = list(dict.fromkeys(name for name, _, _ in free))
            said.spans["avoid"] = (free[0][1], free[-1][2])
            said.refuses = True

    def _not_then(self, said: Said) -> tuple[list[str], tuple[int, int]] | None:
        """ "I can't do mornings": the rest of the day, and where it is said; None where no part of it is refused, or
        may be wished for ("no, morning")."""
        parts = [e for e in self._refused(said) if e.kind == "timerange" and "," not in e.text]
        if len(parts) != 1:
            return None
        first, last = map(str, parts[0].value)
        rest = [last, _DAY_ENDS] if first < _NOON else [_DAY_BEGINS, first]
        return rest, (parts[0].start, parts[0].end)

    def given_up(self, said: Said) -> None:
        """ "I can't come tomorrow": the day of the visit that is cancelled, where no other is said. A part of the day
        that does not suit says when that visit is, not that another is wished for at the rest of it."""
        if (rest := self._not_then(said)) and said.entities.get("time") == rest[0]:
            said.entities.pop("time")
            said.spans.pop("time")
        if "date" in said.entities:
            return
        wish = wanted(self._refused(said), said.now)
        if wish.dates is not None and wish.quote and wish.dates[0] == wish.dates[1]:
            said.entities["date"], said.spans["date"] = as_dates(wish), wish.quote

    def this_day(self, said: Said) -> None:
        """ "Are you open now?": of today, where no one day is named."""
        named = isinstance(said.entities.get("date"), str)
        if not named and self._repairs.within(said.text, said.lang, "right_now", _MOST_OF_NOW):
            said.entities["date"] = said.now.date().isoformat()

    def _refused(self, said: Said) -> list[Expression]:
        """When somebody says that they cannot come."""
        return [e for e in self.times(said.text, said.lang, said.now, refused=True) if e not in said.expressions]

    def from_and_to(self, said: Said) -> None:
        """ "Move my Tuesday visit to Friday": Friday is wished for, Tuesday says which visit. So it is with hours, and
        with "I can't come on Tuesday, does Friday work?"."""
        days = [each for e in said.expressions if "date" in e.kind for each in self._two_days(said, e)]
        new, old = self._parted(said, days)
        if not new and any("date" in e.kind for e in self._refused(said)):
            return
        hours = [e for e in said.expressions if e.kind == "time"]
        later, _ = self._parted(said, hours)
        if len(hours) == _TWO and len(later) != 1 and self._told_apart(said, *hours):
            later = hours[1:]
        said_once = not later or len(later) == len(hours)
        if (not old or "date" not in said.entities) and said_once:
            return
        for name in ("date", "time"):
            said.entities.pop(name, None)
            said.spans.pop(name, None)
        left = [e for e in said.expressions if "date" not in e.kind and (said_once or e not in hours or e in later)]
        wish = wanted([*(new or ([] if old and said_once else days)), *left], said.now)
        if wish.dates is not None and wish.quote:
            said.entities["date"], said.spans["date"] = as_dates(wish), wish.quote
        if (wish.times is not None or wish.part is not None) and wish.quote:
            said.entities["time"], said.spans["time"] = as_times(wish), wish.quote
        if old and said_once:
            said.entities["which"] = said.text[old[0].start : old[0].end]
            said.spans["which"] = (old[0].start, old[0].end)
            if old[0].kind == "date":
                said.entities["which_day"], said.spans["which_day"] = str(old[0].value)[:10], said.spans["which"]

    @staticmethod
    def _told_apart(said: Said, old: Expression, new: Expression) -> bool:
        """ "It's at two, but I work, could it be half past four": two hours with more than a small word between."""
        return len(phrase(said.text[old.end : new.start])) >= _APART

    def _parted(self, said: Said, found: list[Expression]) -> tuple[list[Expression], list[Expression]]:
        """Those that a visit is moved to, and the others."""
        beside = self._repairs.beside
        new = [e for e in found if beside(said.text, e.start, e.end, said.lang, "moved_to", "moved_after")]
        return new, [e for e in found if e not in new]

    def _two_days(self, said: Said, e: Expression) -> list[Expression]:
        """ "Del lunes al jueves" where a visit is moved: two days, not a stretch of four; of "from the 10th to
        the 17th" heard as the 17th alone, the 10th too."""
        halves = [
            (a, b) for m in re.finditer(r"\s", e.text) for a, b in [(e.text[: m.start()], e.text[m.end() :])]
            if self._repairs.beside(f"{b} ", len(b.split()[0]) + 1, len(b), said.lang, "moved_to", "none")
        ]  # fmt: skip
        for a, b in halves:
            first, last = (self.times(x, said.lang, said.now) for x in (a, b))
            if first and last and ("range" in e.kind or last[-1].value == e.value):
                at = e.end - len(b)
                return [
                    first[0].model_copy(update={"start": e.start, "end": e.start + len(a)}),
                    *(x.model_copy(update={"start": at + x.start, "end": at + x.end}) for x in last),
                ]
        return [e]
