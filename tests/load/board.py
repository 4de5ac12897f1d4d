"""`make bench`: pages of figures and a closing with ten school years behind them, as the server alone spends it.

One school year of one académie by default; `python -m tests.load.board 100000` for as many closed visits in a country,
and with the word `country` a million, to compare.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tests import database

NAME = f"board_{os.getpid()}"
os.environ |= {
    "SECRET_KEY": "a secret of the tests, long enough to be one",
    "DATABASE_URL": database.clone(NAME),
    "PICCOLO_CONF": "booking.piccolo_conf",
    "DEMO": "1",
    "BASE_URL": "http://127.0.0.1:8000",
}

from booking.app import create_app  # noqa: E402
from tests import builders  # noqa: E402
from tests.browsing import Browser  # noqa: E402
from tests.load.afresh import measured  # noqa: E402
from tests.load.register import FIRMS, SCHOOLS  # noqa: E402
from workshops.database import open_pool, rows, value  # noqa: E402
from workshops.slots.close import close  # noqa: E402
from workshops.slots.rules import CompanyAtSlot, GroupTurnout  # noqa: E402
from workshops.tallies.count import recount  # noqa: E402
from workshops.tallies.queries import wrong_sums  # noqa: E402

NOW = datetime(2030, 6, 30, 8, tzinfo=UTC)
GOAL_MS = 150
TIMES = 9
CHECKED_MOST = 100_000
DEPARTMENTS = 95
PAGES = (
    *(
        "/gestion",
        "/gestion/accueillis",
        "/gestion/accueillis?annee=2028-2029",
        "/gestion/graphiques/lycees/dessin.svg",
        "/gestion/equite",
        "/programme",
    ),
    *("/consortium", "/gestion/creneaux", "/gestion/creneaux?niveau=4e", "/gestion/creneaux?departement=25"),
    *("/gestion/apports", "/gestion/apports?annee=2028-2029"),
    *("/gestion/creneaux?prioritaire=hors", "/gestion/creneaux?niveau=4e&departement=25"),
)
# $1 visits in all, over $3 days up to June 2030; two groups a visit, from collèges around, one object and one company.
SLOTS = """
WITH l AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM schools WHERE kind = 'lycee')
INSERT INTO slots (workshop, school, state, starts_at, ends_at, booking_closes_at, settles_at,
                   list_locks_at, eve_at, levels, seats, groups_max)
SELECT $2, l.id, 'done', at, at + interval '3 hours', at - interval '7 days', at - interval '7 days',
       at - interval '2 days', at - interval '1 day', '{4e}', 48, 2
FROM generate_series(0, $1::int - 1) s JOIN l ON l.n = s % (SELECT count(*) FROM l)
CROSS JOIN LATERAL (
  SELECT timestamptz '2030-06-20 07:00Z' - ($3::int - s::bigint * $3 / $1) * interval '1 day' AS at) w
"""
TURNOUTS = """
WITH c AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM schools WHERE kind = 'college'),
  l AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM schools WHERE kind = 'lycee'),
  s AS (SELECT slots.id, l.n FROM slots JOIN l ON l.id = slots.school WHERE slots.state = 'done')
