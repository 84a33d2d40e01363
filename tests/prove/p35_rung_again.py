"""Promise 35: urgent work that nobody takes is rung again at 2, 5 and 10 minutes, once each, and named until it is."""

from agent.desk import decide
from agent.desk.nudge import ON_CALL, nudge
from tests.desk.world import World
from tests.prove.ground import Ground

PROMISE = "An urgent request is not lost: it is rung again until somebody has it"
SIZE = "40 alarms at once, every quarter of a minute for eleven minutes, two processes' rounds each; SQLite, PostgreSQL"
WORDS = ("crushing chest pain and I cannot breathe", "me duele mucho el pecho y no puedo respirar")
STEP = 15  # seconds
NUMBERS = "+17185550177, +17185550178"


def ring(world: World, alarms: int) -> int:
    """So many alarms that nobody takes, but for the last one, which somebody takes at once; returns the number of
    rings. Raises AssertionError for a ring too many, too few, early, late or with a word of the patient's."""
    world.desk.settings = world.desk.settings.model_copy(update={"on_call": NUMBERS})
    phones = [f"+1212555{n:04d}" for n in range(100, 100 + alarms)]
    for n, phone in enumerate(phones):
        world.text(WORDS[n % 2], phone)
    world.settle()
    tasks = [t for t in world.open_tasks() if t.kind == "urgent"]
    assert len(tasks) == alarms, len(tasks)
    taken = decide.claim(world.desk, tasks[-1].id, tasks[-1].version, world.staff("clinician"))
    start = {t.id: t.created_at for t in tasks}
    rung: dict[str, list[float]] = {t.id: [] for t in tasks}
    for _ in range(11 * 60 // STEP):
        world.clock.pass_time(seconds=STEP)
        for _ in range(2):
            nudge(world.desk)
        with world.desk.store.begin(write=False) as tx:
            for id, at in rung.items():
                if len([w for w in tx.nudges.of(id) if w.startswith("ring ")]) > len(at):
                    at.append((world.clock() - start[id]).total_seconds())
    assert rung.pop(taken.id) == []
    for id, at in rung.items():
        late = [a - m * 60 for a, m in zip(at, (2, 5, 10), strict=True)]
        assert all(0 <= x <= STEP for x in late), (id, at)
    world.settle()
    texts = [row.text for _, row in world.carrier.taken if row.conversation == ON_CALL]
    assert texts
    assert not [t for t in texts if any(w in t for w in ("chest", "pecho", *phones))]
    return sum(map(len, rung.values()))


def prove(ground: Ground) -> str:
    rings = 0
    for url in (ground.sqlite(), ground.postgres()):
        world = World(url, texts_per_hour=1000)
        rings += ring(world, 40)
        world.close()
    return f"{rings} rings of 80 alarms, each once, within {STEP} s of 2, 5 and 10 minutes, and no word of a patient"
