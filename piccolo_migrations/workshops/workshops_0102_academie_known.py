"""What the code knew of the académie before it was data, for the databases that hold its schools."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T20:00:02:000102"
VERSION = "1.38.0"
DESCRIPTION = "The académie known before"

STEPS = (
    """INSERT INTO departments (code, name, academie)
  SELECT code, name, 'Besançon'
  FROM (VALUES ('25', 'Doubs'), ('39', 'Jura'), ('70', 'Haute-Saône'), ('90', 'Territoire de Belfort')) k (code, name)
  WHERE code IN (SELECT department FROM schools)""",
    """INSERT INTO academie (id, name, zone, project)
  SELECT 1, 'Besançon', 'A', 'µTECH-BOOSTER' WHERE EXISTS (SELECT FROM departments)""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
