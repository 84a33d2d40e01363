"""The figures on the operating card: read from what `frontdesk evaluate --notes --publish` wrote, in one place."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from agent.model.wording import N_
from agent.web.console_tongue import number, tr

FOUND = N_(
    "Errors planted in %(notes)s notes of visits that it was not trained on, found where one true sentence in twenty "
    "is flagged: %(kinds)s. In a note of forty true sentences %(flags)s are flagged, %(red)s of them in red."
)
KINDS_OF_ERROR = {
    "med_swap": N_("changed medicine"), "invented_medication": N_("invented medicine"), "dose_change": N_("dose"),
    "freq_change": N_("frequency"), "wrong_duration": N_("duration or date"), "wrong_number": N_("number"),
    "laterality_flip": N_("side"), "allergy_denied": N_("denied allergy"), "wrong_identity": N_("identity"),
    "wrong_family_member": N_("family member"), "invented_symptom": N_("invented symptom"),
    "invented_exam": N_("invented examination"), "invented_plan": N_("invented plan"),
    "action_flip": N_("start for stop"), "negation_flip": N_("denied for reported"),
    "certainty_upgrade": N_("thought for certain"),
}  # fmt: skip


@cache
def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("agent.measure").joinpath("notes.json").read_text(encoding="utf-8"))
    return found


def measured() -> dict[str, object]:
    """What stands in the gaps of FOUND: each kind with how many of how many were found, the surest first."""
    found = published()
    rows = sorted(
        ((kind, *figures["0.05"]) for kind, figures in found["recall"].items() if kind in KINDS_OF_ERROR),
        key=lambda row: -row[1],
    )
    kinds = "; ".join(
        tr("%(kind)s %(hit)s of %(all)s", kind=tr(KINDS_OF_ERROR[kind]), hit=number(round(share * n)), all=number(n))
        for kind, share, _low, _high, n in rows
    )
    return {
        "notes": number(found["notes"]), "kinds": kinds, "flags": number(round(found["false_any_per_note"], 1)),
        "red": number(round(found["false_red_per_note"], 1)),
    }  # fmt: skip
