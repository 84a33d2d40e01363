"""What a rehearsed morning came to: counted as it goes, and said truthfully at its end."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Told:
    """Counts of one morning. `first`: seconds from a patient's message to the first word of the answer, as seen on
    their telephone or page; `failed`: one line each for what should not have happened."""

    planned: int
    sent: int = 0
    answered: int = 0
    begun: int = 0
    live: int = 0
    first: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)  # decisions that reached patients, by message key
    tasks: Counter[str] = field(default_factory=Counter)
    urgent: int = 0
    decided: Counter[str] = field(default_factory=Counter)  # by the simulated clerks
    clerks_refused: Counter[str] = field(default_factory=Counter)
    slowed: int = 0
    undelivered: int = 0
    failed: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)  # the whole talk of each patient who did

    def lines(self) -> list[str]:
        """The summary, in lines of text."""
        channels = ", ".join(f"{n} by {'text' if c == 'sms' else 'chat'}" for c, n in self.channels.most_common())
        rows = [
            ("conversations", f"{self.begun} of {self.planned} ({channels}; {len(self.languages)} languages)"),
            ("how they ended", _counts(self.ends)),
            ("messages", f"{self.sent} sent, {self.answered} answered"),
            ("first answer", f"p50 {quantile(self.first, 0.5):.2f} s, p95 {quantile(self.first, 0.95):.2f} s"),
            ("tasks", f"{self.tasks.total()}: {_counts(self.tasks)}" if self.tasks else "none"),
            ("urgent", str(self.urgent)),
        ]
        if self.later:
            rows.append(("staff's decisions heard", _counts(self.later)))
        if self.decided:
            rows.append(("simulated clerks", _counts(self.decided)))
        if self.clerks_refused:
            rows.append(("the console refused them", _counts(self.clerks_refused)))
        if self.slowed:
            rows.append(("asked to wait a moment", str(self.slowed)))
        if self.undelivered:
            rows.append(("not delivered", str(self.undelivered)))
        said = [f"{name:<26} {what}" for name, what in rows]
        said.append(f"{'failed':<26} {len(self.failed) or 'nothing'}")
        return [*said, *(f"  {line}" for line in self.failed[:40])]


def quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def _counts(of: Counter[str]) -> str:
    return ", ".join(f"{n} {name}" for name, n in of.most_common())
