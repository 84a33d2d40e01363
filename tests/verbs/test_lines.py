"""A bad line never stops the run: every line is answered, in order, as JSON."""

import io
import json
from typing import Any

import pytest

from agent.verbs.lines import MOST_CHARACTERS, _decoded, each_line, text_of
from tests.verbs.frontdesk import answers


def echo(line: dict[str, Any]) -> dict[str, Any]:
    return {"id": line.get("id"), "text": text_of(line)}


def test_answers_come_in_order_and_unknown_keys_are_ignored() -> None:
    told = answers(echo, '{"id": 2, "text": "b", "x": 1}', "", "  \n", '{"id": 1, "text": "a"}')
    assert told == [{"id": 2, "text": "b"}, {"id": 1, "text": "a"}]


@pytest.mark.parametrize(
    ("raw", "id", "words"),
    [
        ("garbage", None, "not JSON"),
        ("[1, 2]", None, "each line is a JSON object"),
        ('"text"', None, "each line is a JSON object"),
        ('{"id": 1', None, "not JSON"),
        ('{"id": 7}', 7, "missing 'text'"),
        ('{"id": "a", "text": 5}', "a", "text must be a string"),
        ('{"id": "a", "text": null}', "a", "text must be a string"),
        ('{"id": "a", "text": ["x"]}', "a", "text must be a string"),
        ('{"id": NaN, "text": "x"}', None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ("\x00\x01\x02", None, "not JSON"),
        (" " + "x" * MOST_CHARACTERS, None, "at most"),
    ],
)
def test_a_bad_line_yields_its_id_and_an_error_and_the_run_goes_on(raw: str, id: Any, words: str) -> None:
    first, second = answers(echo, raw, '{"id": "next", "text": "x"}')
    assert first["id"] == id
    assert words in first["error"]
    assert set(first) == {"id", "error"}
    assert second == {"id": "next", "text": "x"}


def test_a_fault_of_ours_is_named_by_its_kind_and_says_nothing_of_the_patient() -> None:
    def break_down(line: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError(line["text"])

    assert answers(break_down, '{"id": 1, "text": "my secret"}') == [{"id": 1, "error": "RuntimeError"}]


def test_half_a_surrogate_pair_is_replaced_and_offsets_stay() -> None:
    (told,) = answers(echo, r'{"id": "\udfff", "text": "a\ud800b\ud83d\ude00c"}')
    assert told["text"] == "a\ufffdb\U0001f600c"


def test_bytes_that_are_not_utf8_are_read_all_the_same() -> None:
    stream = io.BytesIO(b'\xef\xbb\xbf{"id": 1, "text": "caf\xe9"}\r\n\xff\xfe\n{"id": 2, "text": "x"}')
    told = answers(echo, *_decoded(stream))
    assert told[0] == {"id": 1, "text": "caf\ufffd"}
    assert told[1]["id"] is None
    assert told[2] == {"id": 2, "text": "x"}


def test_a_line_without_end_is_one_bad_line() -> None:
    stream = io.BytesIO(b'{"text": "' + b"y" * (9 * MOST_CHARACTERS) + b'"}\n{"id": 2, "text": "x"}\n')
    told = answers(echo, *_decoded(stream))
    assert [set(t) for t in told] == [{"id", "error"}, {"id", "text"}]


def test_each_answer_is_flushed_before_the_next_line_is_read() -> None:
    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    out = Pipe()

    def lines() -> Any:
        for number in range(3):
            assert out.flushed == number
            yield json.dumps({"id": number, "text": "x"})

    each_line(echo, source=lines(), out=out)
    assert out.flushed == 3
