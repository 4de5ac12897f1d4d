"""The migrations of this version, by application; read without Piccolo, which takes longer to load."""

from __future__ import annotations

import re
from functools import cache

from booking.settings import SettingsRefused
from workshops.carried import carried

APPS = ("workshops", "booking")


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
