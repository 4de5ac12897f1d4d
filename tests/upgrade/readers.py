"""People who look all the while, and what they are answered."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

READ = ("/", "/creneaux", "/programme", "/aide", "/api/v1/slots?limit=5")


@contextmanager
def readers(*doors: str, host: str) -> Iterator[Counter[str]]:
    """At these addresses of a site of that name, each on a connection of its own; how often each status came."""
    seen: Counter[str] = Counter()
    over = threading.Event()

    def look() -> None:
        alone = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(headers={"Host": host}, limits=alone, timeout=60) as client:
            while not over.is_set():
                for door, path in ((door, path) for path in READ for door in doors):
                    seen[_status(client, f"{door}{path}")] += 1
                    over.wait(0.05)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def _status(client: httpx.Client, url: str) -> str:
    try:
        return str(client.get(url).status_code)
    except httpx.TransportError as error:
        return type(error).__name__
