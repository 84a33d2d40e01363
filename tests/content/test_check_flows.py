"""Every way in which a flow can be wrong is told with its file, its line and how to mend it."""

import pytest

from tests.content.tree import TRIAL, Tree

# what is replaced, by what, and words that the one fault must hold
BROKEN = {
    "an unknown key": ("describe: A flow", "descrbe: A flow", ["unknown key descrbe", "Did you mean describe?"]),
    "an unknown key of a step": ("fills: found", "fils: found", ["unknown key fils", "Did you mean fills?"]),
    "an unknown key of a slot": (
        "requires: [day]",
        "require: [day]",
        ["unknown key require", "Did you mean requires?"],
    ),
    "an unknown slot type": ("type: date", "type: dat", ["slots → day → type may not be 'dat'", "Did you mean date?"]),
    "an unknown source": ("propose: [action]", "propose: [acton]", ["may not be 'acton'", "Did you mean action?"]),
    "a slot nobody may fill": ("propose: [action]", "propose: []", ["slot found: nobody may fill it"]),
    "a slot without propose": ("type: list, propose: [action]", "type: list", ["slots → found → propose is missing"]),
    "a slot the patient may not answer": ("propose: [patient]", "propose: [staff]", ["the patient may not fill"]),
    "a slot the action may not fill": ("propose: [action]", "propose: [staff]", ["the action may not fill found"]),
    "a choice without choices": ("type: list", "type: choice", ["slot found: a choice without choices"]),
    "a slot that requires itself": ("requires: [day]", "requires: [sure]", ["it requires itself"]),
    "a slot that requires nothing known": ("requires: [day]", "requires: [dy]", ["names dy", "Did you mean day?"]),
    "a message that is not there": ("ask: booking.ask_day", "ask: booking.ask_dya", ["no message booking.ask_dya"]),
    "an unregistered action": ("action_find_openings", "action_find_opening", ["Did you mean action_find_openings?"]),
    "an unknown slot in collect": ("collect: day", "collect: dya", ["there is no slot dya", "Did you mean day?"]),
    "an unknown slot in a condition": ("slot: sure, is", "slot: sur, is", ["there is no slot sur"]),
    "a condition that tests nothing": ("{slot: sure, is: true}", "{slot: sure}", ["tests nothing"]),
    "an empty condition": (
        "if: {slot: sure, is: true}",
        "if: {}",
        ["a condition tests slot, channel, identity or number"],
    ),
    "an unknown channel": ("{slot: sure, is: true}", "{channel: fax}", ["there is no channel fax"]),
    "an unknown identity": ("{slot: sure, is: true}", "{identity: known}", ["identity is never known"]),
    "a step that is not there": ("next: ask", "next: asc", ["there is no step asc", "Did you mean ask?"]),
    "a hidden branch": ("{if: {slot: sure, is: true}, then: done}", "{then: done}", ["hides the ones after it"]),
    "two steps of one name": ("{id: look", "{id: ask", ["two steps are called ask"]),
    "a step that does two things": ("say: booking.dropped", "say: booking.dropped, handoff: stuck", ["two things"]),
    "a step that does nothing": ("say: booking.dropped, end: true", "optional: true", ["it does nothing"]),
    "a question without words": (", ask: booking.ask_day", "", ["it collects but has no question"]),
    "words without a question": ("say: booking.dropped", "say: booking.dropped, again: booking.dropped", ["without"]),
    "fills without action": ("{id: again,", "{id: again, fills: found,", ["`fills` without `action`"]),
    "an end that goes on": ("end: true}", "end: true, next: ask}", ["it ends the flow and goes on"]),
    "an unknown task kind": ("say: booking.dropped", "task: bookings", ["unknown task kind bookings"]),
    "an unknown flow": (
        "say: booking.dropped, end: true",
        "start: bok",
        ["there is no flow bok", "Did you mean book?"],
    ),
    "an unknown priority": ("say: booking.dropped", "task: booking, priority: hot", ["there is no priority hot"]),
    "a step never reached": ("then: again}", "then: done}", ["step again is never reached"]),
    "a title that is not there": ("title: flow.book", "title: flow.trial", ["there is no message flow.trial"]),
}

# Where the fault is told when that is not where the change was made.
ELSEWHERE = {
    "a slot the patient may not answer": "- {id: ask",
    "a slot the action may not fill": "- {id: look",
    "a step never reached": "- {id: again",
    "two steps of one name": "- {id: ask, action",
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_flow_is_told_with_its_line(tree: Tree, why: str) -> None:
    old, new, words = BROKEN[why]
    line = tree.trial(old, new)
    faults = [f for f in tree.faults() if f.file == TRIAL]
    told = [f for f in faults if all(w in str(f) for w in words)]
    assert told, [str(f) for f in faults]
    at = ELSEWHERE.get(why, tree.text(TRIAL).splitlines()[line - 1])
    assert at in tree.text(TRIAL).splitlines()[told[0].line - 1], str(told[0])
    assert "\n" not in str(told[0])


def test_the_trial_flow_itself_has_no_defect(tree: Tree) -> None:
    tree.trial()
    assert tree.faults() == []


def test_one_intent_starts_one_flow(tree: Tree) -> None:
    tree.trial("slots:", "starts_on: [book]\nslots:")
    faults = [str(f) for f in tree.faults()]
    assert any("also starts" in f and "one intent start one flow" in f for f in faults)


def test_a_flow_starts_on_intents_that_can_be_heard(tree: Tree) -> None:
    line = tree.trial("slots:", "starts_on: [bok]\nslots:")
    assert [str(f) for f in tree.faults()] == [f"{TRIAL}:{line}: starts_on: there is no intent bok. Did you mean book?"]


def test_two_files_cannot_hold_the_same_flow(tree: Tree) -> None:
    tree.trial("flow: trial", "flow: book")
    assert any("the flow book is also in" in str(f) for f in tree.faults())


def test_a_flow_file_says_which_flow_it_is(tree: Tree) -> None:
    tree.trial("flow: trial", "flo: trial")
    assert any("starts with `flow: <id>`" in str(f) and f.line == 1 for f in tree.faults())


def test_a_list_where_text_belongs_is_told_in_plain_words(tree: Tree) -> None:
    line = tree.trial("describe: A flow for tests.", "describe: [a]")
    assert [str(f) for f in tree.faults()] == [f"{TRIAL}:{line}: describe must be text, not a list. Mend the value."]


def test_a_flow_of_a_thousand_steps_is_refused_at_once(tree: Tree) -> None:
    tree.write(TRIAL, "flow: trial\ntitle: flow.book\ndescribe: x\nsteps:\n" + "  - {say: booking.dropped}\n" * 1000)
    assert any("more than 200 steps" in str(f) for f in tree.faults())


def test_tasks_are_of_known_kinds_and_due_in_order(tree: Tree) -> None:
    line = tree.edit("workflows/tasks.yaml", "booking: {", "bookings: {")
    assert {str(f).split(". ")[0] for f in tree.faults()} >= {
        f"workflows/tasks.yaml:{line}: unknown task kind bookings",
        "workflows/tasks.yaml: there is nobody for tasks of kind booking",
    }


def test_what_is_due_sooner_is_of_a_flow_that_there_is_and_is_sooner(tree: Tree) -> None:
    line = tree.edit("workflows/tasks.yaml", "soon: {arrived: 5}", "soon: {arived: 5, late: 31}")
    assert {str(f).split(". ")[0] for f in tree.faults()} == {
        f"workflows/tasks.yaml:{line}: message: soon: there is no flow arived",
        f"workflows/tasks.yaml:{line}: message: soon: late would not be due sooner than others",
    }
