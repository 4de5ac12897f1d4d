"""Put the examples' people in place: who hosts, who teaches, which companies come, who coordinates.

Read what the examples are made of.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

from booking.people.accounts.invite import Invite, invite
from booking.people.accounts.rules import Role
from booking.people.accounts.sign_in import CAME
from booking.visits.groups.register import RegisterGroup
from booking.visits.groups.register import register as register_group
from workshops.acts.plain_words import unaccented
from workshops.companies.register import RegisterCompany, register_company
from workshops.database import rows
from workshops.programmes.targets.metrics import METRICS
from workshops.programmes.targets.set_target import SetTarget, set_target
from workshops.schools.queries import SchoolCard, school_by_uai
from workshops.schools.rules import kilometres

CARRIERS, FUNDER = "avec un campus des métiers (exemple)", "Financé par l'État dans le cadre de France 2030"
FILES = Path(__file__).parent / "files"


def read_tables(name: str) -> list[dict[str, Any]]:
    """The entries of one of the invented files: objets, ateliers, entreprises or groupes."""
    (entries,) = tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8")).values()
    return list(entries)


def read_bytes(name: str) -> bytes:
    """An official file, as an import receives it."""
    return (FILES / name).read_bytes()


class Names:
    """Draws a fictional person, never the same twice."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self._first = [one["prenom"] for one in _lines("prenoms.csv")]
        self._family = [one["nom"] for one in _lines("noms.csv")]
        self._drawn: set[str] = set()

    def draw(self) -> str:
        """A first name and a family name, drawn apart."""
        while (name := f"{self._draw.choice(self._first)} {self._draw.choice(self._family)}") in self._drawn:
            pass
        self._drawn.add(name)
        return name


def _lines(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


# She teaches where the first teacher does, who may send her a slot.
COLLEAGUE = "Solène Mercier"
INSPECTOR, INSPECTED = "Hélène Vautrin", ("25", "70")
AIMS = {
    ("technilab", "pupils"): (6000, 5),
    ("ptech", "schemes"): (8, 5),
    ("ptech", "pupils"): (1800, 5),
    ("ptech", "entrants"): (1800, 5),
    ("ptech", "companies"): (120, 5),
    ("bts1", "courses"): (10, 3),
}


# A coach's hour at most, as the crow flies: a half-day leaves no more.
NEAR_KM = 40.0


class ExamplePerson(Struct, frozen=True):
    """Somebody invented, and the school or company that they act for."""

    account: int
    place: int


class ExampleGroup(Struct, frozen=True):
    """A group that may visit in one school year."""

    id: int
    teacher: ExamplePerson
    school: SchoolCard
    level: str
    pupils: int
    school_year: str


def is_near(one: SchoolCard, other: SchoolCard) -> bool:
    """Whether a class of one of them may go to the other and back within a half-day."""
    return kilometres(one.lat or 0, one.lon or 0, other.lat or 0, other.lon or 0) <= NEAR_KM


class Cast(Struct, frozen=True):
    """Everyone who plays a part. `hosts` is by lycée."""

    coordinator: int
    hosts: dict[str, ExamplePerson]
    lycees: dict[str, SchoolCard]
    groups: list[ExampleGroup]
    companies: list[ExamplePerson]


async def settle(*, school_years: list[str], draw: Random, now: datetime) -> Cast:
    """Invite everyone, register the groups for each school year and the companies, and set the targets."""
    names = Names(draw)
    await _set_targets(int(school_years[-1][:4]), now)
    coordinator = await invite_example(names.draw(), role="coordinator", now=now)
    lycees = {one["lycee"]: await _school(one["lycee"]) for one in read_tables("ateliers")}
    hosts = {
        uai: ExamplePerson(await invite_example(names.draw(), role="host", school=uai, now=now), lycee.id)
        for uai, lycee in lycees.items()
    }
    groups: list[ExampleGroup] = []
    for entry in read_tables("groupes"):
        college = await _school(entry["uai"])
        teacher = ExamplePerson(
            await invite_example(names.draw(), role="teacher", school=college.uai, now=now), college.id
        )
        for name in entry["groupes"]:
            pupils = entry.get("eleves") or draw.randint(20, 26)
            for year in school_years:
                number = await register_group(
                    RegisterGroup(name=name, level=name[:2], pupils=pupils, school_year=year),
                    school=college.id,
                    by=teacher.account,
                    now=now,
                    example=True,
                )
                groups.append(ExampleGroup(number, teacher, college, name[:2], pupils, year))
    await invite_example(COLLEAGUE, role="teacher", school=groups[0].school.uai, now=now)
    companies = [await _company(number, entry, names, now) for number, entry in enumerate(read_tables("entreprises"))]
    await invite_example(INSPECTOR, role="inspector", departments=INSPECTED, now=now)
    return Cast(coordinator=coordinator, hosts=hosts, lycees=lycees, groups=groups, companies=companies)


async def _set_targets(this_autumn: int, now: datetime) -> None:
    began = this_autumn - 2
    for measure in METRICS:
        if measure.key not in AIMS:
            continue
        figure, years = AIMS[measure.key]
        asked = SetTarget(
            label=measure.label,
            unit=measure.unit,
            target=figure,
            from_on=date(began, 9, 1),
            to_on=date(began + years, 8, 31),
        )
        await set_target(asked, programme=measure.programme, metric=measure.metric, by=None, now=now)


async def _school(uai: str) -> SchoolCard:
    found = await school_by_uai(uai)
    if found is None:
        raise LookupError(f"the directory of the examples lacks {uai}")
    return found


async def invite_example(name: str, *, role: str, now: datetime, **where: Any) -> int:
    """Somebody invented, who has come already, in a role at the place that `where` names as Invite does."""
    email = f"{unaccented(name).replace(' ', '.')}@example.org"
    asked = Invite(email=email, name=name, role=Role(role), **where)
    account = await invite(asked, now=now, example=True, tell=False)
    # Everyone has come before: an account whose person never came would be erased within a year.
    await rows(CAME, account, now)
    return account


async def _company(number: int, entry: dict[str, str], names: Names, now: datetime) -> ExamplePerson:
    siret = siret_of(number)
    asked = RegisterCompany(
        name=entry["nom"], trade=entry["metier"], commune=entry["commune"], department=entry["departement"]
    )
    made = await register_company(siret, asked, example=True, by=None, now=now)
    return ExamplePerson(await invite_example(names.draw(), role="company", company=siret, now=now), made)


def siret_of(number: int) -> str:
    """A valid SIRET whose SIREN no company holds."""
    siren = _with_key(f"0001{number:04d}")
    return _with_key(f"{siren}0001")


def _with_key(digits: str) -> str:
    doubled = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-doubled % 10)
