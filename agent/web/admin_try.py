"""The box to try a message: as the desk hears it now, beside the draft with what is typed on the page."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from agent.content import ContentFault
from agent.content.items import place
from agent.dialogue.safety import route, weighed
from agent.model.edit import Item
from agent.model.fault import Refused
from agent.model.safety import SafetyFinding
from agent.model.trial import TriedHearing
from agent.trial import heard_by
from agent.web import admin_intents, admin_safety
from agent.web.admin_room import FIELDS, FORM_BYTES, Admin
from agent.web.signin import Form, Signed

_LONGEST = 2000  # characters of a message that is tried


def routes(admin: Admin) -> APIRouter:
    """`/admin/try`."""
    router = admin.door.router()

    @router.post("/admin/try")
    async def attempt(request: Request) -> Response:
        return await admin.door.write(
            request, lambda r, s, f, _: _try(admin, r, s, f), keyed=False, most=FORM_BYTES, fields=FIELDS
        )

    return router


def _try(admin: Admin, request: Request, signed: Signed, form: Form) -> Response:
    """Nothing of it is kept. An empty text only has the draft made ready."""
    text, shelf, problem = form.get("text").strip()[:_LONGEST], admin.bench.shelf(), ""
    after = admin.bench.drafted(admin.edits())
    saved = heard_by(after)
    unsaved: Mapping[str, Item] = {}
    try:
        unsaved = _on_the_page(admin, form, saved)
    except Refused as refused:
        problem = f"What is typed on this page cannot be heard: {refused}."
    before, after = heard_by(shelf.items), {**saved, **unsaved}
    edited = {e.key for e in admin.edits() if heard_by({e.key: e.value})}
    answer = None
    if before != after:
        now = admin.desk.clock().astimezone(admin.zone).replace(tzinfo=None)
        answer = admin.trial.hear(text, now, before, after, unsaved=bool(unsaved))
    page = admin.door.page(
        request, "admin/_tried.html", signed, text=text, published=_published(admin, text) if text else None,
        answer=answer, edited=edited, unsaved=unsaved, problem=problem, pieces=marked, parts=told,
        languages=shelf.reading.content.languages,
    )  # fmt: skip
    waits = answer is not None and answer.state in ("reading", "learning")
    page.headers["X-State"] = "waits" if waits else "done"
    return page


def _published(admin: Admin, text: str) -> TriedHearing:
    ears, gate, desk = admin.desk.ears, admin.desk.gate, admin.desk
    said = ears.hear(text, now=desk.clock().astimezone(admin.zone).replace(tzinfo=None))
    tag = said.lang if said.lang != "und" else desk.clinic.default_language
    finding = weighed(gate, text, tag, heard=said, again=ears.weighed)
    return TriedHearing(said=said.model_copy(update={"commands": ()}), finding=finding, route=route(finding, said))


def _on_the_page(admin: Admin, form: Form, saved: Mapping[str, Item]) -> dict[str, Item]:
    """What is typed on the page of an intent or of safety phrases and differs from the draft. Raises Refused."""
    key = form.get("page")
    if not key:
        return {}
    at = place(key)
    try:
        stands = admin.bench.published(key)
    except ContentFault:
        return {}
    if at.kind == "intent" and stands is not None:
        item = admin_intents.typed(form)
    elif at.kind == "safety":
        item = admin_safety.typed(form, _tiers(form))
        stands = stands or {"phrases": {}, "tests": []}
    else:
        return {}
    return {key: item} if item != saved.get(key, stands) else {}


def _tiers(form: Form) -> list[str]:
    return [name.removeprefix("phrases-") for name, _ in form.but() if name.startswith("phrases-")]


def told(heard: TriedHearing) -> dict[str, str]:
    """What is compared, by the name of its line."""
    said, finding = heard.said, heard.finding
    return {
        "means": " ".join((said.intent, *said.also)),
        "sure": f"{100 * said.confidence:.0f}",
        "language": said.lang,
        "values": str(said.model_dump(mode="json")["entities"]),
        "danger": f"{finding.cls} {finding.urgency} {[e.rule for e in finding.evidence]}",
        "route": heard.route,
    }


def marked(text: str, finding: SafetyFinding) -> list[tuple[str, bool]]:
    """The text in pieces, those that the safety phrases found marked."""
    out: list[tuple[str, bool]] = []
    at = 0
    for evidence in finding.evidence:
        if evidence.start >= at:
            out += [(text[at : evidence.start], False), (text[evidence.start : evidence.end], True)]
            at = evidence.end
    return [piece for piece in [*out, (text[at:], False)] if piece[0]]
