"""`python -m tests.faults.gated`: the cluster with doors that can be shut between its machines.

A line of its input is `DOOR STATE` (`tests.faults.gate`). For each database machine N: `dbN`, by which others reach its
PostgreSQL; `seenN`, by which HAProxy sees its Patroni; `askedN`, by which the other Patronis ask it; and `etcdN-1` to
`etcdN-3`, by which its Patroni asks each etcd. Its own ports stand behind them, for who is on that machine itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from booking.process.settings import data_folder
from deploy.cluster.layout import AWAY, HOST, Layout
from deploy.cluster.start import start
from tests.faults.site import Helper

DATABASES = (1, 2, 3)
# Behind the cluster's own ports.
FIRST = AWAY + 120


def own_postgres(port: int, number: int) -> int:
    """Where the PostgreSQL of a machine listens itself."""
    return port + FIRST + number


def own_patroni(port: int, number: int) -> int:
    """Where its Patroni does."""
    return port + FIRST + 10 + number


def to_etcd(number: int) -> list[str]:
    """The doors by which a machine's Patroni asks etcd."""
    return [f"etcd{number}-{other}" for other in DATABASES]


def around(number: int) -> list[str]:
    """All doors of a machine. Patronis ask each other by one door each, whoever asks: all of them are shut with it."""
    return [f"db{number}", f"seen{number}", *to_etcd(number), *(f"asked{other}" for other in DATABASES)]


def doors(layout: Layout) -> dict[str, dict[str, str]]:
    """Open them, and tell each Patroni where it listens and where it finds the others."""
    gate = Helper(["tests.faults.gate"])
    gate.say(json.dumps(list(_every(layout))))
    assert gate.hear() == "open"

    def hand_on() -> None:
        for line in sys.stdin:
            gate.say(line.strip())

    threading.Thread(target=hand_on, daemon=True).start()
    return {f"patroni{number}": _told(layout.port, number) for number in DATABASES}


def _every(layout: Layout) -> Iterator[dict[str, object]]:
    port, at = layout.port, layout.settings
    for number in DATABASES:
        patroni, postgres = own_patroni(port, number), own_postgres(port, number)
        yield _door(f"db{number}", int(at[f"POSTGRES{number}"].rpartition(":")[2]), postgres)
        yield _door(f"seen{number}", int(at[f"PATRONI{number}"].rpartition(":")[2]), patroni)
        yield _door(f"asked{number}", _asked(port, number), patroni)
        for other, name in zip(DATABASES, to_etcd(number), strict=True):
            yield _door(name, _etcd(port, number, other), int(at[f"ETCD{other}"].rpartition(":")[2]))


def _told(port: int, number: int) -> dict[str, str]:
    return {
        "PATRONI_POSTGRESQL_LISTEN": f"{HOST}:{own_postgres(port, number)}",
        "PATRONI_RESTAPI_LISTEN": f"{HOST}:{own_patroni(port, number)}",
        "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{HOST}:{_asked(port, number)}",
        "PATRONI_ETCD3_HOSTS": ",".join(f"'{HOST}:{_etcd(port, number, other)}'" for other in DATABASES),
        # Else it would ask the etcds where else they are, and go around the doors.
        "PATRONI_ETCD3_USE_PROXIES": "true",
        "PGBACKREST_PG1_PORT": str(own_postgres(port, number)),
    }


def _door(name: str, port: int, to: int) -> dict[str, object]:
    return {"name": name, "at": [HOST], "port": port, "to": [HOST, to]}


def _asked(port: int, number: int) -> int:
    return port + FIRST + 20 + number


def _etcd(port: int, number: int, other: int) -> int:
    return port + FIRST + 30 + 3 * number + other


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        start(data_folder() / "cluster", int(os.environ["PORT"]), restart=False, beside=doors)
