"""`make fuzz`: schemathesis sends the API what its document allows and what it does not, as each role, at a trial."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import database
from tests.command_line import free_port

# No crash, and no answer that the document does not describe.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)
ROLES = ("visitor", "teacher", "host", "company", "coordinator")
SEED = 20261126
CASES = 10_000
START_SECONDS = 120


@contextmanager
def a_trial() -> Iterator[tuple[str, dict[str, str]]]:
    """A Technilab of its own with the invented people: its address, and a key for each role."""
    name = f"fuzz_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="technilab-fuzz-") as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        told = {
            "DATABASE_URL": database.clone(name),
            "DATA_DIR": folder,
            "PORT": str(port),
            "BASE_URL": url,
            "DEMO": "1",
        }
        environment = {**os.environ, **told}
        subprocess.run([sys.executable, "-m", "booking", "demo"], env=environment, check=True, capture_output=True)
        log = Path(folder) / "web.log"
        with log.open("wb") as output:
            web = subprocess.Popen(
                [sys.executable, "-m", "booking", "web"], env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield url, {"visitor": ""} | _keys_at(url)
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(timeout=30)
            database.drop(name)


def _keys_at(url: str) -> dict[str, str]:
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{url}/demo/comptes.json", timeout=5) as answered:
                return {one["role"]: one["token"] for one in json.load(answered)}
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def fuzz(url: str, key: str, *, cases: int, seconds: int | None = None) -> tuple[bool, str]:
    """Whether all is as described, and what schemathesis says: so many cases an operation, at most so many seconds."""
    asked = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/openapi.json"),
        *("--checks", CHECKS, "--seed", str(SEED), "--max-examples", str(cases), "--continue-on-failure"),
        *("--phases", "coverage,fuzzing" if seconds else "coverage,fuzzing,stateful"),
        *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        *(("--max-time", str(seconds)) if seconds else ()),
        *(("--header", f"Authorization: Bearer {key}") if key else ()),
    ]
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder)
    return ran.returncode == 0, ran.stdout + ran.stderr


def operations_at(url: str) -> int:
    with urllib.request.urlopen(f"{url}/api/openapi.json", timeout=30) as answered:
        return sum(len(acts) for acts in json.load(answered)["paths"].values())


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    clean = True
    with a_trial() as (url, keys):
        each = -(-total // operations_at(url))
        for role in ROLES:
            began = time.monotonic()
            fine, said = fuzz(url, keys[role], cases=each)
            print(f"{role}: {'clean' if fine else 'NOT CLEAN'}, {time.monotonic() - began:.0f} s", flush=True)
            print(said if not fine else "\n".join(said.splitlines()[-12:]), flush=True)
            clean = clean and fine
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
