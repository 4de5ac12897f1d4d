"""technilab migrate: bring the tables up to date, one process at a time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING

import click
from asyncpg import Connection, LockNotAvailableError, PostgresError

from booking.commands.direct import go_straight, refuse_a_pooler
from booking.commands.rights import acting_user, give_rights
from booking.commands.words import FrenchCommand, Progress, counted, progress
from booking.outbox.watch.migrations import APPS, Descent, descent, ours
from workshops.database import current_engine, rows, value
from workshops.events.carry_on import carry_on
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from piccolo.apps.migrations.commands.base import MigrationResult

# Piccolo's own, whose columns tell it from another program's.
HAS_TABLE = """SELECT EXISTS (SELECT FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = 'migration' AND column_name = 'app_name') AS found"""
# Those of an extension are nobody's data.
HAS_OTHERS = """SELECT EXISTS (
  SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT ($1 AND c.relname = 'migration')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
) AS found"""
ALREADY_RAN = "SELECT name, app_name FROM migration"
# Asked again and again: whoever waits inside a statement is waited for by an index that is made concurrently.
ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(7265)"
ASKS_EVERY = 0.2
# A table that somebody holds is asked for again, so that those who come between are served: two minutes in all.
TRIES, BETWEEN_TRIES = 24, 2.0
HELD = (
    "La migration {} attend depuis deux minutes une table qu'un autre programme tient : arrêtez ce qui dure (une"
    " sauvegarde, une longue requête), puis recommencez. Elle n'a rien changé."
)


class MigrationFailed(Refusal):
    kind = "migration-failed"


class NewerTables(Refusal):
    """A version to come wrote these data, or is just bringing them up to date: this machine has stayed behind."""

    kind = "newer-tables"
    sentence = (
        "Ces données viennent d'une version plus récente de Technilab : mettez cette machine à jour, ou remettez en"
        " place une sauvegarde d'avant (technilab restore --replace)."
    )


class OlderTables(Refusal):
    """Of a time whose versions nothing carries on."""

    kind = "older-tables"
    sentence = (
        "Ces données sont d'avant le 29 novembre 2026, et trop anciennes pour être reprises : gardez-les avec la"
        " version qui les a faites, donnez à celle-ci une autre base (DATABASE_URL ou DATA_DIR), et reprenez-y les"
        " visites tenues avec technilab import-visits."
    )


class ForeignTables(Refusal):
    """Tables, none of which Technilab has made."""

    kind = "foreign-tables"
    sentence = (
        "Cette base contient les tables d'un autre logiciel : donnez à Technilab une base à lui (DATABASE_URL). Rien"
        " n'a été changé."
    )


OF_DESCENT: dict[Descent, type[Refusal]] = {Descent.NEWER: NewerTables, Descent.OLDER: OlderTables}


@click.command(cls=FrenchCommand)
def migrate() -> None:
    """Run what is pending, and give who acts its rights; done twice, it changes nothing."""
    acting = acting_user()
    go_straight()
    with progress("Tables") as tell:
        done = asyncio.run(bring_up_to_date(tell, acting=acting))
    click.echo(f"{counted(done, 'étape appliquée', 'étapes appliquées')} : les tables sont à jour.")


async def pending() -> dict[str, list[str]]:
    """The migrations that this database lacks, by application.

    Raises NewerTables and OlderTables where it ran one that this version does not know, ForeignTables where it holds
    what Technilab has not made.
    """
    ran = await migrations_run()
    if (refused := OF_DESCENT.get(descent(ran))) is not None:
        raise refused()
    return {app: [name for name in names if name not in ran] for app, names in ours().items()}


async def migrations_run() -> set[str]:
    """Which migrations of Technilab's this database ran, known here or not. Raises ForeignTables."""
    found = await value(HAS_TABLE)
    known = await rows(ALREADY_RAN) if found else []
    ran = {one["name"] for one in known if one["app_name"] in APPS}
    if not ran and await value(HAS_OTHERS, found):
        raise ForeignTables()
    return ran


async def bring_up_to_date(tell: Progress | None = None, *, acting: str = "") -> int:
    """Run what is pending and say how many; raises MigrationFailed.

    Where another user acts on the tables, it may write in those that are made as soon as they are there, and has its
    own rights on each afterwards; raises NoSuchUser.
    """
    done = 0
    if any((await pending()).values()):
        if acting:
            await give_rights(acting)
        done = await _run_pending(tell)
    await carry_on()
    if acting:
        await give_rights(acting)
    return done


async def _run_pending(tell: Progress | None) -> int:
    # Most starts have nothing to migrate, and no need of this.
    from piccolo.apps.migrations.commands.forwards import (  # noqa: PLC0415 - see above
        ForwardsMigrationManager,
    )

    await refuse_a_pooler()
    alone = await current_engine().get_new_connection()
    try:
        await _take_turn(alone)
        lacking = await pending()
        todo = sum(len(names) for names in lacking.values())
        done = 0
        for app, names in lacking.items():
            for name in names:
                with redirect_stdout(io.StringIO()):
                    try:
                        outcome = await _patiently(ForwardsMigrationManager(app_name=app, migration_id="1").run)
                    except LockNotAvailableError:
                        raise MigrationFailed(HELD.format(name)) from None
                    except PostgresError as error:
                        raise MigrationFailed(f"La migration {name} n'a pas pu être appliquée : {error}.") from error
                if not outcome.success:
                    raise MigrationFailed(f"La migration {name} n'a pas pu être appliquée : {outcome.message}")
                done += 1
                if tell is not None:
                    tell(done, todo)
        return done
    finally:
        await alone.close()


async def _take_turn(alone: Connection) -> None:
    while True:
        if await alone.fetchval(ONE_AT_A_TIME):
            return
        await asyncio.sleep(ASKS_EVERY)


async def _patiently(run: Callable[[], Awaitable[MigrationResult]]) -> MigrationResult:
    """Run a migration; one that met a table that somebody holds has changed nothing, and is run again."""
    for _ in range(TRIES):
        with suppress(LockNotAvailableError):
            return await run()
        await asyncio.sleep(BETWEEN_TRIES)
    return await run()
