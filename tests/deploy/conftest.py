"""One cluster for all the tests of this folder, which the last of them stops; skipped in words where it cannot be."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.command_line import data_folder
from tests.faults.cluster import Cluster, until, why_not
from tests.smtp import PostOffice, post_office


@pytest.fixture(scope="session")
def post():
    """A mail server that counts, on a loop of its own."""
    opened: list[PostOffice] = []
    ready, closing = threading.Event(), []

    async def serve() -> None:
        closing.append((asyncio.get_running_loop(), closed := asyncio.Event()))
        async with post_office() as office:
            opened.append(office)
            ready.set()
            await closed.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    yield opened[0]
    loop, closed = closing[0]
    loop.call_soon_threadsafe(closed.set)
    thread.join()


@pytest.fixture(scope="session")
def cluster(post):
    if lacking := why_not():
        pytest.skip(lacking)
    with data_folder() as home:
        one = Cluster(home, module="tests.deploy.applications", SMTP_URL=post.url)
        try:
            yield one
        finally:
            if one.process.poll() is None:
                one.stop()


@pytest.fixture
def whole(cluster):
    """The cluster with all its machines there."""
    until(cluster.whole, 60, lambda: str(cluster.members()))
    return cluster


@pytest.fixture(scope="session")
def world(cluster, tmp_path_factory):
    return cluster.crowd(tmp_path_factory.mktemp("clients"), clients=1, groups=1, slots=2).world
