"""Whether this process lives, whether it should get traffic, and figures without any patient in them."""

from anyio import to_thread
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from agent.desk.desk import Desk
from agent.model.fault import Busy


def routes(desk: Desk, draining: "list[bool]") -> APIRouter:
    """`/healthz`, `/readyz` (fails first when the process drains), `/metrics`."""
    router = APIRouter()
    registry = CollectorRegistry()
    inbox = Gauge("frontdesk_inbox_waiting", "inbound messages not yet answered", registry=registry)
    outbox = Gauge("frontdesk_outbox_waiting", "outbound messages not yet sent", registry=registry)
    tasks = Gauge("frontdesk_tasks_open", "open tasks", ["kind"], registry=registry)

    def look() -> None:
        with desk.store.begin(write=False) as tx:
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
            await to_thread.run_sync(look)
        except Busy:
            return Response("database away", 503)
        return Response("ready")

    @router.get("/metrics")
    async def metrics() -> Response:
        try:
            await to_thread.run_sync(look)
        except Busy:
            return Response("database away", 503)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
