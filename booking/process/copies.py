"""Where copies of all that is kept go, for how long, and the key that closes them: read from the environment."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from booking.process.settings import SettingsRefused

KEPT_DAYS = 30
BEFORE_UPGRADES = "mises-a-jour"
KEY_LEAST = 32


class CopiesPlace(Struct, frozen=True):
    """A folder of copies, closed with a key, each of which goes after so many days."""

    folder: Path
    key: str
    days: int


def copies_place(environ: dict[str, str] | None = None) -> CopiesPlace | None:
    """None where COPIES_DIR names none; raises SettingsRefused, in words, for a key that closes nothing."""
    env = dict(os.environ) if environ is None else environ
    if not (folder := env.get("COPIES_DIR", "").strip()):
        return None
    days = env.get("COPIES_DAYS", "").strip() or str(KEPT_DAYS)
    if not days.isdigit() or not 1 <= int(days) <= 365:
        raise SettingsRefused(f"COPIES_DAYS est un nombre de jours, de 1 à 365, pas « {days} ».")
    key = copies_key(env)
    if len(key) < KEY_LEAST:
        raise SettingsRefused(
            f"Les copies de COPIES_DIR sont chiffrées : donnez dans COPIES_KEY une clé de {KEY_LEAST} caractères ou"
            " plus (openssl rand -hex 32), et gardez-la aussi hors de cette machine."
        )
    return CopiesPlace(Path(folder).resolve(), key, int(days))


def copies_key(environ: dict[str, str] | None = None) -> str:
    """What opens copies; empty where nobody said."""
    return (os.environ if environ is None else environ).get("COPIES_KEY", "").strip()


def forget_before_upgrades(data_dir: Path, *, now: datetime) -> int:
    """Remove this machine's backups of before an upgrade, and what another PostgreSQL's files held then, once nobody
    goes back to them; returns how many."""
    last = (now - timedelta(days=KEPT_DAYS)).timestamp()
    carried_over = data_dir.glob("postgres-[0-9]*") if (data_dir / "postgres").is_dir() else ()
    every = (*(data_dir / BEFORE_UPGRADES).glob("*"), *carried_over)
    old = [there for there in every if there.stat().st_mtime <= last]
    for there in old:
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)
    return len(old)
