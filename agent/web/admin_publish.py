"""The draft as a whole: what it changes, its rehearsal, the publish, the history and the way back."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.content import ContentFault
from agent.content.items import place
from agent.desk import editing, timing
from agent.model.edit import OPEN, Change, Item, Proposal, Revision
from agent.model.fault import Refused
from agent.web.admin_room import Admin
from agent.web.console_door import Deed, NotThere
from agent.web.readable import rows_of, title_of
from agent.web.signin import Form, Signed

_SHOWN = 6  # differences of a kind that are unfolded


def routes(admin: Admin) -> APIRouter:
    """`/admin/draft`, `/admin/proposals`, `/admin/history`."""
    router, write = admin.door.router(), admin.door.write

    @router.get("/admin/draft")
    def draft(request: Request) -> Response:
        return _draft(admin, request, admin.door.signed(request))

    @router.post("/admin/draft/drop")
    async def drop(request: Request) -> Response:
        return await write(request, lambda r, s, f, d: _drop(admin, r, s, f, d))

    @router.post("/admin/draft/propose")
    async def propose(request: Request) -> Response:
        return await write(request, lambda r, s, f, d: _propose(admin, r, s, f, d))

    @router.get("/admin/proposals/{id}")
    def proposal(request: Request, id: str) -> Response:
        return _proposal(admin, request, admin.door.signed(request), id)

    @router.get("/admin/proposals/{id}/progress")
    def progress(request: Request, id: str) -> Response:
        signed = admin.door.signed(request)
        found = _found(admin, id)
        page = admin.door.page(request, "admin/_progress.html", signed, p=found)
        page.headers["X-State"] = found.state
        return page

    @router.post("/admin/proposals/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await write(request, lambda r, s, f, d: _act(admin, r, s, f, d, id, act))

    @router.get("/admin/history")
    def history(request: Request) -> Response:
        return _history(admin, request, admin.door.signed(request))

    @router.get("/admin/history/{number}")
    def revision(request: Request, number: str) -> Response:
        return _revision(admin, request, admin.door.signed(request), _counted(number))

    @router.post("/admin/history/{number}/restore")
    async def restore(request: Request, number: str) -> Response:
        return await write(request, lambda r, s, f, d: _restore(admin, r, s, f, d, _counted(number)))

    return router


def _counted(number: str) -> int:
    """The number of a revision in an address. Raises NotThere for anything else."""
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise NotThere
    return int(number)


def _readable(changes: tuple[Change, ...] | list[Change]) -> list[dict[str, Any]]:
    return [{"change": c, "title": title_of(c.key), "href": href_of(c.key), "rows": rows_of(c),
             "lang": place(c.key).lang if place(c.key).kind != "clinic" else ""} for c in changes]  # fmt: skip


def href_of(key: str) -> str:
    """Where it is edited."""
    at = place(key)
    if at.kind == "clinic":
        return f"/admin/facts/{at.lang}/{at.name or 'all'}"
    if at.kind == "language":
        return f"/admin/languages/{at.lang}"
    return f"/admin/{at.kind if at.kind == 'safety' else at.kind + 's'}/{at.lang}/{at.name}"


def _draft(
    admin: Admin, request: Request, signed: Signed, problem: str = "", status: int = 200, reason: str = ""
) -> Response:  # fmt: skip
    edits = admin.edits()
    published: dict[str, Item | None] = {e.key: admin.published(e.key) for e in edits}
    changes = [Change(key=e.key, before=published[e.key], after=e.value) for e in edits]
    with admin.desk.store.begin(write=False) as tx:
        open_ones = [p for p in tx.content.proposals(admin.desk.clinic.id) if p.state in OPEN]
    return admin.page(
        request, "draft.html", signed, status, changes=_readable(changes), problem=problem, reason=reason,
        moved={e.key for e in edits if e.was != published[e.key]}, second=editing.needs_second(tuple(changes)),
        open=open_ones[0] if open_ones else None,
    )  # fmt: skip


def _drop(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    done, given = RedirectResponse("/admin/draft", 303), form.get("version")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    try:
        editing.drop(deed.desk(done), signed.user, form.get("key"), version)
    except Refused as refused:
        return _draft(admin, request, signed, f"Not done: {refused}.", 409)
    return done


def _propose(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    done = RedirectResponse("/admin/proposals/newest", 303)
    try:
        editing.propose(deed.desk(done), signed.user, form.get("reason"))
    except Refused as refused:
        return _draft(admin, request, signed, f"Not done: {refused}.", 422, form.get("reason"))
    return done


def _found(admin: Admin, id: str) -> Proposal:
    with admin.desk.store.begin(write=False) as tx:
        newest = tx.content.proposals(admin.desk.clinic.id, 1)
        found = tx.content.proposal(id) if id != "newest" else newest[0] if newest else None
    if found is None or found.clinic != admin.desk.clinic.id:
        raise NotThere
    return found


def _proposal(
    admin: Admin, request: Request, signed: Signed, id: str, problem: str = "", status: int = 200, typed: str = ""
) -> Response:  # fmt: skip
    found = _found(admin, id)
    now = admin.desk.clock().astimezone(ZoneInfo(admin.desk.clinic.zone))
    report = found.report or {}
    turns = dict[str, str]()
    with admin.desk.store.begin() as tx:  # a patient's own words are shown only while they are kept
        for row in report.get("differences", ()):
            if row.get("inbound") and (heard := tx.inbox.get(row["inbound"])) is not None:
                turns[row["inbound"]] = heard.text
        if turns:
            admin.door.note_read(tx, signed, "proposal:read", found.id, again=True)
    return admin.page(
        request, "proposal.html", signed, status, p=found, changes=_readable(found.changes), report=report,
        problem=problem, turns=turns, kinds=_by_kind(report), shown=_SHOWN, mine=found.author == signed.user.id,
        typed=typed, first=f"{now:%Y-%m-%dT%H:%M}", last=f"{now + timing.FARTHEST:%Y-%m-%dT%H:%M}",
    )  # fmt: skip


def _by_kind(report: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The differences by what they are, the worst kind first, as the rehearsal has them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in report.get("differences", ()):
        found.setdefault(row["kind"], []).append(row)
    return found


def _act(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, id: str, act: str) -> Response:
    found = _found(admin, id)
    done = RedirectResponse(f"/admin/proposals/{found.id}", 303)
    try:
        if act == "publish":
            content, base = admin.bench.hashes(found.items)
            if (found.report or {}).get("content", content) != content:
                raise Refused("the files have changed since the rehearsal: withdraw it and propose it again")
            editing.publish(deed.desk(done), signed.user, found.id, content, base)
        elif act == "time":
            timing.set_time(deed.desk(done), signed.user, found.id, timing.moment(admin.desk, form.get("at")))
        elif act == "untime":
            timing.drop_time(deed.desk(done), signed.user, found.id)
        elif act == "agree":
            editing.agree(deed.desk(done), signed.user, found.id)
        elif act == "withdraw":
            done = RedirectResponse("/admin/draft", 303)
            editing.withdraw(deed.desk(done), signed.user, found.id)
        else:
            raise NotThere
    except (Refused, ContentFault) as refused:
        return _proposal(admin, request, signed, found.id, f"Not done: {refused}.", 409, form.get("at"))
    return done


def _history(admin: Admin, request: Request, signed: Signed, problem: str = "", status: int = 200) -> Response:
    with admin.desk.store.begin(write=False) as tx:
        rows: list[Revision] = tx.content.revisions(admin.desk.clinic.id, 100)
    return admin.page(request, "history.html", signed, status, rows=rows, problem=problem)


def _revision(
    admin: Admin, request: Request, signed: Signed, number: int, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    with admin.desk.store.begin(write=False) as tx:
        found, head = tx.content.revision(admin.desk.clinic.id, number), tx.content.head(admin.desk.clinic.id)
    if found is None:
        raise NotThere
    return admin.page(request, "revision.html", signed, status, r=found, head=head, changes=_readable(found.changes),
                      problem=problem)  # fmt: skip


def _restore(admin: Admin, request: Request, signed: Signed, form: Form, deed: Deed, number: int) -> Response:
    """Back to what that revision published; its content is checked before it serves again."""
    done = RedirectResponse("/admin/history", 303)
    with admin.desk.store.begin(write=False) as tx:
        found = tx.content.revision(admin.desk.clinic.id, number) if number else None
        first = tx.content.revision(admin.desk.clinic.id, 1)
    if number and found is None:
        raise NotThere
    items = found.items if found is not None else {}
    try:
        content, base = admin.bench.hashes(items)
        known = (found.content, found.base) if found is not None else (first.base, first.base) if first else None
        if known != (content, base):  # the files have changed since
            faults = admin.bench.faults(items)
            if faults:
                raise Refused(faults[0].rstrip("."))
        editing.restore(deed.desk(done), signed.user, number, form.get("reason"), content, base)
    except (Refused, ContentFault) as refused:
        return _history(admin, request, signed, f"Not done: {refused}.", 409)
    return done
