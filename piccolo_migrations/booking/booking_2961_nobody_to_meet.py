"""A company takes its coming back because no group comes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T06:42:00:002961"
VERSION = "1.38.0"
DESCRIPTION = "Withdrawn as nobody comes"

DROP = "ALTER TABLE attendances DROP CONSTRAINT attendances_known_withdrawal"
ADD = """ALTER TABLE attendances ADD CONSTRAINT attendances_known_withdrawal
CHECK (withdrawn_why IN ({}) AND (withdrawn_why = '' OR state = 'withdrawn'))"""
BEFORE = "'', 'last_minute', 'too_far', 'mistake', 'other'"

STEPS = (
    (DROP, ADD.format(BEFORE)),
    (ADD.format(f"{BEFORE}, 'no_group'"), DROP),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
