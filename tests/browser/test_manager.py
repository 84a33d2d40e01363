"""A manager's morning at /admin, as the docs tell it: ten phrases in Vietnamese, a Spanish message and Saturday's
hours changed; the rehearsal says what follows; a colleague agrees; an open conversation ends in its old wording, a new
one has the new; one step takes all of it back."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.desk.receive import receive
from agent.desk.turn import work
from agent.model.address import Address
from agent.model.message import Inbound
from agent.rehearsing import rehearse_next
from agent.renewal import Renewal
from tests import shared
from tests.browser.console_pages import colleague, sign_in
from tests.web.console_desk import World
from tests.web.console_served import served, utc_now

PATIENCE = 120_000  # ms; the rehearsal learns and plays in a process that lets everything else go first
PHRASES = (
    "ruột gan tôi như lửa đốt trong lồng", "như có voi giẫm lên người tôi", "như ai lấy dây siết ngang mình",
    "trái tim tôi nhảy múa lung tung", "tim tôi lỡ nhịp liên hồi", "tim tôi kêu như trống làng",
    "như có bàn tay bóp tim tôi", "lồng tôi muốn nổ tung", "như ai đóng đinh vào tim", "tim tôi đứng hình luôn rồi",
)  # fmt: skip
RINGS = "bác sĩ ơi như có voi giẫm lên người tôi"
WAS, FRESH = "¿Qué día le conviene?", "¿Qué día le queda mejor?"
PLAYED = ("digressions/es_estacionamiento", "happy/es_mis_citas", "cancellations/es_dejelo")
HOURS = "10:00 a.m.–3:00 p.m."


class Patients:
    """Who writes to the desk meanwhile; it works on a thread of its own, since the browser's loop runs in this one."""

    def __init__(self, world: World) -> None:
        self._world, self._count, self._desk, self._known = world, 0, ThreadPoolExecutor(1), set[str]()

    def text(self, phone: str, words: str) -> str:
        """What the desk says to it."""
        return self._desk.submit(self._answered, phone, words).result()

    def _answered(self, phone: str, words: str) -> str:
        desk, sender = self._world.desk, Address(channel="sms", value=phone)
        before = len(self._world.said(self.conversation(phone))) if phone in self._known else 0
        self._known.add(phone)
        self._count += 1
        receive(desk, Inbound(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", sender=sender, text=words,
                              provider_id=f"SM{self._count}", received_at=desk.clock()))  # fmt: skip
        while work(desk):
            pass
        return "\n".join(self._world.said(self.conversation(phone))[before:])

    def conversation(self, phone: str) -> str:
        desk = self._world.desk
        with desk.store.begin(write=False) as tx:
            held = tx.conversations.by_address(desk.clinic.id, Address(channel="sms", value=phone))
        assert held is not None
        return held.id


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(Path(tmp_path_factory.mktemp("manager")), utc_now) as (world, base):
        desk = world.desk
        desk.ears, desk.gate = shared.hearing().ears, shared.hearing().gate
        renewal = Renewal(desk, world.settings.content)
        renewal.start()
        yield world, base
        renewal.stop()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it was never served")


def in_draft(page: Page) -> None:
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft")).to_be_visible()


