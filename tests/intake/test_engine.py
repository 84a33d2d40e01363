"""Whatever is answered, only what is enabled is asked, and every form comes to an end."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.intake.engine import enabled, fits, following, put, raised, standing, totals
from agent.intake.turns import MOST_ROWS
from agent.model.form import Form, Given
from tests.intake.forms import form, item, pick, when

ALLERGIES = form(
    item("any", "boolean"),
    item("list", "group", repeats=True, enableWhen=when("any", answerBoolean=True), item=[
        item("what"),
        item("bad", "boolean", enableWhen=when("what", "exists", answerBoolean=True)),
        item("how", enableWhen=when("bad", answerBoolean=True)),
    ]),
    item("end", "integer", required=True),
)  # fmt: skip


def walked(asked: Form, answers: dict[tuple[str, int], Any]) -> list[tuple[str, int, bool]]:
    """What is asked, in order, where these answers are given and everything else is passed over."""
    held: tuple[Given, ...] = ()
    order = []
    while (now := following(asked, held, {})) is not None:
        order.append((now.link, now.row, now.more))
        value = answers.get((now.link, now.row))
        fresh = Given(link=now.link, row=now.row, values=(False,) if now.more else ())
        held = put(asked, held, fresh if value is None else fresh.model_copy(update={"values": (value,)}))
    return order


def test_a_closed_group_is_not_asked() -> None:
    assert walked(ALLERGIES, {("any", 0): False}) == [("any", 0, False), ("end", 0, False)]


def test_a_repeating_group_is_asked_again_while_there_is_more() -> None:
    said = {("any", 0): True, ("what", 0): "eggs", ("bad", 0): True, ("list", 0): True, ("what", 1): "nuts"}
    assert walked(ALLERGIES, said) == [
        ("any", 0, False), ("what", 0, False), ("bad", 0, False), ("how", 0, False), ("list", 0, True),
        ("what", 1, False), ("bad", 1, False), ("list", 1, True), ("end", 0, False),
    ]  # fmt: skip


def test_an_answer_taken_back_closes_what_hung_on_it() -> None:
    held = put(ALLERGIES, (), Given(link="any", values=(True,)))
    held = put(ALLERGIES, held, Given(link="what", values=("eggs",)))
    held = put(ALLERGIES, held, Given(link="any", values=(False,)))
    assert [g.link for g in standing(ALLERGIES, held)] == ["any"]


def test_known_answers_come_with_their_question() -> None:
    now = following(ALLERGIES, (), {"any": (True,), "end": ("no number",)})
    assert now is not None
    assert now.known == (True,)
    at_end = following(ALLERGIES, put(ALLERGIES, (), Given(link="any", values=(False,))), {"end": ("no number",)})
    assert at_end is not None
    assert (at_end.link, at_end.known) == ("end", ())


def test_texts_before_a_question_come_with_it_once() -> None:
    asked = form(item("t", "display"), item("a"), item("b"))
    first = following(asked, (), {})
    second = following(asked, put(asked, (), Given(link="a", values=("x",))), {})
    assert first is not None
    assert second is not None
    assert (first.before, second.before) == (("t",), ())


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("boolean", True, True), ("boolean", 1, False), ("integer", 3, True), ("integer", 2.5, False),
        ("decimal", 2.5, True), ("decimal", True, False), ("decimal", float("nan"), False),
        ("date", "2026-02-30", False),
        ("date", "1980-02-29", True), ("string", "x" * 301, False), ("string", " ", False), ("text", "x" * 301, True),
        ("integer", float("inf"), False),
    ],
)  # fmt: skip
def test_only_what_an_item_can_hold_is_put_there(kind: str, value: object, good: bool) -> None:
    asked = form(item("a", kind))
    assert fits(asked.items[0], value) is good


def test_thoughts_of_death_in_a_form_raise_an_alarm_and_scores_add_up() -> None:
    asked = form(pick("phq9.1", "no", "some", scores=(0, 1)), pick("phq9.9", "no", "some", scores=(0, 1)))
    first, ninth = Given(link="phq9.1", values=("some",)), Given(link="phq9.9", values=("some",))
    assert (raised(asked, first), raised(asked, ninth)) == ("", "self_harm")
    assert raised(asked, Given(link="phq9.9", values=("no",))) == ""
    assert totals(asked, (first, ninth)) == {"phq9": 2}


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Forms of a few items with groups, turns and conditions on items before them."""
    links: list[tuple[str, str]] = []

    def one(depth: int, in_rows: bool) -> dict[str, Any]:
        link = f"i{len(links)}"
        kind = draw(st.sampled_from(["boolean", "string", "display", *(["group"] * 2 if depth < 3 else ["integer"])]))
        earlier = [(n, k) for n, k in links if k in ("boolean", "string", "integer")]
        more: dict[str, Any] = {}
        if earlier and draw(st.booleans()):
            picked = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=2))
            more["enableWhen"] = [
                {"question": n, "operator": "=", "answerBoolean": draw(st.booleans())}
                if k == "boolean"
                else {"question": n, "operator": "exists", "answerBoolean": draw(st.booleans())}
                for n, k in picked
            ]
            more["enableBehavior"] = draw(st.sampled_from(["all", "any"]))
        links.append((link, kind))
        if kind == "group":
            repeats = not in_rows and draw(st.booleans())
            inner = [one(depth + 1, in_rows or repeats) for _ in range(draw(st.integers(1, 3)))]
            more |= {"repeats": repeats, "item": inner}
        return item(link, kind, **more)

    return form(*(one(0, False) for _ in range(draw(st.integers(1, 6)))))


@settings(max_examples=150, deadline=None)
@given(asked=forms(), data=st.data())
def test_no_closed_item_is_ever_asked_and_every_form_ends(asked: Form, data: st.DataObject) -> None:
    held: tuple[Given, ...] = ()
    most = sum(MOST_ROWS + 1 for _ in asked.walk()) + 1
    for _ in range(most):
        now = following(asked, held, {})
        if now is None:
            break
        found = asked.item(now.link)
        assert found is not None
        assert enabled(asked, found, {(g.link, g.row): g for g in held}, now.row)
        assert (now.link, now.row) not in {(g.link, g.row) for g in held}
        kinds = {"boolean": st.booleans(), "string": st.just("x"), "integer": st.integers(0, 9), "group": st.booleans()}
        values = data.draw(st.one_of(st.just(()), kinds[found.kind].map(lambda v: (v,))))
        held = put(asked, held, Given(link=now.link, row=now.row, values=values))
    assert following(asked, held, {}) is None
    assert {g.link for g in standing(asked, held)} <= {i.link for i, _ in asked.walk() if i.asks}
