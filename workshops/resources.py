"""Where pages, mails and migrations are, whichever way Technilab was installed."""

from __future__ import annotations

from pathlib import Path

BESIDE = Path(__file__).parents[1]


def carried(package: str, folder: str) -> Path:
    """A folder of the repository's top level; a wheel has it inside the package that reads it."""
    inside = BESIDE / package / folder
    return inside if inside.is_dir() else BESIDE / folder
