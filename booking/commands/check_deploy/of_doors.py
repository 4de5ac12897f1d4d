"""Where people come in on several machines: whether each nginx serves the site, and whether there is more than one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.commands.check_deploy.of_site import served_at
from booking.process.addresses import DEFAULT_PORTS, network_of
from booking.process.settings import Settings

GUIDE = "Deux portes : docs/running.md"


class Doors(Struct, frozen=True):
    """The doors that are known here, told or those of BASE_URL's name, and of these what each says that does not serve.

    `told` is whether they were given; `own` is whether that name leads to the address that one application machine has
    for itself.
    """

    told: bool = False
    known: tuple[str, ...] = ()
    shut: tuple[tuple[str, str], ...] = ()
    own: bool = False

    @property
    def seen(self) -> bool:
        """Whether it can be said from here that there are two, or that there are not."""
        return self.told or self.own or len(self.known) > 1


async def look(settings: Settings, *, doors: Sequence[str], address: str = "") -> Doors:
    """Knock at each as a browser does; of one machine alone nothing is asked but the doors that were given."""
    told = bool(doors)
    if not told and settings.one_of_several:
        doors = [address] if address else await asyncio.to_thread(_of_its_name, settings)
    said = await asyncio.gather(*(asyncio.to_thread(served_at, settings, door) for door in doors))
    shut = tuple((door, why) for door, why in zip(doors, said, strict=True) if why)
    own = len(doors) == 1 and is_a_machine(settings, doors[0].rpartition(":")[0].strip("[]"))
    return Doors(told, tuple(doors), shut, own)


def _of_its_name(settings: Settings) -> list[str]:
    parts = urlsplit(settings.base_url)
    port = parts.port or DEFAULT_PORTS["https"]
    with suppress(OSError):
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        hosts = dict.fromkeys(str(where[0]) for *_, where in found)
        return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in hosts]
    return []


def is_a_machine(settings: Settings, host: str) -> bool:
    """Whether requests are handed on from there: an address that moves hands on none."""
    with suppress(ValueError):
        address = ip_address(host)
        networks = [net for proxy in settings.trusted_proxies if (net := network_of(proxy)) is not None]
        own = [net for net in networks if net.num_addresses == 1 and not net.is_loopback]
        return any(address.version == net.version and address in net for net in own)
    return False


def shut(seen: Doors) -> Finding | None:
    if not seen.shut or (len(seen.known) == 1 and not seen.told):
        return None
    return Finding(
        "Portes",
        " ; ".join(f"{door} ne sert pas le site ({why})" for door, why in seen.shut),
        "systemctl status nginx haproxy keepalived sur cette machine",
    )


def alone(seen: Doors) -> Finding | None:
    if not seen.seen or len(seen.known) > 1:
        return None
    return Finding(
        "Portes",
        f"le site n'a que {', '.join(seen.known)} : si cette machine s'arrête, il s'arrête",
        GUIDE,
    )


RULES: tuple[Rule[Doors], ...] = (shut, alone)
