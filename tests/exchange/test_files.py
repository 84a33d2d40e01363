"""A translator's file is looked at before anything is taken, believed where it makes a message count for less, and kept
out by name where it is at fault."""

from collections.abc import Iterator

import pytest

from agent.incoming import FORMATS, incoming, out
from agent.model.edit import Edit
from agent.workbench import Workbench
from tests.hostile import PAYLOADS
from tests.prove import p47_files
from tests.web.console_desk import World

KEY, SAFE = "message/es/courtesy.welcome", "message/es/safety.urgent"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


@pytest.fixture(scope="module")
def bench(world: World) -> Workbench:
    return Workbench(world.desk)


def changed(bench: Workbench, format: str, old: str, new: str, lang: str = "es") -> bytes:
    text = out(bench, {}, lang, format)
    assert old in text
    return text.replace(old, new, 1).encode()


def test_promise_47_every_format_of_a_language_comes_back_as_it_went(bench: Workbench) -> None:
    assert p47_files.round_trips(bench, ["es", "ar"]) > 9000


def test_promise_49_a_hostile_file_is_refused_in_one_line(bench: Workbench) -> None:
    count, slowest = p47_files.hostile(bench)
    assert count > 25
    assert slowest < p47_files.WITHIN


def test_promise_46_what_attacks_a_page_comes_in_by_no_file(bench: Workbench) -> None:
    left, inert = p47_files.attacked(bench, PAYLOADS[1:60:20])
    assert left > inert > 0


@pytest.mark.parametrize("format", FORMATS)
def test_promise_47_a_file_cut_short_changes_nothing_that_stands(bench: Workbench, format: str) -> None:
    assert p47_files.cut(bench, format, 7) == 7


def test_promise_48_nobodys_reading_comes_in_by_a_file(bench: Workbench) -> None:
    text = out(bench, {}, "es", "po")
    old = next(line for line in text.split("\n\n") if 'msgid "safety.urgent"\n' in line)
    new = old.replace("# origin: machine", "# origin: human; reviewer: Dr. Evil").replace(
        'msgstr "', 'msgstr "Mire: ', 1
    )
    (change,) = incoming(bench, {}, "es", text.replace(old, new).encode()).changes
    assert change.arrival.key == SAFE
    assert (change.arrival.value["origin"], change.arrival.value["reviewer"]) == ("translator", "")
    assert "Dr. Evil" in change.remark
    unchanged = incoming(
        bench, {}, "es", text.replace("# origin: machine", "# reviewer: Dr. Evil; origin: human").encode()
    )
    assert unchanged.changes == ()  # the same words count for no more than before
    read = incoming(bench, {}, "es", text.replace(old, new).encode(), frozenset({SAFE}), "Ana Ruiz")
    assert read.changes[0].arrival.value["reviewer"] == "Ana Ruiz"


def test_a_translation_of_an_older_english_text_says_so(bench: Workbench) -> None:
    data = changed(bench, "xliff", "<source>You're welcome.</source>", "<source>Welcome!</source>")
    old = data.decode().replace("Con mucho gusto.", "A la orden.").encode()
    (change,) = incoming(bench, {}, "es", old).changes
    assert "older English" in change.remark
    shelf = bench.shelf()
    assert change.arrival.value["source"] not in ("", shelf.reading.sources.books["es"].sources["courtesy.welcome"])


def test_a_faulty_message_stays_out_with_its_line_and_the_rest_is_kept(bench: Workbench) -> None:
    text = out(bench, {}, "es", "xliff").replace("¿Qué día le conviene?", "¿Qué {dia} le conviene?")
    text = text.replace("Con mucho gusto.", "A la <g id='1'>orden</g>.").replace(
        "Hasta luego, que", "Hasta pronto, que"
    )
    found = incoming(bench, {}, "es", text.encode())
    assert [c.arrival.key for c in found.changes] == [
        "message/es/courtesy.goodbye", "message/es/courtesy.goodbye@voice"]  # fmt: skip
    left = {name: (where, why) for where, name, why in found.left}
    assert set(left) == {"booking.ask_day", "courtesy.welcome"}
    where, why = left["booking.ask_day"]
    assert text.split("\n")[int(where.removeprefix("line ")) - 1].strip().startswith('<trans-unit id="booking.ask_day"')
    assert "{dia} unknown" in why
    assert "<g>" in left["courtesy.welcome"][1]


