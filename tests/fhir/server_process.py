"""A real FHIR R4 server (Medplum's router from the npm registry) on a port of its own."""

from contextlib import AbstractContextManager
from pathlib import Path

import httpx2

from tests.node_server import node_server

HERE = Path(__file__).parent
TOKEN = "a token of the tests"


def emptied(url: str) -> str:
    """The same server, holding nothing any more."""
    httpx2.delete(f"{url}/", headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False).raise_for_status()
    return url


def real_server() -> AbstractContextManager[str]:
    """Its address."""
    return node_server(HERE, "server.mjs", "@medplum")
