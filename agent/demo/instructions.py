"""The demo clinic's instructions for after a visit, from instructions.yaml, approved by its clinician."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from agent.content.read_yaml import read_yaml
from agent.model.clinic import Clinic
from agent.model.instructions import Sheet
from agent.model.patient import StaffUser
from agent.ports import NewId

INSTRUCTIONS = Path(__file__).parent / "instructions.yaml"


def instructions(clinic: Clinic, by: StaffUser, now: datetime, new_id: NewId) -> list[Sheet]:
    """In force from `now` on: those for kinds of visits that the clinic has."""
    known = {visit.id for visit in clinic.visit_types}
    approval = {"state": "approved", "approved_by": by.id, "approved_name": by.name, "approved_at": now, "since": now}
    return [
        Sheet.model_validate(
            {
                "id": new_id(), "clinic": clinic.id, "visit_type": row["visit_type"], "written_by": by.id,
                "written_at": now, "check_ins": row.get("check_ins", ()), **approval,
                "texts": {tag: {**text, "origin": "machine"} for tag, text in row["texts"].items()},
            }
        )
        for row in _rows()
        if row["visit_type"] in known
    ]  # fmt: skip


@cache
def _rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_yaml(INSTRUCTIONS, INSTRUCTIONS.name)
    return found
