"""A small clinic and a reader of values over the live languages' tables, for the tests of this room."""

from datetime import date, datetime, time
from functools import cache

from agent.model.clinic import Clinic, Location, Provider, VisitType, Weekday
from agent.understand.found import Option
from agent.understand.values import ValueReader
from tests.understand.spoken import ALL, rows

TODAY = date(2026, 7, 15)
_NINE_TO_FIVE: dict[Weekday, tuple[tuple[time, time], ...]] = {"mon": ((time(9), time(17)),)}


def _place(id: str, name: str) -> Location:
    return Location(id=id, name=name, zone="America/New_York", address=f"1 {name}", hours=_NINE_TO_FIVE)


def _provider(id: str, name: str, *aliases: str) -> Provider:
    return Provider(
        id=id, name=name, aliases=aliases, location="north", hours=_NINE_TO_FIVE, visit_types=("office",)
    )  # fmt: skip


def _visit(id: str, en: str, es: str, more: str = "", mas: str = "") -> VisitType:
    aliases = {"en": tuple(filter(None, more.split(", "))), "es": tuple(filter(None, mas.split(", ")))}
    return VisitType(id=id, name={"en": en, "es": es}, aliases=aliases, minutes=20)


def clinic(country: str = "US") -> Clinic:
    return Clinic(
        id="test",
        name="Harbor Clinic",
        country=country,
        zone="America/New_York",
        numbers=("+12125550100",),
        phone="+12125550100",
        locations=(_place("north", "Northside Clinic"), _place("river", "Riverdale Clinic")),
        providers=(
            _provider("okafor", "Dr. Amara Okafor", "Dr. O", "Amara"),
            _provider("ruiz", "Dra. Elena Ruiz", "Doctora Ruiz"),
            _provider("patel", "Dr. Anjali Patel", "the dentist", "el dentista"),
            _provider("obrien", "Siobhán O'Brien, NP", "Nurse O'Brien", "O'Brien"),
            _provider("wojo", "Dr. Piotr Wojciechowski", "Dr. W", "Wojo"),
            _provider("lee_a", "Dr. Anna Lee"),
            _provider("lee_b", "Dr. Brian Lee"),
        ),
        visit_types=(
            _visit(
                "office", "Office visit", "Consulta general", "sick visit, see the doctor", "consulta, ver al doctor"
            ),
            _visit("physical", "Annual physical", "Examen físico", "physical, checkup", "chequeo, físico"),
            _visit("cleaning", "Dental cleaning", "Limpieza dental", "cleaning, teeth cleaned", "limpieza"),
            _visit(
                "followup", "Follow-up visit", "Visita de seguimiento", "follow up, followup", "seguimiento, control"
            ),
            _visit("vaccine", "Vaccine visit", "Vacunación", "vaccine, flu shot, booster", "vacuna"),
            _visit("labs", "Lab visit", "Laboratorio", "blood work, bloodwork, labs", "análisis de sangre"),
        ),
        insurance=(
            "Aetna",
            "Blue Cross Blue Shield (BCBS)",
            "Humana",
            "Medicaid",
            "Medicare",
            "UnitedHealthcare (UHC)",
        ),
    )


@cache
def reader(country: str = "US") -> ValueReader:
    return ValueReader({lang: rows(f"{lang}/_values.yaml") for lang in ALL}, clinic(country))


OFFERED = (
    Option(
        ("Thu Jul 16 10:30",),
        datetime.fromisoformat("2026-07-16T10:30"),
        "Dr. Amara Okafor",
        "Northside Clinic",
        "opening=1",
    ),
    Option(
        ("Thu Jul 16 14:00",),
        datetime.fromisoformat("2026-07-16T14:00"),
        "Dra. Elena Ruiz",
        "Northside Clinic",
        "opening=2",
    ),
    Option(
        ("Fri Jul 17 09:15",),
        datetime.fromisoformat("2026-07-17T09:15"),
        "Dr. Amara Okafor",
        "Riverdale Clinic",
        "opening=3",
    ),
)
KINDS = (
    Option(("Annual physical", "Examen físico")),
    Option(("Dental cleaning", "Limpieza dental")),
    Option(("Follow-up visit", "Visita de seguimiento")),
)
