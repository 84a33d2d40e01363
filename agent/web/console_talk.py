"""Conversations in the console: read, taken over, answered, noted, given back."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk import handoff
from agent.desk.desk import Desk
from agent.desk.enclosures import take_back
from agent.desk.hand_over import transfer
from agent.dialogue.spoken import phone
from agent.dialogue.wording import render
from agent.model.conversation import Conversation
from agent.model.draft import ReplyDraft
from agent.model.effect import Say
from agent.model.fault import Busy, Conflict, Refused
from agent.model.patient import StaffUser
from agent.model.wording import N_
from agent.ports import Tx
from agent.web import console_planted
from agent.web.console_board import audience_of
from agent.web.console_calls import on_the_line
from agent.web.console_card import names_in
from agent.web.console_deeds import colleague_or_role
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_preview import whole_thread
from agent.web.console_replies import how_far, offered
from agent.web.console_rights import WORKS, sees_talk
from agent.web.console_says import IDENTITIES
from agent.web.console_together import Together
from agent.web.console_tongue import current, each, not_done, tr
from agent.web.console_words import BUSY, at, kind, sent, staff_voice
from agent.web.signin import Form, Signed

_MODES = {
    "agent": N_("The desk answers"),
    "waiting_staff": N_("Waits for a person"),
    "staff": N_("With a person"),
    "closed": N_("Closed"),
}
_RECENT = 60
_VIEWS = {"": N_("All"), "waiting": N_("Waits for a person"), "mine": N_("Mine"), "staff": N_("With a person")}


def routes(door: Door) -> APIRouter:
    """`/console/conversations` and each of them."""
    router, together = door.router(), Together(door.lane)

    @router.get("/console/conversations")
    def recent(request: Request) -> Response:
        return _list(door, request, door.signed(request), "conversations.html")

    @router.get("/console/conversations/rows")
    async def rows(request: Request) -> Response:
        """Written once for all who may see the same and ask meanwhile; 304 where the page has it already."""
        signed = await door.lane.run(door.signed, request)
        door.hears(request, signed)
        view = request.query_params.get("view", "")
        own = signed.user.id if view == "mine" else ""
        key = (*audience_of(signed.user, current()), view, own)
        page = await together.ask(key, lambda: bytes(_list(door, request, signed, "_conversations.html").body))
        tag = f'"{blake2b(repr(key).encode() + page, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(page, media_type="text/html", headers={"ETag": tag})

    @router.get("/console/conversations/{id}")
    def conversation(request: Request, id: str) -> Response:
        return show(door, request, door.signed(request), id, "conversation.html")

    @router.get("/console/conversations/{id}/thread")
    def thread(request: Request, id: str) -> Response:
        return show(door, request, door.signed(request), id, "_thread.html", again=True)

    @router.post("/console/conversations/{id}/writing")
    async def writing(request: Request, id: str) -> Response:
        return await door.write(request, lambda _, s, f, __: _writing(door, s, f, id), keyed=False)

    @router.post("/console/conversations/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, id, act))

    return router


def who(desk: Desk, tx: Tx, held: Conversation) -> str:
    """The patient's name where identity is proven, else how they write, with the name they gave before it."""
    known = tx.patients.get(held.patient) if held.patient and held.identity == "verified" else None
    if known is not None:
        return known.name
    said = held.facts.get("name")
    reach = tr("web visitor") if held.channel == "chat" else phone(held.address.value, desk.clinic.country)
    return f"{said.value} · {reach}" if said is not None else reach[0].upper() + reach[1:]


def load_talk(door: Door, tx: Tx, id: str, signed: Signed) -> Conversation:
    """A conversation of this clinic of which the person may see something; NotThere for any other id."""
    held = tx.conversations.get(id)
    if held is None or held.clinic != door.desk.clinic.id or not sees_talk(signed.user, tx.tasks.of(id)):
        raise NotThere
    return held


