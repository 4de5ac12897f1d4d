"""The migrations of this version, by application; read without Piccolo, which takes longer to load."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache

from booking.process.settings import SettingsRefused
from workshops.resources import carried

APPS = ("workshops", "booking")
# The day from which on every version carries on what the ones before it kept; a migration begins with its day.
KEPT_FROM = "2026-11-29"
# After what 1.0.0 found: from here on a migration only adds, and a process of the version before goes on beside it.
ADDS_FROM = "2026-12-01T10:00:02"


class Descent(Enum):
    """What data are to this version, by the migrations that they ran."""

    OURS = auto()  # none that it does not know: those that they lack can run
    NEWER = auto()  # some that were made after it: a version to come wrote them, or is about to
    OLDER = auto()  # some of a time whose versions nothing carries on


@cache
def ours() -> dict[str, tuple[str, ...]]:
    """Their names in the order in which they run; raises SettingsRefused where this Technilab lacks them."""
    folders = {app: carried(app, f"piccolo_migrations/{app}") for app in APPS}
    names = {
        app: [
            re.search(r'^ID = "(.+)"$', file.read_text(), re.MULTILINE) for file in sorted(folder.glob(f"{app}_*.py"))
        ]
        for app, folder in folders.items()
    }
    told = {app: tuple(found[1] for found in some if found) for app, some in names.items()}
    for app, found in told.items():
        if not found:
            raise SettingsRefused(
                f"Il manque à cette installation de Technilab les étapes qui font ses tables ({folders[app]}) :"
                " installez-la à nouveau."
            )
    return told


def lacking(ran: Iterable[str]) -> int:
    """How many migrations of this version data lack that ran these."""
    return len({name for names in ours().values() for name in names} - set(ran))


def descent(ran: Iterable[str]) -> Descent:
    """Whether this version can take on data that ran these migrations, and if not, why."""
    unknown = set(ran) - {name for names in ours().values() for name in names}
    if not unknown:
        return Descent.OURS
    return Descent.NEWER if min(unknown) >= KEPT_FROM else Descent.OLDER
