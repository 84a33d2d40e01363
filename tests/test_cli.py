"""The `frontdesk` command: help, exit status, one-line errors, JSON and nothing else on standard output."""

import json

import pytest

from agent.cli import VERBS
from tests.verbs.frontdesk import frontdesk


def test_help_names_every_verb() -> None:
    done = frontdesk("--help")
    assert done.returncode == 0
    assert all(verb in done.stdout.decode() for verb in VERBS)


@pytest.mark.parametrize("verb", ["understand", "times", "verify-note", "evaluate", "check"])
def test_each_verb_explains_itself(verb: str) -> None:
    done = frontdesk(verb, "--help")
    assert done.returncode == 0
    assert len(done.stdout.decode().splitlines()) > 8


@pytest.mark.parametrize(
    "words",
    [
        (), ("evalu",), ("understand", "--nwo", "x"), ("understand", "--now", "soon"), ("times", "--tz", "Mars/Base"),
        ("understand", "--clinic", "no-such-file.yaml"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_one_line_and_status_two(words: tuple[str, ...]) -> None:
    done = frontdesk(*words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.decode().strip().splitlines()) == 1


def test_understand_writes_json_only_whatever_comes_in() -> None:
    given = (
        b'{"id": 1, "text": "book me in tomorrow"}\n\xff\xfe\x00junk\n[]\n{"id": 2, "text": 5}\n{"id": 3, "text": ""}\n'
    )
    done = frontdesk("understand", "--now", "2026-03-09T10:00", given=given)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [t["id"] for t in told] == [1, None, None, 2, 3]
    assert told[0]["entities"]["date"] == "2026-03-10"
    assert [("error" in t) for t in told] == [False, True, True, True, False]


def test_times_turns_now_into_the_zone_of_the_clinic() -> None:
    given = b'{"id": 1, "text": "tomorrow", "lang": "en", "now": "2026-03-10T03:30:00+00:00"}\n'
    done = frontdesk("times", "--tz", "America/New_York", given=given)
    assert json.loads(done.stdout)["expressions"][0]["value"] == "2026-03-10"


def test_check_of_a_folder_without_content_fails_with_lines_not_a_crash(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    done = frontdesk("check", str(tmp_path_factory.mktemp("empty")))
    assert done.returncode == 1
    told = done.stderr.decode().strip().splitlines()
    assert "intents/languages.yaml: the file cannot be read. Check that it exists and is readable." in told
    assert not any("Traceback" in line for line in told)


def test_check_looks_at_the_folder_that_the_settings_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("FRONTDESK_CONTENT", str(tmp_path_factory.mktemp("own")))
    done = frontdesk("check")
    assert done.returncode == 1
    assert b"intents/languages.yaml: the file cannot be read" in done.stderr


def test_settings_are_printed_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_SECRET_KEY", "s3cret-that-nobody-may-see-in-a-log")
    done = frontdesk("check", "--settings")
    assert done.returncode == 0
    assert b"secret_key = set" in done.stdout
    assert b"s3cret" not in done.stdout + done.stderr
