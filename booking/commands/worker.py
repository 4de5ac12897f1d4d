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
from booking.process.loading import loading
from booking.process.logs import set_up
from booking.process.memory import one_heap
from booking.process.redis_url import NO_REDIS
from booking.process.settings import read_settings


@click.command(cls=FrenchCommand)
@MEMBER
def worker(member: bool) -> None:
    """Work until SIGTERM or Ctrl-C."""
    if member:
        end_with_parent()
    one_heap()
    told = read_settings()
    set_up(told.log_format)
    provide(told.data_dir)
    if os.environ["REDIS_URL"] == NO_REDIS:
        from booking.commands.worker_without_redis import work  # noqa: PLC0415 it reads the address that was just provided

        if not os.environ.get("MIGRATE_URL"):
            asyncio.run(refuse_a_pooler())
        asyncio.run(work())
        return
    run_worker(clockwork())


def clockwork() -> Any:
    """What arq runs, read when the addresses that it reads are there."""
    with loading("work"):
        from booking.worker import WorkerSettings  # noqa: PLC0415 it reads the addresses that were just provided

        return WorkerSettings
