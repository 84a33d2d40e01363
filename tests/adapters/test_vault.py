"""The vault opens what it sealed, where it sealed it, and nothing else."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapters.vault import Tampered, Vault, blind, parse_keys

KEY, OTHER = bytes(range(32)), bytes(32)
WORDS = "my knee hurts, ¿mañana?".encode()


def test_what_was_sealed_opens_again() -> None:
    sealed = Vault(KEY).seal("inbox", "body", "in-1", WORDS)
    assert WORDS not in sealed
    assert Vault(KEY).open("inbox", "body", "in-1", sealed) == WORDS


def test_the_same_words_never_look_the_same() -> None:
    vault = Vault(KEY)
    assert vault.seal("inbox", "body", "1", WORDS) != vault.seal("inbox", "body", "1", WORDS)


@pytest.mark.parametrize("place", [("outbox", "body", "1"), ("inbox", "text", "1"), ("inbox", "body", "2")])
def test_promise_43_a_value_moved_elsewhere_does_not_open(place: tuple[str, str, str]) -> None:
    vault = Vault(KEY)
    sealed = vault.seal("inbox", "body", "1", WORDS)
    with pytest.raises(Tampered):
        vault.open(*place, sealed)


@given(st.integers(0, 32 + len(WORDS)), st.integers(1, 255))
def test_promise_43_a_changed_byte_is_noticed(at: int, by: int) -> None:
    vault = Vault(KEY)
    sealed = bytearray(vault.seal("inbox", "body", "1", WORDS))
    sealed[at] ^= by
    with pytest.raises(Tampered):
        vault.open("inbox", "body", "1", bytes(sealed))


@given(st.binary(max_size=60))
def test_anything_else_is_refused_not_a_crash(junk: bytes) -> None:
    for sealed in (junk, Vault(KEY).seal("t", "c", "r", b"x")[:17] + junk):
        with pytest.raises(Tampered):
            Vault(KEY).open("t", "c", "r", sealed)


def test_promise_43_after_a_rotation_old_rows_open_and_new_ones_use_the_new_key() -> None:
    old, rotated = Vault(KEY), Vault(OTHER, [KEY])
    before = old.seal("inbox", "body", "1", WORDS)
    assert rotated.open("inbox", "body", "1", before) == WORDS
    assert not before.startswith(rotated.prefix)
    after = rotated.seal("inbox", "body", "1", WORDS)
    assert after.startswith(rotated.prefix)
    assert rotated.index_key == old.index_key
    with pytest.raises(Tampered):
        old.open("inbox", "body", "1", after)


def test_a_blind_index_is_stable_keyed_and_apart_per_purpose() -> None:
    print_of = blind(KEY, "phone", "+15550100001")
    assert print_of == blind(KEY, "phone", "+15550100001")
    assert len(print_of) == 64
    assert len({print_of, blind(OTHER, "phone", "+15550100001"), blind(KEY, "dob", "+15550100001")}) == 3


def test_keys_are_read_from_base64() -> None:
    text = ",".join(base64.b64encode(key).decode() for key in (OTHER, KEY))
    assert parse_keys(text) == [OTHER, KEY]
    sealed = Vault(KEY).seal("t", "c", "r", WORDS)
    assert Vault.from_base64(text).open("t", "c", "r", sealed) == WORDS


@pytest.mark.parametrize("text", ["", ",", "not base64!", "c2hvcnQ=", base64.b64encode(bytes(33)).decode()])
def test_a_wrong_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64") as refused:
        parse_keys(text)
    assert len(text) < 3 or text not in str(refused.value)
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


def test_many_threads_share_one_vault() -> None:
    vault = Vault(KEY)

    def both(n: int) -> bool:
        words = f"words {n}".encode() * 50
        return vault.open("t", "c", str(n), vault.seal("t", "c", str(n), words)) == words

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(both, range(2000)))
