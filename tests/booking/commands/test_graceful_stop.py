"""One web machine of several fails its readiness check before it stops."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.command_line import eventually, running


def test_it_is_not_ready_first_and_still_serves_meanwhile(home: Path) -> None:
    with running("web", home=home, ONE_OF_SEVERAL="1") as web:
        assert httpx.get(f"{web.url}/health/ready").json()["state"] == "ready"
        web.process.terminate()
        eventually(lambda: httpx.get(f"{web.url}/health/ready").json() == {"state": "leaving"}, "it is still ready")
        assert httpx.get(f"{web.url}/health/ready").status_code == 503
        assert httpx.get(f"{web.url}/health/live").status_code == 200
        assert web.process.wait(timeout=30) == 0
