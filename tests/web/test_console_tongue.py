"""The console in the language of whoever looks: no word of it stands outside a catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jinja2 import nodes

from agent.demo.seed import patients
from agent.desk.documents import draft_next
from agent.documents.verify import verify
from agent.model.wording import Sayable
from agent.web import console_tongue, pages
from agent.web.console_catalogue import collected, faults, written
from agent.web.console_reasons import ALARMS, REASONS
from agent.web.console_says import AUDIT
from agent.web.console_tongue import guess, speak, tongues
from tests.browser import console_pages
from tests.documents.knee_visit import ROOT
from tests.web.console_desk import World, csrf_of, decide
from tests.web.pseudo import PSEUDO, bare_words
from tests.web.test_console_notes import Wrong, document

_SOURCES = Path(pages.__file__).parents[1]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setitem(tongues(), "qps", PSEUDO)
    made = World()
    yield made
    made.desk.store.close()


def choose(world: World, role: str, language: str) -> TestClient:
    """A browser of somebody who has chosen that language on their page."""
    client = world.browser(role)
    answer = client.post("/console/account/language", data={"csrf": csrf_of(client), "language": language})
    assert answer.status_code == 303
    return client


def names(world: World) -> set[str]:
    """What is no word of ours: the clinic's and its people's names, addresses and passwords."""
    clinic = world.desk.clinic
    with world.desk.store.begin(write=False) as tx:
        staff = tx.staff.all(clinic.id)
    found = {clinic.name, *(p.name for p in clinic.locations), *(p.name for p in clinic.providers)}
    return (
        found
        | {u.name for u in staff}
        | {u.email for u in staff}
        | {p.name for p in patients(clinic, world.desk.new_id)}
    )


def test_every_refusal_is_a_sentence_of_the_catalogue() -> None:
    """A text put together where it is raised is in no catalogue: whoever is refused would not be told why."""
    known, told = collected(), []
    for path in [*(_SOURCES / "web").glob("*.py"), *(_SOURCES / "desk").glob("*.py")]:
        for call in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("Refused", "Forbidden", "Conflict") and call.args:
                text = call.args[0]
                if not isinstance(text, ast.Constant) or known.get(text.value) is None:
                    told.append(path.name)
    assert told == ["admin_publish.py"]  # a fault of the content, shown on the spot as it is


def test_no_page_of_the_console_has_a_word_outside_the_catalogue(world: World) -> None:
    # the pages of the admins are English, and say so
    addresses, found = [a for a in console_pages.pages(world) if a.startswith("/console")], list[str]()
    client, known = choose(world, "admin", "qps"), names(world)
    for address in addresses:
        page = client.get(address).text
        assert '<html lang="qps" dir="rtl">' in page
        found += [f"{address}: {words}" for words in bare_words(page, known)]
    assert found == [], "\n".join(sorted(set(found)))


def test_nor_has_a_page_of_documents_or_one_that_refuses(world: World) -> None:
    world.desk.writer, world.desk.verifier = Wrong(ROOT), verify
    while draft_next(world.desk):
        pass
    doc, known, task = document(world), names(world), world.booking()
    doctor, front = choose(world, "clinician", "qps"), choose(world, "front-desk", "qps")
    decided = decide(front, task, "confirm", patient="new")
    seen = [
        doctor.get(p) for p in ("/console/notes", f"/console/notes/{doc.id}", "/console/people", "/console/tasks/none")
    ]
    seen += [front.get(decided.headers["location"]), front.get(f"/console/tasks/{task.id}")]
    fresh = world.booking(phone="+17185550199", on=task.due_at.date().replace(month=3, day=11))
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        ("change", {}), ("offer", {}), ("decline", {}), ("confirm", {"pick": "needed"}), ("hand-over", {"to": ""}),
        ("nothing", {}), ("told", {"act": "confirm"}),
    )  # fmt: skip
    seen += [decide(front, fresh, act, **fields) for act, fields in acts]
    seen += [decide(front, world.task(fresh.id).model_copy(update={"version": 7}), "take")]
    sign = {"csrf": csrf_of(doctor), "version": doc.version}
    seen += [doctor.post(f"/console/notes/{doc.id}/sign", data=sign)]
    report = {"csrf": csrf_of(front), "kind": "", "subject": "/console"}
    seen += [front.post("/console/wrongs/report", data=report)]
    found = [f"{a.url}: {words}" for a in seen for words in bare_words(a.text, known)]
    assert found == [], "\n".join(sorted(set(found)))
    assert {a.status_code for a in seen} >= {200, 403, 404, 409, 422}


def test_whoever_is_not_in_yet_is_met_in_the_language_of_their_browser(world: World) -> None:
    client = world.browser()
    page = client.get("/console/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}).text
    assert '<html lang="es" dir="ltr">' in page
    assert "Iniciar sesión" in page
    wrong = client.post("/console/sign-in", data={"email": "a@b", "password": "x"}, headers={"Accept-Language": "es"})
    assert "no coinciden" in wrong.text
    assert '<html lang="en"' in client.get("/console/sign-in", headers={"Accept-Language": "fi"}).text
    shown = client.get("/console/sign-in", headers={"Accept-Language": "qps"}).text
    assert [w for w in bare_words(shown, names(world)) if "demo" not in w] == []


def test_a_choice_outlasts_the_browser_and_is_taken_back(world: World) -> None:
    choose(world, "front-desk", "es")
    again = world.browser("front-desk")
    task = world.booking(text="me duele la rodilla", name="Ana Ruiz", quotes={"reason": "rodilla"}, locale="es")
    page = again.get(f"/console/tasks/{task.id}", headers={"Accept-Language": "en"}).text
    for words in ("Cita", "Motivo", "martes, 10 de marzo", "vence en", "El paciente leerá:"):
        assert words in page, words
    refused = again.post("/console/account/language", data={"csrf": csrf_of(again), "language": "../x"})
    assert refused.status_code == 422
    assert again.post("/console/account/language", data={"csrf": csrf_of(again), "language": ""}).status_code == 303
    assert '<html lang="en"' in again.get("/console", headers={"Accept-Language": "en"}).text
    assert len(world.audited("staff:language")) == 2


def test_numbers_and_spans_are_written_as_the_language_does() -> None:
    try:
        speak("es", "US")
        assert console_tongue.percent(0.93) == "93%"
        assert console_tongue.language("vi", "Vietnamese") == "Vietnamita"
        assert console_tongue.ngettext("%(count)s conflict", "%(count)s conflicts", 2) == "2 contradicciones"
        assert console_tongue.said(Sayable("the sequence of rows 17 is wrong")).startswith("otra persona")
    finally:
        speak("en", "US")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("es", "es"), ("ES-419, en", "es"), ("en;q=0.4, es;q=0.8", "es"), ("fr, de;q=0.9", "en"), ("es;q=0", "en"),
     ("*", "en"), ("", "en"), ("es;q=zzz", "en"), ("x" * 9000, "en")],
)  # fmt: skip
def test_the_first_guess_is_what_the_browser_asks_for(asked: str, answered: str) -> None:
    assert guess(asked) == answered


def test_the_checker_finds_missing_words_other_gaps_markup_and_dead_ones(tmp_path: Path) -> None:
    for name in ("agent", "channels", "intents"):
        (tmp_path / name).symlink_to(_SOURCES.parent / name)
    folder = tmp_path / "locales" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "locales" / "console.pot").write_bytes(written(collected(tmp_path)))
    whole = (_SOURCES.parent / "locales/es/LC_MESSAGES/console.po").read_text(encoding="utf-8")
    assert faults() == []
    for old, new, said in (
        ('msgstr "Deshacer"', 'msgstr ""', "not translated"),
        ('msgstr "Tomar de %(name)s"', 'msgstr "Tomar"', "the gaps differ"),
        ('msgstr "Deshacer"', 'msgstr "<b>Deshacer"', "markup or quotes differ"),
        ('msgid "Undo"', 'msgid "Undone"', "said nowhere"),
        ('msgid "Undo"', 'msgid "Undone"', "'Undo' is not there"),
    ):
        assert old in whole
        (folder / "console.po").write_text(whole.replace(old, new), encoding="utf-8")
        assert [f for f in map(str, faults(tmp_path)) if said in f], said


def test_templates_translate_only_what_stands_in_them() -> None:
    """A message is taken as markup, so nothing that anybody wrote may ever be one."""
    made = pages.environment()
    for path in sorted((pages.PAGES / "console").glob("*.html")):
        tree = made.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "pgettext"):
                assert all(isinstance(a, nodes.Const) for a in call.args), path.name


def test_the_script_has_no_words_of_its_own() -> None:
    for name in ("console.js", "notes.js"):
        code = re.sub(r"//.*", "", (pages.STATIC / name).read_text(encoding="utf-8"))
        said = re.findall(r"""["'`]([^"'`\n]*)["'`]""", code)
        assert [s for s in said if re.search(r"[A-Za-z]{2,} [a-z]{2,}", s) and not re.search(r"[\[\].#=:,]", s)] == [
            "use strict"
        ] * 1


def test_every_alarm_and_every_reason_has_words(world: World) -> None:
    rows = world.desk.content.rows["safety"]
    assert {name for own in rows.values() for name in own["categories"]} - set(ALARMS) == set()
    flows = [step.handoff for flow in world.desk.content.flows.values() for step in flow.steps if step.handoff]
    assert set(flows) - set(REASONS) == set()


def test_every_audited_deed_has_words() -> None:
    tags = set()
    for path in _SOURCES.rglob("*.py"):
        tags |= set(re.findall(r'"([a-z]+:[a-z_-]+)"', path.read_text(encoding="utf-8")))
    subjects = {tag.partition(":")[0] for tag in AUDIT}
    assert {t for t in tags if t.partition(":")[0] in subjects} - set(AUDIT) == set()
