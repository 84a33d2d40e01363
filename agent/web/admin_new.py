"""What is new at the clinic: a place, a kind of visit, somebody who works here; and what a page of them offers."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from babel import Locale

from agent.adapters.clinic_edits import place_item, provider_item, visit_item
from agent.model.clinic import WEEKDAYS, Clinic, Location, Provider, VisitType
from agent.model.edit import Item
from agent.web.admin_law import asked
from agent.web.admin_room import Admin
from agent.web.admin_typed import spans
from agent.web.signin import Form

TWICE = {
    "provider": "Somebody of this name works here already.", "place": "There is a place of this name already.",
    "visit": "There is a kind of visit of this name already.",
}  # fmt: skip
_COUNTRIES = sorted(
    (
        (code, name)
        for code, name in Locale("en").territories.items()
        if re.fullmatch(r"[A-Z]{2}", code) and code < "XA"
    ),
    key=lambda x: x[1],
)


def _provider(clinic: Clinic) -> Item:
    return provider_item(Provider(id="new", name="", location=clinic.places[0].id, hours={}, visit_types=()))


def _place(clinic: Clinic) -> Item:
    return place_item(clinic, Location(id="new", name="", zone=clinic.zone, address=""))


def _visit(clinic: Clinic) -> Item:
    return visit_item(clinic, VisitType(id="new", name={}, minutes=30, desk_may_prepare=False))


NEW: dict[str, Callable[[Clinic], Item]] = {"provider": _provider, "place": _place, "visit": _visit}


class Drafted:
    """The clinic's facts as they stand in the draft."""

    def __init__(self, admin: Admin) -> None:
        self._items = {e.key: e.value for e in admin.edits()}

    def names(self, part: str) -> dict[str, str]:
        """Id -> name of those in the draft."""
        start = f"clinic/{part}/"
        found = {
            key.removeprefix(start): item.get("name") for key, item in self._items.items() if key.startswith(start)
        }
        plain = {id: name.get("en", "") if isinstance(name, dict) else name for id, name in found.items()}
        return {id: name for id, name in plain.items() if name}

    def provider(self, clinic: Clinic, id: str) -> Item:
        return self._items.get(f"clinic/provider/{id}") or provider_item(clinic.provider(id))


def choices(admin: Admin, part: str, name: str, item: Item) -> dict[str, Any]:
    """What the page of this part lets somebody choose from."""
    clinic, drafted = admin.bench.shelf().clinic, Drafted(admin)
    if part == "provider":
        kinds = {v.id: v.name.get("en", v.id) for v in clinic.kinds} | drafted.names("visit")
        return {"places": {x.id: x.name for x in clinic.places} | drafted.names("place"), "kinds": kinds}
    if part == "place":
        return {"zones": sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/")), "hours": {}}
    if part == "visit":
        people = {x.id: drafted.provider(clinic, x.id) for x in clinic.providers}
        where = {x.id: x.name for x in clinic.locations} | drafted.names("place")
        shown = {id: (p["name"], where.get(p["location"], "")) for id, p in people.items()}
        return {"people": shown, "who": [id for id, p in people.items() if name in p["visit_types"]]}
    if part == "country":
        packs = admin.bench.shelf().reading.content.packs
        regions = {
            code.partition("-")[2]: p.name for code, p in packs.items() if code.startswith(f"{item['country']}-")
        }
        law = asked(packs, clinic, item)
        return {"countries": _COUNTRIES, "regions": regions, "law": law, "pack": packs.get(item["country"])}
    return {}


def beside(admin: Admin, part: str, id: str, form: Form, fresh: bool) -> dict[str, Item]:
    """What the same page says of other items: the hours of a new place, and who does a kind of visit."""
    if part == "place" and fresh:
        return {f"clinic/hours/{id}": {"hours": {day: spans(form.get(day)) for day in WEEKDAYS}}}
    if part != "visit" or not form.get("who_asked"):
        return {}
    clinic, drafted = admin.bench.shelf().clinic, Drafted(admin)
    changed = {}
    for person in clinic.providers:
        stands = drafted.provider(clinic, person.id)
        kinds = [k for k in stands["visit_types"] if k != id] + ([id] if person.id in form.all("who") else [])
        if set(kinds) != set(stands["visit_types"]):
            changed[f"clinic/provider/{person.id}"] = {**stands, "visit_types": kinds}
    return changed


def at_field(lines: list[str], name: str) -> str:
    """What the checks say of one field of the page."""
    here = re.compile(rf"(^|\.){re.escape(name)}(\[\d+\])?: ")
    told = [here.split(line)[-1] for line in lines if here.search(line)]
    return " ".join(f"{line[:1].upper()}{line[1:]}" for line in told)


def id_of(name: str) -> str:
    """ "Dr. Ana Núñez" -> "dr-ana-nunez"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[:40]
    return "dr-new" if made == "new" else made  # the page of what is new has that address
