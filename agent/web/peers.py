"""Whose tries and messages are counted together: the address of the caller, seen through trusted proxies only."""

from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

from agent.adapters.pace import source_of

Networks = Sequence[IPv4Network | IPv6Network]


def peer_of(caller: HTTPConnection, trusted_proxies: str) -> str:
    """The caller's IP address; what a proxy says counts only where we trust the proxy (comma-separated addresses or
    networks)."""
    peer = caller.client.host if caller.client else ""
    trusted = _networks(trusted_proxies)
    for hop in reversed(caller.headers.get("x-forwarded-for", "").split(",")):
        if not _within(peer, trusted):
            break
        try:
            peer = str(ip_address(hop.strip()))
        except ValueError:
            break
    return peer


def caller_of(caller: HTTPConnection, trusted_proxies: str) -> str:
    """The peer as limits count it: one address, or one IPv6 subscriber."""
    return source_of(peer_of(caller, trusted_proxies))


@cache
def _networks(listed: str) -> Networks:
    return tuple(ip_network(p.strip(), strict=False) for p in listed.split(",") if p.strip())


def _within(peer: str, networks: Networks) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in networks)
