"""docker-compose.yml and Dockerfile against the code: names, commands, addresses. No engine runs here."""

import argparse
import re
from typing import Any
from urllib.parse import urlsplit

import yaml

from agent.settings import ROOT, Settings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DESKS = ("web", "worker")


def environment(service: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][service]["environment"]
    return found


def test_every_variable_is_a_setting_and_the_desk_would_start_with_them() -> None:
    known = {field.alias or f"FRONTDESK_{name.upper()}" for name, field in Settings.model_fields.items()}
    for service in DESKS:
        assert set(environment(service)) <= known
    assert set(re.findall(r"(FRONTDESK_[A-Z_]+)=", DOCKERFILE)) <= known
    keys = {"FRONTDESK_SECRET_KEY": "s" * 32, "FRONTDESK_DATA_KEY": "A" * 43 + "="}
    given = {n: re.sub(r"\$\{.*\}", "", str(v)) for n, v in environment("web").items()} | keys
    assert Settings(**given, host="0.0.0.0").refusals() == []  # type: ignore[arg-type]


def test_addresses_name_services_that_are_waited_for_until_they_are_healthy() -> None:
    for service in DESKS:
        for name in ("FRONTDESK_DATABASE_URL", "FRONTDESK_REDIS_URL"):
            host = urlsplit(re.sub(r"\$\{.*\}", "x", environment(service)[name])).hostname
            assert "test" in COMPOSE["services"][host]["healthcheck"]
    waited = COMPOSE["services"]["web"]["depends_on"] | COMPOSE["services"]["worker"]["depends_on"]
    assert all(how == {"condition": "service_healthy"} for how in waited.values())


def test_the_commands_exist(capsys: Any) -> None:
    from agent.verbs import serve, worker

    assert COMPOSE["services"]["worker"]["command"] == ["frontdesk", "worker"]
    assert re.search(r'^CMD \["frontdesk", "serve"\]$', DOCKERFILE, re.M)
    for verb in (serve, worker):
        verb.arguments(parser := argparse.ArgumentParser())
        assert parser.parse_args([])


def test_a_container_is_given_the_time_to_leave_and_what_the_image_copies_exists() -> None:
    for service in DESKS:
        grace = float(COMPOSE["services"][service]["stop_grace_period"].removesuffix("s"))
        assert grace >= Settings().drain_seconds + 2 * 10  # requests under way, then loops: ten seconds each at most
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M):
        assert all((ROOT / name).exists() for name in source.split())
    used = {v.partition(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", ())}
    assert {v for v in used if not v.startswith(".")} == set(COMPOSE["volumes"])
