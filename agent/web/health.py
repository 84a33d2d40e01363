"""Whether this process lives, whether it should get traffic, and figures without any patient in them."""

from anyio import to_thread
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from agent.desk.desk import Desk
from agent.model.fault import Busy
from agent.web.console_hearing import Watch


def routes(desk: Desk, draining: "list[bool]") -> APIRouter:
    """`/healthz`, `/readyz` (fails first when the process drains), `/metrics`."""
    router = APIRouter()
    registry = CollectorRegistry()
    inbox = Gauge("frontdesk_inbox_waiting", "inbound messages not yet answered", registry=registry)
    outbox = Gauge("frontdesk_outbox_waiting", "outbound messages not yet sent", registry=registry)
    tasks = Gauge("frontdesk_tasks_open", "open tasks", ["kind"], registry=registry)

    stopped = Gauge("frontdesk_sends_stopped", "1 while a person has stopped all texts", registry=registry)
    kinds = ["language", "channel"]
    confidence = Gauge("frontdesk_hearing_confidence", "mean confidence of what was heard", kinds, registry=registry)
    unsure = Gauge("frontdesk_hearing_unsure", "share of messages that were not heard surely", kinds, registry=registry)
    shift = Gauge(
        "frontdesk_hearing_shift", "PSI of the kinds of requests, newer half on older", kinds, registry=registry
    )
    watch = Watch(desk)

    def listen() -> None:
        for gauge in (confidence, unsure, shift):
            gauge.clear()
        for d in watch.drifts():
            confidence.labels(d.lang, d.channel).set(d.confidence)
            unsure.labels(d.lang, d.channel).set(d.unsure)
            shift.labels(d.lang, d.channel).set(d.psi)

    def reach() -> bool:
        """Cheap however much is stored, since balancers ask every second; True while sending is stopped."""
        with desk.store.begin(write=False) as tx:
            return tx.sends.halted() is not None

    def look() -> None:
        with desk.store.begin(write=False) as tx:
            stopped.set(tx.sends.halted() is not None)
            inbox.set(tx.inbox.waiting())
            outbox.set(tx.outbox.waiting())
            tasks.clear()
            for task in tx.tasks.open(desk.clinic.id):
                tasks.labels(task.kind).inc()

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:
        if draining:
            return Response("draining", 503)
        try:
            halted = await to_thread.run_sync(reach)
        except Busy:
            return Response("database away", 503)
        return Response("ready, sending is stopped" if halted else "ready")

    @router.get("/metrics")
    async def metrics() -> Response:
        try:
            await to_thread.run_sync(look)
            await to_thread.run_sync(listen)
        except Busy:
            return Response("database away", 503)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
