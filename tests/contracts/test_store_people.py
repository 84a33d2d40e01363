"""Patients, staff, sessions, opt-outs, codes and keys keep their promises on every database."""

from datetime import date, timedelta

import pytest

from agent.model.address import Address
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import ANNA, NOW, all_at_once, patient, user

MINUTE = timedelta(minutes=1)


def test_a_patient_is_found_by_phone_birth_date_and_name(store: Store) -> None:
    anna = patient(1)
    ben = patient(2, name="Ben O'Neil", dob=date(1975, 1, 2), phones=("+15550100001", "+15550100009"), language="es")
    other = patient(3, clinic="other")
    with store.begin() as tx:
        for one in (anna, ben, other, patient(4, name="Zoë", phones=())):
            tx.patients.add(one)
    with store.begin(write=False) as tx:
        assert tx.patients.get("p-2") == ben
        assert tx.patients.get("p-9") is None
        assert tx.patients.by_phone("k", "+15550100001") == [anna, ben]
        assert tx.patients.by_phone("k", "+15550100009") == [ben]
        assert tx.patients.by_phone("k", "+15550100008") == []
        assert [p.id for p in tx.patients.by_dob("k", "1980-02-29")] == ["p-1", "p-4"]
        assert tx.patients.by_dob("other", "1980-02-29") == [other]
        assert tx.patients.search("k", "nunez maria") == [anna]
        assert tx.patients.search("k", "O'NEIL") == [ben]
        assert [p.id for p in tx.patients.search("k", "0009")] == ["p-2"]
        assert tx.patients.search("k", "  ") == []
        assert tx.patients.search("k", "nobody") == []
        assert len(tx.patients.search("k", "e", limit=1)) == 1
        assert tx.patients.search("k", "О'Нил") == [ben]  # nobody is written so; it sounds alike
        assert not tx.patients.is_written(ben, "О'Нил")
        assert tx.patients.is_written(ben, "oneil")
        assert tx.patients.is_written(ben, "0009")


def test_a_search_by_name_in_a_large_clinic_reads_the_newest_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.adapters.store.patients.SEARCH_CAP", 2)
    with store.begin() as tx:
        for n in (1, 2):
            tx.patients.add(patient(n))
        assert tx.patients.read_by_search("k") is None
        tx.patients.add(patient(3, clinic="other"))
        assert tx.patients.read_by_search("k") is None
        tx.patients.add(patient(4))
    with store.begin(write=False) as tx:
        assert tx.patients.read_by_search("k") == 2
        assert [p.id for p in tx.patients.search("k", "maria")] == ["p-2", "p-4"]


def test_the_same_patient_cannot_be_added_twice(store: Store) -> None:
    with store.begin() as tx:
        tx.patients.add(patient(1))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.patients.add(patient(1))


def test_staff_are_found_by_their_account_elsewhere_which_is_theirs_alone(store: Store) -> None:
    sam, eve = user(1, oidc="https://id.test|1"), user(2)
    with store.begin() as tx:
        for one in (sam, eve, user(3)):
            tx.staff.add(one)
    with store.begin(write=False) as tx:
        assert tx.staff.by_oidc("https://id.test|1") == tx.staff.get(sam.id)
        assert tx.staff.by_oidc("https://id.test|2") is None
        assert tx.staff.by_oidc("") is None
    with pytest.raises(Conflict), store.begin() as tx:
        tx.staff.save(eve.model_copy(update={"oidc": sam.oidc}))


def test_staff_are_found_by_email_in_any_case(store: Store) -> None:
    sam = user(1, email="sam1@clinic.test")
    with store.begin() as tx:
        tx.staff.add(user(1))
        tx.staff.add(user(2, name="Al", role="admin"))
        tx.staff.add(user(3, clinic="other"))
        assert tx.staff.get("u-1") == sam
        assert tx.staff.by_email("SAM1@clinic.test") == sam
        assert tx.staff.by_email("x@clinic.test") is None
        assert [u.id for u in tx.staff.all("k")] == ["u-2", "u-1"]
        tx.staff.save(sam.model_copy(update={"disabled": True, "password_hash": "h"}))
        changed = tx.staff.get("u-1")
        assert changed is not None
        assert (changed.disabled, changed.password_hash) == (True, "h")
    with pytest.raises(Conflict), store.begin() as tx:
        tx.staff.save(user(9))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.staff.add(user(4, email="Sam1@clinic.test"))


