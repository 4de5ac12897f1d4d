"""The Host header is checked against the allowed names: BASE_URL's, and this machine's own while it is a trial."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workshops.refusals import Refusal

if TYPE_CHECKING:
    from litestar.types import Scope

    from booking.process.settings import Settings

# RFC 9110, 7.2: a name or an IP address, and optionally a port.
_HOST = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)


class Misdirected(Refusal):
    kind = "misdirected"
    status = 400
    title = "Autre adresse"

    def __init__(self, base_url: str) -> None:
        super().__init__(f"Cette adresse n'est pas celle de ce Technilab. Ouvrez {base_url}.")


def refuse_other_hosts(scope: Scope, settings: Settings) -> None:
    """Raise Misdirected for a host name that is not ours, which a cache or a page could take for the true one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or _name_of(hosts[0]) not in settings.hosts:
        raise Misdirected(settings.base_url)


@lru_cache(maxsize=64)
def _name_of(host: bytes) -> str:
    match = _HOST.fullmatch(host)
    return match[1].decode().lower().strip("[]") if match else ""
