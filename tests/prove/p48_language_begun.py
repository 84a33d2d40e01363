"""Promise 48, for a whole language: begun from a button, kept from patients while anything is missing or unmeasured,
live once its gate has passed and a second person agrees; crisis wording that nobody has read goes out beside its
English even then, and whoever reads it is named."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from ruamel.yaml import YAML

from agent.content import read_content
from agent.desk import editing
from agent.model.edit import Proposal
from agent.rehearsal_desk import Rehearsal
from agent.rehearsing import rehearse_next
from agent.settings import ROOT
from agent.workbench import Workbench
from tests.prove.ground import Ground
from tests.web.console_desk import World

PROMISE = "Critical wording nobody reviewed never goes out alone"
SIZE = "Korean taken out of the product and begun anew at /admin; 5 proposals rehearsed, a patient between them"
TAG, CRISIS = "ko", "safety.urgent"
BOOKS, ALARMS = "진료 예약하고 싶어요", "갑자기 가슴이 너무 아프고 숨을 못 쉬겠어요"
FEW = 5  # tests of each
FLOORS = "intents/floors.yaml"
NOW = datetime(2026, 3, 9, 15, tzinfo=UTC)  # a Monday morning
HANGUL = re.compile("[가-힣]")


def prove(ground: Ground) -> str:
    root = without(ground.folder())
    world = World(content=root)
    try:
        world.desk.content = read_content(root).content
        return begun(world, root)
    finally:
        world.desk.store.close()


def without(root: Path) -> Path:
    """The product's content as if nobody had ever written the language."""
    for folder in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / folder, root / folder)
    for folder in ("intents", "locales"):
        shutil.rmtree(root / folder / TAG)
    path, yaml = root / "intents/languages.yaml", YAML()
    rows = yaml.load(path.read_text("utf-8"))
    del rows["languages"][TAG]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(rows, file)
    floors = (root / FLOORS).read_text("utf-8").splitlines(keepends=True)
    (root / FLOORS).write_text("".join(line for line in floors if not line.startswith(f"  {TAG}: ")), "utf-8")
    return root


def begun(world: World, root: Path) -> str:
    """What was found; raises AssertionError where a patient meets the language too early, or not at the end."""
    client = world.admin()
    assert TAG not in world.desk.content.languages
    before = said(world, BOOKS)
    assert not HANGUL.search(before.split("한국어")[0]), before
    assert client.post("/admin/languages", data={"tag": TAG}).status_code == 303
    assert publish(world, "many of our patients speak it").state == "published"
    assert world.desk.content.languages[TAG].state == "preparing"
    assert 0 == share(client)[0] < share(client)[1]
    refused = client.post(f"/admin/languages/{TAG}", data={"state": "live", "version": "0"})
    assert refused.status_code == 422
    assert "It cannot go live yet" in refused.text
    written = translated(client)
    assert publish(world, "what the translators sent").state == "published"
    lay(root, "intents", but=("_tests.yaml", "_unseen.yaml"))
    lay(root, "locales", only=("honest.yaml", "calendar.yaml"))
    few_tests(root)
    assert share(client)[0] == share(client)[1]
    assert said(world, BOOKS) == before  # written, and not live: nobody meets it
    assert client.post(f"/admin/languages/{TAG}", data={"state": "live", "version": "0"}).status_code == 303
    unmeasured = publish(world, "live, unmeasured")
    assert unmeasured.state == "faulty"
    assert unmeasured.report is not None
    assert any(f"emergency_recall was measured on {2 * FEW} messages" in line for line in unmeasured.report["below"])
    editing.withdraw(world.desk, world.user("admin"), unmeasured.id)
    assert said(world, BOOKS) == before
    lay(root, "intents")
    shutil.copy(ROOT / FLOORS, root / FLOORS)
    assert publish(world, "live, measured", second=False).state == "checked"
    assert said(world, BOOKS) == before  # nobody else has agreed
    assert agreed(world).state == "published"
    assert HANGUL.search(said(world, BOOKS))
    alone = said(world, ALARMS)
    assert HANGUL.search(alone)
    assert "911" in alone
    return f"{written} messages from a translator's file; {named(world, client, alone)}; before it: {before[:60]!r}"


