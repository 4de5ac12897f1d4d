"""Say where a target stands that the application does not count itself."""

from __future__ import annotations

from datetime import date, datetime

from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import paris_day

KNOWN = "SELECT id FROM targets WHERE id = $1 AND declared FOR NO KEY UPDATE"
DECLARE = """
INSERT INTO declared_figures (target, figure, counted_on, source, recorded_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (target, counted_on) DO UPDATE SET
  figure = excluded.figure, source = excluded.source, recorded_at = excluded.recorded_at
"""
MOST = 10_000_000


async def declare(target: int, *, figure: int, counted_on: date, source: str, by: int, now: datetime) -> None:
    """The whole reached on a day, with who says so; told again for the same day, it is replaced.

    Raises NotFound for a target that is counted by the application, Invalid.
    """
    errors = {}
    if not 0 <= figure <= MOST:
        errors["figure"] = "Le chiffre est un nombre entre 0 et 10 000 000."
    if counted_on > paris_day(now):
        errors["counted_on"] = "Ce jour n'est pas encore passé."
    if not 1 <= len(source.strip()) <= 200:
        errors["source"] = "Écrivez d'où vient ce chiffre, en 200 caractères au plus."
    if errors:
        raise Invalid(errors)
    async with transaction():
        if await value(KNOWN, target) is None:
            raise NotFound()
        await rows(DECLARE, target, figure, counted_on, source.strip(), now)
        words = f"{figure} au {counted_on.isoformat()}, d'après : {source.strip()}"
        await record("figure_declared", by=by, about_kind="target", about=target, words=words, now=now)
