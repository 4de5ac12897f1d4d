"""An alert is a demand that ends with its sentence, under its number."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:00:09:002609"
VERSION = "1.38.0"
DESCRIPTION = "Demands, from alerts"

STEPS = (
    (
        """INSERT INTO demands (id, membership, "group", school, asked_by, level, pupils, lines, sentence, km, from_on, to_on,
    away, department, lycee, tech_object, companies, tells, known, slots, asked_at, ends_at, met_at)
  SELECT a.id, a.membership, a."group", m.school, m.account, a.level, a.pupils, 1, 1, a.km, a.from_on, a.to_on, a.away,
    a.department, a.lycee, a.tech_object, a.companies, true, a.known, a.slots, a.asked_at, a.ends_at, a.met_at
  FROM alerts a JOIN memberships m ON m.id = a.membership ORDER BY a.id""",
        "SELECT 1",
    ),
    "CREATE INDEX demands_told ON demands (membership) WHERE (tells AND (met_at IS NULL))",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
