"""Which passage a question is about: its headings first; what it lacks counts against it; in doubt none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.instructions import Sheet, SheetText
from agent.understand.feelings import Feelings
from agent.understand.passages import Index, Passages, Shelf, Small
from tests import shared

AT = datetime(2026, 3, 2, tzinfo=UTC)
ROWS = shared.content().rows["values"]
SMALL = Small(ROWS)
BODY = """[shower, bath]
Keep it dry for a day. Then you may shower.

[bandage, change]
Change the bandage every day.

[hot tub, swim]
Do not swim for a week.

[! fever, pus]
Call us the same day."""


def sheet(id: str = "s", **texts: str) -> Sheet:
    given = {
        tag: SheetText(title="After a biopsy", about=("biopsy", "skin biopsy"), body=body)
        for tag, body in texts.items()
    }
    return Sheet(id=id, clinic="k", visit_type="procedure", texts=given, written_by="u", written_at=AT)


INDEX = Index([sheet(en=BODY, zh="[洗澡, 淋浴]\n一天后可以淋浴。", ko="[샤워, 목욕]\n하루 뒤에 샤워하세요.")], SMALL)


@pytest.mark.parametrize(
    ("question", "language", "quoted"),
    [
        ("Can I take a shower?", "en", "Keep it dry"),
        ("can i showr after the biopsy", "en", "Keep it dry"),
        ("may I swim?", "en", "Do not swim"),
        ("swimming after my skin biopsy", "en", "Do not swim"),
        ("can I shower with my new contact lenses", "en", None),
        ("can I go", "en", None),
        ("", "en", None),
        ("我可以洗澡吗？", "zh", "一天后"),
        ("샤워해도 되나요?", "ko", "하루 뒤에"),
        ("pwede po ba mag-shower", "tl", "Keep it dry"),
        ("fever?", "en", None),
    ],
)
def test_a_passage_is_close_or_it_is_not_quoted(question: str, language: str, quoted: str | None) -> None:
    found = [h for h in INDEX.find(question, language) if h.close]
    assert (found[0].passage.text.startswith(quoted) if found else None) == (True if quoted else None)


def test_signs_for_a_nurse_are_found_wherever_they_stand_and_never_quoted() -> None:
    hit = INDEX.needs_nurse("since yesterday I have had some fever", "en")
    assert hit is not None
    assert not hit.close
    assert INDEX.needs_nurse("can I shower", "en") is None
    assert INDEX.needs_nurse("fever", "en", {"another"}) is None


def test_two_sheets_that_both_answer_are_told_apart_by_name() -> None:
    vaccine = SheetText(title="V", about=("vaccine",), body="[shower]\nShower at once.")
    other = sheet("t").model_copy(update={"texts": {"en": vaccine}})
    both = Index([sheet(en=BODY), other], SMALL)
    assert not any(h.close for h in both.find("can I shower", "en"))
    assert both.named("can I shower after the vaccine", "en") == {"t"}
    (hit, *_) = both.find("can I shower after the vaccine", "en", only={"t"})
    assert hit.close
    assert hit.passage.text == "Shower at once."
    shelf = Shelf(Index([sheet(en=BODY)], SMALL), Index([other], SMALL))
    assert not any(h.close for h in shelf.find("can I shower", "en"))


def test_an_index_is_built_anew_when_the_stamp_changes_and_only_then() -> None:
    passages, asked = Passages(ROWS), []

    def load() -> list[Sheet]:
        asked.append(1)
        return [sheet(en=BODY)]

    first = passages.index("k", "one", load)
    assert passages.index("k", "one", load) is first
    assert passages.index("k", "two", load) is not first
    assert len(asked) == 2


@given(st.text(max_size=80), st.sampled_from(["en", "es", "ar", "zh", "ko", "ht", "xx"]))
def test_whatever_is_asked_a_score_is_a_part_of_one_and_nothing_is_quoted_without_a_word_of_it(
    question: str, language: str
) -> None:
    for hit in INDEX.find(question, language):
        assert 0 < hit.score <= 1.0
        assert not hit.close or SMALL.content(question, language)
    INDEX.needs_nurse(question, language)
    INDEX.named(question, language)


@pytest.mark.parametrize("tag", sorted(ROWS))
def test_every_language_says_better_the_same_and_worse_in_words_that_are_told_apart(tag: str) -> None:
    feelings, rows = Feelings(ROWS[tag]), ROWS[tag]
    for meant in ("better", "same", "worse"):
        for words in rows[f"feels_{meant}"]:
            assert feelings.read(str(words)) == meant, words
    assert feelings.read("xyzzy") is None
    assert feelings.read("") is None
