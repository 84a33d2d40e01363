"""Whether this process lives, whether it should get traffic, and figures without any patient in them."""

from anyio import to_thread
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agent.adapters.figures import Figures
from agent.desk.desk import Desk
from agent.model.fault import Busy
from agent.web.gauges import Gauges
from agent.web.readiness import Reach


def routes(desk: Desk, draining: "list[bool]", figures: Figures) -> APIRouter:
    """`/healthz`, `/readyz` (fails first when the process is asked to stop), `/metrics`."""
    router = APIRouter()
    gauges = Gauges(desk)

    def reach() -> bool:
        """Cheap however much is stored, since balancers ask every second; True while sending is stopped."""
        with desk.store.begin(write=False) as tx:
            return tx.sends.halted() is not None

    reached = Reach(reach)

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:
        if draining:
            return Response("draining", 503)
        try:
            halted = await reached.ask()
        except Busy:
            return Response("database away", 503)
        return Response("ready, sending is stopped" if halted else "ready")

    @router.get("/metrics")
    async def metrics() -> Response:
        try:
            now = await to_thread.run_sync(gauges.text)
        except Busy:
            return Response("database away", 503)
        return Response(generate_latest(figures.registry) + now, media_type=CONTENT_TYPE_LATEST)

    return router
