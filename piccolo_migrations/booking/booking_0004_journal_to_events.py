"""The journal's lines become events."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T19:00:01:000304"
VERSION = "1.38.0"
DESCRIPTION = "The journal becomes the events"

STEPS = (
    "CREATE INDEX notices_inviting ON notices (about, about_kind, account) WHERE (entry = 'REQUEST')",
    (
        """INSERT INTO events (id, at, act, by, about_kind, about, detail)
  SELECT id, at, act, account, about_kind, about, detail FROM journal""",
        "INSERT INTO journal SELECT id, at, by, act, about_kind, about, detail FROM events",
    ),
    (
        "INSERT INTO event_words (event, words) SELECT entry, words FROM journal_words",
        "INSERT INTO journal_words (entry, words) SELECT event, words FROM event_words",
    ),
    (
        """SELECT setval(pg_get_serial_sequence('events', 'id'), greatest(
  (SELECT last_value FROM events_id_seq), (SELECT last_value FROM journal_id_seq)), true)""",
        """SELECT setval(pg_get_serial_sequence('journal', 'id'), (SELECT last_value FROM events_id_seq), true)""",
    ),
    (
        "DROP TRIGGER journal_append_only ON journal",
        """CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal FOR EACH ROW
  EXECUTE FUNCTION journal_is_append_only()""",
    ),
    (
        "DROP TRIGGER journal_kept ON journal",
        "CREATE TRIGGER journal_kept BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_kept()",
    ),
    (
        "DROP TRIGGER journal_whole ON journal",
        """CREATE TRIGGER journal_whole BEFORE TRUNCATE ON journal FOR EACH STATEMENT
  EXECUTE FUNCTION journal_is_append_only()""",
    ),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
