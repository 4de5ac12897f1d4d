"""The copies: whether there is one, how old it is, whether anybody has tried to put it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule

# One a night, and a night that failed is told the next morning.
COPY_LASTS = timedelta(hours=26)
# Whatever restores nothing for a quarter may have stopped doing so.
REHEARSAL_LASTS = timedelta(days=92)
COPY = "technilab backup FICHIER, ou systemctl start technilab-backup"


class Copies(Struct, frozen=True):
    """When the last copy was made, when one last failed, when one was last rehearsed; None: never."""

    made_at: datetime | None
    failed_at: datetime | None
    rehearsed_at: datetime | None
    now: datetime


def made(seen: Copies) -> Finding | None:
    if seen.made_at is None:
        return Finding("Copies", "il n'y en a aucune", COPY)
    if seen.failed_at is not None and seen.failed_at > seen.made_at:
        when = f"{seen.failed_at:%d/%m/%Y à %H:%M}"
        return Finding("Copies", f"la dernière a échoué, le {when} UTC", "journalctl -u technilab-backup dit pourquoi")
    if seen.now - seen.made_at > COPY_LASTS:
        return Finding("Copies", f"la dernière date du {seen.made_at:%d/%m/%Y à %H:%M} UTC", COPY)
    return None


def rehearsed(seen: Copies) -> Finding | None:
    if seen.made_at is None or (seen.rehearsed_at and seen.now - seen.rehearsed_at <= REHEARSAL_LASTS):
        return None
    since = f"depuis le {seen.rehearsed_at:%d/%m/%Y}" if seen.rehearsed_at else "jusqu'ici"
    return Finding("Copies essayées", f"aucune n'a été remise en place {since}", "technilab rehearse-restore")


RULES: tuple[Rule[Copies], ...] = (made, rehearsed)
