"""etcd and Patroni, where their addresses are given: what a stranger on their network may do without any proof."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule

PATIENCE = 3.0
# Asks for nothing: a closed Patroni refuses before it reads it, an open one says that it is empty and changes nothing.
NOTHING = b"{}"
REFUSED = (401, 403)


class Cluster(Struct, frozen=True):
    """The addresses, of those that were given, where whoever asks may act (`patroni_open`) or read (`etcd_open`)."""

    etcd_open: tuple[str, ...] = ()
    patroni_open: tuple[str, ...] = ()


async def look(*, etcd: Sequence[str], patroni: Sequence[str]) -> Cluster:
    """Ask each as anybody would, with no certificate and no password. One that does not answer lets nobody in."""
    reads = await asyncio.gather(*(asyncio.to_thread(_statuses, one, "GET", "/version") for one in etcd))
    acts = await asyncio.gather(*(asyncio.to_thread(_statuses, one, "PATCH", "/config", NOTHING) for one in patroni))
    return Cluster(
        etcd_open=tuple(one for one, seen in zip(etcd, reads, strict=True) if 200 in seen),
        patroni_open=tuple(
            one for one, seen in zip(patroni, acts, strict=True) if any(status not in REFUSED for status in seen)
        ),
    )


def _statuses(address: str, method: Literal["GET", "PATCH"], path: str, body: bytes | None = None) -> list[int]:
    """What the address answers in clear and by TLS, without the one where it speaks the other."""
    host, _, port = address.rpartition(":")
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    found = []
    for line in (
        http.client.HTTPConnection(host.strip("[]"), int(port), timeout=PATIENCE),
        http.client.HTTPSConnection(host.strip("[]"), int(port), timeout=PATIENCE, context=anybody),
    ):
        with suppress(OSError, http.client.HTTPException):
            try:
                line.request(method, path, body=body, headers={"Content-Type": "application/json"} if body else {})
                found.append(line.getresponse().status)
            finally:
                line.close()
    return found


def etcd(seen: Cluster) -> Finding | None:
    if not seen.etcd_open:
        return None
    return Finding(
        "etcd",
        f"{', '.join(seen.etcd_open)} répond à qui n'a pas de certificat : n'importe qui y choisit la base qui dirige",
        "client-cert-auth: true dans etcd.yml (deploy/etcd/), puis systemctl restart etcd, une machine après l'autre",
    )


def patroni(seen: Cluster) -> Finding | None:
    if not seen.patroni_open:
        return None
    return Finding(
        "Patroni",
        f"{', '.join(seen.patroni_open)} laisse changer les réglages de la base à qui n'a pas de secret",
        "restapi: verify_client ou authentication dans patroni.yml (deploy/patroni/), puis patronictl reload technilab",
    )


RULES: tuple[Rule[Cluster], ...] = (etcd, patroni)
