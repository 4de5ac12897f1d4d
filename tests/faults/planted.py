"""Builds of the product with one fault planted in it, which the checker must find."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import ROOT

COPIED = ("booking", "workshops", "templates", "piccolo_migrations")


@dataclass(frozen=True)
class Planted:
    """One line of the product, told wrong."""

    file: str
    was: str
    is_now: str


BUGS = {
    "seat sold twice": (
        Planted(
            "workshops/slots/seats.py",
            "seats_taken + {pupils}, groups_taken = groups_taken + 1,\n    groups_ever = groups_ever + 1 + {passed}",
            "seats_taken + {pupils} / 2, groups_taken = groups_taken + 1,\n"
            "    groups_ever = groups_ever + 1 + {passed}",
        ),
    ),
    "lost cancellation": (
        Planted(
            "booking/visits/reservations/transition.py",
            'pupils="$8 * changed.pupils"',
            'pupils="greatest($8, 0) * changed.pupils"',
        ),
    ),
    "stale read after own write": (
        Planted(
            "booking/api/slots.py",
            "    seen = await slot_card(slot)\n",
            '    kept = globals().setdefault("_planted", {})\n'
            "    seen = kept[slot, now.hour] = kept.get((slot, now.hour)) or await slot_card(slot)\n",
        ),
    ),
}


# Neither is seen but under faults: what was answered must be lost, or asked again.
UNDER_FAULTS = {
    "idempotency dropped": (
        Planted(
            "booking/api/shapes.py",
            "    return key_of(person.program.id if person.program is not None else None, key)\n",
            "    return None\n",
        ),
    ),
    "acknowledged before durable": (
        Planted(
            "workshops/database/hosts.py",
            "asyncpg.connect(**self.config, **arguments)",
            'asyncpg.connect(**self.config, **arguments, server_settings={"synchronous_commit": "off"})',
        ),
    ),
}


def build_with(bug: str, folder: Path) -> None:
    """Lay the product there by links to its files, what Python has compiled too, and plant `bug` in it."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, copy_function=os.symlink)
    for planted in (BUGS | UNDER_FAULTS)[bug]:
        file = folder / planted.file
        text = file.read_text()
        assert text.count(planted.was) == 1, f"{planted.file} no longer holds what the fault replaces"
        file.unlink()
        file.write_text(text.replace(planted.was, planted.is_now))
