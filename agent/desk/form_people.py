"""What is said of somebody else in the middle of a form: kept for staff, not taken for the patient's answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from agent.model.form import Asked, FormRow, Given
from agent.ports import Tx

_GROWN = 18  # years: a child's form is filled in by a parent, who says "my son"
MOST = 20  # of such words in one form


def of_another(row: FormRow, asked: Asked, said: Mapping[str, Any], relation: Any, today: date) -> bool:
    """Is the person named another than the one whom the form is for? Asked once for each question: what is said so a
    second time stays as its answer, unsure."""
    who = said.get("who")
    if who == relation or (who == "child" and relation in (None, "self") and _young(row.dob, today)):
        return False
    again = any((o.link, o.row) == (asked.link, asked.row) for o in row.others)
    return not again and len(row.others) < MOST


def heard_of_another(
    tx: Tx, row: FormRow, asked: Asked, words: str, inbound: str | None, now: datetime
) -> FormRow:  # fmt: skip
    """The row with these words kept beside its answers."""
    kept = Given(link=asked.link, row=asked.row, words=words, unsure=True, inbound=inbound)
    return tx.forms.save(row.model_copy(update={"others": (*row.others, kept), "changed_at": now}))


def _young(dob: str, today: date) -> bool:
    try:
        born = date.fromisoformat(dob[:10])
    except ValueError:
        return False
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) < _GROWN
