"""The primary dies and its standby takes its place, under pages and commands that were told of both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking.commands.test_database_away import AWAY, SERVED, every_answer
from tests.command_line import data_folder, eventually, running, technilab
from tests.replica import Pair, primary_and_standby


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Pair, Path]]:
    with primary_and_standby() as pair, data_folder() as home:
        yield pair, home


def test_pages_are_served_again_once_the_standby_is_the_primary_and_nobody_restarts_them(two):
    pair, home = two
    with running("web", home=home, DATABASE_URL=pair.url) as web:
        assert asyncio.run(every_answer(web.url)) == SERVED
        pair.primary.stop("immediate")
        assert asyncio.run(every_answer(web.url)) == AWAY
        pair.standby.promote()
        eventually(lambda: asyncio.run(every_answer(web.url)) == SERVED, "it never came back")
        assert "Traceback" not in web.said(), web.said()[-3000:]


def test_a_backup_and_what_puts_it_back_find_the_new_primary(two, tmp_path):
    pair, home = two
    kept = tmp_path / "kept"
    pair.standby.ask("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('lampe', '', 60, false)")
    assert technilab("backup", str(kept), home=home, DATABASE_URL=pair.url).returncode == 0
    pair.standby.ask("DELETE FROM tech_objects")
    assert technilab("restore", str(kept), "--replace", home=home, DATABASE_URL=pair.url).returncode == 0
    assert pair.standby.ask("SELECT name FROM tech_objects") == "lampe"
