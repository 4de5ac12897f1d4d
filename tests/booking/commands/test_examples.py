"""Invented people and real visits do not go together: every door says so, and a command takes the examples away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from booking import worker
from booking.app import create_app
from booking.people.accounts.trial import ExamplesStand, RealDataStand
from booking.process.settings import SettingsRefused
from tests import builders
from tests.builders import NOW
from tests.command_line import free_port, technilab
from tests.database import owning
from workshops.database import rows
from workshops.events.record import record

REAL = {"SECRET_KEY": "s" * 40, "BASE_URL": "https://technilab.example", "SMTP_URL": "smtp://127.0.0.1:9"}


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


async def refused_at(door, home: Path, monkeypatch, **told: str) -> str:
    """With which sentence a door stays shut, on the tests' base."""
    told |= {"PORT": str(free_port()), "DATABASE_URL": os.environ["DATABASE_URL"]}
    if isinstance(door, str):
        said = technilab(door, home=home, **told)
        assert (said.returncode, said.stdout) == (2, "")
        return said.stderr.removesuffix("\n")
    for name, value in {"DEMO": "", **told, "DATA_DIR": str(home)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as no:
        await door()
    return str(no.value)


@pytest.mark.parametrize(("door", "queue"), DOORS)
async def test_no_door_opens_for_real_visits_while_an_invented_person_stands(db, empty, door, queue, monkeypatch):
    await builders.person("coordinator", "nour@ac-besancon.fr")
    await builders.person("coordinator", "yves@example.org", example=True)
    assert await refused_at(door, empty, monkeypatch, **REAL, **queue) == str(ExamplesStand(1))


@pytest.mark.parametrize(("door", "queue"), DOORS)
async def test_no_door_opens_for_a_shown_trial_where_only_real_people_stand(db, empty, door, queue, monkeypatch):
    await builders.person("coordinator", "nour@ac-besancon.fr")
    shown = {"DEMO": "public", "BASE_URL": "https://essai.example"}
    assert await refused_at(door, empty, monkeypatch, **shown, **queue) == str(RealDataStand())


async def test_the_examples_are_taken_away_by_a_command_which_says_what_went_and_what_stays(db, empty: Path):
    """Two workshops of an invented lycée's host, one of which a real host has changed since."""
    place = {"DATABASE_URL": owning(os.environ["DATABASE_URL"]), "REDIS_URL": "none"}
    lycee = await builders.school(kind="lycee")
    await builders.person("host", "yves@example.org", school=lycee, example=True)
    await builders.person("host", "ines@example.org", school=lycee, example=True)
    jules = await builders.person("host", "jules@ac-besancon.fr", school=lycee)
    await builders.workshop(host=lycee, title="Cadran solaire", example=True)
    lamp = await builders.workshop(host=lycee, title="Lampe de chevet", example=True)
    await record("workshop_changed", by=jules, about_kind="workshop", about=lamp, now=NOW)

    def forget(*words: str) -> tuple[int, str, str]:
        said = technilab("forget-examples", *words, home=empty, **place)
        return said.returncode, said.stdout, said.stderr

    async def standing() -> set[str]:
        told = "SELECT email AS name FROM accounts UNION ALL SELECT title FROM workshops"
        return {one["name"] for one in await rows(told)}

    every, goes = await standing(), "        2  comptes d'exemple\n        1  ateliers\n"
    listed = "car un vrai compte y a touché :\n  ateliers : Lampe de chevet\n"
    assert forget("--dry-run") == (0, f"Partirait :\n{goes}Resterait, {listed}", "")
    assert await standing() == every
    assert forget() == (0, f"Parti :\n{goes}Reste, {listed}", "")
    assert await standing() == {"jules@ac-besancon.fr", "Lampe de chevet"}
    assert forget() == (0, "Aucun compte d'exemple.\n", "")
