"""A translation cannot break a flow, hide anything, or say more than English says."""

import pytest

from tests.content.tree import PO, Tree

ASK, DAY = "booking.read_back", "booking.ask_day"
PLAIN = "¿Qué día le vendría bien?"

SPOILT = {
    "an unknown placeholder": (PLAIN + " {day}", "{day} unknown"),
    "a placeholder of code": (PLAIN + " {clinic.__class__}", "a brace that is not a placeholder"),
    "a positional placeholder": (PLAIN + " {0}", "a brace that is not a placeholder"),
    "a capital placeholder": (PLAIN + " {Day}", "a brace that is not a placeholder"),
    "an open brace": (PLAIN + " {", "a brace that is not a placeholder"),
    "a template": (PLAIN + " {{ day }}", "a brace that is not a placeholder"),
    "a template block": (PLAIN + " {% if x %}", "a brace that is not a placeholder"),
    "a percent format": (PLAIN + " %(day)s", "a piece of code"),
    "another percent format": (PLAIN + " %s", "a piece of code"),
    "a shell format": (PLAIN + " $(ls)", "a piece of code"),
    "a tag": (PLAIN + " <b>hoy</b>", "it holds markup"),
    "a script": ("<script>alert(1)</script>" + PLAIN, "it holds markup"),
    "a half tag": (PLAIN + "<img src=x", "it holds markup"),
    "a comment": (PLAIN + "<!-- x -->", "it holds markup"),
    "an entity": (PLAIN + " &#60;", "it holds markup"),
    "a script address": (PLAIN + " JavaScript:x", "it holds markup"),
    "a right-to-left override": (PLAIN + " \u202eabc", "control character (U+202E)"),
    "an embedding": (PLAIN + " \u202babc", "control character (U+202B)"),
    "a zero-width space": (PLAIN + "\u200b", "control character (U+200B)"),
    "a soft hyphen": (PLAIN + "\u00ad", "control character (U+00AD)"),
    "a hidden tag character": (PLAIN + "\U000e0041", "control character (U+E0041)"),
    "an isolate without end": (PLAIN + " \u2068abc", "a direction isolate without its end"),
    "a carrier word": ("Responda STOP", "carriers take the word STOP as an opt-out"),
    "another carrier word": ("Escriba CANCEL", "carriers take the word CANCEL as an opt-out"),
    "too long a text": ("día " * 200, "it is longer than 640 characters"),
}


@pytest.mark.parametrize("why", SPOILT)
def test_promise_47_a_spoilt_translation_is_refused_with_its_line(tree: Tree, why: str) -> None:
    text, words = SPOILT[why]
    line = tree.message("es", DAY, text)
    told = [f for f in tree.faults() if words in f.what]
    assert [(f.file, f.line) for f in told] == [(PO.format("es"), line)], [str(f) for f in tree.faults()]
    assert str(told[0]).startswith(f"{PO.format('es')}:{line}: {DAY}: ")


@pytest.mark.parametrize("text", ["", "   "])
def test_promise_47_an_empty_translation_in_a_live_language_is_refused(tree: Tree, text: str) -> None:
    line = tree.message("es", DAY, text)
    (fault,) = tree.faults()
    assert (fault.line, fault.what) == (line, f"{DAY}: it is empty")


def test_promise_47_a_placeholder_that_english_has_may_not_be_lost(tree: Tree) -> None:
    line = tree.message("es", ASK, "¿Lo confirmo?")
    (fault,) = tree.faults()
    assert fault.line == line
    assert "placeholders differ from English" in fault.what
    assert "missing" in fault.what


def test_a_right_to_left_isolate_that_ends_is_welcome(tree: Tree) -> None:
    tree.message("es", DAY, "¿Qué \u2068día\u2069?")
    assert tree.faults() == []


def test_a_missing_translation_names_the_english_text(tree: Tree) -> None:
    tree.edit(PO.format("es"), f'msgid "{DAY}"\n', 'msgid "booking.ask_dia"\n')
    told = [str(f) for f in tree.faults()]
    assert any(f"{DAY}: it is missing. Translate “{tree.said('en', DAY)[:20]}" in t for t in told)
    assert any("booking.ask_dia: English has no such key" in t for t in told)


