"""Where pages are served: an address and a port, or a socket; said in words where it is not to be had."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from booking.process.settings import Settings, SettingsRefused

# Whoever may enter the socket's folder may ask for pages, as anybody may of a port.
OPEN = 0o666
BACKLOG = 2048


def shown(settings: Settings) -> str:
    """The address to type, or the socket that a reverse proxy is told of."""
    if settings.socket is not None:
        return f"unix:{settings.socket}"
    address = f"[{settings.listen}]" if ":" in settings.listen else settings.listen
    return f"http://{address}:{settings.port}"


def refuse_a_taken_place(settings: Settings, *, shared: bool = False) -> None:
    """Say it before anything is started; with `shared`, other web processes of ours may be on the port."""
    if settings.socket is not None:
        _refuse_a_taken_socket(settings.socket)
    else:
        _refuse_a_taken_port(settings.listen, settings.port, shared=shared)


def listening(settings: Settings) -> socket.socket:
    """The socket that everybody may ask by, or a queue of the port, which other processes of ours have as well."""
    if settings.socket is not None:
        place = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        place.bind(str(settings.socket))
        settings.socket.chmod(OPEN)
    else:
        family = _family_of(settings.listen)
        place = socket.socket(family, socket.SOCK_STREAM)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        place.bind((settings.listen, settings.port))
    return place


def _refuse_a_taken_socket(path: Path) -> None:
    """One that nobody listens to any more is what a server that was killed left: it makes way."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        try:
            if path.is_socket():
                trial.connect(str(path))
                raise SettingsRefused(f"Le socket {path} est déjà pris par un autre programme : arrêtez-le.")
        except ConnectionRefusedError:
            path.unlink()
        try:
            trial.bind(str(path))
        except OSError as error:
            raise SettingsRefused(f"Le socket {path} ne peut pas être créé ({error.strerror}).") from None
        path.unlink()


def _refuse_a_taken_port(address: str, port: int, *, shared: bool) -> None:
    try:
        family = _family_of(address)
    except OSError:
        raise SettingsRefused(f"HOST : cette machine n'a pas l'adresse « {address} ».") from None
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            trial.bind((address, port))
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
