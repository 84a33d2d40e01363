"""The tests themselves may not reach beyond this machine, and get the servers they ask for."""

import socket

import pytest
import redis

from tests.network import NetworkRefusedError


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.test", 443)])
def test_no_test_reaches_beyond_this_machine(address: tuple[str, int]) -> None:
    with socket.socket() as outward:
        outward.settimeout(0.1)
        with pytest.raises(NetworkRefusedError):
            outward.connect(address)
        with pytest.raises(NetworkRefusedError):
            outward.connect_ex(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward, pytest.raises(NetworkRefusedError):
        outward.sendto(b"x", address)


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_a_redis_is_empty_for_each_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_a_redis_is_empty_for_the_next_test_too(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
