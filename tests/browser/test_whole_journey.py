"""One patient from the first text to the third day after the visit, in Haitian Creole, as `frontdesk rehearse journey`
plays it, with a browser on the telephone, the form's page and the console."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from agent.journey.place import place
from agent.journey.story import MONDAY, NUMBER
from agent.verbs.rehearse import DEMO
from tests import shared
from tests.browser.journey_watched import strip, watched
from tests.clinics import clinic_of

SEEN = 9  # pictures


def test_a_patient_goes_the_whole_way_and_everybody_sees_their_part(browser: Browser, tmp_path: Path) -> None:
    shots: list[tuple[str, bytes]] = []

    def shot(page: Page, title: str) -> None:
        shots.append((title, page.screenshot()))

    with place(clinic_of(DEMO), shared.content(), MONDAY, NUMBER) as at:
        steps = [step.title for step in watched(browser, at, shot)]
    assert len(steps) == 10
    assert len({title for title, _ in shots}) == len(shots) == SEEN
    strip(shots, tmp_path / "journey.png")
    assert (tmp_path / "journey.png").stat().st_size > 10_000
