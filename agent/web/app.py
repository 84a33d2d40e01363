"""Puts the web application together for one desk; a composition root."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from agent.adapters.figures import Figures
from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.house import keys_of
from agent.model.sighting import both
from agent.settings import Settings
from agent.web import chat, chat_photos, console, documents, forms, health, hooks, pages, rasa, visit_page, voice
from agent.web.brake import Brake
from agent.web.guard import Guard
from agent.web.lanes import WEBHOOKS, Lane
from agent.web.loops import Loops
from channels.signature import Trust


def create_app(desk: Desk, *, loops: bool = True, standin: Any = None, draining: list[bool] | None = None) -> FastAPI:
    """The ASGI application. `loops`: also take turns and send in this process, beside Celery's workers where there
    are some; `standin`: a Twilio stand-in to mount; `draining`: not empty once the process should get no traffic. Its
    `state.ready` can be done before somebody opens a page, so that the first does not wait for it; `state.entrance` is
    where webhooks wait their turn."""
    settings = desk.settings
    draining = [] if draining is None else draining
    figures, entrance = Figures(), Lane(WEBHOOKS)
    desk.watch = both(desk.watch, figures)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            alone = settings.redis_url is None
            workers = Loops(desk, alone=alone, gives_way=entrance.queued) if loops else None
            if workers is not None:
                workers.start()
            if standin is not None:
                stack.push_async_callback(standin.close)
            yield
            draining.append(True)
            if workers is not None:
                await to_thread.run_sync(workers.stop)

    app = FastAPI(
        title="Frontdesk",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    templates = Jinja2Templates(env=pages.environment())
    trust = Trust.of(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.public_url,
        settings.trusted_proxies,
        old_until=settings.twilio_old_token_until,
        clock=desk.clock,
    )
    origins = frozenset(o.strip() for o in settings.widget_origins.split(",") if o.strip())
    # Routes are taken over as they are: including their routers would build each a second time.
    app.router.routes.extend(pages.routes(desk, templates).routes)
    pace = Pace(settings.redis_url, keys_of(settings)[1] if settings.redis_url else b"")
    app.router.routes.extend(hooks.routes(desk, trust, pace, entrance).routes)
    app.router.routes.extend(voice.routes(desk, trust, pace, lambda: bool(draining)).routes)
    app.router.routes.extend(chat.routes(desk, origins, pace).routes)
    app.router.routes.extend(chat_photos.routes(desk, origins, pace).routes)
    ready = list[Callable[[], object]]()
    consoles = console.routes(desk, templates, pace, ahead=loops, leaving=lambda: bool(draining), ready=ready)
    app.router.routes.extend(consoles.routes)
    app.state.ready, app.state.entrance = ready, entrance
    app.router.routes.extend(forms.routes(desk, templates).routes)
    app.router.routes.extend(documents.routes(desk, templates).routes)
    app.router.routes.extend(visit_page.routes(desk, templates, pace).routes)
    app.router.routes.extend(rasa.routes(desk, pace).routes)
    app.router.routes.extend(health.routes(desk, draining, figures).routes)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    if standin is not None:
        app.mount("/standin", standin.app)
    app.add_middleware(Brake, pace=pace, most=settings.source_requests, trusted_proxies=settings.trusted_proxies)
    hosts = _hosts(settings) if settings.demo else None
    app.add_middleware(
        Guard, public=settings.public_url, on_fault=desk.on_fault, hosts=hosts, leaving=lambda: bool(draining)
    )
    return app


def _hosts(settings: Settings) -> frozenset[str]:
    """The demo has no sign-in before its handset: only this machine's own names reach it, on whatever port."""
    return frozenset({"127.0.0.1", "localhost", "::1", urlsplit(settings.public_url).hostname or ""} - {""})
