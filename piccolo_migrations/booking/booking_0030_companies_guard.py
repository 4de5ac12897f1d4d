"""One live coming a company, asked or announced; one a trade where the host wants so; today's are confirmed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000030"
VERSION = "1.38.0"
DESCRIPTION = "Guards of companies that come"

FORWARDS = (
    "DROP INDEX attendances_one_live",
    """CREATE UNIQUE INDEX attendances_one_live ON attendances (slot, company) WHERE state IN ('asked', 'announced')""",
    """CREATE UNIQUE INDEX attendances_one_per_trade ON attendances (slot, trade_key)
       WHERE state IN ('asked', 'announced') AND trade_key <> ''""",
    "UPDATE attendances SET confirmed_at = created_at WHERE state <> 'asked' AND confirmed_at IS NULL",
)
BACKWARDS = (
    "DROP INDEX attendances_one_per_trade",
    "DROP INDEX attendances_one_live",
    """CREATE UNIQUE INDEX attendances_one_live ON attendances (slot, company) WHERE state = 'announced'""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards() -> None:
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
