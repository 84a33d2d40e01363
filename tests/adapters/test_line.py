"""Who waits for a connection gets one in turn, and nobody's giving up holds up the others."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.util.queue import Empty

from agent.adapters.store.engine import make_engine
from agent.adapters.store.line import FairPool, Line


def waiting(line: Line, many: int) -> None:
    deadline = time.monotonic() + 5
    while len(line._waiting) < many:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_what_was_put_back_for_others_is_not_taken_by_whoever_comes_by() -> None:
    line = Line(1)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(line.get, True, 5.0)
        waiting(line, 1)
        with line.mutex:  # the other has not woken up yet
            line.put("it", False)
            with pytest.raises(Empty):
                line.get(False)
        assert first.result() == "it"


def test_each_is_served_in_the_order_in_which_they_came() -> None:
    line, served = Line(1), list[int]()

    def come(who: int) -> None:
        line.get(True, 5.0)
        served.append(who)
        line.put("it", False)

    with ThreadPoolExecutor(20) as others:
        for who in range(20):
            others.submit(come, who)
            waiting(line, who + 1)
        line.put("it", False)
    assert served == list(range(20))
    assert line.qsize() == 1


def test_who_gives_up_leaves_the_line_to_the_next() -> None:
    line = Line(1)
    with ThreadPoolExecutor(2) as others:
        gives_up = others.submit(line.get, True, 0.05)
        waiting(line, 1)
        waits = others.submit(line.get, True, 5.0)
        with pytest.raises(Empty):
            gives_up.result()
        line.put("it", False)
        assert waits.result() == "it"
    with pytest.raises(Empty):
        line.get(False)


def test_of_many_who_ask_for_few_connections_nobody_waits_much_longer_than_the_others(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    assert isinstance(engine.pool, FairPool)
    enough, took = threading.Event(), list[int]()

    def ask() -> None:
        times = 0
        while not enough.is_set():
            with engine.connect():
                time.sleep(0.001)
            times += 1
        took.append(times)

    with ThreadPoolExecutor(30) as others:
        for _ in range(30):
            others.submit(ask)
        time.sleep(1)
        enough.set()
    engine.dispose()
    assert len(took) == 30
    assert max(took) <= 2 * min(took) + 5, took
