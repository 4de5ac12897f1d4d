"""The guides typed in a bare Debian: `python -m tests.deploy.bare [new] [before]`, or `day`, the beginning of `new`.

Prints each block as it is typed, what it answered and how long it took, and at the end what had to be added that no
guide says. Exit code 1 where a block did not do what its guide lets one expect, 3 in words where nothing may be
mounted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy.bare.machine import Failed, lacking, machine
from tests.deploy.bare.provider import programs, provider
from tests.deploy.bare.story import first_day, new_site, version_before
from tests.upgrade.versions import before

INSIDE = "--inside"
# A process of the network around us is the first, whose children end with it; ours reaches itself alone.
AROUND = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh")
STORIES = ("new", "before", "day")


def main(asked: list[str]) -> int:
    wanted = [story for story in STORIES if story in (asked or STORIES[:2])]
    if why := lacking() or ("" if programs() else "no PostgreSQL of Debian here (make engines)"):
        print(f"Not played: {why}.")
        return 3
    within = (*AROUND, "unshare", "--net", sys.executable, "-m", "tests.deploy.bare", INSIDE, *wanted)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Taken away from here, where nothing of ours is mounted.
    with tempfile.TemporaryDirectory(prefix="technilab-bare-") as folder:
        Path(folder).chmod(0o755)
        return subprocess.run(within, env={**os.environ, "TMPDIR": folder}, check=False).returncode


def play(story: str) -> list[str]:
    """One machine's story, with all that it prints; the blocks that failed."""
    began = time.monotonic()
    folder, bare = Path(tempfile.mkdtemp()), machine()
    with provider() as beside:
        try:
            if story == "day":
                first_day(bare, beside)
            elif story == "new":
                new_site(bare, beside, folder)
            else:
                version_before(bare, beside, folder, before())
        finally:
            print(f"\nAdded, which no guide says ({story}):")
            print("\n".join(f"- {what}" for what in bare.added))
            print(f"\nSeconds ({story}), by what was typed:")
            print("\n".join(f"{seconds:7.1f}  {told}" for told, seconds in bare.seconds.items() if told))
            print(f"{time.monotonic() - began:7.1f}  all of it", flush=True)
        return bare.failed


def inside(stories: list[str]) -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for story in stories:
        try:
            failed = play(story)
            if failed:
                raise Failed("\n".join(failed))
        except (Failed, AssertionError) as failure:
            print(f"\nFailed: {failure}", flush=True)
            return 1
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(inside(given[1:]) if given[:1] == [INSIDE] else main(given))
