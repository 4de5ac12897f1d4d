"""Redis clients from a URL: of a single server, or of the master that Sentinels name.

redis://:password@host:6379/0    rediss://…    unix:///run/valkey.sock
redis+sentinel://:password@one:26379,two:26379/mymaster/0?sentinel_password=…    rediss+sentinel://…
    none, where PostgreSQL replaces it (`booking.commands.worker`)
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from workshops.database.hosts import parse_hosts

if TYPE_CHECKING:
    from arq.connections import ArqRedis, RedisSettings
    from redis.asyncio.retry import Retry

NO_REDIS = "none"
SENTINEL = "+sentinel"
SENTINEL_PORT = 26379
# Timeout for a Sentinel, or for a master that is dead without having closed its connections.
TIMEOUT = 3.0


class SentinelMaster(Struct, frozen=True):
    """A master monitored by Sentinels, with connection options for the master itself and for the Sentinels."""

    sentinels: list[tuple[str, int]]
    name: str
    options: dict[str, Any]
    sentinel_options: dict[str, Any]


def sentinel_master(url: str) -> SentinelMaster | None:
    """The master that a Sentinel URL names; None for any other URL."""
    parts = urlsplit(url)
    if not parts.scheme.endswith(SENTINEL):
        return None
    parameters = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    userinfo, _, hosts = parts.netloc.rpartition("@")
    username, _, password = userinfo.partition(":")
    master, _, database = parts.path.strip("/").partition("/")
    ssl = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    timeouts = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
    credentials = {"username": unquote(username) or None, "password": unquote(password) or None}
    sentinel_credentials = {
        "username": parameters.get("sentinel_username"),
        "password": parameters.get("sentinel_password"),
    }
    return SentinelMaster(
        parse_hosts(hosts, parameters.get("port", ""), default_port=SENTINEL_PORT),
        master or "mymaster",
        credentials | ssl | timeouts | {"db": int(database or 0)},
        sentinel_credentials | ssl | timeouts,
    )


def arq_settings(url: str) -> RedisSettings:
    """arq's settings for a URL, without retries."""
    from arq.connections import RedisSettings  # noqa: PLC0415 - slow to import: the first page does not wait for it

    master = sentinel_master(url)
    if url == NO_REDIS:  # only arq's own command asks for it, and shows it in its error
        return RedisSettings(host="REDIS_URL=none", conn_retries=0)
    if master is not None:
        credentials = {name: master.options[name] for name in ("username", "password")}
        target = {"host": master.sentinels, "sentinel_master": master.name, "database": master.options["db"]}
        return RedisSettings(sentinel=True, ssl="ssl" in master.options, conn_retries=0, **target, **credentials)
    settings = RedisSettings.from_dsn(url)
    settings.conn_retries = 0
    if settings.unix_socket_path:  # arq 0.28 leaves it percent-encoded
        settings.unix_socket_path = unquote(settings.unix_socket_path)
    return settings


def worker_settings(url: str) -> RedisSettings:
    """The worker's: it waits for a server that starts late, and retries over a restart."""
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415 - as above
    from redis.exceptions import TimeoutError as RedisTimeoutError  # noqa: PLC0415 - as above

    settings = arq_settings(url)
    settings.conn_retries = 30
    settings.retry = restart_retry()
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    return settings


def master_client(url: str, retry: Retry | None = None) -> ArqRedis | None:
    """A client of the current master; None when the URL names no Sentinels. It opens no connection yet.

    arq has one of its own, which does not retry and cannot send a Sentinel's password.
    """
    master = sentinel_master(url)
    if master is None:
        return None
    from arq.connections import ArqRedis  # noqa: PLC0415 - as above
    from redis.asyncio.sentinel import Sentinel  # noqa: PLC0415 - as above
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415 - as above
    from redis.exceptions import TimeoutError as RedisTimeoutError  # noqa: PLC0415 - as above

    retried_errors: list[type[Exception]] = [RedisConnectionError, RedisTimeoutError, OSError]
    retries: dict[str, Any] = {} if retry is None else {"retry": retry, "retry_on_error": retried_errors}
    untyped_sentinel: Any = Sentinel
    sentinels = untyped_sentinel(master.sentinels, sentinel_kwargs=master.sentinel_options, **master.options, **retries)
    client: ArqRedis = sentinels.master_for(master.name, redis_class=ArqRedis)
    return client


async def is_reachable(url: str, *, within: float) -> bool:
    """Whether Redis answers PING in time; True where none is configured."""
    if url == NO_REDIS:
        return True
    from redis.asyncio import Redis  # noqa: PLC0415 - as above
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    try:
        async with asyncio.timeout(within), master_client(url) or Redis.from_url(url) as redis:
            return bool(await redis.ping())
    except (RedisError, OSError, ValueError):
        return False


def restart_retry() -> Retry:
    """Retries for the few seconds of a restart; under Sentinels, each attempt asks them again for the master."""
    from redis.asyncio.retry import Retry  # noqa: PLC0415 - as above
    from redis.backoff import ExponentialBackoff  # noqa: PLC0415 - as above

    return Retry(ExponentialBackoff(cap=2, base=0.1), retries=4)