def _list(door: Door, request: Request, signed: Signed, page: str) -> Response:
    desk, now = door.desk, door.desk.clock()
    voice, rows, view = staff_voice(desk, now), [], request.query_params.get("view", "")
    views: dict[str, Callable[[Conversation], bool]] = {
        "": lambda _: True, "waiting": lambda c: c.mode == "waiting_staff",
        "mine": lambda c: c.mode == "staff" and c.assignee == signed.user.id, "staff": lambda c: c.mode == "staff",
    }  # fmt: skip
    view = view if view in views else ""
    wanted = views[view]
    with desk.store.begin(write=False) as tx:
        staff = {u.id: u.name for u in tx.staff.all(desk.clinic.id)}
        calls = on_the_line(desk, tx, voice, now)
        for held, active in tx.conversations.recent(desk.clinic.id, _RECENT):
            tasks = tx.tasks.of(held.id)
            if not sees_talk(signed.user, tasks) or not wanted(held):
                continue
            open_tasks = [t for t in tasks if t.decided_at is None]
            mode = _mode(held, staff.get(held.assignee or "", ""))
            rows.append({"held": held, "who": who(desk, tx, held), "at": at(voice, active), "tasks": open_tasks,
                         "mode": mode, "call": calls.get(held.id)})  # fmt: skip
    return door.page(request, page, signed, rows=rows, view=view, TALK_VIEWS=each(_VIEWS).items())


def snippets(desk: Desk, held: Conversation, now: datetime) -> dict[str, str]:
    """Key -> approved sentence in the patient's language, for a person to send as their own."""
    keys = sorted({k.partition("@")[0] for k in desk.content.messages["en"] if k.startswith("snippet.")})
    voice = desk.voice(held, now)
    return {k: render(voice, Say(key=k)).text for k in keys}


def _also(tx: Tx, signed: Signed, held: Conversation) -> list[Conversation]:
    """The same patient's other conversations, on whatever channel, where it is certain who they are."""
    if held.patient is None or held.identity != "verified":
        return []
    ids = [kept.id for kept in tx.privacy.talks_of(held.patient) if kept.id != held.id]
    found = [tx.conversations.get(id) for id in ids[-8:]]
    return [
        c for c in found if c is not None and c.identity == "verified" and sees_talk(signed.user, tx.tasks.of(c.id))
    ]


def _mode(held: Conversation, holder: str) -> str:
    return tr("With %(name)s", name=holder) if held.mode == "staff" and holder else tr(_MODES[held.mode])


def show(
    door: Door, request: Request, signed: Signed, id: str, page: str, *, again: bool = False, status: int = 200,
    problem: str = "", typed: Form | None = None, draft: ReplyDraft | None = None,
) -> Response:  # fmt: skip
    """One conversation; `draft`: shown beside the box, for the person to read."""
    desk, now = door.desk, door.desk.clock()
    voice = staff_voice(desk, now)
    noted = again and door.noted(signed, "conversation:viewed", id)
    with desk.store.begin(write=not noted) as tx:
        held = load_talk(door, tx, id, signed)
        lines = whole_thread(tx, id)
        names = names_in(tx, lines, held.assignee)
        tasks = tx.tasks.of(id)
        stopped = tx.optouts.stopped(held.address)
        call = on_the_line(desk, tx, voice, now).get(id)
        seen = tx.chats.seen(id) if held.channel == "chat" else ""
        person = who(desk, tx, held)
        also = _also(tx, signed, held)
        enclosed = how_far(tx.enclosures.of(id), voice, now)
        drafted = {d.outbound: d for d in tx.drafts.of(id) if d.outbound}
        papers = {} if again or signed.user.role not in WORKS else offered(desk, tx, voice, held, signed.user)
        colleagues = [u for u in tx.staff.all(desk.clinic.id)
                      if u.role in WORKS and not u.disabled and not u.away and u.id != signed.user.id]  # fmt: skip
        if not noted:
            door.note_read(tx, signed, "conversation:viewed", id)
    holder = names.get(f"staff:{held.assignee}", "")
    mine = held.mode == "staff" and held.assignee == signed.user.id
    values: dict[str, Any] = {
        "held": held, "call": call, "seen": seen, "thread": lines, "names": names,
        "mode": _mode(held, holder), "who": person,
        "sent": sent, "holder": holder, "IDENTITIES": each(IDENTITIES),
        "mine": mine, "tasks": tasks, "write": "mine" if mine else "other" if holder else "free",
        "stopped": stopped, "at": lambda when: at(voice, when), "kind_of": lambda t: kind(voice, t),
        "enclosed": enclosed, "papers": papers, "drafted": drafted,
        "draft": draft, "drafts": desk.replier is not None, "days": desk.settings.document_link_days,
        "also": also, "colleagues": colleagues, "WORKS": WORKS, "works": signed.user.role in WORKS,
        "snippets": {} if again else snippets(desk, held, now), "problem": problem, "typed": typed or Form([]),
        "most": desk.settings.max_text,
    }  # fmt: skip
    return door.page(request, page, signed, status, **values)


