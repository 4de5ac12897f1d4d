"""technilab worker: mails and background work."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import click
from arq.worker import run_worker

from booking.commands.direct import refuse_a_pooler
from booking.commands.process_group import MEMBER, end_with_parent
from booking.commands.words import FrenchCommand
from booking.process.embedded.provide import provide
from booking.process.logs import configure_logging
from booking.process.memory import limit_arenas
from booking.process.redis_url import NO_REDIS
from booking.process.settings import read_settings


@click.command(cls=FrenchCommand)
@MEMBER
def worker(member: bool) -> None:
    """Work until SIGTERM or Ctrl-C."""
    if member:
        end_with_parent()
    limit_arenas()
    settings = read_settings()
    configure_logging(settings.log_format)
    provide(settings.data_dir)
    if os.environ["REDIS_URL"] == NO_REDIS:
        from booking.commands.worker_without_redis import work  # noqa: PLC0415 it reads the URL that was just provided

        if not os.environ.get("MIGRATE_URL"):
            asyncio.run(refuse_a_pooler())
        asyncio.run(work())
        return
    run_worker(worker_settings())


def worker_settings() -> Any:
    """What arq runs, imported once the environment has the URLs that it reads."""
    from booking.worker import WorkerSettings  # noqa: PLC0415 it reads the URLs that were just provided

    return WorkerSettings


if __name__ == "__main__":
    worker()
