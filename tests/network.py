"""The rule that no test reaches beyond this machine; conftest puts it into every socket."""

import ipaddress
import socket
from typing import Any


class NetworkRefusedError(AssertionError):
    """A test tried to reach beyond this machine."""


def refuse_beyond_loopback(family: int, address: Any) -> None:
    """Raises for an internet address that is not this machine's own; other kinds of socket pass."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0]).split("%")[0]
    if host == "localhost":
        return
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise NetworkRefusedError(f"no network in tests: {host}")
