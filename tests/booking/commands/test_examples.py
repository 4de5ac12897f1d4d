"""Where invented people stand, real visits are not served: every door says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from booking import worker
from booking.app import create_app
from booking.people.accounts.trial import ExamplesStand
from tests import builders
from tests.command_line import free_port, technilab

REAL = {"SECRET_KEY": "s" * 40, "BASE_URL": "https://technilab.example", "SMTP_URL": "smtp://127.0.0.1:9"}
STAND = (
    "Technilab ne démarre pas : 1 compte d'exemple est encore là, dont les clés sont connues. Lancez technilab"
    " forget-examples --dry-run, qui dit ce qui partirait, puis technilab forget-examples. Pour un essai, mettez"
    " DEMO=1."
)


async def serve_pages() -> None:
    """Under whichever server: ours, litestar's, another's."""
    try:
        async with create_app().lifespan():
            """It would answer here."""
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


async def work() -> None:
    """Under whoever runs arq's WorkerSettings."""
    await worker.start({})


OUR_OWN, NONE = {}, {"REDIS_URL": "none"}
DOORS = [("run", OUR_OWN), ("web", OUR_OWN), ("worker", OUR_OWN), ("worker", NONE), (serve_pages, NONE), (work, NONE)]


@pytest.mark.parametrize(("door", "queue"), DOORS)
async def test_no_door_opens_for_real_visits_while_an_invented_person_stands(db, empty: Path, door, queue, monkeypatch):
    await builders.person("coordinator", "nour@ac-besancon.fr")
    await builders.person("coordinator", "yves@example.org", example=True)
    told = {**REAL, **queue, "PORT": str(free_port()), "DATABASE_URL": os.environ["DATABASE_URL"]}
    if isinstance(door, str):
        said = technilab(door, home=empty, **told)
        assert (said.returncode, said.stdout, said.stderr) == (2, "", f"{STAND}\n")
        return
    for name, value in {**told, "DEMO": "", "DATA_DIR": str(empty)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ExamplesStand) as no:
        await door()
    assert str(no.value) == STAND
