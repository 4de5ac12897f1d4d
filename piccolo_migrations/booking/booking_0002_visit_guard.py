"""What PostgreSQL itself guarantees about visits, the outbox and the journal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000002"
VERSION = "1.38.0"
DESCRIPTION = "One live visit per group and slot, no overlapping visits, an append-only journal"

LIVE = "('requested', 'confirmed', 'locked', 'offered')"

FORWARDS = (
    """CREATE UNIQUE INDEX reservations_one_live ON reservations (slot, "group")
       WHERE state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered')""",
    f"""ALTER TABLE reservations ADD CONSTRAINT reservations_group_free EXCLUDE USING gist (
         int8range("group", "group", '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
       ) WHERE (state IN {LIVE})""",
    """CREATE UNIQUE INDEX reservations_asked_once ON reservations (booked_by, idempotency_key)
       WHERE idempotency_key IS NOT NULL""",
    "CREATE INDEX reservations_of_slot ON reservations (slot)",
    "CREATE INDEX reservations_of_school ON reservations (school, starts_at)",
    """CREATE UNIQUE INDEX attendances_one_live ON attendances (slot, company) WHERE state = 'announced'""",
    "CREATE INDEX attendances_of_company ON attendances (company)",
    "CREATE INDEX presences_of_slot ON presences (slot)",
    "CREATE INDEX scans_of_slot ON scans (slot)",
    "CREATE INDEX notices_to_send ON notices (next_try_at) WHERE state = 'queued'",
    "CREATE INDEX notices_failed ON notices (id) WHERE state = 'failed'",
    """CREATE UNIQUE INDEX memberships_once ON memberships
       (account, role, coalesce(school, 0), coalesce(company, 0))""",
    "CREATE INDEX memberships_of_school ON memberships (school)",
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
)
BACKWARDS = (
    "DROP TRIGGER journal_append_only ON journal",
    "DROP FUNCTION journal_is_append_only()",
    "DROP INDEX memberships_of_school",
    "DROP INDEX memberships_once",
    "DROP INDEX notices_failed",
    "DROP INDEX notices_to_send",
    "DROP INDEX scans_of_slot",
    "DROP INDEX presences_of_slot",
    "DROP INDEX attendances_of_company",
    "DROP INDEX attendances_one_live",
    "DROP INDEX reservations_of_school",
    "DROP INDEX reservations_of_slot",
    "DROP INDEX reservations_asked_once",
    "ALTER TABLE reservations DROP CONSTRAINT reservations_group_free",
    "DROP INDEX reservations_one_live",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards() -> None:
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
