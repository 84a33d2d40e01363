"""Rules of the house that a machine can check: layers, sizes, names, and a page for every route."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from agent.demo.twilio_standin import TwilioStandIn
from agent.settings import ROOT
from agent.web.app import create_app
from tests.desk.world import World
from tests.standin.hooks import PUBLIC

SOURCES = sorted(p for folder in ("agent", "channels") for p in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CEILING = 300
LONGER = {  # file -> lines it may have, with the reason
    "agent/web/console_says.py": 320,  # one table of what stands in the audit
    "agent/ports/__init__.py": 430,  # every port with its promises, to be read in one place
    "agent/adapters/store/tables.py": 380,  # the whole schema
    "agent/adapters/store/migrations/versions/0001_first.py": 340,  # the same, as it was made
}


def test_imports_run_downward_only() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_every_file_is_small_has_a_purpose_and_nothing_left_open() -> None:
    wrong = []
    for path in SOURCES:
        text, name = path.read_text("utf-8"), str(path.relative_to(ROOT))
        if (lines := text.count("\n")) > LONGER.get(name, CEILING):
            wrong.append(f"{name}: {lines} lines")
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text):
            wrong.append(f"{name}: something is left open")
        if text.strip() and not text.startswith('"""'):
            wrong.append(f"{name}: no sentence about what lives here")
        if re.search(r"_?(manager|handler|utils|helper|base|common)\.py$", name):
            wrong.append(f"{name}: a name that says nothing")
    assert len(SOURCES) > 500
    assert wrong == []


def test_no_test_is_skipped_or_left_open() -> None:
    for path in TESTS:
        if path == Path(__file__):
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"mark\.(skip|xfail)|pytest\.skip\(|\b(TODO|FIXME)\b", text), path.name


def routes_of(routes: Any, prefix: str = "") -> set[str]:
    """`METHOD /path` of every route, those of routers within and of the stand-in too."""
    found: set[str] = set()
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        path = prefix + getattr(route, "path", "")
        if inner:
            found |= routes_of(inner, path)
            continue
        methods = set(getattr(route, "methods", None) or ()) - {"HEAD"}
        kind = "SOCKET" if "WebSocket" in type(route).__name__ else "FILES"
        found |= {f"{m} {path}" for m in methods} or {f"{kind} {path}"}
    return found


def test_every_route_is_on_the_page_of_routes() -> None:
    world = World(demo=True)
    twilio = TwilioStandIn("AC", "token", world.clinic.numbers[0], PUBLIC)
    there = routes_of(create_app(world.desk, loops=False, standin=twilio).routes)
    page = (ROOT / "docs" / "routes.md").read_text("utf-8")
    told = {f"{m} {p}" for m, p in re.findall(r"^\| `([A-Z]+) (/[^`]*)` \|", page, re.M)}
    assert there - told == set(), "not on docs/routes.md"
    assert told - there == set(), "on docs/routes.md, and nowhere else"


def test_no_path_of_one_machine_and_no_private_host_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    mark = re.compile("/" + r"work/(main|shared)|\.\./" + "shared/")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if (
            path.suffix in (".py", ".md", ".yaml", ".yml", ".toml", ".po", ".html", ".js", ".css", ".lock")
            and path.exists()
        ):
            assert not mark.search(path.read_text("utf-8")), name
