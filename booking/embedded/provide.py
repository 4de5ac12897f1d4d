"""Start the engines that nobody gave, share them between commands, stop them when the last command ends."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

from booking.embedded.postgres import Postgres
from booking.embedded.share import Engine, Share
from booking.embedded.valkey import Valkey

_held: list[Share] = []


def provide(data_dir: Path, *, queue: bool = True) -> None:
    """Fill DATABASE_URL and, for `queue`, REDIS_URL where the environment leaves them empty.

    An engine started here lives in `data_dir` as long as one process on this machine uses it. Raises EngineRefused
    with a French sentence when it cannot start.
    """
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _share(Postgres(data_dir))
    if queue:
        os.environ["REDIS_URL"] = queue_url(data_dir)


def queue_url(data_dir: Path) -> str:
    """The queue's address, of ours where the environment gives none."""
    return os.environ.get("REDIS_URL") or _share(Valkey(data_dir))


def revive() -> None:
    """Start again an engine that has died under us; the data is what it last kept."""
    for share in _held:
        share.revive()


def release() -> None:
    """Leave the engines; the last one to leave stops them and waits for their end."""
    while _held:
        _held.pop().leave()


def _share(engine: Engine) -> str:
    if not _held:
        atexit.register(release)
    share = Share(engine)
    share.join()
    _held.append(share)
    return engine.url()
