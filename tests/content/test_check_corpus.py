"""No sentence is both taught and tested, and none is taught with two meanings."""

import pytest

from tests.content.tree import Tree

EN, ES = "intents/en/{}.yaml", "intents/es/{}.yaml"
NEW = "my zebra wants a polka dot umbrella"


def taught(tree: Tree, name: str, text: str) -> int:
    tree.edit(name, "examples:\n", f"examples:\n  - {text}\n")
    return tree.text(name).splitlines().index(f"  - {text}") + 1


def examined(tree: Tree, name: str, text: str) -> int:
    tree.edit(name, "tests:\n", f"tests:\n  - {text}\n")
    return tree.text(name).splitlines().index(f"  - {text}") + 1


def told(tree: Tree) -> list[str]:
    return [str(f) for f in tree.faults(thorough=True) if "zebra" in str(f).lower() or "cebra" in str(f).lower()]


def test_one_sentence_cannot_mean_two_things(tree: Tree) -> None:
    first = taught(tree, EN.format("book"), NEW)
    second = taught(tree, EN.format("cancel"), NEW.upper() + "!")
    (fault,) = told(tree)
    assert fault.startswith(f"{EN.format('cancel')}:{second}: ")
    assert f"means cancel here and book in {EN.format('book')}:{first}. Keep it under one intent." in fault


def test_a_test_is_never_a_taught_sentence(tree: Tree) -> None:
    first = taught(tree, EN.format("book"), NEW)
    second = examined(tree, EN.format("book"), "My ZEBRA wants a polka-dot umbrella.")
    (fault,) = told(tree)
    assert fault.startswith(f"{EN.format('book')}:{second}: the test ")
    assert f"is trained on in {EN.format('book')}:{first}. Write another test." in fault


def test_a_test_of_one_language_is_not_taught_in_another(tree: Tree) -> None:
    taught(tree, ES.format("book"), "una cebra con paraguas de lunares")
    examined(tree, EN.format("book"), "una cebra con paraguas de lunares")
    assert len(told(tree)) == 1


def test_a_test_that_differs_by_a_letter_is_no_test(tree: Tree) -> None:
    taught(tree, EN.format("book"), NEW + " and some very long shoes for a walk")
    examined(tree, EN.format("cancel"), NEW + " and some very long shoes for a walks")
    (fault,) = told(tree)
    assert "is nearly trained on" in fault


@pytest.mark.parametrize("teaches", [True, False])
def test_beside_what_serves_a_change_is_compared_with_what_is_left_as_it_is(tree: Tree, teaches: bool) -> None:
    served, fresh = (examined, taught) if teaches else (taught, examined)
    served(tree, EN.format("book"), NEW + " and some very long shoes for a walk")
    serving = tree.read()
    assert tree.faults_beside(serving) == []
    fresh(tree, ES.format("cancel"), NEW + " and some very long shoes for a walks")
    (fault,) = (str(f) for f in tree.faults_beside(serving))
    assert "is nearly trained on" in fault


def test_what_serves_near_each_other_already_does_not_stop_another_change(tree: Tree) -> None:
    taught(tree, EN.format("book"), NEW + " and some very long shoes for a walk")
    examined(tree, EN.format("cancel"), NEW + " and some very long shoes for a walks")
    serving = tree.read()
    taught(tree, EN.format("reschedule"), "the giraffe would like to know how late the doors are open")
    assert tree.faults_beside(serving) == []
    assert len(told(tree)) == 1


def test_accents_do_not_make_another_sentence(tree: Tree) -> None:
    taught(tree, ES.format("book"), "una cebra pidió cáscaras")
    examined(tree, ES.format("book"), "una cebra pidio cascaras")
    assert len(told(tree)) == 1


def test_a_question_is_another_sentence(tree: Tree) -> None:
    taught(tree, ES.format("affirm"), "cebra cebra")
    taught(tree, ES.format("greeting"), "¿cebra cebra?")
    assert told(tree) == []


@pytest.mark.parametrize("key", ["examples", "tests"])
def test_every_intent_has_sentences_to_learn_from_and_to_be_tested_on(tree: Tree, key: str) -> None:
    name = EN.format("thanks")
    text = tree.text(name)
    start = text.index(f"{key}:\n")
    end = text.find("\ntests:", start) if key == "examples" else len(text)
    tree.write(name, text[:start] + text[end:].lstrip("\n"))
    words = "fewer than 5 examples" if key == "examples" else "no `tests`"
    assert any(words in str(f) and f.file == name for f in tree.faults())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("examples:\n", "exampels:\n", "unknown key exampels. Did you mean examples?"),
        ("tests:\n", "tests:\n  - yes: no\n", "is not text. Put the sentence in quotes."),
        ("examples:\n", "examples:\n  - 12\n", "examples 1 is not text"),
        ("examples:\n", "examples:\n  -\n", "examples 1 is not text"),
        ("not_this:\n", "not_this:\n  - {text: a}\n", "a near miss has text and intent"),
        ("not_this:\n", "not_this:\n  - {text: a, intent: bok}\n", "there is no intent bok. Did you mean book?"),
    ],
)
def test_a_sentence_file_says_where_it_is_wrong(tree: Tree, old: str, new: str, words: str) -> None:
    name = EN.format("cancel")
    line = tree.edit(name, old, new)
    found = [f for f in tree.faults() if words in str(f)]
    assert found, [str(f) for f in tree.faults()]
    assert found[0].line in (line, line + 1)


def test_an_intent_that_nobody_declared_is_refused(tree: Tree) -> None:
    tree.write(EN.format("bok"), tree.text(EN.format("book")))
    assert any("there is no intent bok" in str(f) for f in tree.faults())


def test_a_live_language_needs_sentences_for_every_intent(tree: Tree) -> None:
    (tree.root / ES.format("thanks")).unlink()
    (fault,) = tree.faults()
    assert "es is live: nobody wrote what people say for thanks" in fault.what
    assert tree.text("intents/languages.yaml").splitlines()[fault.line - 1].strip() == "state: live"


@pytest.mark.parametrize("file", ["_safety", "_values", "_times", "_repairs"])
def test_a_live_language_needs_every_word_table(tree: Tree, file: str) -> None:
    (tree.root / f"intents/es/{file}.yaml").unlink()
    assert any(f"es is live: it needs intents/es/{file}.yaml" in str(f) for f in tree.faults())


def test_a_language_may_not_have_keys_that_nobody_reads(tree: Tree) -> None:
    line = tree.edit("intents/languages.yaml", "    voice:", "    voise: x\n    voice:")
    assert [str(f) for f in tree.faults()] == [f"intents/languages.yaml:{line}: unknown key voise. Did you mean voice?"]
