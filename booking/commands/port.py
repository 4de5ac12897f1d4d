"""The address that pages are served on."""

from __future__ import annotations

import errno
import socket

from booking.settings import SettingsRefused

ADDRESS = "127.0.0.1"


def refuse_a_taken_port(port: int, *, shared: bool = False) -> None:
    """Say it before anything is started; with `shared`, other web processes of ours may be on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            trial.bind((ADDRESS, port))
        except OverflowError:
            raise SettingsRefused(f"PORT doit être compris entre 1 et 65535, pas {port}.") from None
        except OSError as error:
            if error.errno == errno.EACCES:
                raise SettingsRefused(f"Le port {port} est réservé au système : choisissez PORT=8000.") from None
            raise SettingsRefused(
                f"Le port {port} est déjà pris par un autre programme : arrêtez-le, ou choisissez un autre PORT."
            ) from None
