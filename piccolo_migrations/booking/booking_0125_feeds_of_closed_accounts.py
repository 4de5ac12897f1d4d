"""The agenda links of accounts that are closed end for good, as those of the accounts closed from now on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-26T10:00:01:000125"
VERSION = "1.38.0"
DESCRIPTION = "No agenda link of a closed account"

REVOKE = """
UPDATE feeds f SET revoked_at = a.disabled_at FROM memberships m JOIN accounts a ON a.id = m.account
WHERE m.id = f.membership AND f.revoked_at IS NULL AND a.disabled_at IS NOT NULL
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        await rows(REVOKE)

    async def run_backwards() -> None:
        """A link that has ended stays so."""

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
