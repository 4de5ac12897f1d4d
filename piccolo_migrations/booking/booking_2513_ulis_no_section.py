"""A group that was said to be of ULIS is one whose pupils all are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:30:03:002513"
VERSION = "1.38.0"
DESCRIPTION = "ULIS is a count and no section"

STEPS = (
    (
        "UPDATE groups SET ulis = pupils, section = '' WHERE section = 'ULIS'",
        "UPDATE groups SET section = 'ULIS' WHERE ulis = pupils AND section = ''",
    ),
    (
        "ALTER TABLE groups DROP CONSTRAINT groups_known_section",
        "ALTER TABLE groups ADD CONSTRAINT groups_known_section CHECK (section IN ('', 'SEGPA', 'ULIS'))",
    ),
    "ALTER TABLE groups ADD CONSTRAINT groups_known_section CHECK (section IN ('', 'SEGPA'))",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
