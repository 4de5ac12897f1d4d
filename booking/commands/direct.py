"""What needs a session of its own goes to PostgreSQL itself, not through a pooler that changes sessions underneath."""

from __future__ import annotations

import os

from booking.process.embedded.provide import provide
from booking.process.settings import SettingsRefused, data_folder
from workshops.database import current_engine

OWN_NUMBER = "SELECT pg_backend_pid()"


THROUGH_A_POOLER = (
    "DATABASE_URL mène à un PgBouncer, qui change de session à chaque transaction : donnez dans MIGRATE_URL"
    " l'adresse de PostgreSQL lui-même."
)


def go_straight() -> str:
    """From here on this process asks the server of MIGRATE_URL, where it is given; returns the database's address."""
    straight = os.environ.get("MIGRATE_URL")
    if straight:
        os.environ["DATABASE_URL"] = straight
    provide(data_folder(), queue=False)
    return os.environ["DATABASE_URL"]


async def refuse_a_pooler() -> None:
    """Raise SettingsRefused: a pooler gives a session another number than the session gives itself."""
    made = await current_engine().get_new_connection()
    try:
        if await made.fetchval(OWN_NUMBER) != made.get_server_pid():
            raise SettingsRefused(THROUGH_A_POOLER)
    finally:
        await made.close()
