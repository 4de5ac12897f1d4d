"""The first day of a site, typed in a bare Debian as docs/one_machine.md and docs/copies.md print it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.command_line import ROOT
from tests.deploy.bare.machine import lacking
from tests.deploy.bare.provider import programs

# Seconds: packages are fetched, and other tests run beside.
PATIENCE = 1500


def test_the_guides_make_a_site_of_a_bare_debian_its_copies_and_their_rehearsal() -> None:
    if why := lacking() or ("" if programs() else "no PostgreSQL of Debian here (make engines)"):
        pytest.skip(why)
    command = [sys.executable, "-m", "tests.deploy.bare", "day"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
