"""What patients and colleagues write, shown on the console's pages; every hostile string is planted in `make prove`."""

from pathlib import Path

from tests.prove.p57_stored_markup import HOSTILE, inert

TOGETHER = "".join(HOSTILE[n] for n in (3, 2, 0, 10))  # ends attributes and elements, then acts, then runs backwards


def test_promise_57_nothing_that_anybody_wrote_acts_on_a_page_or_breaks_it(tmp_path: Path) -> None:
    assert inert([tmp_path], [(TOGETHER, 390)]).startswith("20 pages")
