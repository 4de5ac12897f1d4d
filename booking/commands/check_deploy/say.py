"""What `technilab check --deploy` prints: a line for each thing to change, then what cannot be seen from here."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from booking.commands.check_deploy import of_machine
from booking.commands.check_deploy.examine import Where, examine
from booking.commands.check_deploy.of_machine import SECRET_FILES
from booking.process.embedded.provide import provide
from booking.process.settings import given_settings
from workshops.refusals import Refusal

RIGHT = "Rien à reprendre dans ce qui se voit d'ici."
UNSEEN = "Ne se voit pas d'ici :"


class NotFit(Refusal):
    kind = "not-fit"


def say(
    *,
    address: str,
    plain: str,
    etcd: tuple[str, ...],
    patroni: tuple[str, ...],
    door: tuple[str, ...],
    env_file: Path | None,
) -> None:
    """Raises NotFit, in words, where anything is to be changed."""
    settings = given_settings()
    where = Where(
        address=address,
        plain=plain,
        etcd=etcd,
        patroni=patroni,
        doors=door,
        secret_files=(env_file,) if env_file else SECRET_FILES,
    )
    # Before anything of ours puts its own folder right.
    machine = of_machine.look(settings, where.secret_files)
    provide(settings.data_dir, queue=False)
    settings = replace(settings, database_url=os.environ["DATABASE_URL"])
    migrate_url = os.environ.get("MIGRATE_URL", "")
    seen = asyncio.run(examine(settings, machine, where, migrate_url=migrate_url, now=datetime.now(UTC)))
    for found in seen.findings:
        click.echo(found.line)
    if not seen.findings:
        click.echo(RIGHT)
    click.echo(UNSEEN)
    for sentence in seen.unseen:
        click.echo(f"  - {sentence}.")
    if seen.findings:
        raise NotFit(f"À reprendre : {', '.join(found.part for found in seen.findings)}.")
