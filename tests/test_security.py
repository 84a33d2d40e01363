"""The promises about strangers, guessers, floods and forged requests, at a size that fits; see `make prove`."""

import random
from collections.abc import Callable
from pathlib import Path

from tests.actions.counter import open_counter
from tests.prove import (
    p01_forged,
    p02_odd,
    p03_proxies,
    p22_injection,
    p40_guessing,
    p52_headers,
    p53_rights,
    p55_flood,
)
from tests.web.console_served import served


def test_promise_01_three_hundred_altered_webhooks_do_nothing() -> None:
    assert p01_forged.forge(300, random.Random(1)).total() == 300


def test_promise_02_three_hundred_broken_webhooks_break_nothing() -> None:
    assert p02_odd.batter(300, random.Random(2)).total() == 300


def test_promise_02_nonsense_over_the_wire_is_refused_and_the_next_caller_is_answered(tmp_path: Path) -> None:
    with served(tmp_path) as (_, base):
        assert len(p02_odd.over_the_wire(int(base.rpartition(":")[2]))) == 5


def test_promise_03_only_a_trusted_proxy_speaks_for_others() -> None:
    let_in, kept_out = p03_proxies.hops(1000, random.Random(3))
    assert min(let_in, kept_out) > 20


def test_promise_22_words_that_command_the_desk_are_only_words() -> None:
    assert p22_injection.try_all(16, random.Random(22)) == 16


def test_promise_22_every_language_and_place_is_tried() -> None:
    asked = p22_injection.cases(random.Random(0))
    first = [next(asked) for _ in range(4 * sum(len(p) for p in p22_injection.PROMPTS.values()))]
    assert len(p22_injection.PROMPTS) >= 6
    assert {place for place, _ in first} == set(p22_injection.PLACES)


def test_promise_40_guesses_find_nobody_and_time_tells_nothing(new_id: Callable[[], str]) -> None:
    counter = open_counter(new_id)
    assert p40_guessing.guess(counter, 200, random.Random(40)).total() == 200
    assert 0.5 < p40_guessing.ratio(counter, 60) < 2.0
    counter.store.close()


def test_promise_52_every_answer_to_every_method_and_page_is_closed() -> None:
    assert p52_headers.matrix()[403] > 100


def test_promise_53_nothing_of_another_clinic_is_here() -> None:
    assert p53_rights.probe(150, random.Random(53))[404] == 150


def test_promise_53_sessions_end_on_the_minute() -> None:
    assert p53_rights.edges() == 12


def test_promise_55_a_flood_hurts_only_the_flooder(tmp_path: Path) -> None:
    found = p55_flood.flood(tmp_path, 3.0, rate=150, people=8, most=15.0)  # a test machine may be busy
    assert found["asked"] >= 8
    assert found["signed"] > 3
