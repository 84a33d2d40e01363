"""What is known of a person does not leave the desk, and comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from agent.understand.veil import Veil

KNOWN = {"name": ["María José Ruiz", "María", "Ruiz"], "dob": ["1980-03-12", "12 de marzo de 1980"]}


def test_names_births_numbers_and_addresses_are_hidden() -> None:
    veil = Veil(KNOWN)
    hidden = veil.over(
        "Soy María José Ruiz, nací el 12 de marzo de 1980, (718) 555-0132, mj@ruiz.example, póliza 993817264"
    )
    assert hidden == "Soy [NAME_1], nací el [DOB_1], [NUMBER_1], [EMAIL_1], póliza [NUMBER_2]"
    assert "Ruiz" not in hidden
    assert veil.off("[NAME_1] / [DOB_1]") == "María José Ruiz / 12 de marzo de 1980"


def test_the_same_value_has_the_same_mark_and_words_within_words_stay() -> None:
    veil = Veil({"name": ["Ana"]})
    assert veil.over("Ana, ana and banana") == "[NAME_1], [NAME_2] and banana"


def test_marks_that_a_writer_typed_mean_nothing() -> None:
    veil = Veil({"name": ["Bob"]})
    assert veil.off(veil.over("[NAME_1] is Bob")) == "(NAME 1) is Bob"


@given(st.text(max_size=200))
def test_what_was_hidden_comes_back_whatever_was_written(text: str) -> None:
    veil = Veil(KNOWN)
    hidden = veil.over(text)
    assert veil.off(hidden) == Veil({}).off(text) or "[" in text