def test_what_a_colleague_has_in_the_draft_is_compared_with_and_goes_out(world: World, bench: Workbench) -> None:
    published = bench.published(KEY)
    assert published is not None
    mine = published | {"text": "Para servirle.", "origin": "human"}
    edits = {KEY: Edit(clinic="c", key=KEY, value=mine, was=published, by="bo", at=world.clock(), version=3)}
    text = out(bench, edits, "es", "xliff")
    assert incoming(bench, edits, "es", text.encode()).changes == ()
    older = out(bench, {}, "es", "xliff").encode()
    (change,) = incoming(bench, edits, "es", older).changes
    assert (change.by, change.arrival.version, change.before) == ("bo", 3, mine)
    assert change.arrival.value == change.arrival.was == published
    assert incoming(bench, edits, "es", older).state != incoming(bench, {}, "es", older).state


def test_a_sheet_without_its_last_row_takes_nothing_out(bench: Workbench) -> None:
    rows = out(bench, {}, "es", "csv").split("\r\n")
    gone = next(n for n, row in enumerate(rows) if row.startswith("thanks,example"))
    whole = "\r\n".join([*rows[:gone], *rows[gone + 1 :]])
    (change,) = incoming(bench, {}, "es", whole.encode()).changes
    assert change.before is not None
    assert len(change.arrival.value["examples"]) == len(change.before["examples"]) - 1
    cut = whole[: whole.index("(end)")]
    found = incoming(bench, {}, "es", cut.encode())
    assert (found.changes, found.whole) == ((), False)


def test_a_sentence_that_two_requests_claim_stays_out_and_nothing_is_lost_for_it(bench: Workbench) -> None:
    text = out(bench, {}, "es", "csv")
    taken = "Quiero cancelar mi cita"
    assert f"cancel,example,{taken}," in text
    mine = next(row for row in text.split("\r\n") if row.startswith("thanks,example"))
    text = text.replace(mine, f"thanks,example,{taken},,", 1)
    found = incoming(bench, {}, "es", text.encode())
    assert found.changes == ()
    ((where, what, why),) = found.left
    assert text.split("\r\n")[int(where.removeprefix("row ")) - 1].startswith("thanks,example,")
    assert what == taken
    assert "intents/" not in why


def test_a_sheet_saved_with_semicolons_is_read_as_well(bench: Workbench) -> None:
    rows = (
        "\ufeffRequest;Kind;Sentence;Means instead", "thanks;example;mil gracias, de verdad, doctora;",
        "thanks;near miss;gracias no, gracias;deny",
    )  # fmt: skip
    sheet = "\r\n".join(rows)
    (change,) = incoming(bench, {}, "es", sheet.encode()).changes
    assert change.arrival.value["examples"][-1] == "mil gracias, de verdad, doctora"
    assert change.arrival.value["not_this"][-1] == {"text": "gracias no, gracias", "intent": "deny"}


def test_a_plural_form_made_from_an_older_english_says_so_and_another_wording_alone_does_not(bench: Workbench) -> None:
    english, spanish = "You have one upcoming visit:\n", "Tiene una cita pendiente:\n"
    text = out(bench, {}, "es", "xliff")
    assert f">{english}" in text
    told = text.replace(spanish, "Le espera una cita:\n")
    (change,) = incoming(bench, {}, "es", told.encode()).changes
    assert change.remark == ""
    assert change.arrival.value["source"] == bench.shelf().reading.sources.books["es"].sources["check.yours"]
    (change,) = incoming(bench, {}, "es", told.replace(english, "One visit to come:\n").encode()).changes
    assert "older English" in change.remark
