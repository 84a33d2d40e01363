"""Letters that were spelled, put into the name that was heard."""

import pytest

from agent.dialogue.spelling import merged


@pytest.mark.parametrize(
    ("name", "letters", "whole"),
    [
        ("Ana Miller", "MUELLER", "Ana Mueller"), ("Ana", "TORRES", "Ana Torres"), ("", "TORRES", "Torres"),
        ("Ana Boyd", "VOYETT", "Ana Voyett"), ("Jon Smith", "JOHN", "John Smith"),
        ("José Vázquez", "VAZQUEZ", "José Vázquez"),
        ("Ann Oneal", "O'NEIL", "Ann O'Neil"), ("Eva Smith", "SMITH-JONES", "Eva Smith-Jones"), ("章伟", "张", "张伟"),
        ("김민수", "민", "김민수"), ("Анна Милер", "МЮЛЛЕР", "Анна Мюллер"),
    ],
)  # fmt: skip
def test_the_word_that_sounds_like_it_is_mended_and_the_rest_of_the_name_stays(
    name: str, letters: str, whole: str
) -> None:
    assert merged(name, letters) == whole
