"""However many pages are open, what they ask by themselves is worked on in a few threads."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from agent.web.chat_sessions import Sessions as Chats
from agent.web.lanes import CHATS, CONSOLES, Lane
from agent.web.signin import Sessions
from tests.web.console_desk import World


class Held:
    """Work that is begun and goes on until it may end."""

    def __init__(self) -> None:
        self.now, self.most, self.began = 0, 0, 0
        self._lock, self._go_on = threading.Lock(), threading.Event()

    def __call__(self, *_: object, **__: object) -> None:
        with self._lock:
            self.now, self.began = self.now + 1, self.began + 1
            self.most = max(self.most, self.now)
        self._go_on.wait(60)
        with self._lock:
            self.now -= 1

    def end(self) -> None:
        self._go_on.set()


async def _asked(held: Held, ask: Callable[[], Any], pages: int, threads: int) -> list[Any]:
    """What so many pages are answered that ask at once."""
    asking = [asyncio.create_task(ask()) for _ in range(pages)]
    for _ in range(10_000):
        await asyncio.sleep(0.001)
        if held.now >= threads or asking[0].done():
            break
    for _ in range(200):  # whoever could begin as well has begun
        await asyncio.sleep(0.001)
    held.end()
    return list(await asyncio.gather(*asking))


def test_a_lane_works_in_so_many_threads_and_in_the_end_on_everything() -> None:
    held = Held()

    async def many() -> None:
        lane = Lane(3)
        await _asked(held, lambda: lane.run(held), 30, 3)

    asyncio.run(many())
    assert (held.most, held.began) == (3, 30)


@pytest.mark.parametrize("path", ["/console/queue", "/console/count", "/console/conversations/rows"])
def test_thirty_consoles_that_hear_one_ring_hold_few_threads(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, held, find = world.browser("front-desk"), Held(), Sessions.find

    def slowly(self: Sessions, token: str | None, *, passive: bool = False) -> Any:
        held()
        return find(self, token, passive=passive)

    monkeypatch.setattr(Sessions, "find", slowly)

    async def ring() -> list[int]:
        way = httpx2.ASGITransport(app=world.app)
        async with httpx2.AsyncClient(
            transport=way, base_url=world.settings.public_url, cookies=dict(browser.cookies)
        ) as http:

            async def look() -> int:
                return (await http.get(path, headers={"X-Live": "1"})).status_code

            return await _asked(held, look, 30, CONSOLES)

    assert asyncio.run(ring()) == [200] * 30
    assert held.most == CONSOLES


def test_thirty_chats_that_say_hello_at_once_hold_few_threads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held, begin, host = Held(), Chats.open, world.settings.public_url.partition("://")[2]

    def slowly(self: Chats, lang: str, origin: str) -> Any:
        held()
        return begin(self, lang, origin)

    monkeypatch.setattr(Chats, "open", slowly)
    scope = {
        "type": "websocket", "path": "/chat/socket", "raw_path": b"/chat/socket", "query_string": b"", "scheme": "wss",
        "headers": [(b"host", host.encode()), (b"origin", world.settings.public_url.encode())], "subprotocols": [],
        "client": ("127.0.0.1", 1), "server": (host, 443), "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def page() -> str:
        """What one page hears first."""
        said, heard = asyncio.Queue[Any](), asyncio.Queue[Any]()
        said.put_nowait({"type": "websocket.connect"})
        hello = json.dumps({"t": "hello", "clinic": "demo", "lang": "en", "token": None, "after": ""})
        said.put_nowait({"type": "websocket.receive", "text": hello})
        connection = asyncio.create_task(world.app(scope.copy(), said.get, heard.put))
        while (told := await heard.get())["type"] != "websocket.send":
            pass
        said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await connection
        return str(json.loads(told["text"])["t"])

    assert asyncio.run(_asked(held, page, 30, CHATS)) == ["welcome"] * 30
    assert held.most == CHATS
