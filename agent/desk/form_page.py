"""A form behind its link: made and sent by staff, opened with a date of birth, filled in page by page, handed in."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.form_several import doubted
from agent.desk.forms import begun, who_is
from agent.desk.photos import put_on_page
from agent.desk.receive import talk_by_text
from agent.dialogue.forms import value_text, words
from agent.dialogue.spoken import phone
from agent.intake.engine import MOST_VALUES, following, raised
from agent.intake.measures import plain, typed
from agent.intake.sections import Line, sections, taken, unasked
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask, Say
from agent.model.fault import Refused
from agent.model.form import Form, FormRow, Given, Item
from agent.model.patient import Patient, StaffUser
from agent.model.photo import Developed
from agent.ports import Tx

MOST_TRIES = 5
MOST_BROWSERS = 5
_SEVERAL = re.compile("[,;\n、،，；]")
HOURS = 12  # that a browser may go on without the date of birth


def send(desk: Desk, patient: str, form: str, by: StaffUser) -> FormRow:
    """A form for a patient on file, its link texted to the number on file; an open one of the same kind gets a new link
    and the old one opens nothing any more. Raises Refused where nobody can be texted."""
    now = desk.clock()
    with desk.store.begin() as tx:
        known, what = tx.patients.get(patient), desk.content.forms.get(form)
        if known is None or known.clinic != desk.clinic.id or what is None:
            raise Refused("there is no such patient or form")
        number = known.phones[0] if known.phones else ""
        if not number or tx.optouts.stopped(Address(channel="sms", value=number)):
            raise Refused("nobody can be texted at this number, or they wrote STOP")
        talk = talk_by_text(desk, tx, known, known.phones[:1], now)
        row, link = linked(desk, tx, known, what, talk, now)
        carry_out(desk, tx, talk, (Say(key="form.link", values={"link": link}),), now, author=f"staff:{by.id}")
        desk.record(tx, f"staff:{by.id}", "form:sent", row.id, now, data={"form": form})
    desk.bus.ring("outbox", talk.id)
    desk.bus.ring(f"thread:{talk.id}")
    return row


def linked(
    desk: Desk, tx: Tx, patient: Patient, form: Form, talk: Conversation, now: datetime
) -> tuple[FormRow, str]:  # fmt: skip
    """The patient's open form of this kind, begun where there is none, with a fresh link; the one before is dead."""
    token = secrets.token_urlsafe(24)
    row = tx.forms.open_of(desk.clinic.id, patient.id, "")
    if row is None or row.form != form.name:
        who = who_is(patient.name, patient.dob.isoformat(), patient.phones[0] if patient.phones else "")
        row = begun(desk, tx, form, talk, patient.id, who, {}, now)
    row = tx.forms.save(row.model_copy(update={"key": hashed(token), "tries": 0, "browsers": {}, "changed_at": now}))
    return row, f"{desk.settings.public_url.rstrip('/')}/form/{token}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def behind(desk: Desk, tx: Tx, token: str) -> tuple[Form, FormRow] | None:
    """The open form of a link that still opens something."""
    row = tx.forms.by_key(hashed(token)) if len(token) < 100 else None
    form = desk.content.forms.get(row.form) if row is not None else None
    if row is None or form is None or row.clinic != desk.clinic.id or row.state != "open" or row.tries >= MOST_TRIES:
        return None
    return (form, row) if desk.clock() - row.changed_at < timedelta(days=desk.settings.form_link_days) else None


def opens(desk: Desk, token: str, born: str) -> str:
    """What a browser must bring along from now on, where that is the date of birth; else empty. Every wrong one is
    counted; after the fifth the link is dead."""
    now, cookie = desk.clock(), secrets.token_urlsafe(24)
    with desk.store.begin() as tx:
        found = behind(desk, tx, token)
        if found is None:
            return ""
        row = found[1]
        if row.dob and hmac.compare_digest(_day(born), row.dob):
            newest = dict(sorted(row.browsers.items(), key=lambda kept: kept[1])[-(MOST_BROWSERS - 1) :])
            browsers = {**newest, hashed(cookie): now + timedelta(hours=HOURS)}
            tx.forms.save(row.model_copy(update={"tries": 0, "browsers": browsers}))
            return cookie
        tx.forms.save(row.model_copy(update={"tries": row.tries + 1}))
        desk.record(tx, "patient", "form:refused", row.id, now, data={"tries": row.tries + 1})
        return ""


def may(desk: Desk, row: FormRow, cookie: str) -> bool:
    """Has this browser given the date of birth a while ago?"""
    until = row.browsers.get(hashed(cookie))
    return until is not None and desk.clock() < until


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return "-"


