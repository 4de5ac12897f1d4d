"""The hosts of a database URL, as libpq understands them, and a connection to the first suitable one.

    postgresql://user:password@one:5432,two:5433/technilab?target_session_attrs=read-write

asyncpg takes several hosts too, but goes on to the next only where the first refuses: one that is switched off or
frozen, which never answers, would use up the whole connection timeout.
"""

from __future__ import annotations

import asyncio
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

# Errors after which another host is tried.
# InternalClientError: none takes writes, or asyncpg still reads the last message of a server that shuts down.
UNREACHABLE = (
    *(OSError, PostgresConnectionError, InsufficientResourcesError, InternalClientError),
    *(CannotConnectNowError, AdminShutdownError, CrashShutdownError),
)
# Seconds that one of several hosts has to answer before the next is tried.
CONNECT_TIMEOUT = 3.0
DEFAULT_PORT = 5432
# A host that vanished without closing its connections is noticed in 15 s; the system's own timeout is hours.
KEEPALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 15_000}
# PostgreSQL's own array types, whose OIDs are the same on every server (pg_type.dat): asyncpg introspects an array type
# on each new connection, and after a failover, when all are new, that query was most of what a server did.
ARRAY_TYPES = {
    **{"_bool": (1000, 16), "_bytea": (1001, 17), "_int2": (1005, 21), "_int4": (1007, 23), "_int8": (1016, 20)},
    **{"_varchar": (1015, 1043), "_date": (1182, 1082), "_timestamptz": (1185, 1184), "_uuid": (2951, 2950)},
}
INTROSPECTED = [
    dict.fromkeys(("basetype", "range_subtype", "attrtypoids", "attrnames"))
    | {"oid": oid, "ns": "pg_catalog", "name": name, "kind": "b", "elemtype": of, "elemdelim": ","}
    for name, (oid, of) in ARRAY_TYPES.items()
]
# Characters of a statement that is kept prepared. The longest of ours have 20 000, beyond what asyncpg keeps: each use
# would be parsed and planned anew, which takes longer than running it.
LONGEST_CACHED = 1 << 16


class KeptAlive(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose socket notices that the other end has vanished."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: asyncio.Transport, *arguments: Any) -> None:
        super().__init__(protocol, transport, *arguments)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEPALIVE.items():
                with suppress(AttributeError):  # each system has its own
                    sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class Hosts:
    """One database, on one host or on several of which one takes writes."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        who, _, where = parts.netloc.rpartition("@")
        name, _, password = who.partition(":")
        self.hosts = parse_hosts(
            options.get("host") or where or "localhost", options.get("port", ""), default_port=DEFAULT_PORT
        )
        self.session_attrs = options.get("target_session_attrs") or ("read-write" if len(self.hosts) > 1 else "any")
        self._last_answered = 0
        # The password stands beside the address: an address is shown to whoever lists the machine's processes.
        self.config = {"dsn": url.replace(f"{who}@", f"{name}@", 1) if password else url}
        self.config |= {"password": unquote(password)} if password else {}
        self.config |= {} if name or "user" in options else {"user": "postgres"}
        self.config |= {} if parts.path.strip("/") or "dbname" in options else {"database": "postgres"}

    async def connect(self, **options: Any) -> asyncpg.Connection:
        """A connection to the first suitable host, the one that answered last is tried first; `options` are
        asyncpg's."""
        if options.get("connection_class", asyncpg.Connection) is asyncpg.Connection:
            options["connection_class"] = KeptAlive
        # libpq's prefer-standby: any host will do where no standby answers.
        fallbacks = ("standby", "any") if self.session_attrs == "prefer-standby" else (self.session_attrs,)
        attempts = [(index, session_attrs) for session_attrs in fallbacks for index in self._in_turn()]
        for left, (index, session_attrs) in zip(reversed(range(len(attempts))), attempts, strict=True):
            host, port = self.hosts[index]
            where = {"host": host, "port": port, "target_session_attrs": session_attrs}
            arguments = {"max_cacheable_statement_size": LONGEST_CACHED} | options | where
            if len(attempts) > 1:
                arguments["timeout"] = CONNECT_TIMEOUT
            try:
                connection = await asyncpg.connect(**self.config, **arguments)
            except UNREACHABLE:
                if not left:
                    raise
            else:
                self._last_answered = index
                connection.get_settings().register_data_types(INTROSPECTED)
                return connection
        raise AssertionError("a URL names one host at least")

    def _in_turn(self) -> list[int]:
        return [(self._last_answered + step) % len(self.hosts) for step in range(len(self.hosts))]


def parse_hosts(hosts: str, ports: str, *, default_port: int) -> list[tuple[str, int]]:
    """`one:5432,two`, `[::1]:5432` or folders of sockets; `ports` holds one port per host, or one for all."""
    separate_ports = ports.split(",")
    parsed = []
    for index, text in enumerate(hosts.split(",")):
        match = re.fullmatch(r"(\[.*\]|[^:]*)(?::(.*))?", text)
        host, port = match.groups() if match else (text, "")
        port = port or separate_ports[min(index, len(separate_ports) - 1)]
        parsed.append((unquote(host).strip("[]") or "localhost", int(port or default_port)))
    return parsed
