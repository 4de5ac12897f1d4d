"""No group in two places, nothing told twice, a journal that nobody shortens."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T18:00:01:000012"
VERSION = "1.38.0"
DESCRIPTION = "Who comes, guarded"

STEPS = (
    """ALTER TABLE reservations ADD CONSTRAINT reservations_group_free
  EXCLUDE USING gist (int8range("group", "group", '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
  WHERE ((state IN ('requested', 'confirmed', 'locked', 'offered') AND (replaces IS NULL)))""",
    "CREATE INDEX attendances_of_company ON attendances (company)",
    """CREATE UNIQUE INDEX attendances_one_live ON attendances (slot, company)
  WHERE state IN ('asked', 'announced')""",
    """CREATE UNIQUE INDEX attendances_one_per_trade ON attendances (slot, trade_key)
  WHERE (state IN ('asked', 'announced') AND (trade_key <> ''))""",
    "CREATE UNIQUE INDEX feeds_one_live ON feeds (membership) WHERE (revoked_at IS NULL)",
    """CREATE UNIQUE INDEX groups_told_apart ON groups (school, school_year, regexp_replace(
  translate(lower(name), 'àâäçéèêëîïôöùûüÿ', 'aaaceeeeiioouuuy'), '[[:space:][:punct:]]+', '', 'g'))""",
    "CREATE INDEX memberships_of_school ON memberships (school)",
    "CREATE UNIQUE INDEX memberships_once ON memberships (account, role, COALESCE(school, 0), COALESCE(company, 0))",
    "CREATE INDEX notices_failed ON notices (id) WHERE (state = 'failed')",
    "CREATE INDEX notices_to_send ON notices (next_try_at) WHERE (state = 'queued')",
    "CREATE INDEX presences_of_slot ON presences (slot)",
    """CREATE UNIQUE INDEX reservations_asked_once ON reservations (booked_by, idempotency_key)
  WHERE (idempotency_key IS NOT NULL)""",
    """CREATE INDEX reservations_asking ON reservations (hold_until)
  WHERE ((state = 'confirmed') AND (adults_asked IS NOT NULL))""",
    """CREATE INDEX reservations_came ON reservations (school, starts_at)
  WHERE state IN ('confirmed', 'locked', 'attended')""",
    "CREATE INDEX reservations_of_school ON reservations (school, starts_at)",
    "CREATE INDEX reservations_of_slot ON reservations (slot)",
    "CREATE INDEX reservations_of_teacher ON reservations (booked_by, starts_at)",
    "CREATE INDEX reservations_of_wish ON reservations (wish) WHERE (wish IS NOT NULL)",
    "CREATE UNIQUE INDEX reservations_one_change ON reservations (replaces) WHERE (state = 'requested')",
    """CREATE UNIQUE INDEX reservations_one_live ON reservations (slot, "group")
  WHERE state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered')""",
    "CREATE INDEX reservations_to_lapse ON reservations (hold_until) WHERE state IN ('requested', 'offered')",
    "CREATE INDEX reservations_to_lock ON reservations (starts_at) WHERE state IN ('confirmed', 'waiting')",
    "CREATE INDEX reservations_to_remind ON reservations (starts_at) WHERE state IN ('confirmed', 'locked')",
    "CREATE INDEX reservations_waiting ON reservations (slot, created_at) WHERE (state = 'waiting')",
    "CREATE INDEX scans_of_slot ON scans (slot)",
    "CREATE INDEX scans_undoing ON scans (undoes) WHERE (undoes IS NOT NULL)",
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN  RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE FUNCTION journal_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > now() - interval '365 days' + interval '1 hour' THEN
    RAISE EXCEPTION 'the journal is kept for a year';
  END IF;
  RETURN OLD;
END $$""",
    """CREATE FUNCTION undone_scans_enter_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT FROM scans WHERE undoes = NEW.scan) THEN
           DELETE FROM presences WHERE id = NEW.id;
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION undone_scans_let_nobody_out() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT FROM scans WHERE undoes = NEW.left_scan) THEN
           NEW.left_at := NULL;
           NEW.left_scan := NULL;
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal FOR EACH ROW
  EXECUTE FUNCTION journal_is_append_only()""",
    "CREATE TRIGGER journal_kept BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_kept()",
    """CREATE TRIGGER journal_whole BEFORE TRUNCATE ON journal FOR EACH STATEMENT
  EXECUTE FUNCTION journal_is_append_only()""",
    """CREATE TRIGGER departures_of_undone_scans BEFORE UPDATE OF left_scan ON presences FOR EACH ROW
  WHEN ((new.left_scan IS NOT NULL)) EXECUTE FUNCTION undone_scans_let_nobody_out()""",
    """CREATE TRIGGER presences_of_undone_scans AFTER INSERT ON presences FOR EACH ROW
  EXECUTE FUNCTION undone_scans_enter_nobody()""",
    """CREATE TRIGGER refusal_counts_grow BEFORE UPDATE ON refusal_counts FOR EACH ROW
  WHEN (NEW.often <= OLD.often OR NEW.until < OLD.until
    OR (NEW.id, NEW.hour, NEW.at, NEW.account, NEW.act) IS DISTINCT FROM (OLD.id, OLD.hour, OLD.at, OLD.account, OLD.act))
  EXECUTE FUNCTION journal_is_append_only()""",
    """CREATE TRIGGER refusal_counts_kept BEFORE DELETE ON refusal_counts FOR EACH ROW
  EXECUTE FUNCTION journal_is_kept()""",
    """CREATE TRIGGER refusal_counts_whole BEFORE TRUNCATE ON refusal_counts FOR EACH STATEMENT
  EXECUTE FUNCTION journal_is_append_only()""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
