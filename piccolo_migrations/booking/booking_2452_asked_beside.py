"""What is asked again for one address and collège waits beside: one row alone of them is proved."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T00:00:02:002452"
VERSION = "1.38.0"
DESCRIPTION = "One proved sign-up for an address and a collège"

STEPS = ("CREATE UNIQUE INDEX sign_ups_proved_once ON sign_ups (email, school) WHERE proved_at IS NOT NULL",)


async def forwards() -> MigrationManager:
    manager = steps("booking", ID, DESCRIPTION, STEPS)
    manager.drop_constraint(table_class_name="SignUp", tablename="sign_ups", constraint_name="sign_ups_once")
    return manager
