"""The same figures at the cluster of deploy/, beside the single machine's of the same run.

Started by itself, it measures a cluster whose entry's port it is given, in whose database its settings point.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import msgspec

from tests.command_line import ROOT, data_folder
from tests.faults.cluster import Cluster, why_not
from tests.load.client import Figure, run
from tests.smtp import post_office

SECONDS = 4.0


async def beside() -> dict[str, Figure]:
    """What the cluster gives, asked what the single machine was asked; nothing where it cannot, which is said."""
    if lacking := why_not():
        print(lacking)
        return {}
    async with post_office() as post:
        return await asyncio.to_thread(_found_there, post.url)


def _found_there(post: str) -> dict[str, Figure]:
    with data_folder() as home:
        cluster = Cluster(home, SMTP_URL=post)
        try:
            there = {"DATABASE_URL": cluster.url("WRITE1"), "SECRET_KEY": cluster.told()["settings"]["SECRET_KEY"]}
            command = [sys.executable, "-m", "tests.load.at_cluster", str(cluster.port)]
            told = subprocess.run(command, env=os.environ | there, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        finally:
            cluster.stop()
    return msgspec.json.decode(told, type=dict[str, Figure])


async def main(port: int) -> None:
    from tests.load.world import a_world, acts, reads  # noqa: PLC0415 - the settings are the cluster's by now
    from workshops.database import open_pool  # noqa: PLC0415

    async with open_pool(size=4):
        world = await a_world()
    asked = [*reads(world, port), *acts(world, port)]
    found = {one.what: await run(port, one.requests, seconds=SECONDS) for one in asked}
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
