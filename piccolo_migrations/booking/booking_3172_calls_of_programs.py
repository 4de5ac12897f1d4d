"""What a call of a program looks for: who answers for its company, what it asked before under a key."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T15:00:00:003172"
VERSION = "1.38.0"
DESCRIPTION = "Calls of programs"

INDEXES = [
    "CREATE INDEX memberships_of_company ON memberships (company)",
    "CREATE UNIQUE INDEX first_answers_of_programs ON first_answers (program, key) WHERE program IS NOT NULL",
]


async def forwards() -> MigrationManager:
    return indexes("booking", ID, DESCRIPTION, INDEXES)
