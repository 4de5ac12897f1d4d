"""Five school years of the whole programme, through the verbs alone, always the same; the ledger knows what was done.

world = await FiveYears.begin()
for autumn in AUTUMNS:
    await world.live(autumn)
world.ledger.figures(BEGINS, ENDS, today=world.today)
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

from booking.demo.settle import read_bytes, read_tables
from booking.people.accounts.invite import Invite, invite
from booking.words.wording import paris
from tests import builders
from tests.journeys.ledger import Ledger
from tests.owner import by_owner
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.companies.register import RegisterCompany, register_company
from workshops.database import transaction
from workshops.programmes.targets.metrics import METRICS
from workshops.programmes.targets.set_target import SetTarget, set_target
from workshops.school_calendar.load import load_calendar
from workshops.schools.directory import store_directory
from workshops.schools.queries import SchoolCard, school_by_uai
from workshops.schools.read_annuaire import read_annuaire
from workshops.schools.rules import Level

SEED = 2030
AUTUMNS = (2025, 2026, 2027, 2028, 2029)
BEGINS, ENDS = date(2025, 9, 1), date(2030, 8, 31)
SETTLED_AT = datetime(2025, 8, 25, 8, 0, tzinfo=UTC)
# A year of 365 days after a visit: the pace counts it no more.
READ_AT = datetime(2030, 3, 20, 9, 30, tzinfo=UTC)
LYCEES, COLLEGES, COMPANIES = 15, 60, 120
AIMS = {
    ("technilab", "pupils"): 6000,
    ("ptech", "schemes"): 8,
    ("ptech", "pupils"): 1800,
    ("ptech", "entrants"): 1800,
    ("ptech", "companies"): 120,
    ("bts1", "courses"): 10,
    ("bts1", "enrolled"): 500,
    ("bts1", "completed"): 300,
}
SHEET = {
    "pupils_do": "Découper, percer, assembler.",
    "shown_only": "La fraiseuse.",
    "protective_equipment": "Lunettes et blouse prêtées.",
    "responsible": "Le directeur",
}


@dataclass(frozen=True)
class Host:
    """A lycée, the account that acts for it, its workshop and what is built there."""

    school: SchoolCard
    account: int
    workshop: int
    objects: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Firm:
    """A company and the account that acts for it."""

    id: int
    siret: str
    account: int


@dataclass
class Cast:
    """Everyone who plays a part; a teacher's account stands beside her collège."""

    coordinator: int
    hosts: list[Host] = field(default_factory=list)
    colleges: list[tuple[SchoolCard, int]] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)


@dataclass
class FiveYears:
    """The programme as far as it has been lived, read on 20 March 2030: the fifth year is under way."""

    cast: Cast
    draw: Random
    ledger: Ledger
    now: datetime = READ_AT
    schemes: list[tuple[int, Host]] = field(default_factory=list)
    courses: list[tuple[int, Host]] = field(default_factory=list)

    @classmethod
    async def begin(cls) -> FiveYears:
        """The schools, the people, the workshops and the targets, a week before the first rentrée."""
        draw = Random(SEED)
        async with transaction():
            await store_directory(read_annuaire(read_bytes("etablissements.csv")))
            await load_calendar(
                read_bytes("calendrier.csv"), source="Ministère de l'Éducation nationale", by=None, now=SETTLED_AT
            )
            cast = Cast(
                await invite(Invite(email="nadia@example.org", name="Nadia Perrin", role="coordinator"), now=SETTLED_AT)
            )
            await _set_targets(cast.coordinator)
            await _settle_schools(cast, draw)
            await _settle_firms(cast)
        return cls(cast, draw, Ledger(hosts=[host.school for host in cast.hosts]))

    @property
    def today(self) -> date:
        return paris(self.now).date()

    async def live(self, autumn: int) -> None:
        """One school year more: its visits, its P-TECH cohorts, its BTS+1 courses."""
        from tests.journeys.year_of_schemes import live_schemes  # noqa: PLC0415 - they name this class
        from tests.journeys.year_of_visits import live_visits  # noqa: PLC0415

        async with transaction():
            await live_visits(self, autumn)
            await live_schemes(self, autumn)
        # As autovacuum does in a running application.
        await by_owner("ANALYZE")


async def _set_targets(by: int) -> None:
    for one in METRICS:
        target = AIMS[one.programme, one.metric]
        asked = SetTarget(label=one.label, unit=one.unit, target=target, from_on=BEGINS, to_on=ENDS)
        await set_target(asked, programme=one.programme, metric=one.metric, by=by, now=SETTLED_AT)


async def _settle_schools(cast: Cast, draw: Random) -> None:
    objects = [
        (
            await describe_object(
                DescribeObject(name=one["nom"], summary="", minutes=90), by=cast.coordinator, now=SETTLED_AT
            ),
            one["nom"],
        )
        for one in read_tables("objets")[:6]
    ]
    for school in await _schools("Lycée", LYCEES, draw):
        account = await _person(f"accueil-{school.uai}", role="host", school=school.uai)
        built = tuple(draw.sample(objects, 2))
        sketch = DescribeWorkshop(
            title=f"Atelier {school.commune}", seats=60, groups_max=2, access="Entrée par la cour.", **SHEET,
            levels=list(Level), summary="Du plan à l'objet.", objects=[number for number, _ in built],
        )  # fmt: skip
        taught = await describe_workshop(sketch, school=school.id, by=None, now=SETTLED_AT)
        await publish_workshop(taught, school=school.id, by=None, now=SETTLED_AT)
        cast.hosts.append(Host(school, account, taught, built))
    for school in await _schools("Collège", COLLEGES, draw):
        cast.colleges.append((school, await _person(f"classe-{school.uai}", role="teacher", school=school.uai)))


async def _schools(kind: str, many: int, draw: Random) -> list[SchoolCard]:
    """Some of the académie's own schools; a section of a lycée is none."""
    lines = csv.DictReader(io.StringIO(read_bytes("etablissements.csv").decode()), delimiter=";")
    uais = [
        one["Identifiant_de_l_etablissement"]
        for one in lines
        if one["Type_etablissement"] == kind and one["Nom_etablissement"].startswith(kind)
    ]
    found = [await school_by_uai(uai) for uai in draw.sample(uais, many)]
    return [one for one in found if one is not None]


async def _settle_firms(cast: Cast) -> None:
    for number in range(COMPANIES):
        siret = builders.siret(number)
        asked = RegisterCompany(name=f"Atelier mécanique {number:03}", trade="Usinage")
        made = await register_company(siret, asked, by=cast.coordinator, now=SETTLED_AT)
        cast.firms.append(Firm(made, siret, await _person(f"entreprise-{number}", role="company", company=siret)))


async def _person(name: str, *, role: str, school: str | None = None, company: str | None = None) -> int:
    # An address is told apart by a number, which no name has.
    called = "".join(" AbCdEfGhIj"[1 + int(sign)].upper() if sign.isdigit() else sign for sign in name)
    where = {"school": school, "company": company}
    asked = Invite(email=f"{name.lower()}@example.org", name=f"Camille {called}", role=role, **where)
    return await invite(asked, now=SETTLED_AT)
