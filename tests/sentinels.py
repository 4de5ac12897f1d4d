"""A master, its replica and three Sentinels: real Valkeys on loopback, with passwords.

with sentinels() as site:
    site.url                # what REDIS_URL is told
    site.kill_the_master()
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from booking.process.embedded.provide import _program
from tests.command_line import data_folder, eventually, free_port

SECRET, WATCHES = "master's", "sentinel's"
SERVER = 'port {port}\nbind 127.0.0.1\nsave ""\ndir {home}\nrequirepass "{secret}"\nmasterauth "{secret}"\n'
SENTINEL = (
    'port {port}\nbind 127.0.0.1\ndir {home}\nrequirepass "{watches}"\nsentinel sentinel-pass "{watches}"\n'
    'sentinel monitor mymaster 127.0.0.1 {master} 2\nsentinel auth-pass mymaster "{secret}"\n'
    "sentinel down-after-milliseconds mymaster 1000\nsentinel failover-timeout mymaster 3000\n"
)


@dataclass
class Site:
    home: Path
    servers: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    watching: list[int] = field(default_factory=lambda: [free_port(), free_port(), free_port()])
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.watching)
        return f"redis+sentinel://:master%27s@{hosts}/mymaster/0?sentinel_password=sentinel%27s"

    def start(self, port: int, told: str, *more: str) -> None:
        file = self.home / f"{port}.conf"
        file.write_text(told.format(port=port, home=self.home, secret=SECRET, watches=WATCHES, master=self.servers[0]))
        with (self.home / f"{port}.log").open("wb") as log:
            self.running[port] = subprocess.Popen([_program(), str(file), *more], stdout=log)

    def master(self) -> int:
        """The port that the Sentinels name; 0 while they name none."""
        try:
            with Redis(port=self.watching[0], password=WATCHES, socket_timeout=5) as one:
                return int(one.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")[1])
        except (RedisError, TypeError):
            return 0

    def kill_the_master(self) -> None:
        gone = self.running[self.master()]
        gone.kill()
        gone.wait()

    def ready(self) -> bool:
        """Whether a replica follows and every Sentinel knows the two others."""
        try:
            with Redis(port=self.servers[0], password=SECRET) as master:
                follows = master.info("replication")["connected_slaves"] == 1
            for port in self.watching:
                with Redis(port=port, password=WATCHES) as one:
                    (told,) = one.sentinel_masters().values()
                    follows = follows and told["num-other-sentinels"] == 2 and told["num-slaves"] == 1
        except (RedisError, ValueError):
            return False
        return bool(follows)


@contextmanager
def sentinels() -> Iterator[Site]:
    with data_folder() as home:
        site = Site(home)
        try:
            for port in site.servers:
                site.start(port, SERVER)
            eventually(lambda: len(site.running) == 2 and _follow(site), "no replica follows")
            for port in site.watching:
                site.start(port, SENTINEL, "--sentinel")
            eventually(site.ready, "the Sentinels do not know each other")
            yield site
        finally:
            for process in site.running.values():
                process.kill()
                process.wait()


def _follow(site: Site) -> bool:
    try:
        with Redis(port=site.servers[1], password=SECRET) as second:
            return bool(second.replicaof("127.0.0.1", site.servers[0]))
    except RedisError:
        return False
