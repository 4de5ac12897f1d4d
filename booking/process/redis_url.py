"""Redis by its URL: one server, or the one that Sentinels call the master.

redis://:password@host:6379/0    rediss://…    unix:///run/valkey.sock
redis+sentinel://:password@one:26379,two:26379/mymaster/0?sentinel_password=…    rediss+sentinel://…
    none, where PostgreSQL does it all (`booking.commands.worker_without_redis`)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from workshops.database.hosts import parse_hosts

if TYPE_CHECKING:
    from arq.connections import ArqRedis, RedisSettings
    from redis.asyncio.retry import Retry

NO_REDIS = "none"
SENTINEL = "+sentinel"
SENTINEL_PORT = 26379
# A Sentinel, or a master that is dead without a word, has this long to answer.
PATIENCE = 3.0


@dataclass(frozen=True)
class Watched:
    """A master under Sentinels: `told` is for the master itself, `watch` for the Sentinels."""

    sentinels: list[tuple[str, int]]
    master: str
    told: dict[str, Any]
    watch: dict[str, Any]


def watched(url: str) -> Watched | None:
    """What a URL of Sentinels says; None for any other."""
    read = urlsplit(url)
    if not read.scheme.endswith(SENTINEL):
        return None
    asked = {name: values[-1] for name, values in parse_qs(read.query).items()}
    who, _, where = read.netloc.rpartition("@")
    name, _, password = who.partition(":")
    master, _, number = read.path.strip("/").partition("/")
    ssl = {"ssl": True} if read.scheme.startswith("rediss") else {}
    patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    signs = {"username": unquote(name) or None, "password": unquote(password) or None}
    watch = {"username": asked.get("sentinel_username"), "password": asked.get("sentinel_password")}
    return Watched(
        parse_hosts(where, asked.get("port", ""), default_port=SENTINEL_PORT),
        master or "mymaster",
        signs | ssl | patience | {"db": int(number or 0)},
        watch | ssl | patience,
    )


def redis_at(url: str) -> RedisSettings:
    """arq's settings for a URL, without any second try."""
    from arq.connections import RedisSettings  # noqa: PLC0415 - slow to load: the first page does not wait for it

    found = watched(url)
    if url == NO_REDIS:  # only arq's own command asks, and says what it was told
        return RedisSettings(host="REDIS_URL=none", conn_retries=0)
    if found is not None:
        signs = {name: found.told[name] for name in ("username", "password")}
        there = {"host": found.sentinels, "sentinel_master": found.master, "database": found.told["db"]}
        return RedisSettings(sentinel=True, ssl="ssl" in found.told, conn_retries=0, **there, **signs)
    settings = RedisSettings.from_dsn(url)
    settings.conn_retries = 0
    if settings.unix_socket_path:  # arq 0.28 leaves it quoted
        settings.unix_socket_path = unquote(settings.unix_socket_path)
    return settings


def master_of(url: str, retry: Retry | None = None) -> ArqRedis | None:
    """A client of whoever is the master by now; None where the URL names no Sentinels. It opens nothing yet.

    arq has its own, which retries nothing and knows no password of a Sentinel.
    """
    found = watched(url)
    if found is None:
        return None
    from arq.connections import ArqRedis  # noqa: PLC0415 - as above
    from redis.asyncio.sentinel import Sentinel  # noqa: PLC0415 - as above
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415 - as above
    from redis.exceptions import TimeoutError as RedisTimeoutError  # noqa: PLC0415 - as above

    lost: list[type[Exception]] = [RedisConnectionError, RedisTimeoutError, OSError]
    retries: dict[str, Any] = {} if retry is None else {"retry": retry, "retry_on_error": lost}
    make: Any = Sentinel
    sentinels = make(found.sentinels, sentinel_kwargs=found.watch, **found.told, **retries)
    master: ArqRedis = sentinels.master_for(found.master, redis_class=ArqRedis)
    return master


async def answers(url: str, *, within: float) -> bool:
    """Whether Redis says PONG in time, where one is wanted."""
    if url == NO_REDIS:
        return True
    from redis.asyncio import Redis  # noqa: PLC0415 - as above
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    try:
        async with asyncio.timeout(within), master_of(url) or Redis.from_url(url) as redis:
            return bool(await redis.ping())
    except (RedisError, OSError, ValueError):
        return False


def over_a_restart() -> Retry:
    """For some seconds; where Sentinels are asked, each try asks them anew who the master is."""
    from redis.asyncio.retry import Retry  # noqa: PLC0415 - as above
    from redis.backoff import ExponentialBackoff  # noqa: PLC0415 - as above

    return Retry(ExponentialBackoff(cap=2, base=0.1), retries=4)
