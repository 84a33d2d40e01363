"""What is known before a form is begun: from the patient's file, the forms filled in before, and the record that came
with the newest visit."""

from collections.abc import Mapping
from typing import Any

from agent.intake.engine import standing
from agent.intake.former import gate_of, repeating, turns_of, waiting_of
from agent.intake.from_record import record_turns, record_values, same
from agent.model.document import Document
from agent.model.form import Form, Former, FormRow
from agent.model.patient import Patient
from agent.ports import Tx

Values = tuple[bool | float | str, ...]
_REACHED = frozenset({"Patient.telecom", "Patient.telecom.value", "Patient.telecom:phone.value"})


def element(definition: str) -> str:
    """The element of a resource that an item's definition names."""
    return definition.rpartition("#")[2]


def known_before(tx: Tx, form: Form, patient: Patient | None, number: str) -> dict[str, Any]:
    """`known` and `former` of a fresh row: to be confirmed, not asked again. Without a patient, the number they write
    from."""
    phone = patient.phones[0] if patient and patient.phones else number
    known: dict[str, Values] = {i.link: i.initial for i, _ in form.walk() if i.initial}
    for item, group in form.walk():
        if phone and group is None and element(item.definition) in _REACHED:
            known[item.link] = (phone,)
    forms = [f for f in tx.forms.of_patient(patient.id) if f.state in ("sent", "approved")] if patient else []
    visits = [d for d in tx.documents.of_patient(patient.id) if d.record] if patient else []
    visit = max(visits, key=lambda d: d.created_at, default=None)
    if visit is not None:
        known |= record_values(form, visit.record or {})
    for earlier in forms:
        known |= {g.link: g.values for g in earlier.given if g.values and not g.row and not g.unsure}
    groups = {link: _turns(form, link, forms, visit) for link in repeating(form)}
    former = waiting_of(form, groups)
    asked_so = {gate.link for f in former if (g := form.item(f.group)) and (gate := gate_of(form, g))}
    single = {i.link: i for i, group in form.walk() if group is None and i.asks and i.kind != "attachment"}
    single = {link: i for link, i in single.items() if not i.afresh and not any(c.score for c in i.choices)}
    return {"known": {k: v for k, v in known.items() if k in single and k not in asked_so}, "former": former}


def _turns(form: Form, link: str, forms: list[FormRow], visit: Document | None) -> list[Former]:
    """The turns of a group in the newest form that asked for it, and those of the record that it does not have; what
    a form newer than the record gave up is not brought back by it."""
    group = repeating(form)[link]
    gate = gate_of(form, group)
    newest = next((f for f in reversed(forms) if _asked_for(form, f, link, gate.link if gate else "")), None)
    found = turns_of(form, newest, group) if newest is not None else []
    if visit is None:
        return found
    later = newest is not None and newest.changed_at >= visit.created_at
    if later and not found:
        return []
    gone = [f.values for f in (newest.former if newest is not None and later else ()) if f.state in ("gone", "changed")]
    held = [*(f.values for f in found), *gone]
    more = [t for t in record_turns(group, visit.record or {}) if not any(same(t, other) for other in held)]
    return found + [Former(group=link, values=t) for t in more]


def _asked_for(form: Form, row: FormRow, link: str, gate: str) -> bool:
    group = form.item(link)
    links: Mapping[str, object] = {i.link: i for i in group.items} if group is not None else {}
    return any(g.link == gate or g.link in links for g in standing(form, row.given))
