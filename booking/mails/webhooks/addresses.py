"""At which addresses a receiver may stand: public ones, over https. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from msgspec import Struct

from workshops.refusals import Invalid

_NO_HOST = "Écrivez une adresse complète, par exemple https://agenda.example.org/technilab."
_GLOBAL = ip_network("2000::/3")
# Addresses that carry another one inside, or that nobody answers at.
_CARRIERS = tuple(
    map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24"))
)


class ReceiverAddress(Struct, frozen=True):
    """Where a request goes, as its address says it; `port` and `host` are those of the connection."""

    scheme: str
    host: str
    port: int


def receiver_of(url: str, *, trial: bool) -> ReceiverAddress:
    """The receiver at an https address; http on this very machine is for the trial alone.

    Raises Invalid, under the name `url`, for an address at which no receiver may stand.
    """
    try:
        read = urlsplit(url)
        host, port = (read.hostname or "").encode("idna").decode(), read.port
    except ValueError:
        raise Invalid({"url": _NO_HOST}) from None
    if not host or read.scheme not in {"http", "https"} or not url.isprintable() or " " in url or len(url) > 500:
        raise Invalid({"url": _NO_HOST})
    if read.username is not None or read.password is not None or read.fragment:
        raise Invalid({"url": "L'adresse ne porte ni mot de passe ni « # »."})
    here = trial and (host == "localhost" or _is_loopback(host))
    if read.scheme != "https" and not here:
        raise Invalid({"url": "L'adresse commence par https:// : ce qui part est chiffré."})
    if port not in {None, 443} and not here:
        raise Invalid({"url": "L'adresse n'a pas d'autre port que celui de https, 443."})
    if not here and (host == "localhost" or (_is_literal(host) and not is_public(host))):
        raise Invalid({"url": "Cette adresse n'est pas publique : rien n'y serait envoyé."})
    return ReceiverAddress(read.scheme, host, port or {"https": 443, "http": 80}[read.scheme])


def may_connect(address: str, *, trial: bool) -> bool:
    """Whether a connection may be made to an IP address: a public one; in the trial, this machine's own too."""
    return is_public(address) or (trial and _is_loopback(address))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and no other address inside a disguise."""
    ip = ip_address(address)
    if any(ip in net for net in _CARRIERS if net.version == ip.version):
        return False
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_literal(host) and ip_address(host).is_loopback
