"""The desk's figures for Prometheus: what happened in this process, by names from closed lists only."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

from agent.model.sighting import Escalated, HookAnswered, PersonCame, Reminded, SendDone, Sighting, TurnTaken

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # a stage of a turn, in seconds
_ANSWER = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
_CALL = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30)
_LATE = (1, 5, 10, 30, 60, 120, 300, 600, 1200, 3600, 7200)
_PERSON = (30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400)


class Figures:
    """A watch (see `agent.model.sighting.Watch`) that counts; `registry` holds the counts. A turn costs it some
    twenty microseconds."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()

        def histogram(name: str, what: str, labels: Iterable[str], buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"frontdesk_{name}", what, labels, buckets=buckets, registry=registry)

        def counter(name: str, what: str, labels: Iterable[str]) -> Counter:
            return Counter(f"frontdesk_{name}", what, labels, registry=registry)

        self._stage = histogram("turn_stage_seconds", "time of one turn in each stage", ["stage"], _QUICK)
        self._answer = histogram(
            "answer_seconds", "from a message's arrival to its committed turn", ["channel"], _ANSWER
        )
        self._turns = counter("turns_total", "turns by outcome: decided, again, parked", ["channel", "outcome"])
        self._sends = counter("sends_total", "outbox rows handled, by outcome", ["channel", "outcome"])
        self._send = histogram("send_seconds", "how long the provider took to answer a send", ["channel"], _CALL)
        self._hooks = counter("webhooks_total", "webhooks by outcome", ["route", "outcome"])
        self._escalated = counter("escalations_total", "tasks that ask for a person", ["language", "kind"])
        self._person = histogram("person_seconds", "from such a task to a person", ["language", "kind"], _PERSON)
        self._late = histogram("reminder_late_seconds", "from when a reminder was due until it was sent", [], _LATE)
        self._models = counter("model_calls_total", "language model calls by outcome", ["outcome"])
        self._model = histogram("model_seconds", "how long the language model took", [], _CALL)

    def __call__(self, sighting: Sighting) -> None:
        match sighting:
            case TurnTaken():
                self._turn(sighting)
            case SendDone(channel, outcome, seconds):
                self._sends.labels(channel, outcome).inc()
                if seconds:
                    self._send.labels(channel).observe(seconds)
            case HookAnswered(route, outcome):
                self._hooks.labels(route, outcome).inc()
            case Escalated(lang, kind):
                self._escalated.labels(lang, kind).inc()
            case PersonCame(lang, kind, seconds):
                self._person.labels(lang, kind).observe(seconds)
            case Reminded(late):
                self._late.observe(late)

    def _turn(self, turn: TurnTaken) -> None:
        self._turns.labels(turn.channel, turn.outcome).inc()
        if turn.model is not None:
            self._models.labels(turn.model).inc()
            self._model.observe(turn.model_ms / 1000)
        if turn.outcome != "decided":
            return
        self._answer.labels(turn.channel).observe(turn.waited)
        spent: dict[str, int] = {}
        for lap in turn.laps:
            spent[lap.stage] = spent.get(lap.stage, 0) + lap.ended - lap.began
        for stage, nanoseconds in spent.items():
            self._stage.labels(stage).observe(nanoseconds / 1e9)
