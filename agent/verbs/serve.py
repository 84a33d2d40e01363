"""Start the desk: web pages, webhooks, turns and sends in one process; with --demo a clinic to try it on."""

import argparse
import gc
import hashlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from agent import memory
from agent.content import ContentFault
from agent.content.service import stamp_of
from agent.demo.seed import patients, seed, sign_ins
from agent.demo.twilio_standin import TwilioStandIn
from agent.desk.desk import Desk
from agent.house import content_in, kept_in, keys_of, open_desk, published_in
from agent.language_model import get_ready
from agent.logs import quiet_logs
from agent.prepare import prepare
from agent.renewal import Renewal
from agent.settings import Settings, load_settings
from agent.short_turns import short_turns
from agent.web.app import create_app
from agent.web.pages import compile_all
from agent.web.passwords import hash_password

_TEXTS = 1_000  # that the demo's carrier remembers: a demo that runs for days does not grow
_AFTER = 0.3  # seconds; who waits for the pages has them first
_REST = 2.0  # times as long as a page is made ready is the processor left to others
_LOOK, _LOOKS = 0.05, 20  # seconds between looks whether a busy desk has caught up, and how many before the next page
_KEEP_ALIVE = 75  # seconds; longer than balancers and Twilio keep a connection: who closes first meets no request


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="the demo clinic, its sign-ins and a simulated phone")
    parser.add_argument("--host", help="address to listen on; default FRONTDESK_HOST or 127.0.0.1")
    parser.add_argument("--port", type=int, help="port to listen on; default FRONTDESK_PORT or 8000")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    here = {k: v for k, v in {"host": given.host, "port": given.port}.items() if v is not None}
    settings = settings.model_copy(update={**here, "demo": settings.demo or given.demo})
    if refusals := settings.refusals():
        print("\n".join(refusals), file=sys.stderr)
        return 1
    quiet_logs()
    _, secret = keys_of(settings)
    standin: Any = None
    if settings.demo:
        settings = demo_settings(settings, secret)
    since = stamp_of(settings.content)
    memory.share()
    gc.disable()  # all that is made until the desk is ready stays: looking through it costs a third of the start
    try:
        content = kept_in(settings)
        if content is None:
            print("  Learning the clinic's languages: a first start takes a minute or two.", flush=True)
            prepare()
            content = content_in(settings)
        desk = open_desk(settings, content=content)
        get_ready(settings)
    except ContentFault as broken:
        print(broken, file=sys.stderr)
        return 1
    if settings.demo:
        seed(desk.store, desk.clinic, desk.clock(), desk.new_id, hash_password)
        standin = standin_for(desk)
    gc.collect()
    draining: list[bool] = []
    app = create_app(desk, standin=standin, draining=draining)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, proxy_headers=False,
        server_header=False, ws_max_size=64 * 1024, ws_per_message_deflate=False, timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    drain = settings.drain_seconds if settings.redis_url else 0.0
    base = f"http://{settings.host}:{settings.port}"
    server = Greeting(config, lambda: _there(desk, base, app), draining, drain)
    memory.give_back()
    gc.freeze()  # content, models and modules stay for good: looking through them again and again costs every turn
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
    renewal = Renewal(desk, settings.content, since=since, kept=published_in(settings))
    renewal.start()
    with memory.Tidying():
        server.run()
    renewal.stop()
    return 0 if server.started else 1


def _there(desk: Desk, base: str, app: FastAPI) -> None:
    greet(desk, base)
    warm = threading.Timer(_AFTER, make_ready, (desk, app.state.ready, app.state.entrance.queued))
    warm.daemon = True
    warm.start()


def make_ready(
    desk: Desk, ready: Iterable[Callable[[], object]], busy: Callable[[], bool] = lambda: False
) -> None:  # fmt: skip
    """What the first message and the first page need is at hand before they come; it stays for good as well. While the
    desk is `busy` it goes on later."""

    def rest(took: float) -> None:
        time.sleep(_REST * took)
        for _ in range(_LOOKS):
            if not busy():
                return
            time.sleep(_LOOK)

    if desk.ears is not None and desk.gate is not None:
        with short_turns():
            desk.ears.hear("hello", now=desk.clock(), lang=desk.clinic.default_language)
            desk.gate.read("hello", desk.clinic.default_language)
    compile_all(rest)
    for do in ready:
        began = time.perf_counter()
        try:
            with short_turns():
                do()
        except Exception as fault:  # whoever opens that page meets it, and is told
            desk.on_fault(fault)
        rest(time.perf_counter() - began)
    gc.collect()
    gc.freeze()


class Greeting(uvicorn.Server):
    """Says where the pages are once they are there, not before. Asked to end while others serve beside it, it is
    first not ready any more, goes on answering for `drain` seconds, and only then stops."""

    def __init__(
        self, config: uvicorn.Config, greet: Callable[[], None], draining: list[bool], drain: float = 0.0
    ) -> None:
        super().__init__(config)
        self._greet, self._draining, self._drain = greet, draining, drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        first = not self._draining
        self._draining.append(True)
        if sig == signal.SIGTERM and self._drain and first:
            leave = threading.Timer(self._drain, super().handle_exit, (sig, frame))
            leave.daemon = True
            leave.start()
        else:
            super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._greet()


def demo_settings(settings: Settings, secret: bytes) -> Settings:
    """The stand-in plays Twilio, on this very server."""
    base = f"http://127.0.0.1:{settings.port}"
    proof = hashlib.sha256(b"stand-in|" + secret).hexdigest()
    from pydantic import SecretStr

    return settings.model_copy(
        update={
            "public_url": base,
            "twilio_account_sid": "AC" + proof[:32],
            "twilio_auth_token": SecretStr(proof[32:]),
            "twilio_api_url": f"{base}/standin",
        }
    )


def standin_for(desk: Desk) -> TwilioStandIn:
    """Twilio for the demo: one account, the clinic's number, and every patient's phone."""
    settings = desk.settings
    handsets = tuple(dict.fromkeys(n for p in patients(desk.clinic, desk.new_id) for n in p.phones))
    base = settings.public_url
    return TwilioStandIn(
        settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), desk.clinic.numbers[0],
        f"{base}/twilio/sms", f"{base}/twilio/sms/status", handsets=handsets,
        voice_url=f"{base}/twilio/voice", keep=_TEXTS,
    )  # fmt: skip


def greet(desk: Desk, base: str) -> None:
    """The pages and, in the demo, the sign-ins."""
    print(f"\n  {desk.clinic.name}\n")
    if desk.settings.demo:
        print(f"  Text or call it      {base}/phone")
    print(f"  Chat with the clinic {base}/chat")
    print(f"  Staff console        {base}/console")
    if desk.settings.demo:
        print("\n  Demo sign-ins")
        for user in sign_ins():
            print(f"    {user.email:<24} {user.password:<20} {user.role}")
    print("\n  Ctrl-C stops the desk.\n", flush=True)
