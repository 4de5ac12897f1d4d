"""Whatever is written of what lists show raises its version, by the database itself: no act can forget it.

A row that another transaction is raising is passed over: nobody waits here for anybody, so that the slots of a lycée
are booked side by side, and two acts on the same two lycées cannot wait for each other.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import raising, steps

ID = "2026-11-28T18:00:42:002202"
VERSION = "1.38.0"
DESCRIPTION = "Versions, raised"

SHARED, FIGURES = "0 FROM {rows}", "-1 FROM {rows}"
OF_WORKSHOP = "w.school FROM {rows} JOIN workshops w ON w.id = {rows}.workshop"
RAISING = {
    **dict.fromkeys(("slots", "workshops"), "school FROM {rows}"),
    **dict.fromkeys(("workshop_objects", "workshop_pictures"), OF_WORKSHOP),
    **dict.fromkeys(("academie", "closures", "departments", "openings", "schools", "tech_objects"), SHARED),
    **dict.fromkeys(("builds", "companies", "company_turnouts", "turnouts", "past_visits", "tallies"), FIGURES),
    **dict.fromkeys(("targets", "declared_figures", "partners", "ptech_schemes", "ptech_cohorts"), FIGURES),
    **dict.fromkeys(("ptech_censuses", "ptech_mentors", "mentoring_actions"), FIGURES),
    **dict.fromkeys(("bts1_courses", "bts1_steps", "bts1_partners", "bts1_intakes"), FIGURES),
}

STEPS = (
    # Raised again and again: what a line was before is swept from its page each time.
    ("ALTER TABLE versions SET (fillfactor = 25)", "ALTER TABLE versions RESET (fillfactor)"),
    "CREATE INDEX versions_of_scope ON versions (scope, id)",
    *(step for table, scopes in RAISING.items() for step in raising(table, scopes)),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
