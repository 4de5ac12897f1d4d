"""A role has the place that it is given for, and no other, also for those who read the programme's figures."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T00:10:01:002571"
VERSION = "1.38.0"
DESCRIPTION = "Who reads for some départements or for a partner, guarded"

TABLE = "ALTER TABLE memberships"
KNOWN, BELONGS = f"{TABLE} DROP CONSTRAINT memberships_known_role", f"{TABLE} DROP CONSTRAINT memberships_belongs"
ONCE = "CREATE UNIQUE INDEX memberships_once ON memberships (account, role, COALESCE(school, 0), COALESCE(company, 0)"
STEPS = (
    (KNOWN, f"{TABLE} ADD CONSTRAINT memberships_known_role CHECK (role IN ('teacher', 'principal', 'host', 'company', 'coordinator'))"),
    (
        BELONGS,
        f"""{TABLE} ADD CONSTRAINT memberships_belongs CHECK ((school IS NOT NULL)
  = (role IN ('teacher', 'principal', 'host')) AND (company IS NOT NULL) = (role = 'company'))""",
    ),
    (
        f"""{TABLE} ADD CONSTRAINT memberships_known_role CHECK (role IN ('teacher', 'principal', 'host', 'company',
  'coordinator', 'inspector', 'consortium'))""",
        KNOWN,
    ),
    (
        f"""{TABLE} ADD CONSTRAINT memberships_belongs CHECK ((school IS NOT NULL)
  = (role IN ('teacher', 'principal', 'host')) AND (company IS NOT NULL) = (role = 'company')
  AND (departments <> '{{}}') = (role = 'inspector') AND (partner IS NOT NULL) = (role = 'consortium'))""",
        BELONGS,
    ),
    ("DROP INDEX memberships_once", f"{ONCE})"),
    (f"{ONCE}, COALESCE(partner, 0))", "DROP INDEX memberships_once"),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
