"""technilab migrate: bring the tables up to date, one process at a time."""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stdout

import click

from booking.commands.direct import go_straight, refuse_a_pooler
from booking.commands.words import FrenchCommand, Progress, counted, progress
from booking.outbox.watch.migrations import ours
from workshops.database import engine, rows
from workshops.refusals import Refusal

HAS_TABLE = "SELECT to_regclass('public.migration') IS NOT NULL AS found"
ALREADY_RAN = "SELECT name FROM migration"
ONE_AT_A_TIME = "SELECT pg_advisory_lock(7265)"


class MigrationFailed(Refusal):
    kind = "migration-failed"


class OtherTables(Refusal):
    """These data were made by a Technilab that this one does not follow."""

    kind = "other-tables"
    sentence = (
        "Ces données ont été créées par une autre version de Technilab, dont les tables diffèrent. Pour recommencer à"
        " neuf, effacez le dossier des données (DATA_DIR, « var » d'ordinaire) ou donnez une base vide."
    )


@click.command(cls=FrenchCommand)
def migrate() -> None:
    """Run what is pending; done twice, it changes nothing."""
    go_straight()
    with progress("Tables") as tell:
        done = asyncio.run(bring_up_to_date(tell))
    click.echo(f"{counted(done, 'étape appliquée', 'étapes appliquées')} : les tables sont à jour.")


async def pending() -> dict[str, list[str]]:
    """The migrations that this database lacks, by application.

    Raises OtherTables where it ran one that this version does not know.
    """
    known = await rows(ALREADY_RAN) if (await rows(HAS_TABLE))[0]["found"] else []
    ran = {one["name"] for one in known}
    if ran - {name for names in ours().values() for name in names}:
        raise OtherTables()
    return {app: [name for name in names if name not in ran] for app, names in ours().items()}


async def bring_up_to_date(tell: Progress | None = None) -> int:
    """Run what is pending and say how many; raises MigrationFailed."""
    if not any((await pending()).values()):
        return 0
    # Most starts have nothing to migrate, and no need of this.
    from piccolo.apps.migrations.commands.forwards import (  # noqa: PLC0415 - see above
        ForwardsMigrationManager,
    )

    await refuse_a_pooler()
    alone = await engine().get_new_connection()
    try:
        await alone.execute(ONE_AT_A_TIME)
        lacking = await pending()
        todo = sum(len(names) for names in lacking.values())
        done = 0
        for app, names in lacking.items():
            for name in names:
                with redirect_stdout(io.StringIO()):
                    outcome = await ForwardsMigrationManager(app_name=app, migration_id="1").run()
                if not outcome.success:
                    raise MigrationFailed(f"La migration {name} n'a pas pu être appliquée : {outcome.message}")
                done += 1
                if tell is not None:
                    tell(done, todo)
        return done
    finally:
        await alone.close()
