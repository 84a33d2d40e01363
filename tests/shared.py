"""The content of this house, its demo clinic and what was trained of them, read once for all tests that only look."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.actions import ACTIONS
from agent.content import Reading, read_content
from agent.content.service import Stamp, stamp_of
from agent.dialogue.gate import SafetyGate
from agent.house import Hearing, content_in
from agent.learning import ears_for, gate_for
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.settings import load_settings
from agent.understand.values import ValueReader
from tests.clinics import clinic_of

SETTINGS = load_settings()  # as they are before any test sets others
_READ = dict[Stamp, Reading]()


def read_quickly(text: str) -> Any:
    """YAML of ours, by the parser in C where there is one."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def models() -> Path:
    """Where what was trained is kept."""
    return SETTINGS.var / "models"


def clinic() -> Clinic:
    return clinic_of(SETTINGS.clinic_file)


@cache
def content() -> Content:
    """Checked; kept beside the trained models, so that a worker of xdist need not read what another has read."""
    return content_in(SETTINGS)


def reading() -> Reading:
    """The files with every document; nothing is read again while none has changed."""
    stamp = stamp_of(SETTINGS.content)
    if stamp not in _READ:
        _READ[stamp] = read_content(SETTINGS.content, frozenset(ACTIONS))
    return _READ[stamp]


@cache
def hearing() -> Hearing:
    """Trained where nobody has trained it yet."""
    return Hearing(content(), ears_for(content(), clinic(), models()), gate_for(content(), models()))


def values() -> ValueReader:
    """What the demo clinic's ears read values with."""
    return hearing().ears._values


def gate(*langs: str) -> SafetyGate:
    """A gate that listens for these languages alone; their phrases were compiled once."""
    machines = hearing().gate._machines
    return SafetyGate.of({lang: machines[lang] for lang in langs})
