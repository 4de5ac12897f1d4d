"""What is told once a day is told once, whichever version says it: from this one to the next, and back the same day.

The worker of each version works in a process of its own, from its own folder, a minute at each moment that it is told.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import database
from tests.booking.mails.test_one_mail import CLAIRE, JULES
from tests.builders import paris
from tests.command_line import PATIENCE, ROOT, data_folder, environ
from tests.deploy.bare.story import LATER
from tests.deploy.bare.versions import next_one
from tests.smtp import post_office
from tests.upgrade.test_while_serving import NEW_COLUMN, plant

# Two classes of Claire's come to Jules's lycée on Thursday 25 March 2027, and one came on the 8th, which nobody has
# closed. Claire, Jules and his colleague Marc read one mail a day; Lise receives elsewhere.
A_WORLD = """
import asyncio, os
os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
from tests import builders
from tests.booking.mails.test_one_mail import World
from tests.builders import paris
from workshops.database import open_pool, rows

async def main():
    async with open_pool(size=2):
        world = await World().made()
        for name in ("4e B", "4e C"):
            await world.books(name=name)
        marc = await builders.account("marc@example.org", name="Marc Petit")
        await builders.membership(marc, "host", school=world.haag)
        before = await builders.slot(host=world.haag, starts_at=paris("2027-03-08 09:00"))
        group = await builders.group(school=world.college, teacher=world.claire, name="4e D")
        await builders.reservation(slot=before, group=group, by=world.claire)
        await rows("UPDATE accounts SET daily_mail = true")

asyncio.run(main())
"""
COUNTED = """
import asyncio, os, sys
os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
from datetime import datetime
from tests.booking.mails.test_one_mail import World
from workshops.database import open_pool, row

async def main():
    async with open_pool(size=2):
        world = World()
        found = await row("SELECT school, booked_by FROM reservations WHERE id = 1")
        world.college, world.claire = found["school"], found["booked_by"]
        await world.counts(1, int(sys.argv[2]), now=datetime.fromisoformat(sys.argv[1]))

asyncio.run(main())
"""
VISIT = "jeudi 25 mars 2027 à 9 h 00"
WEEK, TOMORROW = "Cette semaine au Lycée Jules Haag : 2 points à régler", "Demain : 2 groupes, 44 élèves"
MARC = "marc@example.org"
MIGRATE = "import runpy, sys; sys.argv = ['technilab', 'migrate']; runpy.run_module('booking', run_name='__main__')"
A_MINUTE_AT_EACH = """
import asyncio, sys
from datetime import datetime
from booking import worker

async def main():
    ctx = {}
    await worker.start(ctx)
    try:
        for moment in sys.argv[1:]:
            ctx["clock"] = lambda: datetime.fromisoformat(moment)
            await worker.tick(ctx)
    finally:
        await worker.stop(ctx)

asyncio.run(main())
"""


def evening(pupils: int) -> list[tuple[str, str]]:
    """The mail of 18 h, to each who reads one a day, when that class has become so many."""
    told = f"Effectif changé : {pupils} élèves, {VISIT}"
    return [(CLAIRE, f"Effectif changé : Découpe laser, {VISIT}"), (JULES, told), (MARC, told)]


def at(tree: Path, script: str, *words: str, home: Path, **told: str) -> None:
    """A few lines of Python in the folder of a version, to their end."""
    env = environ(home, **told) | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=tree,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr


@pytest.fixture
def url() -> Iterator[str]:
    name = f"there_and_back_{uuid4().hex[:12]}"
    yield database.clone(name)
    database.drop(name)


@pytest.fixture
def next_version(url: str, tmp_path: Path) -> Path:
    """The folder of a version that adds to the tables, which it has not done yet."""
    tree = next_one(LATER, tmp_path)
    plant(tree, NEW_COLUMN)
    return tree


async def test_what_is_told_once_a_day_is_told_once_by_this_version_the_next_and_this_one_again(
    url: str, next_version: Path
) -> None:
    told = {"DATABASE_URL": url, "REDIS_URL": "none", "SECRET_KEY": "s" * 40, "BASE_URL": "https://t.example"}
    told["MAIL_FROM"] = "technilab@example.org"
    with data_folder() as home:
        async with post_office() as office:
            told["SMTP_URL"] = office.url

            async def typed(tree: Path, script: str, *words: str) -> list[tuple[str, str]]:
                """To whom which mails left meanwhile."""
                before = len(office.mails)
                await asyncio.to_thread(at, tree, script, *words, home=home, **told)
                return sorted((mail.to[0], str(mail.message["Subject"])) for mail in office.mails[before:])

            async def works(tree: Path, day: str, *hours: str) -> list[tuple[str, str]]:
                return await typed(tree, A_MINUTE_AT_EACH, *(paris(f"{day} {hour}").isoformat() for hour in hours))

            await typed(ROOT, A_WORLD)
            await works(ROOT, "2027-03-11", "08:00", "18:00")
            await typed(next_version, MIGRATE)

            # A Monday on which the next version comes once the week's mail has left, and goes at noon.
            monday = "2027-03-15"
            assert await works(ROOT, monday, "07:00") == [(JULES, WEEK), (MARC, WEEK)]
            assert await works(next_version, monday, "07:01", "08:00") == []
            await typed(ROOT, COUNTED, paris(f"{monday} 12:00").isoformat(), "21")
            assert await works(next_version, monday, "12:01") == []
            assert await works(ROOT, monday, "12:02", "17:59") == []
            assert await works(ROOT, monday, "18:00") == evening(21)
            assert await works(next_version, monday, "18:01", "23:00") == []

            # A Tuesday on which it goes after the evening's mail, and the day before the visit.
            tuesday, eve = "2027-03-16", "2027-03-24"
            await typed(ROOT, COUNTED, paris(f"{tuesday} 12:00").isoformat(), "20")
            assert await works(next_version, tuesday, "12:01", "18:00") == evening(20)
            assert await works(ROOT, tuesday, "18:01", "23:00") == []
            assert await works(next_version, eve, "08:00", "12:00") == [(JULES, TOMORROW), (MARC, TOMORROW)]
            assert await works(ROOT, eve, "12:01", "18:00", "23:00") == []
    times = Counter(mail.message["Message-ID"] for mail in office.mails)
    assert set(times.values()) == {1}
