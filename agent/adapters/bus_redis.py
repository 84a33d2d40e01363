"""The Bus over Redis publish/subscribe: rings reach every process; when Redis is away, work waits for a slow clock."""

import secrets
import threading
from collections.abc import Callable

import redis
from structlog import get_logger

from agent.adapters.bus_local import LocalBus
from agent.adapters.ringer import Ringer

_PREFIX = "frontdesk:"
GAP = 0.01  # seconds between two rounds of rings
_RETRY = 1.0  # seconds between tries to reach Redis again


class RedisBus:
    """See `agent.ports.Bus`. A ring reaches this process at once and the others soon; it is never an error."""

    def __init__(self, url: str) -> None:
        self._local = LocalBus()
        self._url = url
        self._out = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._me = secrets.token_hex(8)
        self._ringer = Ringer("bus-out", self._publish, GAP)
        self._stop = threading.Event()
        self._hears = threading.Event()
        self._thread = threading.Thread(target=self._hear, name="bus-in", daemon=True)
        self._thread.start()

    def ring(self, topic: str, what: str = "") -> None:
        self._local.ring(topic, what)
        self._ringer.ring(topic, what)

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        return self._local.listen(topic, hear)

    def well(self) -> bool:
        return self._hears.is_set()

    def ready(self, seconds: float) -> bool:
        """Waits until rings of other processes are heard; False when Redis stays away."""
        return self._hears.wait(seconds)

    def close(self) -> None:
        self._stop.set()
        self._ringer.close()
        self._thread.join(3)
        self._out.close()

    def _publish(self, topic: str, what: str) -> None:
        self._out.publish(_PREFIX + topic, f"{self._me}|{what}")

    def _hear(self) -> None:
        while not self._stop.is_set():
            try:
                with redis.Redis.from_url(self._url, socket_timeout=5, socket_connect_timeout=1) as client:
                    self._follow(client)
            except (redis.RedisError, OSError) as fault:
                self._hears.clear()
                get_logger().warning("bus_away", fault=type(fault).__name__)
                self._stop.wait(_RETRY)

    def _follow(self, client: "redis.Redis") -> None:
        with client.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]
            heard.psubscribe(_PREFIX + "*")
            client.ping()
            self._hears.set()
            while not self._stop.is_set():
                message = heard.get_message(timeout=0.5)
                if message is None:
                    continue
                sender, _, what = message["data"].decode().partition("|")
                if sender != self._me:
                    self._local.ring(message["channel"].decode().removeprefix(_PREFIX), what)
