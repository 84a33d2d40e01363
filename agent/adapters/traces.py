"""Spans for OpenTelemetry: one for each turn, its stages within. Imported only where `FRONTDESK_OTEL_URL` is set."""

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import set_span_in_context

from agent.model.sighting import Sighting, TurnTaken

ATTRIBUTES = frozenset(
    {"channel", "language", "outcome", "content_revision", "model_outcome"}
)  # all that a span may say


class Traces:
    """A watch (see `agent.model.sighting.Watch`): spans go to `processor`, which must not block."""

    def __init__(self, processor: SpanProcessor) -> None:
        provider = TracerProvider(resource=Resource({"service.name": "frontdesk"}))
        provider.add_span_processor(processor)
        self._provider, self._tracer = provider, provider.get_tracer("frontdesk")

    def __call__(self, sighting: Sighting) -> None:
        if not isinstance(sighting, TurnTaken) or not sighting.laps:
            return
        began, laps = sighting.began, sighting.laps
        turn = self._tracer.start_span("turn", start_time=began + laps[0].began, attributes=_said(sighting))
        within = set_span_in_context(turn)
        for lap in laps:
            self._tracer.start_span(lap.stage, within, start_time=began + lap.began).end(began + lap.ended)
        turn.end(began + laps[-1].ended)

    def close(self) -> None:
        """Send what waits and stop."""
        self._provider.shutdown()


def exported_to(url: str) -> Traces:
    """Sent in batches by OTLP over HTTP, on a thread of their own; a collector that is away costs nothing but spans."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return Traces(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))


def _said(turn: TurnTaken) -> dict[str, str]:
    said = {"channel": turn.channel, "language": turn.lang, "outcome": turn.outcome, "content_revision": turn.revision}
    return said | ({"model_outcome": turn.model} if turn.model is not None else {})
