"""Server-sent events for open console pages: ids only, a slow tick, and the end when the session ends."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from agent.model.fault import Busy
from agent.web.console_door import Door
from agent.web.signin import SignInNeeded

TICK = 15.0  # seconds: due times move on, and a lost ring costs no more than this
GAP = 0.25  # seconds between two rings that a page hears: those between are one, so that a busy desk is not asked more
LOOK = 1.0  # seconds within which an open page is let go when the process stops, which waits for it
_Rung = tuple[str, str]  # the event, and what it is about
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(door: Door, tick: float = TICK) -> APIRouter:
    """`/console/live` tells when there is something else to do; `?thread=<conversation>` also of that conversation and
    of who writes in it, `?talk=1` of every turn of every conversation."""
    router = door.router()

    @router.get("/console/live")
    def live(request: Request, thread: str = "", talk: bool = False) -> StreamingResponse:
        door.signed(request)
        clinic = door.desk.clinic.id
        own = [f"thread:{thread}", f"typing:{thread}"] if thread else []
        topics = [f"console:{clinic}", *own, *([f"talk:{clinic}"] if talk else [])]
        return StreamingResponse(events(door, request, topics, tick), media_type="text/event-stream", headers=_HEADERS)

    return router


async def events(door: Door, request: Request, topics: list[str], tick: float) -> AsyncIterator[str]:
    """`changed` with an id at a ring, `typing` with who writes (`patient`, or nothing when they have stopped), `tick`
    now and then, `gone` once when nobody is signed in any more. Ends where this process is asked to stop: the page
    asks again."""
    loop, rung = asyncio.get_running_loop(), asyncio.Queue[_Rung](maxsize=100)

    def ear(topic: str) -> Callable[[str], None]:
        name = "typing" if topic.startswith("typing:") else "changed"

        def hear(what: str) -> None:
            loop.call_soon_threadsafe(_put, rung, (name, what))

        return hear

    deaf = [door.desk.bus.listen(topic, ear(topic)) for topic in topics]
    told = -GAP
    try:
        yield "retry: 2000\nevent: tick\ndata:\n\n"
        due = loop.time() + tick
        while not door.leaving():
            try:
                first = await asyncio.wait_for(rung.get(), min(LOOK, max(0.0, due - loop.time())))
                await asyncio.sleep(max(0.0, told + GAP - loop.time()))
                news = dict([first, *(rung.get_nowait() for _ in range(rung.qsize()))])  # the newest of each name
                told = loop.time()
            except TimeoutError:
                if loop.time() < due:
                    continue
                news = {"tick": ""}
            due = loop.time() + tick
            if not await door.lane.run(_here, door, request):
                yield "event: gone\ndata:\n\n"
                return
            for name, what in news.items():
                yield f"event: {name}\ndata: {what}\n\n"
    finally:
        for stop in deaf:
            stop()


def _put(rung: "asyncio.Queue[_Rung]", what: _Rung) -> None:
    if not rung.full():  # many rings are as good as one
        rung.put_nowait(what)


def _here(door: Door, request: Request) -> bool:
    """Still signed in? Looking is no activity of the person's."""
    try:
        return door.sessions.find(door.sessions.token_of(request), passive=True) is not None
    except (SignInNeeded, Busy):
        return True