def _writing(door: Door, signed: Signed, form: Form, id: str) -> Response:
    """The patient's page says who is writing, where the conversation is theirs."""
    with door.desk.store.begin(write=False) as tx:
        held = load_talk(door, tx, id, signed)
    if held.mode == "staff" and held.assignee == signed.user.id:
        door.desk.bus.ring(f"typing:{id}", "staff" if form.get("on") else "")
    return Response(status_code=204)


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    done: Response = RedirectResponse(f"/console/conversations/{id}#end", 303)
    if "x-live" in request.headers:
        done = Response(status_code=204)
    desk, by, text = deed.desk(done), signed.user, form.get("text")
    if act == "transfer":
        done.headers["location"] = "/console"
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: handoff.take(desk, id, by),
        "reply": lambda: handoff.reply(
            desk, id, by, text, enclosed=form.get("enclosed"), draft=form.get("draft"), read=bool(form.get("read"))
        ),
        "take-back": lambda: take_back(desk, id, form.get("enclosure"), by),
        "note": lambda: _note(desk, id, by, text),
        "give-back": lambda: handoff.give_back(desk, id, by),
        "transfer": lambda: transfer(desk, id, by, *colleague_or_role(form), text),
    }
    with desk.store.begin(write=False) as tx:
        held = load_talk(door, tx, id, signed)
        holder = tx.staff.get(held.assignee) if held.assignee else None
    if act == "reply" and not text.strip() and form.get("snippet"):
        text = snippets(desk, held, desk.clock()).get(form.get("snippet"), "")
    if act not in acts:
        raise NotThere
    if act in ("reply", "note", "transfer") and (told := console_planted.said_elsewhere(door, signed, id)):
        return _refused(door, request, signed, id, form, told, 409)
    if act == "give-back" and holder is not None and holder.id != by.id and by.role != "admin":
        return _refused(
            door, request, signed, id, form, tr("Not done: %(name)s has this conversation.", name=holder.name), 409
        )
    try:
        acts[act]()
    except Conflict as conflict:
        named = tr("It is with %(name)s.", name=holder.name) if holder else ""
        text = " ".join(x for x in (not_done(conflict), named, tr("What you typed is kept.")) if x)
        return _refused(door, request, signed, id, form, text, 409)
    except Refused as refused:
        return _refused(door, request, signed, id, form, not_done(refused), 422)
    except Busy:
        return _refused(door, request, signed, id, form, tr(BUSY), 503)
    return done


def _refused(door: Door, request: Request, signed: Signed, id: str, form: Form, text: str, status: int) -> Response:
    if "x-live" in request.headers:
        return Response(text, status, media_type="text/plain")
    return show(door, request, signed, id, "conversation.html", status=status, problem=text, typed=form)


def _note(desk: Desk, id: str, by: StaffUser, text: str) -> None:
    if not text.strip():
        raise Refused("write something first")
    if len(text) > desk.settings.max_text:
        raise Refused("at most %(most)s characters", most=desk.settings.max_text)
    handoff.note(desk, id, by, text)
