"""What a program asked under a key, once whoever answers for it, and whomever it names."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T15:00:00:003172"
VERSION = "1.38.0"
DESCRIPTION = "Keys of programs"

INDEXES = [
    "CREATE UNIQUE INDEX first_answers_of_programs ON first_answers (program, key) WHERE program IS NOT NULL",
]


async def forwards() -> MigrationManager:
    return indexes("booking", ID, DESCRIPTION, INDEXES)
