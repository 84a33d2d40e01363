"""Whose tries and messages are counted together: the address of the caller, seen through trusted proxies only."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection


def peer_of(caller: HTTPConnection, trusted_proxies: str) -> str:
    """The caller's IP address; what a proxy says counts only where we trust the proxy (comma-separated IPs)."""
    peer = caller.client.host if caller.client else ""
    trusted = {p.strip() for p in trusted_proxies.split(",") if p.strip()}
    for hop in reversed(caller.headers.get("x-forwarded-for", "").split(",")):
        if peer not in trusted:
            break
        try:
            peer = str(ip_address(hop.strip()))
        except ValueError:
            break
    return peer
