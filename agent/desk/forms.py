"""Forms that patients fill in, wherever they do: begun or found again, answered one by one, known answers at hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.desk.desk import Desk
from agent.desk.form_people import heard_of_another, of_another
from agent.desk.form_several import doubted
from agent.desk.on_file import element, known_before
from agent.desk.photos import taken_in
from agent.intake.engine import following, last, put, raised, standing
from agent.intake.former import alone, changed, dropped, kept, taken_back
from agent.intake.no_longer import no_longer
from agent.model.conversation import Conversation, Frame
from agent.model.form import Asked, Form, FormRow, Given
from agent.ports import Tx

USUAL = "new-patient"
Values = tuple[bool | float | str, ...]
_SAID = {"Patient.name": "name", "Patient.name.text": "name", "Patient.birthDate": "dob"}


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
    name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
    patient = conversation.patient if conversation.identity == "verified" else None
    who = who_is(name, dob, conversation.address.value)
    row = tx.forms.open_of(desk.clinic.id, patient, who) or tx.forms.open_of(desk.clinic.id, None, who)
    if row is not None and row.form in forms:
        moved = {"conversation": conversation.id if row.patient is None and patient is None else row.conversation}
        moved |= {"patient": patient or row.patient, "language": conversation.locale, "channel": conversation.channel}
        if patient and row.patient is None and (on_file := tx.patients.get(patient)) is not None:
            moved |= known_before(tx, forms[row.form], on_file, "")
        row = tx.forms.save(row.model_copy(update={**moved, "changed_at": now}))
        tx.photos.follow(row)
        return _asking(forms[row.form], row) | {"state": "resumed" if _under_way(row) else "begun"}
    form = forms.get(str(slots.get("which") or USUAL))
    if form is None:
        return {"state": "none"}
    row = begun(desk, tx, form, conversation, patient, who, slots, now)
    return _asking(form, row) | {"state": "begun"}


def _under_way(row: FormRow) -> bool:
    """Was anything answered yet, beyond what was on file?"""
    return any(g.inbound or not g.confirmed for g in row.given)


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
        given=_answered(form, said), made_at=now, changed_at=now, **known_before(tx, form, on_file, number),
    )  # fmt: skip
    tx.forms.add(row)
    desk.record(tx, "agent", "form:begun", row.id, now, data={"form": form.name})
    return row


def _answered(form: Form, said: Mapping[str, str]) -> tuple[Given, ...]:
    """Name and date of birth were given at the door: they are not asked for twice."""
    given: tuple[Given, ...] = ()
    for item, group in form.walk():
        value = said.get(_SAID.get(element(item.definition), ""), "")
        if group is None and value and item.asks and item.kind in ("string", "text", "date"):
            given = put(form, given, Given(link=item.link, values=(value,), confirmed=True))
    return given


def _take(
    desk: Desk, tx: Tx, conversation: Conversation, slots: Mapping[str, Any], quote: str, inbound: str | None,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    row = tx.forms.get(str(slots.get("form") or ""))
    form = desk.content_for(conversation).forms.get(row.form) if row is not None else None
    if row is None or form is None or row.state != "open":
        return {"state": "gone"}
    asked, said = Asked.model_validate(slots["item"]), slots.get("answer") or {}
    if said.get("do") == "another":
        if of_another(row, asked, said, slots.get("relation"), now.date()):
            return {**_asking(form, heard_of_another(tx, row, asked, quote, inbound, now)), "state": "another"}
        said = said.get("instead") or {"do": "words"}
    if asked.formers and said.get("do") in ("keep", "anew", "changed", "gone", "skip", "words"):
        return _confirmed(desk, tx, form, row, asked, said, quote, inbound, now)
    match said.get("do"):
        case "why":
            return {"state": "why", "because": asked.model_dump(mode="json")}
        case "later":
            tx.forms.save(row.model_copy(update={"changed_at": now}))
            return {"state": "paused"}
        case "anew":
            return _shown(asked.model_copy(update={"known": ()}), row)
        case "back":
            before = taken_back(form, row) or row.model_copy(update={"given": row.given[:-1]})
            return _asking(form, tx.forms.save(before.model_copy(update={"changed_at": now})))
    if said.get("do") == "stopped":
        row = _saved(desk, tx, form, no_longer(form, row, asked, quote, inbound), now)
        return {**_asking(form, row), **({"state": "no_longer"} if row.state == "open" else {})}
    spoken = quote if said.get("do") == "photo" else ""
    answers = taken_in(desk, tx, form, row, conversation.id, inbound, spoken, now)
    for one in answers:
        row, _ = give(desk, tx, form, row, one, now)
    if said.get("do") == "photo":
        beside = row.state == "open" and asked.link not in {a.link for a in answers}
        return {**_asking(form, row), **({"state": "photo"} if beside else {})}
    fresh = _fresh(form, row, asked, said, quote, inbound)
    row, cls = give(desk, tx, form, row, fresh, now)
    for words, values in said.get("more") or ():
        row = _beside(desk, tx, form, row, str(words), values, inbound, now)
    if cls and said.get("do") != "skip":
        return {"state": "alarm", "danger": cls, "finished": row.state == "sent"}
    if fresh.unsure and row.state == "open" and quote:
        return {**_asking(form, row), "state": "worded" if said.get("do") == "words" else "noted"}
    return _asking(form, row)


def _confirmed(
    desk: Desk, tx: Tx, form: Form, row: FormRow, asked: Asked, said: Mapping[str, Any], quote: str,
    inbound: str | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """What was said to turns on file: right still, changed, gone. An old button says nothing."""
    places = tuple(n for n in asked.formers if n < len(row.former) and row.former[n].state == "waiting")
    if len(places) < len(asked.formers):
        return _asking(form, row)
    noted = False
    match said["do"]:
        case "keep":
            row = kept(form, row, places, quote, inbound)
        case "anew" if len(places) == 1:
            return _shown(asked.model_copy(update={"which": True}), row)
        case "anew":
            row = alone(row, places, quote)
        case "words" if len(places) > 1:
            row = alone(row, places, quote)
        case "changed":
            row = changed(form, row, places[0])
        case "words":
            row, noted = changed(form, row, places[0], quote, inbound), True
        case what:
            row = dropped(form, row, places, quote, passed=what == "skip")
    row = _saved(desk, tx, form, row, now)
    return {**_asking(form, row), **({"state": "noted"} if noted and row.state == "open" else {})}


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
        case "words":
            fields |= {"unsure": True}
        case "mend" if (before := last(row.given)) is not None:
            fields |= {"link": before.link, "row": before.row}
    if said.get("unsure"):
        fields |= {"unsure": True}
    return Given(**fields)


def _beside(
    desk: Desk, tx: Tx, form: Form, row: FormRow, words: str, values: Any, inbound: str | None, now: datetime
) -> FormRow:  # fmt: skip
    """What else the message said, if it fits the very next question."""
    asked = _next(form, row) if row.state == "open" else None
    read = values.get(asked.link) if asked is not None and isinstance(values, Mapping) else None
    if asked is None or read is None or asked.more or asked.formers:
        return row
    fresh = Given(link=asked.link, row=asked.row, values=tuple(read), words=words, inbound=inbound)
    return give(desk, tx, form, row, fresh, now)[0]


def give(desk: Desk, tx: Tx, form: Form, row: FormRow, fresh: Given, now: datetime) -> tuple[FormRow, str]:
    """The row with this answer kept, sent to staff after the last one; and the class of alarm that it raises. Raises
    Conflict where the form was changed elsewhere, ValueError for what its item cannot hold."""
    given = put(form, row.given, doubted(desk.content, form, fresh, row.language))
    row = row.model_copy(update={"given": given})
    return _saved(desk, tx, form, row, now), raised(form, fresh)


def _saved(desk: Desk, tx: Tx, form: Form, row: FormRow, now: datetime) -> FormRow:
    """With staff, if nothing is left to ask."""
    done = _next(form, row) is None
    saved = tx.forms.save(row.model_copy(update={"changed_at": now, "state": "sent" if done else "open"}))
    if done:
        desk.record(tx, "agent", "form:filled", row.id, now, data={"answers": len(standing(form, row.given))})
    return saved


def _next(form: Form, row: FormRow) -> Asked | None:
    return following(form, row.given, row.known, photos=_photos(row), former=row.former)


def _photos(row: FormRow) -> bool:
    """Can a photograph be sent where the form is being filled in?"""
    return row.channel != "voice"


def _asking(form: Form, row: FormRow) -> dict[str, Any]:
    asked = _next(form, row)
    if asked is None:
        return {"state": "done", "form": row.id}
    return _shown(asked, row)


def _shown(asked: Asked, row: FormRow) -> dict[str, Any]:
    item = asked.model_dump(mode="json")
    before = last(row.given)
    return {
        "state": "ask", "form": row.id, "item": item, "known": item if asked.known or asked.turns else None,
        "manner": _manner(asked),
        "last": before.model_dump(mode="json") if before is not None else None,
    }  # fmt: skip


def _manner(asked: Asked) -> str | None:
    """Which wording of the question fits."""
    if asked.formers:
        return "which" if asked.which else "turns" if len(asked.formers) > 1 else "turn"
    return "more" if asked.more else "known" if asked.known else None
