"""The many whom the demo's diary is full of, and who of all comes when: to one place, once a day, seldom."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from agent.content.read_yaml import read_yaml
from agent.model.calendar import Opening
from agent.model.clinic import Clinic
from agent.model.patient import Patient
from agent.ports import NewId

OTHERS = Path(__file__).parent / "others.yaml"
SEED = 3
EACH = 120  # people for each place
EVERY = 4  # so many openings from tomorrow on, one goes to somebody known who has none ahead
MOST = 3  # visits of one of them in the whole diary
_AREAS = ("+1347", "+1773", "+1929", "+1872")  # of one place after the other; 555-01xx is kept for fiction in each
_ADULTS = 100
_OF_AGE = timedelta(days=18 * 366)
_YEARS = (range(1938, 2006), range(2012, 2025))  # in which adults, and children, were born


def others(clinic: Clinic, new_id: NewId) -> dict[str, list[Patient]]:
    """Location -> the people who go there; the children have their parents' numbers. The same each time."""
    random = Random(SEED)  # noqa: S311  # a demo, not a secret
    rows = [(g, f, group["language"]) for group in read_yaml(OTHERS, OTHERS.name) for f in group["family"]
            for g in group["given"]]  # fmt: skip
    random.shuffle(rows)
    named = iter(rows)
    return {
        place.id: list(_of_place(clinic, area, named, random, new_id))
        for place, area in zip(clinic.locations, _AREAS, strict=False)
    }


def _of_place(
    clinic: Clinic, area: str, named: Iterator[tuple[str, str, str]], random: Random, new_id: NewId
) -> Iterator[Patient]:  # fmt: skip
    grown = list[str]()  # family names
    for n, (given, family, language) in zip(range(EACH), named, strict=False):
        child = n >= _ADULTS
        house = grown.index(family) if child and family in grown else n % _ADULTS
        grown += [] if child else [family]
        born = date(random.choice(_YEARS[child]), 1, 1) + timedelta(days=random.randrange(365))
        yield Patient(id=new_id(), clinic=clinic.id, name=f"{given} {family}", dob=born,
                      phones=(f"{area}55501{house:02}",),
                      language=language if language in clinic.languages else clinic.default_language)  # fmt: skip


class Comers:
    """Whose turn it is. `wish` comes where that is believable, else somebody of the place who has come least. Each of
    the `known` has a visit ahead soon: whoever tries the demo as one of them can ask for it, move it, cancel it."""

    def __init__(
        self, clinic: Clinic, known: Sequence[Patient], others: dict[str, list[Patient]], now: datetime
    ) -> None:
        self._homes = {p.id: place for place, people in others.items() for p in people}
        self._homes |= {p.id: at.id for p in known for at in clinic.locations if p.phones[0][:5] == at.phone[:5]}
        self._of_place, self._soon = others, now + timedelta(days=1)
        self._known = {at.id: [p for p in known if self._homes.get(p.id) == at.id] for at in clinic.locations}
        self._days = set[tuple[str, date]]()
        self._visits = Counter[str]()
        self._ahead = Counter[str]()  # openings of a place since `soon`

    def __call__(self, wish: Patient, opening: Opening) -> Patient:
        place, day = opening.location, opening.local.date()
        rest = [p for p in self._of_place.get(place, []) if _fits(p, opening)]
        first = [wish] if self._homes.get(wish.id, place) == place and self._visits[wish.id] < MOST else []
        if opening.start > self._soon:
            self._ahead[place] += 1
            if self._ahead[place] % EVERY == 0:
                known = self._known.get(place, [])
                first = [p for p in known if _fits(p, opening) and self._free(p, day, MOST + 1)][:1] or first
        first = [p for p in first if self._free(p, day, MOST + 1)]
        found = next(iter(first), None) or min(
            [p for p in rest if self._free(p, day, MOST)] or rest or [wish], key=lambda p: self._visits[p.id]
        )
        if found in first and opening.start > self._soon and found in self._known.get(place, []):
            self._known[place].remove(found)
        self._days.add((found.id, day))
        self._visits[found.id] += 1
        return found

    def _free(self, person: Patient, day: date, most: int) -> bool:
        return (person.id, day) not in self._days and self._visits[person.id] < most


def _fits(person: Patient, opening: Opening) -> bool:
    """What is for children is for a child."""
    return opening.visit_type != "well_child" or opening.local.date() - person.dob < _OF_AGE
