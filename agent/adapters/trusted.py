"""Whose certificates are believed: read once for all connections of a process: it takes longer than an answer."""

import ssl
from functools import cache

import httpx2


@cache
def trusted() -> ssl.SSLContext:
    """As httpx chooses it by itself: the authorities that this machine trusts, names checked."""
    return httpx2.create_ssl_context()