@pytest.mark.timeout(300)
def test_a_manager_changes_three_things_sees_what_follows_publishes_with_a_colleague_and_takes_it_back(
    browser: Browser, place: tuple[World, str]
) -> None:
    world, base = place
    patients, desk = Patients(world), world.desk
    manager, ana = sign_in(browser, base, "light", 1280), colleague(browser, world, base)
    wrong: list[str] = []
    for page in (manager, ana):
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
    began = desk.content.revision
    patients.text("+17185550171", RINGS)
    assert desk.gate.read(RINGS, "vi").category == "none"
    assert WAS in patients.text("+17185550172", "quiero una cita para un chequeo")

    manager.goto(f"{base}/admin/safety/vi/chest_pain")
    manager.locator("textarea[name=phrases-E1]").fill("\n".join(PHRASES))
    manager.get_by_label("Messages that must ring").fill("\n".join(f"bác sĩ ơi {words}" for words in PHRASES))
    in_draft(manager)
    manager.goto(f"{base}/admin/messages/es/booking.ask_day")
    manager.locator("#text").fill(FRESH)
    in_draft(manager)
    manager.goto(f"{base}/admin/facts/hours/brooklyn")
    manager.get_by_label("Saturday").fill("10:00-15:00")
    in_draft(manager)

    manager.goto(f"{base}/admin/draft")
    expect(manager.locator(".changes > li")).to_have_count(3)
    manager.get_by_label("Why").fill("What patients say, and the new Saturdays")
    manager.get_by_role("button", name="Rehearse these changes").click()
    rehearsal = threading.Thread(target=rehearse_next, args=(desk, PLAYED))
    rehearsal.start()
    expect(manager.locator("progress")).to_be_visible()
    expect(manager.get_by_role("heading", name="What would be different")).to_be_visible(timeout=PATIENCE)
    rehearsal.join()
    would = manager.locator("section", has=manager.get_by_role("heading", name="What would be different"))
    expect(would.locator("li.panel", has_text=RINGS)).to_contain_text("goes to emergency")
    kinds = would.locator("h3", has_text="Danger heard more urgently").locator("xpath=following-sibling::ul[1]")
    expect(kinds.locator("li.panel", has_text=RINGS)).to_be_visible()
    expect(would.locator("li.panel", has_text="es_estacionamiento")).to_contain_text(HOURS)
    expect(would.locator("li.panel", has_text="es_dejelo")).to_contain_text(FRESH)
    expect(would).not_to_contain_text("es_mis_citas")  # other hours move nothing that is booked
    expect(manager.locator("section", has=manager.get_by_role("heading", name="What it changes"))).to_contain_text(
        "Safety phrases: chest_pain Vietnamese"
    )
    expect(manager.get_by_text("A second person has to agree")).to_be_visible()
    expect(manager.get_by_role("button", name="Publish")).to_have_count(0)

    ana.goto(manager.url)
    ana.get_by_role("button", name="I have read it and agree").click()
    manager.reload()
    manager.get_by_role("button", name="Publish", exact=True).click()
    expect(manager.locator("h1 + .chip")).to_have_text("published")
    until(lambda: desk.content.revision != began)

    assert WAS in patients.text("+17185550172", "¿qué dijo?")
    assert FRESH in patients.text("+17185550173", "quiero una cita para un chequeo")
    assert HOURS in patients.text("+17185550174", "¿a qué hora abren los sábados?")
    assert "911" in patients.text("+17185550175", RINGS)
    for phone, wording in (("+17185550172", WAS), ("+17185550173", FRESH)):
        manager.goto(f"{base}/console/conversations/{patients.conversation(phone)}")
        expect(manager.locator(".line.out").last).to_contain_text(wording)
    patients.text("+17185550172", "déjelo")
    assert FRESH in patients.text("+17185550172", "quiero una cita para un chequeo")

    manager.goto(f"{base}/admin/history")
    expect(manager.locator("li.panel").first).to_contain_text("agreed to by Ana Ruiz")
    manager.get_by_role("link", name="Revision 1").click()
    manager.get_by_text("Take it back").click()
    manager.get_by_label("Why").fill("too early")
    manager.get_by_role("button", name="Back to the files as they came").click()
    expect(manager.locator("li.panel").first).to_contain_text("Took back revision 1")
    until(lambda: desk.content.revision == began)
    assert WAS in patients.text("+17185550176", "quiero una cita para un chequeo")
    assert HOURS not in patients.text("+17185550177", "¿a qué hora abren los sábados?")
    assert desk.gate.read(RINGS, "vi").category == "none"
    for page in (manager, ana):
        page.context.close()
    assert wrong == []
