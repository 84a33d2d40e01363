"""Whatever happens to a file, the checker answers in a second: content, or a line that says what is wrong."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.content import ContentFault, Reading
from agent.content.read_po import parse_po
from agent.content.read_yaml import parse_document
from tests.content.tree import HOUSE, PO, TRIAL, Tree, copied

FILES = [
    "workflows/booking/book.yaml", "workflows/tasks.yaml", "workflows/jurisdictions/us.yaml", "intents/languages.yaml",
    "intents/intents.yaml", "intents/en/_values.yaml", "intents/es/_repairs.yaml", "intents/en/book.yaml",
    "intents/es/_two.yaml", "intents/en/_swaps.yaml", "locales/es/honest.yaml", PO.format("es"), PO.format("en"),
]  # fmt: skip
ODD = st.sampled_from([b"\x00", b"\xff", b"\n", b"\t", b":", b"-", b"{", b"}", b"[", b"]", b'"', b"'", b"&", b"*", b"#",
                       b"%", b"!", b"|", b">", b"?", b"\\", b"\r", b"\xe2\x80\xae", b"- ",
                       b": ", b"---\n", b"~"])  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real file with some bytes replaced, cut out, put in or cut off."""
    name = draw(st.sampled_from(FILES))
    data = (HOUSE / name).read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["replace", "insert", "delete", "cut"])):
            case "replace":
                data = data[:at] + draw(ODD) + data[at + 1 :]
            case "insert":
                data = data[:at] + draw(ODD) + data[at:]
            case "delete":
                data = data[:at] + data[at + draw(st.integers(1, 40)) :]
            case _:
                data = data[: max(at, 1)]
        data = data or b" "
    return name, data


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return copied(tmp_path_factory.mktemp("spoilt") / "house")


@pytest.fixture(scope="module")
def whole(house: Tree) -> Reading:
    """As it is read before anything is spoilt: what nobody touched is not parsed again and again."""
    return house.read()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(broken=spoilt())
def test_promise_49_a_corrupt_byte_never_raises_and_never_hangs(
    house: Tree, whole: Reading, broken: tuple[str, bytes]
) -> None:
    name, data = broken
    path = house.root / name
    good = path.read_bytes()
    try:
        path.write_bytes(data)
        reading = house.read(thorough=True, like=whole)  # what hangs meets the suite's time limit
        assert all("\n" not in str(f) and f.fix and f.what for f in reading.faults)
    finally:
        path.write_bytes(good)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(broken=spoilt())
def test_promise_49_a_corrupt_file_is_read_or_refused(broken: tuple[str, bytes]) -> None:
    name, data = broken
    text = data.decode("utf-8", "replace")
    with suppress(ContentFault):
        parse_po(text, name) if name.endswith(".po") else parse_document(text, name)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.text(max_size=300))
def test_promise_49_any_text_at_all_is_read_or_refused(text: str) -> None:
    for parse in (parse_document, parse_po):
        with suppress(ContentFault):
            parse(text, "file")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["id", "if", "then", "say", "slot"]), x),
    max_leaves=8,
))  # fmt: skip
def test_promise_49_a_flow_of_any_shape_is_refused_not_raised(house: Tree, whole: Reading, data: object) -> None:
    import json

    try:
        text = "flow: trial\ntitle: flow.book\ndescribe: x\nsteps: " + json.dumps(data) + "\n"
        house.write(TRIAL, text)
        assert all(str(f) for f in house.faults(like=whole))
    finally:
        (house.root / TRIAL).unlink()
