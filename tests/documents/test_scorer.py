"""The scorer: features that it knows, doubt that rises with its score."""

from agent.documents.cases import cases
from agent.documents.heard import said, talk
from agent.documents.record import chart
from agent.documents.scorer import scorer, share_wrong
from agent.documents.verify import person_of
from tests.documents.visit import NOTE, visit


def test_doubt_rises_with_the_score_and_stays_a_share() -> None:
    by = scorer()
    shares = [share for _, share in by.knots]
    assert shares == sorted(shares)
    assert 0 < by.amber < by.red < 1
    true = {"surprise": 0.4, "uncovered": 0.05, "scattered": 0.1, "telling": 0.3}
    wrong = true | {"has_dose": 1.0, "dose_absent": 1.0, "dose_replaced": 1.0}
    assert 0 <= share_wrong(true, by) < 0.02
    assert by.red < share_wrong(wrong, by) <= 1


def test_most_features_of_a_note_are_weighed() -> None:
    made = cases([said(t) for t in NOTE], talk(visit()), person_of(chart(None)))
    seen = {name for case in made for name in case.features}
    assert len(seen - set(scorer().names)) <= 0.1 * len(seen)
