"""How PostgreSQL's own programs, which come to us built without TLS, reach a server that hears nobody without it.

A socket of the file system, which our account alone opens, leads to each host: what is said there is passed on by TLS,
as the database's address asks for it (libpq's `sslmode`, `sslrootcert`, `sslcert`, `sslkey`). The password goes through
as it is: the server asks the program for it, and trusts nobody for coming this way.

with over_tls(hosts, options) as (folders, port):  # PGHOST, PGPORT
"""

from __future__ import annotations

import asyncio
import shutil
import ssl
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

# SSLRequest (PostgreSQL's protocol, 53.7): eight bytes, answered by S or N.
SSL_REQUEST = struct.pack("!II", 8, 80877103)
# AuthenticationSASL (53.7): the ways to show that one knows the password.
BY_SASL, BOUND_TO_TLS = struct.pack("!I", 10), b"SCRAM-SHA-256-PLUS\0"
PORT = "5432"
CONNECT_WITHIN = 10.0
AT_ONCE = 1 << 16
IF_OFFERED = ("allow", "prefer")


def asks_for_tls(hosts: list[tuple[str, int]], options: Mapping[str, str]) -> bool:
    """Whether any of them is on a network, and nothing says that it is to be spoken to in the clear."""
    return options.get("sslmode") != "disable" and any(not host.startswith("/") for host, _ in hosts)


@contextmanager
def over_tls(hosts: list[tuple[str, int]], options: Mapping[str, str]) -> Iterator[tuple[list[str], str]]:
    """The folder of the socket that leads to each host, and their port; raises OSError where a certificate that the
    address names cannot be read."""
    mode, context = options.get("sslmode") or "prefer", _context(options)
    above = Path(tempfile.mkdtemp(prefix="technilab-tls-"))
    loop = asyncio.new_event_loop()
    passing = threading.Thread(target=loop.run_forever, daemon=True)
    passing.start()
    try:
        folders = []
        for number, (host, port) in enumerate(hosts):
            folder = above / str(number)
            folder.mkdir(mode=0o700)
            pass_on = partial(_pass_on, host, port, mode, context)
            opened = asyncio.start_unix_server(pass_on, folder / f".s.PGSQL.{PORT}")
            asyncio.run_coroutine_threadsafe(opened, loop).result()
            folders.append(str(folder))
        yield folders, PORT
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        passing.join()
        loop.close()
        shutil.rmtree(above)


async def _end() -> None:
    """Whatever is still being passed on ends here: the program that spoke has ended."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _context(options: Mapping[str, str]) -> ssl.SSLContext:
    mode, root = options.get("sslmode", ""), options.get("sslrootcert", "")
    context = ssl.create_default_context(cafile=root if root not in {"", "system"} else None)
    context.check_hostname = mode == "verify-full"
    if not mode.startswith("verify-") and not (mode == "require" and root):
        context.verify_mode = ssl.CERT_NONE
    if certificate := options.get("sslcert"):
        context.load_cert_chain(certificate, options.get("sslkey"))
    return context


async def _pass_on(
    host: str,
    port: int,
    mode: str,
    context: ssl.SSLContext,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            theirs, to_them = await _reached(host, port, mode, context)
    except (OSError, EOFError) as error:
        writer.write(_refusal(f"{host}:{port}: {error or 'no answer'}"))
        writer.close()
        return
    with suppress(asyncio.CancelledError):
        await asyncio.gather(_copy(reader, to_them), _answer(theirs, writer))


async def _reached(
    host: str, port: int, mode: str, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(SSL_REQUEST)
    if await reader.readexactly(1) == b"S":
        await writer.start_tls(context, server_hostname=host)
    elif mode not in IF_OFFERED:
        raise OSError("the server offers no TLS, which sslmode asks for")
    return reader, writer


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What the server says, as it says it, but for the one proof that only whoever speaks TLS himself can give."""
    with suppress(OSError, EOFError):
        kind = b""
        while kind not in {b"R", b"E"}:
            kind, length = struct.unpack("!cI", await reader.readexactly(5))
            told = await reader.readexactly(length - 4)
            if kind == b"R" and told.startswith(BY_SASL):
                told = told.replace(BOUND_TO_TLS, b"")
            writer.write(struct.pack("!cI", kind, len(told) + 4) + told)
    await _copy(reader, writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while told := await reader.read(AT_ONCE):
            writer.write(told)
            await writer.drain()
    writer.close()


def _refusal(why: str) -> bytes:
    """An ErrorResponse, as a server that does not take anybody yet would answer (57P03): the next host is asked."""
    fields = b"".join(f"{kind}{text}\0".encode() for kind, text in (("S", "FATAL"), ("C", "57P03"), ("M", why)))
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"
