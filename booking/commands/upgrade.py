"""technilab upgrade: keep a copy, try this version's tables on it, then make them those of the base.

Typed in the new version's folder while the old one still serves (docs/upgrade.md). Data of before 1.0.0, and an
embedded PostgreSQL of another major version, are brought up to date while nothing runs.
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from booking.commands.archive import BASE, opened
from booking.commands.backup import keep, refuse_a_bad_place, tables
from booking.commands.carry_over import carry_over
from booking.commands.direct import go_straight
from booking.commands.migrate import bring_up_to_date, migrations_run, pending
from booking.commands.restore import rehearsed, room_aside
from booking.commands.rights import acting_user
from booking.commands.words import FrenchCommand, counted, progress
from booking.day.photos.keep_photo import FOLDER
from booking.outbox.watch.migrations import ADDS_FROM
from booking.process.copies import BEFORE_UPGRADES, KEPT_DAYS
from booking.process.embedded.postgres import Postgres
from booking.process.settings import data_folder
from booking.process.version import VERSION
from workshops.database import rows, value
from workshops.refusals import Refusal

# Longer than a worker is silent between two signs of life.
QUIET = timedelta(seconds=40)
BEATS = "SELECT name, beat_at FROM heartbeats ORDER BY beat_at DESC LIMIT 1"
OTHERS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
LEFT_BESIDE = "Celles d'avant restent dans {} pendant {} jours, puis le travail de fond les ôte."
LEFT_TO_DO = (
    "Sur chaque machine, l'une après l'autre : deploy/release.sh use {}, puis relancez technilab-web et"
    " technilab-worker ; technilab check --web dit quand passer à la suivante."
)


class NothingThere(Refusal):
    kind = "nothing-to-upgrade"
    sentence = "Cette base est vide : lancez technilab migrate, qui fait ses tables."


class StillWorking(Refusal):
    """A worker of the version before would send what the new one tells as letters of its own."""

    kind = "still-working"
    sentence = (
        "Le travail de fond donne signe de vie ({}) : arrêtez-le sur chaque machine (systemctl stop technilab-worker),"
        " puis recommencez. Ses mails attendent, aucun n'est perdu."
    )


class StillServing(Refusal):
    """What changes more than it adds is not changed under those who read it."""

    kind = "still-serving"
    sentence = (
        "Ces données sont d'avant la version 1.0.0, et {} : arrêtez les pages et le travail de fond sur chaque machine"
        " (systemctl stop technilab-web technilab-worker, et PgBouncer s'il y en a un), puis recommencez."
    )


@click.command(cls=FrenchCommand)
@click.option("--backup", "file", metavar="FICHIER", type=click.Path(path_type=Path), help="Où garder la sauvegarde.")
@click.option(
    "--postgres", "programs", metavar="DOSSIER", type=click.Path(path_type=Path),
    help="Les programmes de l'ancien PostgreSQL, si Technilab ne les trouve pas.",
)  # fmt: skip
def upgrade(file: Path | None, programs: Path | None) -> None:
    """Bring the data to this version, or say why not and change nothing."""
    data = data_folder()
    ours = not (os.environ.get("MIGRATE_URL") or os.environ.get("DATABASE_URL"))
    if ours and Postgres(data).another_major():
        with progress("Reprise") as tell:
            was = carry_over(data, programs, tell)
        click.echo(f"Les données de PostgreSQL {was.major} sont reprises.")
        click.echo(LEFT_BESIDE.format(was.kept, KEPT_DAYS))
    acting = acting_user()
    url = go_straight()
    total, ran, lacking = asyncio.run(_what_is_to_do())
    if lacking:
        asyncio.run(_refuse_while_in_use(lacking))
        file = file or _place(data)
        refuse_a_bad_place(file)
        with progress("Sauvegarde") as tell:
            keep(file, url=url, total=total, migrations=ran, photos=data / FOLDER, tell=tell)
        click.echo(f"La base et les photos sont gardées dans {file}.")
        click.echo(_try_on(file, len(lacking)))
        with progress("Tables") as tell:
            done = asyncio.run(bring_up_to_date(tell, acting=acting))
        click.echo(f"{counted(done, 'étape appliquée', 'étapes appliquées')} : les tables sont celles de {VERSION}.")
    else:
        # One that was cut short after its last step has given no rights yet.
        asyncio.run(bring_up_to_date(acting=acting))
        click.echo(f"Les tables sont déjà celles de la version {VERSION}.")
    click.echo(LEFT_TO_DO.format(VERSION))


async def _what_is_to_do() -> tuple[int, list[str], list[str]]:
    """How many tables there are, the migrations that ran and those that this version adds."""
    lacking = [name for names in (await pending()).values() for name in names]
    ran = sorted(await migrations_run())
    if not ran:
        raise NothingThere()
    return await tables(), ran, lacking


async def _refuse_while_in_use(lacking: list[str]) -> None:
    """Raise StillWorking while a worker lives, StillServing while anybody reads what is about to change."""
    await _refuse_a_worker()
    if min(lacking) < ADDS_FROM and (others := await value(OTHERS)):
        raise StillServing(StillServing.sentence.format(counted(others, "programme les lit", "programmes les lisent")))


async def _refuse_a_worker() -> None:
    before = await rows(BEATS)
    while before and datetime.now(UTC) - before[0]["beat_at"] < QUIET:
        now = await rows(BEATS)
        if now and now[0]["beat_at"] != before[0]["beat_at"]:
            raise StillWorking(StillWorking.sentence.format(now[0]["name"].partition(":")[0]))
        before = now
        await asyncio.sleep(0.5)


def _place(data: Path) -> Path:
    """Where the copy goes when nobody says: beside the data, for their account alone."""
    folder = data / BEFORE_UPGRADES
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"avant-{VERSION}-{datetime.now():%Y%m%d-%H%M%S}.tar"  # noqa: DTZ005 - as the machine's clock shows it


def _try_on(file: Path, steps: int) -> str:
    """Bring the copy up to date in a PostgreSQL aside, and say how long it took; raises what would fail on the base."""
    began = time.monotonic()
    with room_aside() as aside, opened(file) as archive:
        base = aside / BASE
        archive.take_out(BASE, base)
        with progress("Essai") as tell:
            rehearsed(base, aside, tell=tell, called=file)
    return (
        f"Sur une copie, la sauvegarde se remet en place et {counted(steps, 'étape passe', 'étapes passent')}"
        f" ({time.monotonic() - began:.0f} s)."
    )
