"""The form's page as a browser without a script fills it in: what stands there stays, what is said is put beside it."""

from html.parser import HTMLParser
from typing import Any

import httpx2


class Fields(HTMLParser):
    """Every field of a page with what it holds now."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.held: list[tuple[str, str]] = []
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            self._area = name
            self.held.append((name, ""))
        elif tag == "input" and name and kind != "file" and (kind not in ("radio", "checkbox") or "checked" in given):
            self.held.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.held[-1] = (self._area, data)

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area


_MOST = 60  # pages, with those that come back


def filled_in(base: str, path: str, born: str) -> int:
    """Open the form with the date of birth and hand it in: how many pages were sent. Raises RuntimeError where it
    does not come to its end."""
    with httpx2.Client(base_url=base, timeout=30.0, follow_redirects=True) as browser:
        browser.post(f"{path}/open", data={"dob": born}).raise_for_status()
        page = browser.get(path)
        for count in range(1, _MOST):
            data: dict[str, Any] = {"go": "on"}
            for name, value in Fields(page.text).held:
                data.setdefault(name, []).append(value)
            page = browser.post(path, data=data)
            if 'action="/form/' not in page.text:
                return count
    raise RuntimeError("the form's page does not come to its end")