INSERT INTO turnouts (slot, group_ref, school, group_label, level, announced, scanned, counted, came)
SELECT s.id, g, c.id, 'G', (ARRAY['6e', '5e', '4e', '3e'])[1 + (s.id + g) % 4], 24, 22, 18 + (s.id * g) % 7, true
FROM s CROSS JOIN generate_series(1, 2) g
JOIN c ON c.n = (s.n * 3 + hashint4(s.id * 2 + g)::bigint % 6 + 6) % (SELECT count(*) FROM c)
"""
BUILDS = """
INSERT INTO builds (slot, group_ref, tech_object, made, finished, working, taken_home)
SELECT slot, group_ref, $1, counted, counted - 1, counted - 2, 0 FROM turnouts
"""
COMPANIES = """
INSERT INTO company_turnouts (slot, siret, name, people)
SELECT id, lpad((id % $1::int)::text, 14, '0'), 'Entreprise ' || id % $1, 2 FROM slots
WHERE id % 2 = 0 AND state = 'done'
"""
HOSTS = """
INSERT INTO slot_hosts (slot, lyceens, staff) SELECT id, id % 12, nullif(id % 4, 0) FROM slots
WHERE id % 5 > 0 AND state = 'done'
"""
STAFF = (
    "INSERT INTO lycee_staff (school, school_year, people) SELECT id, 2022, id % 4 FROM schools WHERE kind = 'lycee'"
)


@dataclass(frozen=True)
class Past:
    """How much lies behind the pages."""

    visits: int
    lycees: int
    colleges: int
    companies: int
    days: int

    @property
    def words(self) -> str:
        return f"{self.visits:,} visits in {self.days / 365:.0f} years, {self.lycees} lycées".replace(",", " ")


ACADEMIE = Past(100, 15, 120, 10, 290)


def country(visits: int) -> Past:
    return Past(visits, 2_000, 7_000, 5_000, 3_560)


async def fill(past: Past) -> list[int]:
    """The visits of the past, and some that are still to close; returns these."""
    host = await builders.school(kind="lycee")
    taught = await builders.workshop(host=host, objects=(await builders.tech_object(),))
    await rows(SCHOOLS, past.lycees, past.colleges, DEPARTMENTS)
    await rows(FIRMS, past.companies)
    await rows(SLOTS, past.visits, taught, past.days)
    await rows(TURNOUTS)
    await rows(BUILDS, await value("SELECT max(id) FROM tech_objects"))
    await rows(COMPANIES, past.companies)
    await rows(HOSTS)
    await rows(STAFF)
    began = time.perf_counter()
    await recount()
    print(f"{'recount of every visit':28} {past.words:48} {1000 * (time.perf_counter() - began):8.0f} ms")
    for table in ("schools", "companies", "slots", "turnouts", "builds", "company_turnouts", "tallies", "slot_hosts"):
        await rows(f"VACUUM ANALYZE {table}")
    whole = {"from_on": date(2020, 9, 1), "to_on": date(2030, 8, 31)}
    await builders.target(**whole)
    await builders.target(programme="ptech", metric="pupils", **whole)
    await builders.target(programme="bts1", metric="courses", **whole)
    at = NOW - timedelta(days=1)
    return [await builders.slot(workshop=taught, starts_at=at, groups_max=2, seats=48) for _ in range(4 * TIMES)]


async def closing(slots: list[int], colleges: list[int]) -> float:
    """The median of closing a visit of two groups, in milliseconds."""
    spent = []
    for n, slot in enumerate(slots):
        came = [GroupTurnout(g, colleges[(n + g) % len(colleges)], "G", "4e", 24, 23, 23) for g in (1, 2)]
        began = time.perf_counter()
        await close(slot, turnout=came, companies=[CompanyAtSlot(builders.siret(1), "Firme", 2)], now=NOW)
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


async def main(past: Past) -> None:
    async with open_pool(size=1):
        slots = await fill(past)
        account = await builders.person("coordinator")
        office = await Browser(create_app(now=lambda: NOW), now=NOW).sign_in(account)
        for path in PAGES:
            print(f"{path:28} {past.words:48} {await measured(office, path, times=TIMES):8.0f} ms   goal {GOAL_MS} ms")
        colleges = [one["id"] for one in await rows("SELECT id FROM schools WHERE kind = 'college' LIMIT 50")]
        print(f"{'closing a visit':28} {past.words:48} {await closing(slots, colleges):8.1f} ms")
        if past.visits <= CHECKED_MOST:
            print(f"{'sums that are wrong':28} {past.words:48} {await wrong_sums():8}")


if __name__ == "__main__":
    asked = sys.argv[-1]
    try:
        asyncio.run(main(country(1_000_000 if asked == "country" else int(asked)) if len(sys.argv) > 1 else ACADEMIE))
    finally:
        database.drop(NAME)
