"""The product served for a bench: web processes on a port of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, folder: str, *, workers: int = 2) -> subprocess.Popen[bytes]:
    settings = {"DEMO": "1", "PORT": str(port), "DATA_DIR": folder, "WORKERS": str(workers)}
    process = subprocess.Popen(
        [sys.executable, "-m", "booking", "web"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1)
            return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise RuntimeError("the server did not start")
