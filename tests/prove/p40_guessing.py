"""Promise 40: who is a patient cannot be found out by asking: same answer, same time, and soon no answer."""

import random
from collections import Counter as Tally
from datetime import timedelta
from statistics import median
from time import perf_counter

from agent.adapters.ids import new_ids
from tests.actions.counter import NOW, PATIENTS, Counter, open_counter
from tests.prove.ground import Ground

PROMISE = "Patient data only after identity"
SIZE = "10,000 guesses from 10,000 numbers and chats; 1,000 pairs of known and unknown people timed in one run"


def guess(counter: Counter, count: int, dice: random.Random) -> Tally[str]:
    """What so many guesses at people on file brought, none of whom may be found. Raises AssertionError."""
    results: Tally[str] = Tally()
    for n in range(count):
        channel = dice.choice(["sms", "chat", "voice"])
        here = counter.conversation(channel, f"+1718556{n:04d}")
        _, name, dob, _ = dice.choice(PATIENTS)
        if dice.random() < 0.5:
            dob = f"19{dice.randrange(10, 99)}-{dice.randrange(1, 13):02d}-14"
        code = {"code": f"{dice.randrange(100_000, 200_000)}"}
        act = dice.choice(["action_identify", "action_identify", "action_check_code"])
        answer = counter.run(act, here, name=name, dob=dob, **(code if act == "action_check_code" else {}))
        assert answer.patient is None, (act, here.address.channel)
        results[str(answer.slots.get("identity_result") or answer.slots.get("code_result"))] += 1
    return results


def ratio(counter: Counter, pairs: int) -> float:
    """Median time of an answer about somebody on file over that about nobody, asked in turns."""
    spent: dict[str, list[float]] = {"Jon Smith": [], "Ian Brown": []}
    for n in range(pairs):
        for name, times in spent.items():
            here, at = counter.conversation("chat", f"{name}-{n}"), NOW + timedelta(hours=n)
            began = perf_counter()
            counter.run("action_identify", here, at, name=name, dob="1985-03-14")
            times.append(perf_counter() - began)
    return median(spent["Jon Smith"]) / median(spent["Ian Brown"])


def prove(ground: Ground) -> str:
    counter = open_counter(new_ids(lambda: NOW))
    results = guess(counter, 10_000, ground.random())
    known = ratio(open_counter(new_ids(lambda: NOW)), 1000)
    assert 0.67 < known < 1.5, known  # what a network shows of that is nothing
    counter.store.close()
    return f"0 found; {dict(results)}; times known/unknown {known:.3f}"
