"""Every request that writes, sent again and again with one key: one effect, one answer, on each database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest
from rasa_sdk import Action

from agent.desk.desk import Desk
from agent.desk.once import LEASE_SECONDS, Answered, Asked, InFlight, Once, OtherRequest, once
from agent.model.fault import Busy
from tests.contracts.samples import dump
from tests.prove.bookings import MONDAY, TOM
from tests.prove.p20_same_key import RASA, Site, browser, open_sites, repeat, send, writings

ASKED = Asked("staff:tom", "key", b"body")


@pytest.fixture
def site() -> Site:
    return open_sites("sqlite://", 1)[0]


@pytest.fixture
def desk(site: Site) -> Desk:
    return site.desk


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_20_what_is_sent_three_times_at_once_has_one_effect_and_one_answer(
    kind: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    url = request.getfixturevalue("swept_postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    sites = open_sites(url)
    repeat(sites, 1, times=3)
    assert not [word for word in ("We will call", "key-0-1") if word in dump(sites[0].desk.store)]
    for site in sites:
        site.desk.store.close()


class Slow(Action):  # type: ignore[misc]
    """Waits in the middle of its work."""

    def __init__(self) -> None:
        self.at_it, self.go_on = threading.Event(), threading.Event()

    def name(self) -> str:
        return "action_find_openings"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        self.at_it.set()
        self.go_on.wait(30)
        return []


def test_promise_20_while_the_first_is_in_flight_a_repeat_is_told_so(swept_postgres_url: str) -> None:
    site = open_sites(swept_postgres_url, 1)[0]
    slow = Slow()
    cast(Any, site.desk.actions).executor.register_action(slow)
    call = list(writings(site.desk, 0))[-1]
    first, second = browser(site), browser(site)
    with ThreadPoolExecutor(1) as pool:
        began = pool.submit(send, first, call, "k")
        assert slow.at_it.wait(30)
        told = send(second, call, "k")
        slow.go_on.set()
        answer = began.result()
    assert (told.status_code, told.headers["retry-after"]) == (409, "1")
    assert "still being carried out" in told.text
    again = send(second, call, "k")
    assert (again.status_code, again.content) == (answer.status_code, answer.content)
    assert again.headers["idempotency-replayed"] == "true"
    site.desk.store.close()


def test_promise_20_a_dead_process_blocks_its_key_for_a_minute_and_no_longer(desk: Desk) -> None:
    with desk.store.begin() as tx:
        tx.keys.begin(ASKED.caller, ASKED.key, ASKED.body, MONDAY, LEASE_SECONDS)
    with pytest.raises(InFlight):
        once(desk, ASKED, lambda _: Answered(b"twice"))
    cast(Any, desk.clock).now += timedelta(seconds=LEASE_SECONDS)
    assert once(desk, ASKED, lambda _: Answered(b"once")) == (b"once", False)
    assert once(desk, ASKED, lambda _: Answered(b"twice")) == (b"once", True)


def test_promise_20_an_answer_that_was_lost_on_its_way_is_given_again(desk: Desk) -> None:
    """The process dies between the commit and the answer: the repeat finds what the commit has brought along."""

    def act(kept: Once) -> Answered:
        with kept.desk(b"done").store.begin() as tx:
            tx.staff.save(TOM.model_copy(update={"name": "Tom B."}))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(desk, ASKED, act)
    assert once(desk, ASKED, act) == (b"done", True)
    with pytest.raises(OtherRequest):
        once(desk, Asked(ASKED.caller, ASKED.key, b"another"), act)


def test_promise_20_what_failed_before_it_had_an_effect_may_be_tried_again(desk: Desk) -> None:
    def fails(kept: Once) -> Answered:
        with kept.desk(b"done").store.begin():
            raise Busy("away")

    with pytest.raises(Busy):
        once(desk, ASKED, fails)
    assert once(desk, ASKED, lambda _: Answered(b"busy", kept=False)) == (b"busy", False)
    assert once(desk, ASKED, lambda _: Answered(b"done")) == (b"done", False)


@pytest.mark.parametrize("key", [b" ", b"x" * 256, b"a b", "ключ".encode()])
def test_a_key_that_cannot_be_kept_is_refused_in_one_line(site: Site, key: bytes) -> None:
    headers = {b"Authorization": f"Bearer {RASA}".encode(), b"Idempotency-Key": key}
    call = {"next_action": "action_find_openings", "tracker": {"sender_id": "u", "slots": {}}}
    answer = browser(site).post("/rasa/webhook", json=call, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"error": "an Idempotency-Key is 1 to 255 visible ASCII characters"}


def test_a_staff_member_reads_one_true_line_when_a_page_is_used_for_two_steps(site: Site) -> None:
    every = list(writings(site.desk, 0))
    close, decline = (next(w for w in every if w.path.endswith(f"/{act}")) for act in ("close", "decline"))
    client = browser(site)
    assert send(client, close, "k").status_code == 303
    refused = send(client, decline, "k")
    assert refused.status_code == 422
    assert "Not done: this page was used for another step already." in refused.text


def test_keys_are_one_persons_own(desk: Desk) -> None:
    assert once(desk, ASKED, lambda _: Answered(b"toms")) == (b"toms", False)
    assert once(desk, Asked("staff:rosa", "key", b"body"), lambda _: Answered(b"rosas")) == (b"rosas", False)
