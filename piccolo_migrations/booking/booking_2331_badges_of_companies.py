"""A company's badges are numbered once by what is written of theirs alone, not of each pupil's as well."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T22:00:31:002331"
VERSION = "1.38.0"
DESCRIPTION = "Badges of a company, numbered once"

NAME = "badges_numbered_once_in_a_company"
STEPS = ("CREATE UNIQUE INDEX badges_of_a_company ON badges (attendance, number) WHERE attendance IS NOT NULL",)


async def forwards() -> MigrationManager:
    manager = steps("booking", ID, DESCRIPTION, STEPS)
    manager.drop_constraint(table_class_name="Badge", tablename="badges", constraint_name=NAME)
    return manager
