"""Forgetting answers that can serve no one any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from workshops.database import rows

KEPT = timedelta(days=30)
FORGET = """DELETE FROM replies p WHERE $1 > coalesce(
  (SELECT sl.ends_at FROM reservations r JOIN slots sl ON sl.id = r.slot WHERE r.id = p.reservation),
  (SELECT sl.ends_at FROM attendances t JOIN slots sl ON sl.id = t.slot WHERE t.id = p.attendance),
  (SELECT starts_at FROM mentoring_actions WHERE id = p.action))
RETURNING p.id"""
FORGET_OF = "DELETE FROM replies WHERE account = $1"


async def forget(*, now: datetime) -> int:
    """Erase the answers to visits and actions that took place 30 days ago or more, and say how many there were."""
    return len(await rows(FORGET, now - KEPT))


def forget_files(folder: Path, *, now: datetime) -> None:
    """Erase the mails that were read 30 days ago or more. It touches files: call it from a thread."""
    for file in folder.glob("*"):
        if file.suffix.lower() == ".eml" and file.stat().st_mtime < (now - KEPT).timestamp():
            file.unlink(missing_ok=True)
