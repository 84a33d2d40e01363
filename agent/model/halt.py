"""The stop on sending, as staff or an operator have set it."""

from datetime import datetime

from agent.model.value import Value


class Halt(Value):
    """Nothing goes out to phones since `at`. `everything`: emergency wording is held back, too."""

    by: str  # "staff:<id>" or "cli"
    at: datetime
    everything: bool = False
