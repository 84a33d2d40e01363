"""Promise 52: every answer of every route and status is closed to other sites' pages, frames and scripts."""

from typing import Any

from tests.prove.asking import Asker
from tests.prove.ground import Ground
from tests.web.outside import Outside
from tests.web.test_guard import HEADERS, SITES, flat

PROMISE = "Cross-site requests, framing and foreign origins are closed"
SIZE = "every route with seven methods, from our own page, no page and five kinds of other pages; and a crash"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHARED = ("/widget.js", "/widget/strings/")
PRIVATE = ("/console", "/twilio", "/rasa", "/phone")


def matrix() -> dict[int, int]:
    """Status -> how often, over the whole matrix. Raises AssertionError for the first answer without its headers."""
    world = Outside(source_requests=0, rasa_token="a-token-for-the-clinics-own-rasa")
    app: Any = world.client().app

    def crash() -> None:
        raise RuntimeError("Jon Smith, 1985-03-14")

    app.add_api_route("/crash", crash)
    paths = sorted({path for _, path in flat(app.routes)} | {"/static/console.css", "/static/../x", "/nowhere"})
    pages = {"our own page": {"sec-fetch-site": "same-origin"}, "no page": {}, **SITES}
    counted: dict[int, int] = {}
    with Asker(app) as caller:
        for path in paths:
            for method in METHODS:
                for page, headers in pages.items():
                    answer = caller.ask(method, path, headers=headers.items())
                    _checked(answer.headers, path)
                    if method not in ("GET", "HEAD", "OPTIONS") and page in SITES:
                        assert answer.status in (401, 403, 405, 429), (method, path, page, answer.status)
                    assert "Jon Smith" not in answer.text
                    assert answer.status < 500 or path == "/crash", (method, path, answer.status)
                    counted[answer.status] = counted.get(answer.status, 0) + 1
    assert len(world.faults) == counted[500]
    world.close()
    return dict(sorted(counted.items()))


def _checked(headers: dict[str, str], path: str) -> None:
    for name, value in HEADERS.items():
        assert headers.get(name) == value, (path, name)
    shared = path.startswith(SHARED)
    assert headers.get("access-control-allow-origin") in ({"*", None} if shared else {None}), path
    kept = headers["cross-origin-resource-policy"]
    assert kept == "same-origin" or (shared and kept == "cross-origin"), path
    assert "access-control-allow-credentials" not in headers
    if path.startswith(PRIVATE):
        assert headers["cache-control"] == "no-store", path


def prove(ground: Ground) -> str:
    found = matrix()
    return f"{sum(found.values())} answers, by status {found}, every one with its headers"
