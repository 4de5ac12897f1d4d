"""Charts are ready before the first one is asked for, and nothing waits for them."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import asyncio, sys
import booking.app
from booking.programme.charts.warm import warm, warmed

def loaded():
    return any(name.split(".")[0] in {"matplotlib", "numpy"} for name in sys.modules)

async def main():
    print(loaded())
    async with warmed():
        await asyncio.sleep(0)
    print(loaded())
    await warm(quiet=0)
    print("matplotlib.backends.backend_svg" in sys.modules)

asyncio.run(main())
"""


def test_a_start_does_not_load_what_draws_and_a_quiet_moment_does():
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "True"]