def named(world: World, client: TestClient, alone: str) -> str:
    """Crisis wording is said beside English until somebody has read it, who is then named."""
    key = "safety.emergency"
    page = f"/admin/messages/{TAG}/{key}"
    english = world.desk.content.messages["en"][key].text.split("{", 1)[0].strip()
    assert english in alone, alone
    own = world.desk.content.messages[TAG][key].text
    assert client.post(page, data={"text": own, "version": "0", "reviewed": "yes"}).status_code == 303
    assert publish(world, "read by one who speaks it").state == "published"
    message = world.desk.content.messages[TAG][key]
    assert message.reviewer == world.user("admin").name
    told = said(world, ALARMS)
    assert HANGUL.search(told)
    assert english not in told
    return f"crisis wording beside English until {message.reviewer} had read it"


def publish(world: World, reason: str, *, second: bool = True) -> Proposal:
    """Proposes what is in the draft and rehearses it apart; published where nothing stands against it."""
    proposal = editing.propose(world.desk, world.user("admin"), reason)
    assert rehearse_next(world.desk, ())
    found = open_one(world, proposal.id)
    report = found.report or {}
    assert not report.get("faults"), report["faults"][:3]
    return agreed(world) if second and found.state == "checked" else found


def agreed(world: World) -> Proposal:
    desk, by = world.desk, world.user("admin")
    with desk.store.begin(write=False) as tx:
        waiting = tx.content.proposals(desk.clinic.id, 1)[-1]
    other = by.model_copy(update={"id": "colleague", "name": "Min Seo", "email": "min@demo.clinic"})
    with desk.store.begin() as tx:
        if tx.staff.by_email(other.email) is None:
            tx.staff.add(other)
    editing.agree(desk, other, waiting.id)
    bench = Workbench(desk)
    editing.publish(desk, by, waiting.id, *bench.hashes(waiting.items))
    desk.content = bench.shelf().reading.content
    return open_one(world, waiting.id)


def open_one(world: World, id: str) -> Proposal:
    with world.desk.store.begin(write=False) as tx:
        found = tx.content.proposal(id)
    assert found is not None
    return found


def said(world: World, text: str) -> str:
    """All that a patient is answered, by ears that learned what serves."""
    talk = Rehearsal(world.desk.clinic, world.desk.content, NOW, settings=world.settings)
    try:
        return "\n".join(talk.say(text))
    finally:
        talk.close()


def share(client: TestClient) -> tuple[int, int]:
    """How many parts the language's page counts as written, and of how many."""
    found = re.findall(r"(\d+) of (\d+)", client.get(f"/admin/languages/{TAG}").text)
    assert found
    return sum(int(a) for a, _ in found), sum(int(b) for _, b in found)


def translated(client: TestClient) -> int:
    """A translator's PO file through the page for translators; how many messages it brought."""
    data = (ROOT / f"locales/{TAG}/LC_MESSAGES/messages.po").read_bytes()
    page = client.post(f"/admin/translators/{TAG}", data={"sent": "1"}, files={"file": ("ko.po", data)})
    assert page.status_code == 200, page.text[:2000]
    given: dict[str, Any] = {name: field(page.text, name) for name in ("file", "state")}
    taken = client.post(f"/admin/translators/{TAG}/take", data=given)
    assert taken.status_code == 303, taken.text[:2000]
    return int(taken.headers["location"].rpartition("=")[2])


def few_tests(root: Path) -> None:
    """Of what is dangerous, fewer messages than a language needs to be measured on."""
    yaml = YAML()
    for name in ("emergency", "self_harm"):
        path = root / f"intents/{TAG}/{name}.yaml"
        rows = yaml.load(path.read_text("utf-8"))
        del rows["tests"][FEW:]
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(rows, file)


def field(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def lay(root: Path, folder: str, *, only: tuple[str, ...] = (), but: tuple[str, ...] = ()) -> None:
    """What is written in files alone, and the sentences, as a pull from git brings them."""
    for path in (ROOT / folder / TAG).iterdir():
        if path.is_file() and path.name not in but and (not only or path.name in only):
            (root / folder / TAG).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / folder / TAG / path.name)