def keep(
    desk: Desk, token: str, cookie: str, page: int, value: Callable[[Line], Given | None], adds: str,
    photos: Mapping[str, Developed | None],
) -> tuple[FormRow, int, list[str], str]:  # fmt: skip
    """Keep a page's answers: the row, the page to show next, the places that hold what they cannot, and the class of
    alarm that an answer raised. After the last page the form is with staff. `photos`: place -> a photograph, None
    where it could not be opened. Raises Refused for a dead link, or for a browser that has not given the date of
    birth."""
    now = desk.clock()
    with desk.store.begin() as tx:
        found = behind(desk, tx, token)
        if found is None or not may(desk, found[1], cookie):
            raise Refused("this link opens nothing any more")
        form, row = found
        pages = sections(form, {(g.link, g.row): g for g in row.given})
        page = min(max(page, 0), len(pages) - 1)
        before = set(row.given)
        bad = [place for place, developed in photos.items() if developed is None]

        def of_line(line: Line) -> Given | None:
            if (developed := photos.get(line.place)) is None or line.item.kind != "attachment":
                found = value(line)
                return doubted(desk.content, form, found, row.language) if found is not None else None
            put = put_on_page(desk, tx, row, line.item.link, developed, now)
            bad.extend([] if put else [line.place])
            return put

        fresh, wrong = taken(form, row, pages[page], of_line, adds)
        wrong += [place for place in bad if place not in wrong]
        alarms = [(g, cls) for g in fresh.given if g not in before and (cls := raised(form, g))]
        stays = bool(wrong or adds) or unasked(form, fresh, pages[page])
        done = not stays and page + 1 >= len(sections(form, {(g.link, g.row): g for g in fresh.given}))
        if done:
            fresh = _completed(form, fresh)
        state = "sent" if done else "open"
        fresh = tx.forms.save(fresh.model_copy(update={"changed_at": now, "state": state}))
        for given, cls in alarms:
            _alarm(desk, tx, form, fresh, given, cls, now)
        if done:
            _hand_in(desk, tx, fresh, now)
    if done or alarms:
        desk.bus.ring(f"console:{desk.clinic.id}", fresh.id)
    return fresh, page if stays else page + 1, wrong, alarms[0][1] if alarms else ""


def _completed(form: Form, row: FormRow) -> FormRow:
    """What stands open on pages that were closed and opened again is passed over."""
    given = row.given
    while (asked := following(form, given, {})) is not None:
        given = (*given, Given(link=asked.link, row=asked.row, values=(False,) if asked.more else ()))
    return row.model_copy(update={"given": given})


def _hand_in(desk: Desk, tx: Tx, row: FormRow, now: datetime) -> None:
    talk = tx.conversations.get(row.conversation, lock=True) if row.conversation else None
    if talk is None:
        return
    proposal = {"form": row.id, "name": row.name, "dob": row.dob}
    carry_out(desk, tx, talk, (OpenTask(kind="intake", proposal=proposal, reason="form", run=row.id),), now)
    desk.record(tx, "patient", "form:filled", row.id, now)


def _alarm(desk: Desk, tx: Tx, form: Form, row: FormRow, given: Given, cls: str, now: datetime) -> None:
    """Somebody is called at once, with question and answer in English."""
    talk = tx.conversations.get(row.conversation, lock=True) if row.conversation else None
    item = form.item(given.link)
    if talk is None or item is None:
        return
    said = " — ".join([words(item.text, "en"), *(value_text(item, v, "en", None) for v in given.values)])
    proposal = {"category": cls, "class": cls, "words": said, "name": row.name, "dob": row.dob}
    task = OpenTask(kind="urgent", proposal=proposal, priority="stat", reason=cls, run=f"{row.id}:{given.link}")
    carry_out(desk, tx, talk, (task,), now)


def as_written(item: Item, value: bool | float | str, country: str) -> bool | float | str:
    """A telephone number as people of the clinic's country write it; a whole number without a point."""
    dialled = isinstance(value, str) and value.startswith("+") and "telecom" in item.definition
    return phone(str(value), country) if dialled else plain(value)


def field_value(line: Line, said: list[str], zone: tzinfo, country: str) -> Given:
    """What came of a page's field: nothing is passing over; a number or a yes in the type that its question has."""
    if line.item.kind == "attachment":  # a field of a file cannot be sent back: what is there stays there
        return line.given or Given(link=line.item.link, row=line.row)
    several = line.item.repeats and not line.item.choices and line.item.kind not in ("decimal", "quantity")
    parts = [part for t in said for part in (_SEVERAL.split(t) if several else [t])]
    texts = [t.strip()[: line.item.longest] for t in parts if t.strip()][: MOST_VALUES if line.item.repeats else None]
    values = tuple(said == "yes" if line.item.kind == "boolean" else typed(line.item, said, zone) for said in texts)
    fields = {"link": line.item.link, "row": line.row, "values": values, "unsure": line.item.required and not values}
    held = line.given
    if held is not None and values in (
        held.values,
        tuple(as_written(line.item, v, country) for v in held.values),
    ):  # left as it was: what was shown as known is confirmed by that, what the form begins with is the answer
        known = held.confirmed and held.values != line.item.initial
        return held.model_copy(update={"confirmed": known} if values else {"unsure": fields["unsure"]})
    return Given.model_validate(fields)
