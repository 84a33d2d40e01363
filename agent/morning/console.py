"""The console as a person at a keyboard uses it, by the same requests: sign in, read the queue, open, press."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx2

from agent.demo.seed import SignIn


@dataclass
class Choice:
    """A box or button that can be ticked, in the order of the page."""

    name: str
    value: str
    kind: str
    checked: bool


@dataclass
class Page:
    """What of a console page matters to somebody who works: rows of tasks, the form that decides, what was refused."""

    rows: list["Row"] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)  # of the form that decides
    choices: list[Choice] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)  # addresses
    kind: str = ""
    problem: str = ""

    def act(self, name: str) -> str | None:
        return next((b for b in self.buttons if b.endswith(f"/{name}")), None)


@dataclass
class Row:
    """A task in the queue."""

    id: str
    number: int = 0
    kind: str = ""
    urgent: bool = False
    owner: str = ""


class Refused(Exception):
    """The console did not take it; the words are what it said."""


class Console:
    """One person, signed in. Raises HTTPError where there is no desk."""

    def __init__(self, base: str, who: SignIn) -> None:
        self.who, self._base = who, base
        self.http = httpx2.AsyncClient(base_url=base, timeout=30, follow_redirects=False, trust_env=False)

    async def sign_in(self) -> None:
        """Raises Refused."""
        given = {"email": self.who.email, "password": self.who.password, "next": "/console"}
        answer = await self.http.post("/console/sign-in", data=given)
        if answer.status_code != 303:
            raise Refused(f"sign-in as {self.who.email}: {answer.status_code}")

    async def open(self, path: str) -> Page:
        answer = await self.http.get(path)
        return read(answer.text) if answer.status_code == 200 else Page()

    async def press(self, address: str, fields: list[tuple[str, str]]) -> Page:
        """A button of a form; Refused with the page's own words where nothing was done."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self.http.post(address, content=urlencode(fields), headers=headers)
        if answer.status_code in (303, 200):
            return read(answer.text)
        raise Refused(read(answer.text).problem or f"status {answer.status_code}")

    async def close(self) -> None:
        await self.http.aclose()


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._deciding = False
        self._into = ""  # what the next text is

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {k: v or "" for k, v in attrs}
        css = at.get("class", "").split()
        if tag == "a" and "row" in css:
            self.page.rows.append(Row(at["href"].rpartition("/")[2]))
        elif tag == "form":
            self._deciding = at.get("id") == "decide"
        elif tag == "span" and "kind" in css:
            kind = next((c for c in css if c != "kind"), "")
            if self.page.rows:
                self.page.rows[-1].kind = kind
            else:
                self.page.kind = kind
        elif tag == "span" and "chip" in css and self.page.rows:
            self.page.rows[-1].urgent |= bool({"stat", "urgent", "asap"} & set(css))
        elif css and css[0] in ("num", "owner", "problem") and at.get("id") != "stale":
            self._into = css[0]
        elif tag == "input" and self._deciding:
            self._field(at)
        elif tag == "button" and self._deciding and "formaction" in at:
            self.page.buttons.append(at["formaction"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._deciding = False

    def handle_data(self, data: str) -> None:
        into, self._into = self._into, ""
        if into == "problem":
            self.page.problem = self.page.problem or data.strip()
        elif into == "num" and self.page.rows and data.startswith("#"):
            self.page.rows[-1].number = int(data[1:])
        elif into == "owner" and self.page.rows:
            self.page.rows[-1].owner = data.strip()

    def _field(self, at: dict[str, str]) -> None:
        kind = at.get("type", "text")
        if kind == "hidden":
            self.page.hidden[at["name"]] = at.get("value", "")
        elif kind in ("radio", "checkbox"):
            self.page.choices.append(Choice(at.get("name", ""), at.get("value", ""), kind, "checked" in at))


__all__ = ["Choice", "Console", "Page", "Refused", "Row", "read"]
