"""The Bus over Redis publish/subscribe: rings reach every process; when Redis is away, work waits for the next sweep."""

import threading
from collections.abc import Callable

import redis
from structlog import get_logger

from agent.adapters.bus_local import LocalBus

_PREFIX = "frontdesk:"
_RETRY = 2.0  # seconds between tries to reach Redis again


class RedisBus:
    """See `agent.ports.Bus`. A ring that cannot be delivered still reaches this process, and is never an error."""

    def __init__(self, url: str) -> None:
        self._local = LocalBus()
        self._url = url
        self._out = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._me = f"{id(self):x}-{threading.get_native_id()}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._hear, name="bus", daemon=True)
        self._thread.start()

    def ring(self, topic: str, what: str = "") -> None:
        self._local.ring(topic, what)
        try:
            self._out.publish(_PREFIX + topic, f"{self._me}|{what}")
        except redis.RedisError:
            return  # the sweep finds the work

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        return self._local.listen(topic, hear)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(3)
        self._out.close()

    def _hear(self) -> None:
        while not self._stop.is_set():
            try:
                with redis.Redis.from_url(self._url, socket_timeout=5, socket_connect_timeout=1) as client:
                    self._follow(client)
            except (redis.RedisError, OSError):
                get_logger().warning("bus_away")
                self._stop.wait(_RETRY)

    def _follow(self, client: "redis.Redis") -> None:
        with client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.psubscribe(_PREFIX + "*")
            while not self._stop.is_set():
                message = heard.get_message(timeout=0.5)
                if message is None:
                    continue
                sender, _, what = message["data"].decode().partition("|")
                if sender != self._me:
                    self._local.ring(message["channel"].decode().removeprefix(_PREFIX), what)
