"""Figures that are read from the database when asked for: queues, open tasks, how well the desk hears, what serves."""

from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from agent.desk.desk import Desk
from agent.web.console_hearing import Watch


class Gauges:
    """The gauges of one desk; every process that serves /metrics gives the same values."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._watch = desk, Watch(desk)
        self._registry = CollectorRegistry()

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"frontdesk_{name}", what, labels, registry=self._registry)

        self._inbox = gauge("inbox_waiting", "inbound messages not yet answered")
        self._inbox_age = gauge("inbox_oldest_seconds", "age of the oldest inbound message not yet answered")
        self._outbox = gauge("outbox_waiting", "outbound messages that are due and not yet sent")
        self._outbox_age = gauge("outbox_oldest_seconds", "how long the oldest of them has been due")
        self._stopped = gauge("sends_stopped", "1 while a person has stopped all texts")
        self._unknown = gauge("outbox_unknown", "outbound messages of unknown outcome")
        self._tasks = gauge("tasks_open", "open tasks", "kind")
        self._overdue = gauge("tasks_overdue", "open tasks past the time promised to the patient", "kind")
        self._alone = gauge("urgent_unclaimed_seconds", "age of the oldest emergency that no person has taken")
        self._chart = gauge("chart_writes", "writings to the record: waiting, or stopped for a person", "state")
        self._chart_age = gauge("chart_oldest_seconds", "how long ago the oldest waiting writing was approved")
        kinds = ("language", "channel")
        self._confidence = gauge("hearing_confidence", "mean confidence of what was heard", *kinds)
        self._unsure = gauge("hearing_unsure", "share of messages that were not heard surely", *kinds)
        self._sureness = gauge("hearing_confidence_shift", "PSI of confidence, on that of held-out training", *kinds)
        self._shift = gauge("hearing_shift", "PSI of the kinds of requests, newer half on older", *kinds)
        self._content = gauge("content_info", "1 for the content in service in this process", "revision", "version")

    def text(self) -> bytes:
        """As Prometheus reads it. Raises Busy when the database is away."""
        now = self._desk.clock()
        with self._desk.store.begin(write=False) as tx:
            lengths = tx.queues.lengths(now)
            tasks = tx.tasks.open(self._desk.clinic.id)
            stopped = tx.sends.halted() is not None
            charts = tx.charts.lengths(self._desk.clinic.id)
        self._inbox.set(lengths.inbound)
        self._inbox_age.set(_age(lengths.inbound_since, now))
        self._outbox.set(lengths.outbound)
        self._outbox_age.set(_age(lengths.outbound_since, now))
        self._stopped.set(stopped)
        self._unknown.set(lengths.unknown)
        self._tasks.clear()
        self._overdue.clear()
        for task in tasks:
            self._tasks.labels(task.kind).inc()
            self._overdue.labels(task.kind).inc(task.due_at < now)
        emergencies = [t.created_at for t in tasks if t.priority == "stat" and t.assignee is None]
        self._alone.set(_age(min(emergencies, default=None), now))
        self._chart.labels("waiting").set(charts.waiting)
        self._chart.labels("stopped").set(charts.stopped)
        self._chart_age.set(_age(charts.since, now))
        self._hearing()
        self._content.clear()
        self._content.labels(self._desk.content.revision[:12], version("frontdesk")).set(1)
        return generate_latest(self._registry)

    def _hearing(self) -> None:
        drifts = self._watch.drifts()
        for gauge in (self._confidence, self._unsure, self._shift, self._sureness):
            gauge.clear()
        for d in drifts:
            self._confidence.labels(d.lang, d.channel).set(d.confidence)
            self._unsure.labels(d.lang, d.channel).set(d.unsure)
            self._shift.labels(d.lang, d.channel).set(d.psi)
            if d.sureness is not None:
                self._sureness.labels(d.lang, d.channel).set(d.sureness)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
