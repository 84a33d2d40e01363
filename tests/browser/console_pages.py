"""Every page of the console with something on it, and what axe-core says of each."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from agent.desk import decide, editing
from agent.web.passwords import hash_password
from tests.browser.console_doors import bulk, clinical, fill_in, outside
from tests.web.console_desk import EMAIL, PASSWORD, World

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MOST_BYTES = 150_000  # of a page with all that it loads
_SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"
_UNFOLD = "document.querySelectorAll('{}').forEach((d) => {{ d.open = true; }})"
_WEIGHT = "performance.getEntries().reduce((all, e) => all + (e.encodedBodySize || 0), 0)"


def look(browser: Browser, world: World, base: str, scheme: str, width: int, every: int = 1, language: str = "") -> int:
    """Opens each page (or one in so many), unfolds what is folded, and returns how many it saw. Raises AssertionError
    for a violation of WCAG 2.2 AA, a page that scrolls sideways, or one that is too heavy."""
    with world.desk.store.begin() as tx:
        for user in tx.staff.all(world.desk.clinic.id):
            tx.staff.save(user.model_copy(update={"language": language}))
    wrong, seen = list[str](), 0
    for role, addresses in everything(world):
        page = visitor(browser, base, scheme, width, role)
        for n, address in enumerate(addresses):
            if n % every:
                continue
            page.goto(base + address)
            fill_in(page, address)
            assert page.evaluate(_SIDEWAYS), (address, width, "scrolls sideways")
            assert page.evaluate(_WEIGHT) < MOST_BYTES, (address, "is too heavy")
            page.evaluate(_UNFOLD.format("details:not(.menu):not(.hand)"))
            wrong += faults(page)
            seen += 1
            if address == "/console":
                page.evaluate(_UNFOLD.format("details.menu"))  # lies over the page, so by itself
                wrong += faults(page)
        page.context.close()
    assert wrong == [], "\n".join(sorted(set(wrong)))
    return seen


def everything(world: World) -> list[tuple[str, list[str]]]:
    """(a role, or nothing for whoever is not signed in; addresses)"""
    return [("admin", pages(world)), ("", outside(world)), ("clinician", clinical(world))]


def pages(world: World) -> list[str]:
    """One address for each page, with something on it."""
    task = world.booking(unsure=("name",))
    ear = {"reason": "ear"}
    other = world.booking("ear", "Aisha Rahman", "2001-10-11", locale="es", phone="+17185550140", quotes=ear)
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    given = {"category": "chest_pain", "words": "crushing chest pain"}
    world.prepare("urgent", held, given, heard[0], priority="stat", because="chest_pain", words="chest pain")
    decide.decline(world.desk, other.id, 0, world.user("admin"), "call_us")
    with world.desk.store.begin(write=False) as tx:
        her = tx.patients.search(world.desk.clinic.id, "Guadalupe")[0]
    return [
        "/console", f"/console/tasks/{task.id}", "/console/calendar", "/console/account",
        f"/console/conversations/{task.conversation}", "/console/people", f"/console/patients/{her.id}",
        "/console/reports", f"/console/tasks/{other.id}", "/console?view=urgent&language=en", "/console/patients",
        "/console/wrongs", "/console/conversations", "/console/calendar?provider=okafor", "/console/done",
        "/console/hearing", "/console/waitlist", "/console/bulk", bulk(world), "/console/sends", "/console/audit",
        "/console/tasks/nothing",
        *_admin(world), "/console/instructions", "/console/record",
    ]  # fmt: skip


def _admin(world: World) -> list[str]:
    """The admins' pages, with a draft that was proposed, published and taken back."""
    desk, by = world.desk, world.user("admin")
    was = {"text": "¿Qué día le conviene?", "plural": [], "origin": "machine", "reviewer": "", "source": ""}
    editing.save(desk, by, "message/es/booking.ask_day", was | {"text": "¿Qué día prefiere?"}, was, 0)
    proposal = editing.propose(desk, by, "shorter")
    row = {"kind": "danger", "where": "a test", "said": "me duele el pecho", "inbound": "", "before": "a", "after": "b"}
    report = {"faults": [], "below": [], "moved": ["es: x"], "measured": 1, "differences": [row], "played": 1}
    report |= {"found": 1, "heard": 0, "seconds": 1.0}
    with desk.store.begin() as tx:
        tx.content.save_proposal(proposal.model_copy(update={"state": "checked", "report": report}))
    editing.publish(desk, by, proposal.id, "c", "b")
    editing.save(desk, by, "message/es/courtesy.welcome", was | {"text": "A la orden."}, was, 0)
    return [
        "/admin", "/admin/messages?lang=ar", "/admin/messages/es/booking.offer", "/admin/intents?lang=es",
        "/admin/intents/vi/thanks", "/admin/safety?lang=es", "/admin/safety/es/chest_pain", "/admin/facts",
        "/admin/facts/hours/brooklyn", "/admin/facts/closures/all", "/admin/facts/answers/cost",
        "/admin/facts/visit/office", "/admin/facts/due/all", "/admin/facts/place/new", "/admin/facts/country/all",
        "/admin/facts/provider/okafor", "/admin/facts/languages/all", "/admin/facts/telephone/all",
        "/admin/facts/reminders/all", "/admin/facts/waitlist/all", "/admin/facts/planted/all",
        "/admin/facts/booking/all", "/admin/facts/insurance/all", "/admin/facts/place/brooklyn",
        "/admin/flows", "/admin/flows/book?lang=ar",
        "/admin/search?q=cita", "/admin/draft", f"/admin/proposals/{proposal.id}",
        "/admin/history", "/admin/history/1", "/admin/translators/es", "/admin/languages", "/admin/languages/nl",
        "/admin/proposed",
    ]  # fmt: skip


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url.rpartition('/')[2][:20]} {v['id']}: {n['html'][:140]}" for v in found for n in v["nodes"]]


def sign_in(
    browser: Browser, base: str, scheme: str, width: int, role: str = "admin", email: str = ""
) -> Page:  # fmt: skip
    """A fresh browser with somebody of that role signed in: the demo's, or whose `email` it is."""
    page = visitor(browser, base, scheme, width)
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("E-mail").fill(email or EMAIL[role])
    page.get_by_label("Password").fill(PASSWORD[role])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    return page


def visitor(browser: Browser, base: str, scheme: str, width: int, role: str = "") -> Page:
    if role:
        return sign_in(browser, base, scheme, width, role)
    shape = {"viewport": {"width": width, "height": 768}, "color_scheme": scheme}
    page = browser.new_context(**shape).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    return page


def colleague(browser: Browser, world: World, base: str) -> Page:
    """A second admin, signed in beside the first."""
    user = world.user("admin").model_copy(
        update={"id": "u-ana", "name": "Ana Ruiz", "email": "ana@demo.clinic",
                "password_hash": hash_password(PASSWORD["admin"])})  # fmt: skip
    with world.desk.store.begin() as tx:
        tx.staff.add(user)
    return sign_in(browser, base, "light", 1024, email=user.email)
