"""A real OpenID provider (`oidc-provider` from the npm registry) on a port of its own, and a browser's part at it."""

import html
import json
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2

from tests.node_server import node_server

HERE = Path(__file__).parent
CLIENT, SECRET = "frontdesk", "a secret of the tests"


def provider(back: str, people: dict[str, dict[str, Any]], skew: int = 0) -> AbstractContextManager[str]:
    """Its issuer. `people`: login -> claims; `skew`: seconds by which its clock is ahead of ours."""
    return node_server(HERE, "provider.mjs", "oidc-provider", back, json.dumps(people), str(skew))


def consent(address: str, login: str, back: str) -> str:
    """What a person does at the provider: signs in and agrees. The address at which they come back to us."""
    with httpx2.Client(follow_redirects=False, trust_env=False, timeout=20) as browser:
        answer = browser.get(address)
        for _ in range(12):
            if answer.status_code in (302, 303):
                address = urljoin(address, answer.headers["location"])
                if address.startswith(back):
                    return address
                answer = browser.get(address)
                continue
            fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', answer.text))
            action = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
            assert action is not None, answer.text[:2000]
            fields |= {"login": login, "password": "x"} if fields.get("prompt") == "login" else {}
            address = urljoin(address, html.unescape(action[1]))
            answer = browser.post(address, data=fields)
    raise AssertionError("the provider did not let us back")
