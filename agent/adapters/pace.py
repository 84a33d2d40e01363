"""How often one caller may come: counted in this process, and for all processes in Redis where there is one."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

from anyio import to_thread
from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from structlog import get_logger

MOST = 50_000  # callers remembered while they count; of more, those longest unseen are forgotten
AWAY_SECONDS = 5.0  # how long Redis is not asked again after it failed
_REDIS_SECONDS = 0.2
_SWEPT = 2  # at each hit: more than comes, so that nobody stays whose time is over


class Pace:
    """Counts hits of a caller under a limit. `hit` gives the seconds to wait, 0 while the caller may go on.

    A caller over the limit here is refused without asking Redis; without Redis each process counts alone. Redis
    sees callers as fingerprints under `secret`, never as addresses.
    """

    def __init__(
        self, redis_url: str | None = None, secret: bytes = b"", clock: Callable[[], float] = time.time
    ) -> None:
        self._clock, self._secret = clock, secret
        self._here = FixedWindowRateLimiter(Recent(clock))
        self._redis_url = redis_url
        self._shared: FixedWindowRateLimiter | None = None
        self._away_until = 0.0

    def here(self, limit: RateLimitItem, *who: str) -> float:
        """The wait by this process's own count; never blocks."""
        return 0.0 if self._here.hit(limit, *who) else self._wait(self._here, limit, who)

    def hit(self, limit: RateLimitItem, *who: str) -> float:
        """The wait by the count of all processes; may block for a moment, so call it in a thread."""
        wait = self.here(limit, *who)
        if wait or self._redis_url is None or self._clock() < self._away_until:
            return wait
        try:
            shared, hidden = self._all(), self._hidden(who)
            return 0.0 if shared.hit(limit, hidden) else self._wait(shared, limit, (hidden,))
        except Exception as fault:  # whatever the client raises: this process goes on counting alone
            self._away_until = self._clock() + AWAY_SECONDS
            get_logger().warning("pace_alone", fault=type(fault).__name__)
            return 0.0

    async def ahit(self, limit: RateLimitItem, *who: str) -> float:
        """`hit` for an event loop."""
        if self._redis_url is None:
            return self.here(limit, *who)
        return await to_thread.run_sync(self.hit, limit, *who)

    def forget(self, limit: RateLimitItem, *who: str) -> None:
        """Starts the count of this caller anew."""
        self._here.clear(limit, *who)
        if self._redis_url is not None and self._clock() >= self._away_until:
            try:
                self._all().clear(limit, self._hidden(who))
            except Exception:  # see `hit`
                self._away_until = self._clock() + AWAY_SECONDS

    def _all(self) -> FixedWindowRateLimiter:
        if self._shared is None:
            from limits.storage import RedisStorage  # only where there is a Redis

            storage = RedisStorage(
                str(self._redis_url), key_prefix="frontdesk:pace", socket_timeout=_REDIS_SECONDS,
                socket_connect_timeout=_REDIS_SECONDS,
            )  # fmt: skip
            self._shared = FixedWindowRateLimiter(storage)
        return self._shared

    def _hidden(self, who: tuple[str, ...]) -> str:
        return hmac.new(self._secret, "|".join(who).encode(), hashlib.sha256).hexdigest()

    def _wait(self, counted: FixedWindowRateLimiter, limit: RateLimitItem, who: tuple[str, ...]) -> float:
        return max(1.0, counted.get_window_stats(limit, *who).reset_time - self._clock())


class Recent(Storage):
    """The counts of the callers seen last, at most `most`; limits' own memory has no bound."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time, most: int = MOST) -> None:
        super().__init__()
        self._clock, self._most, self._lock = clock, most, Lock()
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._lock:
            count, until = self._counts.pop(key, (0, 0.0))
            if until <= self._clock():
                count, until = 0, self._clock() + expiry
            self._counts[key] = (count + amount, until)
            for _ in range(_SWEPT):
                oldest = next(iter(self._counts))
                if len(self._counts) <= self._most and self._counts[oldest][1] > self._clock():
                    break
                del self._counts[oldest]
            return count + amount

    def get(self, key: str) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            known = len(self._counts)
            self._counts.clear()
        return known

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)


def source_of(peer: str) -> str:
    """Whose hits are counted together: the address; of IPv6 the /64, which one subscriber owns whole."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or f"{IPv6Address(int(address) >> 64 << 64)}/64")
    return str(address)
