"""The keys of invented people end within a day: those that were given until now lasted 20 years, and opened the data
of a trial that is served as a real one.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:00:00:002410"
VERSION = "1.38.0"
DESCRIPTION = "The keys of invented people end within a day"

STEPS = (
    (
        """UPDATE api_tokens t SET expires_at = least(t.expires_at, now() + interval '1 day')
        FROM accounts a WHERE a.id = t.account AND a.example""",
        "SELECT 1",
    ),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
