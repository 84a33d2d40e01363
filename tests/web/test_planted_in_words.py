"""A change of how often planted errors are shown is read back in a manager's words, not by the file's names."""

from agent.model.edit import Change
from agent.web.readable import rows_of, title_of


def test_switching_planted_errors_on_reads_as_what_it_does() -> None:
    change = Change(key="clinic/planted/", before={"one_in": 0, "most_a_day": 2}, after={"one_in": 50, "most_a_day": 2})
    assert title_of(change.key) == "Clinic: planted errors"
    said = [(r["mark"], r["what"], "".join(text for text, _ in r["pieces"])) for r in rows_of(change)]
    assert said == [("−", "shown in one visit of", "0"), ("+", "shown in one visit of", "50")]
