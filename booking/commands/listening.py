"""Listening sockets: an IP address and a port, or a Unix socket; a French error message when it is not available."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from booking.process.settings import Settings, SettingsRefused

# Whoever may enter the socket's folder may send requests, as anybody may to a port.
SOCKET_MODE = 0o666
BACKLOG = 2048


def public_address(settings: Settings) -> str:
    """The URL to open in a browser, or the socket to configure in a reverse proxy."""
    if settings.socket is not None:
        return f"unix:{settings.socket}"
    address = f"[{settings.listen}]" if ":" in settings.listen else settings.listen
    return f"http://{address}:{settings.port}"


def refuse_address_in_use(settings: Settings, *, shared: bool = False) -> None:
    """Raise SettingsRefused before anything is started; with `shared`, our other web processes may use the port."""
    if settings.socket is not None:
        _refuse_socket_in_use(settings.socket)
    else:
        _refuse_port_in_use(settings.listen, settings.port, shared=shared)


def bind_socket(settings: Settings) -> socket.socket:
    """The bound Unix socket, open to all accounts, or a socket of the port, which our other processes bind as well
    (SO_REUSEPORT)."""
    if settings.socket is not None:
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        bound.bind(str(settings.socket))
        settings.socket.chmod(SOCKET_MODE)
    else:
        family = _family_of(settings.listen)
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((settings.listen, settings.port))
    return bound


def _refuse_socket_in_use(path: Path) -> None:
    """A socket on which nobody listens was left by a server that was killed: it is deleted."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            if path.is_socket():
                probe.connect(str(path))
                raise SettingsRefused(f"Le socket {path} est déjà pris par un autre programme : arrêtez-le.")
        except ConnectionRefusedError:
            path.unlink()
        try:
            probe.bind(str(path))
        except OSError as error:
            raise SettingsRefused(f"Le socket {path} ne peut pas être créé ({error.strerror}).") from None
        path.unlink()


def _refuse_port_in_use(address: str, port: int, *, shared: bool) -> None:
    try:
        family = _family_of(address)
    except OSError:
        raise SettingsRefused(f"HOST : cette machine n'a pas l'adresse « {address} ».") from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((address, port))
        except OverflowError:
            raise SettingsRefused(f"PORT doit être compris entre 1 et 65535, pas {port}.") from None
        except OSError as error:
            if error.errno == errno.EACCES:
                raise SettingsRefused(f"Le port {port} est réservé au système : choisissez PORT=8000.") from None
            if error.errno == errno.EADDRNOTAVAIL:
                raise SettingsRefused(f"HOST : cette machine n'a pas l'adresse « {address} ».") from None
            raise SettingsRefused(
                f"Le port {port} est déjà pris par un autre programme : arrêtez-le, ou choisissez un autre PORT."
            ) from None


def _family_of(address: str) -> int:
    return socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)[0][0]
