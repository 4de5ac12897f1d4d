"""The day of a visit: a lycée and its host, one slot, two groups with badges, an object, a company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.day.checkin.acts import CompanyCount
from booking.people.accounts.token import issue_token
from tests import builders
from tests.builders import paris
from workshops.database import value

START = paris("2027-03-25 09:00")
NINE_FOUR = paris("2027-03-25 09:04")
NOON = paris("2027-03-25 12:05")


@dataclass(frozen=True)
class Day:
    """Numbers of the rows, and the badges' tokens of the first group."""

    school: int
    host: int
    slot: int
    groups: list[int]
    tokens: list[str]
    clock: int
    company: int

    @property
    def came(self) -> list[CompanyCount]:
        """The company came as it announced, for a closing."""
        return [CompanyCount(company=self.company, people=2)]

    async def short_code(self, number: int, *, group: int = 0) -> str:
        asked = "SELECT short_code FROM badges WHERE reservation = $1 AND number = $2"
        return str(await value(asked, self.groups[group], number))

    async def token(self) -> str:
        """A key of the host's to the API."""
        email = str(await value("SELECT email FROM accounts WHERE id = $1", self.host))
        await issue_token(email, token="a key of the tests", now=START)
        return "a key of the tests"


async def a_day(*, starts_at: datetime = START) -> Day:
    school = await builders.school(kind="lycee", name="Lycée Jules Haag")
    host = await builders.person("host", "helene.faivre@example.org", name="Hélène Faivre", school=school)
    clock = await builders.tech_object(name="Horloge en laiton")
    taught = await builders.workshop(host=school, title="Horloge à engrenages en laiton", objects=(clock,))
    room = await builders.room(school=school, name="Atelier B12")
    slot = await builders.slot(workshop=taught, starts_at=starts_at, seats=48, groups_max=2, room=room)
    college = await builders.school(name="Collège Stendhal")
    groups = []
    for place, name in enumerate(("4e B", "5e A")):
        group = await builders.group(school=college, name=name, pupils=24 - place)
        groups.append(await builders.reservation(slot=slot, group=group, pupils=24 - place, mark=place))
    tokens = await builders.badges(groups[0])
    await builders.badges(groups[1])
    company = await builders.company(name="Zénith Montres")
    await builders.attendance(slot=slot, company=company, people=2)
    return Day(school, host, slot, groups, tokens, clock, company)
