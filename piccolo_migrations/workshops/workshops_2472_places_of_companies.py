"""The target of mentor companies counts places: nineteen of them may be held by nine companies."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T00:24:12:002472"
VERSION = "1.38.0"
DESCRIPTION = "Places of mentor companies"

OF_COMPANIES = "programme = 'ptech' AND metric = 'companies' AND NOT declared AND unit = "
STEPS = (
    (
        f"UPDATE targets SET unit = 'places d''entreprise' WHERE {OF_COMPANIES} 'entreprises'",  # noqa: S608
        f"UPDATE targets SET unit = 'entreprises' WHERE {OF_COMPANIES} 'places d''entreprise'",  # noqa: S608
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
