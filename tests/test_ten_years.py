"""The bench of ten years, in small: every page and act of it answers, and what it fills adds up."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import database
from tests.load import ten_years


def test_every_page_and_act_answers_with_one_year_behind_it_and_with_ten():
    command = [sys.executable, "-m", "tests.load.ten_years", "--slots", "600", "--rounds", "1"]
    ran = subprocess.run(command, cwd=database.ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    told = [line[:54].rstrip() for line in lines if " ms " in line]
    assert told[: len(ten_years.ACTS)] == [act.what[:54] for act in ten_years.ACTS]
    assert told[len(ten_years.ACTS) :] == [
        *("each minute: what lapses", "each minute: companies that lapse", "each minute: reminders"),
        *("each minute: reminders of lycées", "each minute: sessions without a group"),
        *("each minute: reminders of P-TECH", "at night: what would be erased"),
        *("at night: erasing it", "the next night"),
    ]


def test_what_is_filled_adds_up(tmp_path):
    name = f"filled_{os.getpid()}"
    ten_years.filled(name, 400, 10)
    try:
        counted = [sys.executable, "-m", "booking", "recount"]
        ran = subprocess.run(counted, env=os.environ | ten_years.here(name), capture_output=True, text=True, check=True)
        assert ran.stdout.startswith("0 total corrigé"), ran.stdout
    finally:
        database.drop(name)
