"""Days that do not suit are left out, in every language: "any day but Friday", "not on the 3rd"."""

import pytest

from agent.model.question import Question
from tests.understand.test_day_alone import NOW
from tests.understand.test_hear import ears

BUT_FRIDAY = [
    ("en", "any day but friday"),
    ("en", "not friday"),
    ("en", "I can't do fridays"),
    ("es", "cualquier día menos el viernes"),
    ("es", "el viernes no puedo"),
    ("fr", "n'importe quel jour sauf vendredi"),
    ("fr", "pas vendredi"),
    ("pt", "qualquer dia menos sexta"),
    ("de", "nicht am Freitag"),
    ("de", "jeden Tag außer Freitag"),
    ("it", "qualsiasi giorno tranne venerdì"),
    ("pl", "nie w piątek"),
    ("pl", "każdy dzień oprócz piątku"),
    ("ru", "любой день кроме пятницы"),
    ("ar", "أي يوم ما عدا الجمعة"),
    ("hi", "शुक्रवार को नहीं"),
    ("zh", "除了周五都可以"),
    ("zh", "周五不行"),
    ("vi", "ngày nào cũng được trừ thứ sáu"),
    ("ko", "금요일 빼고 아무 때나"),
    ("tl", "kahit anong araw huwag lang Biyernes"),
    ("ht", "nenpòt jou sof vandredi"),
]


def heard(text: str, lang: str = "en", slot: str | None = "date") -> dict[str, object]:
    question = Question(run="r", flow="book", slot=slot, type=slot) if slot else None
    flows = ("book",) if slot else ()
    found = ears().hear(text, now=NOW, prior=lang, current=lang, question=question, open_flows=flows)
    return dict(found.entities)


@pytest.mark.parametrize(("lang", "text"), BUT_FRIDAY)
def test_every_day_but_one_is_any_other_day(lang: str, text: str) -> None:
    found = heard(text, lang)
    assert found["avoid"] == ["FR"]
    assert found["date"] == ["2026-11-27", "2027-01-22"]  # the booking horizon


@pytest.mark.parametrize(
    ("text", "avoid", "day"),
    [
        ("any day except the 3rd", ["2026-12-03"], ["2026-11-27", "2027-01-22"]),
        ("anything except monday and tuesday", ["MO", "TU"], ["2026-11-27", "2027-01-22"]),
        ("next week, not on tuesday", ["TU"], ["2026-11-30", "2026-12-06"]),
        ("not friday, thursday", ["FR"], "2026-12-03"),
        ("friday", None, "2026-12-04"),
    ],
)
def test_what_is_wished_for_beside_it_stands(text: str, avoid: list[str] | None, day: object) -> None:
    found = heard(text)
    assert (found.get("avoid"), found.get("date")) == (avoid, day)


def test_a_day_that_is_given_up_is_avoided_once_and_only_where_a_time_is_looked_for() -> None:
    assert heard("book a checkup next week, not on friday", slot=None)["avoid"] == ["FR"]
    assert heard("i can't come on friday, can i move my appointment?", slot=None).get("avoid") in (None, ["2026-12-04"])
    assert "avoid" not in heard("cancel my appointment, i can't come on friday", slot=None)
