"""Dashboard, alerts and runbooks speak only of what is there."""

import json
import re
from typing import Any

import pytest
import yaml

from agent import cli
from agent.adapters.figures import Figures
from agent.settings import ROOT
from agent.web.gauges import Gauges
from tests.desk.world import World

FOLDER = ROOT / "docs" / "operations"
SUFFIXES = ("", "_total", "_bucket", "_count", "_sum")
NAME = re.compile(r"frontdesk_[a-z_]+")


def exported() -> dict[str, set[str]]:
    """Name of each series -> its labels."""
    gauges = Gauges(World().desk)
    found: dict[str, set[str]] = {}
    for registry in (Figures().registry, gauges._registry):
        for collector in {id(c): c for c in registry._collector_to_names}.values():
            labels = set(getattr(collector, "_labelnames", ()))
            for name in registry._collector_to_names[collector]:
                for suffix in SUFFIXES:
                    found[name if name.endswith(suffix) else name + suffix] = labels | {"le"}
    return found


@pytest.fixture(scope="module")
def there() -> dict[str, set[str]]:
    return exported()


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    board = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
    return [r["expr"] for r in rules()] + [t["expr"] for p in board["panels"] for t in p["targets"]]


def test_every_figure_that_a_dashboard_or_an_alert_names_is_exported_with_the_labels_they_use(
    there: dict[str, set[str]],
) -> None:
    for expression in expressions():
        names = set(NAME.findall(expression))
        assert names, expression
        assert names <= set(there), expression
        labels = set().union(*(there[n] for n in names))
        used = {w.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for w in by.split(",")}
        used |= set(re.findall(r"(\w+)=~?\"", expression))
        assert used <= labels, expression


def test_every_figure_of_the_desk_is_on_the_dashboard(there: dict[str, set[str]]) -> None:
    shown = {n.removesuffix("_bucket").removesuffix("_total") for e in expressions() for n in NAME.findall(e)}
    families = {f.name for r in (Figures().registry, Gauges(World().desk)._registry) for f in r.collect()}
    assert families <= shown | {n.removesuffix("_total") for n in shown}


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    page = (FOLDER / "alerts.md").read_text("utf-8")
    headings = re.findall(r"^## (\w+)$", page, re.M)
    assert sorted(headings) == sorted(r["alert"] for r in rules())
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"alerts.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_what_the_pages_tell_to_run_exists() -> None:
    for page in FOLDER.glob("*.md"):
        text = page.read_text("utf-8")
        assert set(re.findall(r"\bfrontdesk ([a-z-]+)", text)) <= set(cli.VERBS), page.name
        for linked in re.findall(r"\]\(([\w./-]+)\)", text):
            assert (FOLDER / linked).exists(), linked
