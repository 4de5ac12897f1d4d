"""The coordinator sets what is this académie's, and the journal says who did and what changed."""

from __future__ import annotations

from datetime import datetime

from workshops.academie.queries import academie
from workshops.academie.rules import LABELS, AcademieSettings, Served, settled
from workshops.academie.settle import settle
from workshops.database import transaction
from workshops.events.record import record
from workshops.schools.queries import department_names

# What an empty setting means.
EMPTY = {"departments": "tous ceux de l'académie", "zone": "aucune", "trusted_domains": "aucun", "networks": "aucun"}


async def foresee_settings(asked: AcademieSettings) -> list[tuple[str, str, str]]:
    """What would change: each setting by its name, what it is and what it would be. Raises Invalid."""
    known = await department_names()
    return _changes(await academie(), settled(asked, known=known), known)


async def change_settings(asked: AcademieSettings, *, by: int, now: datetime) -> bool:
    """Pages, papers and imports follow at once; returns whether anything changed. Raises Invalid."""
    async with transaction():
        before, after = await settle(asked)
        changed = _changes(before, after, await department_names())
        if changed:
            detail = " ; ".join(f"{label} : {old} → {new}" for label, old, new in changed)
            await record("settings_changed", by=by, about_kind="settings", about=None, words=detail, now=now)
        return bool(changed)


def _changes(before: Served, after: AcademieSettings | Served, names: dict[str, str]) -> list[tuple[str, str, str]]:
    pairs = ((part, getattr(before, part), getattr(after, part)) for part in LABELS)
    return [(LABELS[part], _said(part, old, names), _said(part, new, names)) for part, old, new in pairs if old != new]


def _said(part: str, value: str | tuple[str, ...], names: dict[str, str]) -> str:
    words = value if isinstance(value, str) else ", ".join(names.get(one, one) for one in value)
    return words or EMPTY.get(part, "rien")
