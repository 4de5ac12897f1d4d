"""What was kept before an upgrade goes after 30 days, as /confidentialite says, and nothing else with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from booking.process.copies import forget_before_upgrades

NOW = datetime(2027, 1, 11, 3, tzinfo=UTC)


def kept(file: Path, *, days: float) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("names")
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(file, (at, at))
    return file


def test_a_backup_of_before_an_upgrade_goes_on_its_thirtieth_day_and_not_before(tmp_path: Path):
    old = kept(tmp_path / "mises-a-jour" / "avant-1.1.0.tar", days=30)
    new = kept(tmp_path / "mises-a-jour" / "avant-1.2.0.tar", days=29.9)
    photo = kept(tmp_path / "objets" / "7.jpg", days=400)
    assert forget_before_upgrades(tmp_path, now=NOW) == 1
    assert (old.exists(), new.exists(), photo.exists()) == (False, True, True)


def test_the_files_of_another_postgresql_go_thirty_days_after_ours_took_their_place(tmp_path: Path):
    ours = kept(tmp_path / "postgres" / "PG_VERSION", days=400).parent
    old, new = (kept(tmp_path / f"postgres-{major}" / "PG_VERSION", days=400).parent for major in (16, 17))
    for folder, days in ((ours, 400.0), (old, 30.0), (new, 29.9)):
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(folder, (at, at))
    assert forget_before_upgrades(tmp_path, now=NOW) == 1
    assert (ours.exists(), old.exists(), new.exists()) == (True, False, True)


def test_files_of_before_that_nothing_has_replaced_yet_stay(tmp_path: Path):
    old = kept(tmp_path / "postgres-17" / "PG_VERSION", days=400).parent
    os.utime(old, (0, 0))
    assert forget_before_upgrades(tmp_path, now=NOW) == 0
    assert old.exists()


def test_a_machine_that_was_never_upgraded_keeps_nothing_to_forget(tmp_path: Path):
    assert forget_before_upgrades(tmp_path, now=NOW) == 0
