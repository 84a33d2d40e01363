"""Forms that patients fill in, wherever they do: begun or found again, answered one by one, known answers at hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.desk.desk import Desk
from agent.intake.engine import following, last, put, raised, standing
from agent.model.conversation import Conversation, Frame
from agent.model.form import Asked, Form, FormRow, Given
from agent.model.patient import Patient
from agent.ports import Tx

USUAL = "new-patient"
Values = tuple[bool | float | str, ...]
_SAID = {"Patient.name": "name", "Patient.name.text": "name", "Patient.birthDate": "dob"}
_REACHED = frozenset({"Patient.telecom", "Patient.telecom.value", "Patient.telecom:phone.value"})


def answer_form(desk: Desk, tx: Tx, conversation: Conversation, frame: Frame, now: datetime) -> dict[str, Any]:
    """What a step `form: open` or `form: take` fills in: the row, its state and what to ask next."""
    step = desk.content_for(conversation).flows[frame.flow].step(frame.step)
    slots = {name: held.value for name, held in frame.slots.items()}
    if step.form == "open":
        return _open(desk, tx, conversation, slots, now)
    held = frame.slots.get("answer")
    return _take(desk, tx, conversation, slots, held.quote if held else "", held.inbound if held else None, now)


def _open(
    desk: Desk, tx: Tx, conversation: Conversation, slots: Mapping[str, Any], now: datetime
) -> dict[str, Any]:  # fmt: skip
    forms = desk.content_for(conversation).forms
    patient = conversation.patient if conversation.identity == "verified" else None
    who = who_is(str(slots.get("name") or ""), str(slots.get("dob") or ""), conversation.address.value)
    row = tx.forms.open_of(desk.clinic.id, patient, who) or tx.forms.open_of(desk.clinic.id, None, who)
    if row is not None and row.form in forms:
        moved = {"conversation": conversation.id if row.patient is None and patient is None else row.conversation}
        moved |= {"patient": patient or row.patient, "language": conversation.locale, "channel": conversation.channel}
        row = tx.forms.save(row.model_copy(update={**moved, "changed_at": now}))
        return _asking(forms[row.form], row) | {"state": "resumed"}
    form = forms.get(str(slots.get("which") or USUAL))
    if form is None:
        return {"state": "none"}
    row = begun(desk, tx, form, conversation, patient, who, slots, now)
    return _asking(form, row) | {"state": "begun"}


def who_is(name: str, dob: str, number: str) -> str:
    """Who somebody says to be, and from where; empty while they have not said."""
    words = " ".join(sorted(name.casefold().split()))
    return f"{words}|{dob[:10]}|{number}" if words and dob else ""


def begun(
    desk: Desk, tx: Tx, form: Form, conversation: Conversation, patient: str | None, who: str,
    slots: Mapping[str, Any], now: datetime,
) -> FormRow:  # fmt: skip
    """A fresh row. What was said already is answered; what is on file is asked to be confirmed."""
    on_file = tx.patients.get(patient) if patient else None
    said = {"name": str(slots.get("name") or ""), "dob": str(slots.get("dob") or "")[:10]}
    if on_file is not None:
        said = {"name": on_file.name, "dob": on_file.dob.isoformat()}
    number = "" if conversation.channel == "chat" else conversation.address.value
    row = FormRow(
        id=desk.new_id(), clinic=desk.clinic.id, form=form.name, patient=patient, conversation=conversation.id,
        who=who, name=said["name"], dob=said["dob"], language=conversation.locale, channel=conversation.channel,
        given=_answered(form, said), known=_known(tx, form, on_file, number), made_at=now, changed_at=now,
    )  # fmt: skip
    tx.forms.add(row)
    desk.record(tx, "agent", "form:begun", row.id, now, data={"form": form.name})
    return row


def _answered(form: Form, said: Mapping[str, str]) -> tuple[Given, ...]:
    """Name and date of birth were given at the door: they are not asked for twice."""
    given: tuple[Given, ...] = ()
    for item, group in form.walk():
        value = said.get(_SAID.get(_element(item.definition), ""), "")
        if group is None and value and item.asks and item.kind in ("string", "text", "date"):
            given = put(form, given, Given(link=item.link, values=(value,), words=value, confirmed=True))
    return given


def _known(tx: Tx, form: Form, patient: Patient | None, number: str) -> dict[str, Values]:
    """Held already: from the file, from forms filled in before, and the number that they write from."""
    phone = patient.phones[0] if patient and patient.phones else number
    known: dict[str, Values] = {i.link: (i.initial,) for i, _ in form.walk() if i.initial is not None}
    for item, group in form.walk():
        if phone and group is None and _element(item.definition) in _REACHED:
            known[item.link] = (phone,)
    for earlier in tx.forms.of_patient(patient.id) if patient else ():
        if earlier.state in ("sent", "approved"):
            known |= {g.link: g.values for g in earlier.given if g.values and not g.row and not g.unsure}
    return {link: values for link, values in known.items() if form.item(link) is not None}


def _element(definition: str) -> str:
    return definition.rpartition("#")[2]


def _take(
    desk: Desk, tx: Tx, conversation: Conversation, slots: Mapping[str, Any], quote: str, inbound: str | None,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    row = tx.forms.get(str(slots.get("form") or ""))
    form = desk.content_for(conversation).forms.get(row.form) if row is not None else None
    if row is None or form is None or row.state != "open":
        return {"state": "gone"}
    asked, said = Asked.model_validate(slots["item"]), slots.get("answer") or {}
    match said.get("do"):
        case "why":
            return {"state": "why", "because": asked.model_dump(mode="json")}
        case "later":
            tx.forms.save(row.model_copy(update={"changed_at": now}))
            return {"state": "paused"}
        case "anew":
            return _shown(asked.model_copy(update={"known": ()}), row)
        case "back":
            return _asking(form, tx.forms.save(row.model_copy(update={"given": row.given[:-1], "changed_at": now})))
    fresh = _fresh(form, row, asked, said, quote, inbound)
    row, cls = give(desk, tx, form, row, fresh, now)
    for words, values in said.get("more") or ():
        row = _beside(desk, tx, form, row, str(words), values, inbound, now)
    if cls:
        return {"state": "alarm", "danger": cls, "finished": row.state == "sent"}
    return {**_asking(form, row), **({"state": "noted"} if fresh.unsure and row.state == "open" and quote else {})}


def _fresh(
    form: Form, row: FormRow, asked: Asked, said: Mapping[str, Any], quote: str, inbound: str | None
) -> Given:  # fmt: skip
    item = form.item(asked.link)
    values = tuple(said.get("values") or ())
    fields: dict[str, Any] = {
        "link": asked.link,
        "row": asked.row,
        "values": values,
        "words": quote,
        "inbound": inbound,
    }
    match said.get("do"):
        case "keep":
            fields["confirmed"] = True
        case "skip":
            fields |= {"values": (), "unsure": bool(item and item.required)}
        case "mend" if (before := last(row.given)) is not None:
            fields |= {"link": before.link, "row": before.row}
    if said.get("unsure"):
        fields |= {"unsure": True}
    return Given(**fields)


def _beside(
    desk: Desk, tx: Tx, form: Form, row: FormRow, words: str, values: Any, inbound: str | None, now: datetime
) -> FormRow:  # fmt: skip
    """What else the message said, if it fits the very next question."""
    asked = following(form, row.given, row.known) if row.state == "open" else None
    read = values.get(asked.link) if asked is not None and isinstance(values, Mapping) else None
    if asked is None or read is None or asked.more:
        return row
    fresh = Given(link=asked.link, row=asked.row, values=tuple(read), words=words, inbound=inbound)
    return give(desk, tx, form, row, fresh, now)[0]


def give(desk: Desk, tx: Tx, form: Form, row: FormRow, fresh: Given, now: datetime) -> tuple[FormRow, str]:
    """The row with this answer kept, sent to staff after the last one; and the class of alarm that it raises. Raises
    Conflict where the form was changed elsewhere, ValueError for what its item cannot hold."""
    given = put(form, row.given, fresh)
    done = following(form, given, row.known) is None
    update = {"given": given, "changed_at": now, "state": "sent" if done else "open"}
    saved = tx.forms.save(row.model_copy(update=update))
    if done:
        desk.record(tx, "agent", "form:filled", row.id, now, data={"answers": len(standing(form, given))})
    return saved, raised(form, fresh)


def _asking(form: Form, row: FormRow) -> dict[str, Any]:
    asked = following(form, row.given, row.known)
    if asked is None:
        return {"state": "done", "form": row.id}
    return _shown(asked, row)


def _shown(asked: Asked, row: FormRow) -> dict[str, Any]:
    item = asked.model_dump(mode="json")
    before = last(row.given)
    return {
        "state": "ask", "form": row.id, "item": item, "known": item if asked.known else None,
        "manner": "more" if asked.more else "known" if asked.known else None,
        "last": before.model_dump(mode="json") if before is not None else None,
    }  # fmt: skip
