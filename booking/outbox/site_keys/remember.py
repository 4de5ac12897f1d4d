"""Remembering since when a secret key is the site's."""

from __future__ import annotations

from datetime import datetime

from booking.process.secret_key import print_of
from workshops.database import value

# The day of the first time stays.
KEEP = """INSERT INTO site_keys (key_print, since) VALUES ($1, $2)
ON CONFLICT (key_print) DO UPDATE SET since = least(site_keys.since, EXCLUDED.since) RETURNING since"""


async def key_since(secret_key: str, *, now: datetime) -> datetime:
    """Since when this key is the site's, as far as is known: what was made before may need one of those before it."""
    since: datetime = await value(KEEP, print_of(secret_key), now)
    return since
