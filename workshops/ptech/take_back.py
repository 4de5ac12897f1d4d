"""A file of P-TECH records is taken back: the lines that it added go, the others are again as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping

from workshops.database import rows, value
from workshops.imports.whole_rows import Rows, name_of, putting_back, reading, taking_away
from workshops.ptech.tables import Census, Cohort, Mentor, Outcome, Scheme

# What hangs on others after these.
TABLES = (Scheme, Cohort, Census, Mentor, Outcome)
NAMES = [name_of(one) for one in TABLES]
STORED = reading(TABLES)
PUT_BACK = {name_of(one): putting_back(one) for one in TABLES}
TAKE_AWAY = {name_of(one): taking_away(one) for one in TABLES}
HANGING = """SELECT (SELECT count(*) FROM ptech_cohorts WHERE scheme = ANY ($1::int[]) AND id <> ALL ($2::int[]))
  + (SELECT count(*) FROM ptech_censuses WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM ptech_mentors WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM ptech_outcomes WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM mentoring_actions WHERE cohort = ANY ($2::int[]))"""


async def stored() -> Rows:
    """Every row, table by table."""
    found: Rows = json.loads(await value(STORED))
    return found


async def hanging_on(made: Mapping[str, list[int]]) -> int:
    """How many lines speak of schemes and cohorts that an import made."""
    return int(await value(HANGING, made.get("ptech_schemes", []), made.get("ptech_cohorts", [])))


async def take_back_records(made: Mapping[str, list[int]], before: Rows) -> None:
    """Inside the caller's transaction; nothing hangs on what was `made`."""
    for name in reversed(NAMES):
        await rows(TAKE_AWAY[name], made.get(name, []))
    for name in NAMES:
        await rows(PUT_BACK[name], json.dumps(before.get(name, [])))
