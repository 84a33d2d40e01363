"""A flow never turns round without asking anybody."""

from tests.content.tree import FLOW, TRIAL, Tree

HEAD = FLOW[: FLOW.index("steps:")]


def loop(tree: Tree, steps: str) -> list[str]:
    tree.write(TRIAL, HEAD + "steps:\n" + steps)
    return [str(f) for f in tree.faults() if f.file == TRIAL]


def test_two_messages_cannot_follow_each_other_for_ever(tree: Tree) -> None:
    told = loop(tree, "  - {id: a, say: booking.dropped}\n  - {id: b, say: booking.dropped, next: a}\n")
    assert told == [
        f"{TRIAL}:9: the steps a → b → a can go round without asking anybody."
        " Let one of them collect a slot that the loop forgets, or end the flow there."
    ]


def test_an_action_alone_cannot_go_round(tree: Tree) -> None:
    steps = "  - {id: a, action: action_find_openings}\n  - {id: b, forget: [found], next: a}\n"
    assert any("a → b → a" in told for told in loop(tree, steps))


def test_a_question_whose_answer_is_kept_does_not_stop_a_loop(tree: Tree) -> None:
    steps = "  - {id: a, collect: day, ask: booking.ask_day}\n  - {id: b, say: booking.dropped, next: a}\n"
    assert any("a → b → a" in told for told in loop(tree, steps))


def test_a_question_that_is_asked_anew_may_stand_in_a_loop(tree: Tree) -> None:
    steps = "  - {id: a, collect: day, ask: booking.ask_day}\n  - {id: b, forget: [day], next: a}\n"
    assert loop(tree, steps) == []


def test_a_slot_forgotten_with_another_is_asked_anew_too(tree: Tree) -> None:
    steps = "  - {id: a, collect: sure, ask: booking.read_back}\n  - {id: b, forget: [day], next: a}\n"
    assert loop(tree, steps) == []


def test_a_loop_behind_a_condition_is_found(tree: Tree) -> None:
    steps = (
        "  - {id: a, say: booking.dropped}\n"
        "  - {id: b, set: {}, next: [{if: {slot: sure, is: true}, then: c}, {then: a}]}\n"
        "  - {id: c, say: booking.dropped, end: true}\n"
    )
    assert any("a → b → a" in told for told in loop(tree, steps))


def test_a_step_that_leads_to_itself_is_found(tree: Tree) -> None:
    assert any("a → a" in told for told in loop(tree, "  - {id: a, say: booking.dropped, next: a}\n"))