def test_a_console_session_lives_until_it_is_closed(store: Store) -> None:
    with store.begin() as tx:
        tx.staff.add(user(1))
        tx.staff.open_session("h1", "u-1", "csrf", NOW)
        tx.staff.open_session("h2", "u-1", "csrf2", NOW)
        tx.staff.open_session("h3", "u-1", "csrf3", NOW)
        tx.staff.touch_session("h1", NOW + MINUTE)
        assert tx.staff.session("h1") == ("u-1", "csrf", NOW, NOW + MINUTE)
        assert tx.staff.session("nobody") is None
        tx.staff.close_session("h1")
        assert tx.staff.session("h1") is None
        assert tx.staff.session("h2") is not None
        tx.staff.close_sessions_of("u-1")
        assert tx.staff.session("h2") is None
        assert tx.staff.session("h3") is None


def test_a_chat_session_is_found_by_its_tokens_hash(store: Store) -> None:
    with store.begin() as tx:
        tx.chats.open("h1", "c1", "https://clinic.test", NOW)
        tx.chats.touch("h1", NOW + MINUTE)
        assert tx.chats.find("h1") == ("c1", "https://clinic.test", NOW, NOW + MINUTE)
        assert tx.chats.find("h2") is None


def test_how_far_a_chat_was_shown_only_moves_on(store: Store) -> None:
    with store.begin() as tx:
        tx.chats.open("h1", "c1", "https://clinic.test", NOW)
        tx.chats.open("h2", "c2", "https://clinic.test", NOW)
        assert tx.chats.seen("c1") == tx.chats.seen("nowhere") == ""
        assert tx.chats.has_seen("c1", "02") is True
        assert tx.chats.has_seen("c1", "02") is False
        assert tx.chats.has_seen("c1", "01") is False
        assert tx.chats.has_seen("nowhere", "01") is False
        assert (tx.chats.seen("c1"), tx.chats.seen("c2")) == ("02", "")


def test_promise_24_a_stop_holds_until_a_start(store: Store) -> None:
    with store.begin() as tx:
        assert tx.optouts.stopped(ANNA) is False
        assert tx.optouts.start(ANNA, NOW) is False
        assert tx.optouts.stop(ANNA, NOW, "STOP") is True
        assert tx.optouts.stop(ANNA, NOW, "STOP") is False
        assert tx.optouts.stopped(ANNA) is True
        assert tx.optouts.stopped(Address(channel="voice", value=ANNA.value)) is False
        assert tx.optouts.start(ANNA, NOW) is True
        assert tx.optouts.stopped(ANNA) is False
        assert tx.optouts.stop(ANNA, NOW, "STOP") is True


def test_promise_40_a_code_works_once_and_in_time(store: Store) -> None:
    with store.begin() as tx:
        tx.codes.issue("s", "old", "p1", NOW + MINUTE)
        tx.codes.issue("s", "hash", "p1", NOW + MINUTE)
        tx.codes.issue("t", "hash", None, NOW)
        assert tx.codes.check("s", "old", NOW) == (False, None)
        assert tx.codes.check("s", "hash", NOW + MINUTE) == (False, None)
        assert tx.codes.check("s", "hash", NOW) == (True, "p1")
        assert tx.codes.check("s", "hash", NOW) == (False, None)
        assert tx.codes.check("t", "hash", NOW) == (False, None)
        assert tx.codes.check("nobody", "0" * 64, NOW) == (False, None)


def test_promise_40_a_code_in_many_hands_matches_once(store: Store) -> None:
    with store.begin() as tx:
        tx.codes.issue("s", "hash", "p1", NOW + MINUTE)

    def check(_: int) -> bool:
        with store.begin() as tx:
            return tx.codes.check("s", "hash", NOW)[0]

    assert sum(all_at_once(check, range(8))) == 1


def test_promise_40_failed_tries_are_counted_per_subject(store: Store) -> None:
    with store.begin() as tx:
        for n in range(3):
            tx.codes.failed("s", NOW + n * MINUTE)
        tx.codes.failed("t", NOW)
        assert tx.codes.failures("s", NOW) == 3
        assert tx.codes.failures("s", NOW + MINUTE) == 2
        tx.codes.clear("s")
        assert tx.codes.failures("s", NOW) == 0
        assert tx.codes.failures("t", NOW) == 1
