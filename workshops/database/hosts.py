"""The servers that a URL names, as libpq's do, and a connection to the first of them that suits.

    postgresql://user:password@one:5432,two:5433/technilab?target_session_attrs=read-write

asyncpg takes several hosts too, but goes on to the next only where the first refuses: one that is switched off or
frozen, which says nothing, would have the whole patience of a connection.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from asyncpg.exceptions import (
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    InsufficientResourcesError,
    InternalClientError,
    PostgresConnectionError,
)

# What says that a server is not to be had now, another perhaps.
# InternalClientError: none takes writes, or asyncpg still reads the farewell of a server that shuts down.
AWAY = (
    *(OSError, PostgresConnectionError, InsufficientResourcesError, InternalClientError),
    *(CannotConnectNowError, AdminShutdownError, CrashShutdownError),
)
# Seconds that one of several has to answer before the next is asked.
EACH = 3.0
PORT = 5432
# A machine that has vanished without a word is noticed in 15 s; the system's own patience is hours.
NOTICED = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 15_000}
# PostgreSQL's own lists, which have the same number on every server (pg_type.dat): of a list that it does not know the
# driver asks each new connection, and after a failover, when all are new, that question was most of what a server did.
LISTS = {
    **{"_bool": (1000, 16), "_bytea": (1001, 17), "_int2": (1005, 21), "_int4": (1007, 23), "_int8": (1016, 20)},
    **{"_varchar": (1015, 1043), "_date": (1182, 1082), "_timestamptz": (1185, 1184), "_uuid": (2951, 2950)},
}
KNOWN = [
    dict.fromkeys(("basetype", "range_subtype", "attrtypoids", "attrnames"))
    | {"oid": oid, "ns": "pg_catalog", "name": name, "kind": "b", "elemtype": of, "elemdelim": ","}
    for name, (oid, of) in LISTS.items()
]


class Servers:
    """One database, on one server or on several of which one takes writes."""

    def __init__(self, url: str) -> None:
        read = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(read.query).items()}
        who, _, where = read.netloc.rpartition("@")
        name, _, password = who.partition(":")
        self.hosts = hosts_of(asked.get("host") or where or "localhost", asked.get("port", ""), usual=PORT)
        self.wanted = asked.get("target_session_attrs") or ("read-write" if len(self.hosts) > 1 else "any")
        self._answered = 0
        # The password stands beside the address: an address is shown to whoever lists the machine's processes.
        self.config = {"dsn": url.replace(f"{who}@", f"{name}@", 1) if password else url}
        self.config |= {"password": unquote(password)} if password else {}
        self.config |= {} if name or "user" in asked else {"user": "postgres"}
        self.config |= {} if read.path.strip("/") or "dbname" in asked else {"database": "postgres"}

    async def connect(self, **options: Any) -> asyncpg.Connection:
        """A connection to the first that suits, beginning with the one that answered last; `options` are asyncpg's."""
        # libpq's prefer-standby: any will do once no standby does.
        choices = ("standby", "any") if self.wanted == "prefer-standby" else (self.wanted,)
        tries = [(place, wanted) for wanted in choices for place in self._in_turn()]
        for left, (place, wanted) in zip(reversed(range(len(tries))), tries, strict=True):
            host, port = self.hosts[place]
            told = options | {"host": host, "port": port, "target_session_attrs": wanted}
            if len(tries) > 1:
                told["timeout"] = EACH
            try:
                made = await asyncpg.connect(**self.config, **told)
            except AWAY:
                if not left:
                    raise
            else:
                self._answered = place
                _notice_its_end(made)
                made._protocol.get_settings().register_data_types(KNOWN)
                return made
        raise AssertionError("a URL names one host at least")

    def _in_turn(self) -> list[int]:
        return [(self._answered + step) % len(self.hosts) for step in range(len(self.hosts))]


def hosts_of(told: str, ports: str, *, usual: int) -> list[tuple[str, int]]:
    """`one:5432,two`, `[::1]:5432` or folders of sockets; the ports beside them count one by one, or one for all."""
    beside = ports.split(",")
    found = []
    for place, one in enumerate(told.split(",")):
        split = re.fullmatch(r"(\[.*\]|[^:]*)(?::(.*))?", one)
        host, port = split.groups() if split else (one, "")
        port = port or beside[min(place, len(beside) - 1)]
        found.append((unquote(host).strip("[]") or "localhost", int(port or usual)))
    return found


def _notice_its_end(made: asyncpg.Connection) -> None:
    line = made._transport.get_extra_info("socket")
    if line is not None and line.family != socket.AF_UNIX:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in NOTICED.items():
            with suppress(AttributeError):  # each system has its own
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
