"""`make bench`: the board with five school years, of one académie then of a country, as the server alone spends it."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from datetime import UTC, datetime

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
from workshops.database import pool, rows, value  # noqa: E402

NOW = datetime(2030, 6, 30, 8, tzinfo=UTC)
GOAL_MS = 150
TIMES = 9
# $1 visits in all, over five school years; $2 lycées, $3 collèges. Two groups a visit, one object and one company.
SCHOOLS = """
INSERT INTO schools (uai, kind, name, address, postcode, commune, department, lat, lon, zone)
SELECT lpad((n + CASE kind WHEN 'lycee' THEN 9000000 ELSE 1000000 END)::text, 7, '0') || 'A', kind,
       initcap(kind) || ' ' || n, '1 rue', '25000', 'Ville ' || n,
       (ARRAY['25', '39', '70', '90'])[1 + n % 4], 47, 6, 'A'
FROM (VALUES ('lycee', $1::int), ('college', $2::int)) k (kind, many), generate_series(1, many) n
"""
SLOTS = """
WITH l AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM schools WHERE kind = 'lycee')
INSERT INTO slots (workshop, school, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max)
SELECT $2, l.id, 'done', at, at + interval '3 hours', at - interval '7 days', '{4e}', 48, 2
FROM generate_series(0, $1::int - 1) s JOIN l ON l.n = s % (SELECT count(*) FROM l)
CROSS JOIN LATERAL (SELECT timestamptz '2025-09-01 07:00Z' + s * (interval '1760 days' / $1::int) AS at) w
"""
TURNOUTS = """
WITH c AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM schools WHERE kind = 'college')
INSERT INTO turnouts (slot, group_ref, school, group_label, level, announced, scanned, counted)
SELECT s.id, g, c.id, 'G', (ARRAY['6e', '5e', '4e', '3e'])[1 + (s.id + g) % 4], 24, 22, 18 + (s.id * g) % 7
FROM slots s CROSS JOIN generate_series(1, 2) g JOIN c ON c.n = (s.id * 7 + g) % (SELECT count(*) FROM c)
"""
BUILDS = """
INSERT INTO builds (slot, group_ref, tech_object, made, finished, working, taken_home)
SELECT slot, group_ref, $1, counted, counted - 1, counted - 2, 0 FROM turnouts
"""
COMPANIES = """
INSERT INTO company_turnouts (slot, siret, name, people)
SELECT id, lpad((id % 120)::text, 14, '0'), 'Entreprise ' || id % 120, 2 FROM slots WHERE id % 2 = 0
"""


async def fill(visits: int, lycees: int, colleges: int) -> None:
    host = await builders.school(kind="lycee")
    taught = await builders.workshop(host=host, objects=(await builders.tech_object(),))
    await rows(SCHOOLS, lycees, colleges)
    await rows(SLOTS, visits, taught)
    await rows(TURNOUTS)
    await rows(BUILDS, await value("SELECT max(id) FROM tech_objects"))
    await rows(COMPANIES)
    for table in ("schools", "slots", "turnouts", "builds", "company_turnouts"):
        await rows(f"ANALYZE {table}")
    await builders.target()
    await builders.target(programme="ptech", metric="pupils")
    await builders.target(programme="bts1", metric="courses")


async def measured(office: Browser, path: str) -> float:
    """The median of several answers, in milliseconds; something is written before each, so that nothing is kept."""
    spent = []
    for n in range(TIMES + 1):
        await rows("UPDATE heartbeats SET beat_at = now()")
        await rows("INSERT INTO heartbeats (name, beat_at) VALUES ($1, now())", f"bench {n} {path}")
        began = time.perf_counter()
        answer = await office.get(path)
        spent.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, path
    return statistics.median(spent[1:])


async def main(visits: int, lycees: int, colleges: int, what: str) -> None:
    async with pool(size=4):
        await fill(visits, lycees, colleges)
        account = await builders.account()
        await builders.membership(account, "coordinator")
        office = await Browser(create_app(now=lambda: NOW), now=NOW).sign_in(account)
        for path in ("/gestion", "/gestion?annee=2028-2029", "/gestion/creneaux", "/programme"):
            print(f"{path:28} {what:44} {await measured(office, path):8.0f} ms   goal {GOAL_MS} ms")


if __name__ == "__main__":
    scale = {"country": (500_000, 2_000, 7_000, "5 years of a country, 500 000 visits")}
    try:
        asyncio.run(main(*scale.get(sys.argv[-1], (1_250, 15, 120, "5 years of an académie, 1 250 visits"))))
    finally:
        database.drop(NAME)