def test_a_translation_marked_fuzzy_is_not_used(tree: Tree) -> None:
    line = tree.edit(PO.format("es"), f'msgid "{DAY}"\n', f'#, fuzzy\nmsgid "{DAY}"\n')
    (fault,) = tree.faults()
    assert (fault.line, fault.what) == (line + 1, f"{DAY}: it is marked fuzzy")


def test_promise_47_an_empty_plural_form_is_refused(tree: Tree) -> None:
    entry = '# origin: source\nmsgid "trial.many"\n'
    tree.add_message("en", entry + 'msgstr "Many"')
    tree.add_message("es", entry + 'msgid_plural "trial.many"\nmsgstr[0] "Uno"\nmsgstr[1] ""')
    told = [f.what for f in tree.faults()]
    assert told == ["trial.many: it is short of a plural form (1 of 2)"]


def test_a_message_asserts_what_english_asserts(tree: Tree) -> None:
    book = tree.text(PO.format("es"))
    at = book.index("#. asserts: booked\n")
    tree.write(PO.format("es"), book[:at] + book[at:].replace("#. asserts: booked\n", "", 1))
    (fault,) = tree.faults()
    assert "it asserts another fact than English" in fault.what
    assert "#. asserts: booked" in fault.fix


def test_a_message_cannot_assert_a_fact_that_nobody_can_show(tree: Tree) -> None:
    tree.edit(PO.format("en"), "#. asserts: booked\n", "#. asserts: bookd\n")
    assert any("an unknown fact, bookd. Did you mean booked?" in str(f) for f in tree.faults())


@pytest.mark.parametrize(("tag", "text"), [("en", "Good: it is booked."), ("es", "Bien: la cita está confirmada.")])
def test_words_of_a_fact_need_the_fact(tree: Tree, tag: str, text: str) -> None:
    line = tree.message(tag, DAY, text)
    told = [f for f in tree.faults(thorough=True) if f.file == PO.format(tag)]
    assert [f.line for f in told] == [line]
    assert "says that something is booked" in told[0].what


def test_a_message_that_nothing_says_is_pointed_out(tree: Tree) -> None:
    entry = '# origin: source\nmsgid "trial.unused"\nmsgstr "Hello"'
    tree.add_message("en", entry)
    tree.add_message("es", entry.replace("Hello", "Hola"))
    assert any(n.what == "trial.unused: nothing says this message" for n in tree.read().notices)
    assert tree.faults() == []


def test_a_message_that_the_code_says_must_be_there(tree: Tree) -> None:
    tree.edit(PO.format("en"), 'msgid "safety.kept"', 'msgid "safety.keep"')
    assert any("safety.kept: the desk needs this message" in str(f) for f in tree.faults())


def test_a_translation_older_than_its_english_is_pointed_out(tree: Tree) -> None:
    line = tree.message("es", DAY, PLAIN)
    tree.message("en", DAY, "Which day is best for you?")
    (notice,) = [n for n in tree.read().notices if "English has changed" in n.what and n.what.startswith(f"{DAY}:")]
    assert (notice.line, notice.file) == (line, PO.format("es"))


def test_promise_48_a_safety_message_that_nobody_reviewed_is_pointed_out(tree: Tree) -> None:
    waiting = [n.what for n in tree.read().notices if "nobody has reviewed it" in n.what]
    assert any(w.startswith("safety.emergency:") for w in waiting)
    book = tree.text(PO.format("es"))
    at = book.rindex("# origin: machine", 0, book.index('msgid "safety.emergency"\n'))
    tree.write(PO.format("es"), book[:at] + "# reviewer: Ana Ruiz\n" + book[at:])
    after = [n.what for n in tree.read().notices if "nobody has reviewed it" in n.what]
    assert len(after) == len(waiting) - 1
    assert not any(w.startswith("safety.emergency:") for w in after)
