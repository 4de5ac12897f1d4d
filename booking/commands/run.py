"""technilab run: the whole of Technilab in one process group."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from booking.commands.demo import fill_in
from booking.commands.direct import go_straight
from booking.commands.listening import public_address, refuse_address_in_use
from booking.commands.migrate import bring_up_to_date
from booking.commands.process_group import ProcessGroup
from booking.commands.rights import acting_user
from booking.commands.words import FrenchCommand
from booking.people.accounts.queries import PLACE, PLACES
from booking.people.accounts.trial import is_empty, refuse_wrong_data
from booking.process.embedded.provide import provide, release, revive
from booking.process.settings import Settings, read_settings
from booking.words.wording import ROLES
from workshops.database import rows

WEB, WORKER = "Le serveur de pages", "Le travail de fond"
# Three of each role are enough to begin with; the sign-in page offers them all.
TRIAL_ACCOUNTS = f"""SELECT role, email, place FROM (
  SELECT m.role, a.email, {PLACE} AS place, m.id,
         row_number() OVER (PARTITION BY m.role ORDER BY m.id) AS rank
  FROM memberships m JOIN accounts a ON a.id = m.account
  {PLACES}
  WHERE a.example
) ranked WHERE rank <= 3 ORDER BY role, id"""  # noqa: S608 - constants only


@click.command(cls=FrenchCommand)
def run() -> None:
    """Start everything, keep it alive, and stop it all on Ctrl-C or SIGTERM."""
    settings = read_settings()
    refuse_address_in_use(settings)
    command = [sys.executable, "-m", "booking"]
    supervise(settings, {WEB: [*command, "web", "--member"], WORKER: [*command, "worker", "--member"]})


def supervise(
    settings: Settings,
    commands: Mapping[str, list[str]],
    *,
    inherit: Sequence[int] = (),
    on_poll: Callable[[ProcessGroup], None] | None = None,
) -> None:
    """Start the engines, bring the data up to date, then run the commands until Ctrl-C or SIGTERM.

    The processes inherit the descriptors of `inherit`; `on_poll` is called about twice a second with their group.
    """
    environ = dict(os.environ)
    provide(settings.data_dir)
    acting = acting_user()
    go_straight()
    group = ProcessGroup(commands, environ=environ, inherit=inherit)

    def poll() -> None:
        revive()
        if on_poll is not None:
            on_poll(group)

    try:
        asyncio.run(_prepare(settings, acting))
        group.run(on_poll=poll)
    finally:
        release()
    click.echo("Technilab est arrêté.")


async def _prepare(settings: Settings, acting: str) -> None:
    await bring_up_to_date(acting=acting)
    await refuse_wrong_data(settings)
    if settings.demo and await is_empty():
        await fill_in()
    click.echo(f"Technilab répond sur {public_address(settings)} (Ctrl-C pour l'arrêter)")
    if settings.demo:
        for one in await rows(TRIAL_ACCOUNTS):
            click.echo(f"  {ROLES[one['role']]:<18} {one['email']:<40} {one['place']}")
