"""The morning on which bookings open, in small: every demand has its answer, and exactly the places are sold."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests import database
from tests.load.goals import Goals

SMALL = {"DEMANDS": "360", "SECONDS": "3", "SLOTS": "8", "READERS": "10", "TIMED": "0"}
# How long it took, the goal beside, the day of the hour, and what a seed gave.
PASSES = re.compile(r" in [\d.]+ s|   goal.*|[\d-]{10}T[\d:]{8}Z|(?<=demandes) : \d.*")


def test_each_demand_of_an_opening_morning_is_answered_and_exactly_the_places_are_sold():
    command, told = [sys.executable, "-m", "tests.load.opening"], os.environ | SMALL
    ran = subprocess.run(command, env=told, cwd=database.ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [line for line in ran.stdout.splitlines() if not line.startswith("load") and "beside" not in line]
    assert [" ".join(PASSES.sub("", line).split()) for line in lines if "p50" not in line] == [
        "first come, first served",
        "demands answered 360: 8 booked, 352 waiting with its rank",
        "places sold 192, beyond a slot's seats 0",
        "drawn",
        "demands answered 360: 360 in the draw of",
        "demands answered by the draw 360",
        "replayed from the whole file Égal : 360 demandes",
        "places given as drawn",
        "beyond a slot's seats 0",
    ]


def test_a_goal_that_is_missed_is_said_in_one_line_and_by_the_exit_code(capsys):
    goals = Goals()
    goals.show("places sold", "6000", "6000", reached=True)
    assert goals.end() == 0
    goals.show("a demand's answer", "4000 ms", "under 3 s", reached=False)
    assert goals.end() == 1
    assert capsys.readouterr().out.splitlines()[2:] == ["missed: a demand's answer: 4000 ms, goal under 3 s"]
