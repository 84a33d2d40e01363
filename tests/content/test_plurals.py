"""A number picks the form that its language has for it; every language has each of its own, named by CLDR."""

import pytest

from agent.content.plurals import forms, header, says, which
from agent.content.read_po import parse_po, source_hash
from agent.content.tongues import begun, with_languages
from tests.content.tree import PO, Tree

KEY = "check.yours"
RULES = {
    "en": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ja": "nplurals=1; plural=0;",
}


def test_the_forms_of_a_language_are_those_of_cldr_with_the_numbers_that_they_stand_for() -> None:
    assert [(f.name, f.examples, f.alone) for f in forms("ru")] == [
        ("one", "1, 21, 31, 41 …", False), ("few", "2, 3, 4, 22 …", False), ("many", "0, 5, 6, 7 …", False),
    ]  # fmt: skip
    assert [f.name for f in forms("ar")] == ["zero", "one", "two", "few", "many", "other"]
    assert [f.alone for f in forms("ar")] == [True, True, True, False, False, False]
    assert [f.name for f in forms("ko")] == ["other"]
    assert [forms("pl")[which("pl", n)].name for n in (1, 2, 5, 12, 22, 25)] == [
        "one", "few", "many", "many", "few", "many"]  # fmt: skip
    assert which("es", 1_000_000) == 1  # "un millón de citas" has a form of its own, which nobody writes
    assert [f.name for f in forms("qqx")] == ["other"]


@pytest.mark.parametrize("tag", ["en", "ar", "he", "pl", "pt-BR", "tl", "zh-Hant", "sl", "cy", "nl"])
def test_a_language_that_is_begun_gets_a_header_that_says_what_cldr_says(tag: str) -> None:
    assert says(header(tag), tag)


@pytest.mark.parametrize(
    "rule", ["", RULES["en"], "nplurals=3; plural=(n;", "nplurals=3; plural=n/0;", "nplurals=3; plural=" + "(" * 90,
             "nplurals=3; plural=n" + "+n" * 500 + ";", "nplurals=3; plural=__import__('os');"]
)  # fmt: skip
def test_a_rule_of_another_language_or_no_rule_at_all_is_not_polish(rule: str) -> None:
    assert says(RULES["pl"], "pl")
    assert not says(rule, "pl")


def test_a_header_with_another_rule_is_refused_and_the_right_one_told(tree: Tree) -> None:
    tree.edit(PO.format("es"), RULES["en"], RULES["ja"])
    found = [f for f in tree.faults() if "rule of its plural forms" in f.what]
    assert [f.fix for f in found] == [f"Write `Plural-Forms: {RULES['en']}`."]


def test_a_form_without_its_number_is_refused_by_its_name_unless_it_stands_for_one_number_alone(tree: Tree) -> None:
    tree.edit(PO.format("es"), "Tiene {count} citas pendientes", "Tiene citas pendientes")
    assert {f.what for f in tree.faults()} == {
        f"{KEY}: in the form “other” (for 0, 2, 3, 4 …) placeholders differ from English: {{count}} missing"
    }


def test_a_form_that_loses_what_it_lists_is_refused_by_its_name(tree: Tree) -> None:
    tree.edit(PO.format("es"), '"Tiene una cita pendiente:\\n"\n"{appointments}"', '"Tiene una cita pendiente."')
    assert [f.what for f in tree.faults()] == [
        f"{KEY}: in the form “one” (for 1) placeholders differ from English: {{appointments}} missing"
    ]


def test_a_language_needs_all_its_forms_and_only_where_english_has_its_own(tree: Tree) -> None:
    day = tree.said("es", "booking.ask_day")
    at = f'msgid "booking.ask_day"\nmsgstr "{day}"'
    forms_of_it = f'msgid "booking.ask_day"\nmsgid_plural "booking.ask_day"\nmsgstr[0] "{day}"\nmsgstr[1] "{day}"'
    tree.edit(PO.format("es"), at, forms_of_it)
    text = tree.text(PO.format("es"))
    start = text.index(f'msgid_plural "{KEY}@voice"')
    end = text.index("\n\n", start)
    tree.write(PO.format("es"), text[:start] + 'msgstr "Sus citas: {appointments}."' + text[end:])
    told = {f.what: f.fix for f in tree.faults()}
    assert told["booking.ask_day: it has plural forms, and English has one text"] == "Write one text."
    assert told[f"{KEY}@voice: it has no plural forms of 2"] == (
        "Write a text for each: “one” (for 1); “other” (for 0, 2, 3, 4 …)."
    )


def test_a_new_language_is_begun_with_an_empty_box_for_each_of_its_forms(tree: Tree) -> None:
    tag, item = begun("sl")
    book = parse_po(with_languages(tree.root, {tag: item})[PO.format("sl")], "sl")
    assert book.waiting[KEY] == "empty"
    assert says(book.plural_forms, "sl")


def test_english_that_changes_in_one_form_alone_leaves_every_translation_older_than_it(tree: Tree) -> None:
    assert [n for n in tree.read().notices if n.what.startswith(f"{KEY}:")] == []
    tree.edit(PO.format("en"), '"You have one upcoming visit:\\n"', '"There is one visit ahead:\\n"')
    reading = tree.read()
    old = [n for n in reading.notices if n.what == f"{KEY}: English has changed since this was translated"]
    assert len(old) == len(reading.content.live) - 1
    now = source_hash(*reading.content.messages["en"][KEY].texts)
    assert {n.fix for n in old} == {f"Compare, then write `source: {now}`."}
