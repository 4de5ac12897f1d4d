"""The migrations of this version, by application; read without Piccolo, which takes longer to load."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "piccolo_migrations"
APPS = ("workshops", "booking")


@cache
def ours() -> dict[str, tuple[str, ...]]:
    """Their names in the order in which they run."""
    names = {
        app: [
            re.search(r'^ID = "(.+)"$', file.read_text(), re.MULTILINE)
            for file in sorted(FOLDER.joinpath(app).glob(f"{app}_*.py"))
        ]
        for app in APPS
    }
    return {app: tuple(found[1] for found in some if found) for app, some in names.items()}
