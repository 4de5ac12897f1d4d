"""Wishes, halves, the demands of draws and whoever waits become demands, each with its lines.

Who of a class is away is a set of numbers, as it was: the whole class is all of them, the first half of a line the
number of that line and one that all first halves share, its second half every other number.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:00:02:002602"
VERSION = "1.38.0"
DESCRIPTION = "Demands, from what was asked before"

HELD = "WHERE ((state IN ('requested', 'confirmed', 'locked', 'offered') AND (replaces IS NULL)))"
ADD = "ALTER TABLE reservations ADD CONSTRAINT reservations_group_free EXCLUDE USING gist"
DROP = "ALTER TABLE reservations DROP CONSTRAINT reservations_group_free"
GROUP, TIME = """int8range("group", "group", '[]') WITH &&""", "tstzrange(starts_at, ends_at) WITH &&"


def _free(number: str) -> str:
    first = f"int8multirange(int8range(0, 0, '[]'), int8range({number}, {number}, '[]'))"
    away = f"""CASE half WHEN 1 THEN {first} WHEN 2 THEN int8multirange(int8range(NULL, NULL)) - {first}
  ELSE int8multirange(int8range(NULL, NULL)) END"""
    return f"{ADD} ({GROUP}, ({away}) WITH &&, {TIME}) {HELD}"


def _come_in_two(same: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION halves_come_in_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT half) FROM reservations WHERE {same} AND "group" = NEW."group" AND replaces IS NULL) <> 2
  THEN
    RAISE EXCEPTION 'a half without the other' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$"""  # noqa: S608 - constants only


HALVES_TRIGGER = """CREATE CONSTRAINT TRIGGER reservations_halves_come_in_two AFTER INSERT ON reservations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.{0} IS NOT NULL AND NEW.replaces IS NULL)
  EXECUTE FUNCTION halves_come_in_two()"""
NO_TRIGGER = "DROP TRIGGER reservations_halves_come_in_two ON reservations"
EACH_HALF = """CREATE UNIQUE INDEX reservations_each_half ON reservations ({})
  WHERE state IN ('requested', 'confirmed', 'locked', 'offered') AND (replaces IS NULL)"""
IN_DRAW = """CREATE UNIQUE INDEX reservations_one_in_draw ON reservations ("group")
  WHERE ((state)::text = 'in_draw'::text)"""
NOTHING = "SELECT 1"
STEPS = (
    # An alert keeps its number when it becomes a demand: no other has one that an alert ever had.
    (
        "SELECT setval(pg_get_serial_sequence('demands', 'id'), (SELECT last_value FROM alerts_id_seq) + 1, false)",
        NOTHING,
    ),
    # What each demand was: a wish, halves, a demand in a draw, or a reservation that waits by itself.
    (
        "ALTER TABLE demands ADD COLUMN was uuid, ADD COLUMN was_of int",
        "ALTER TABLE demands DROP COLUMN was, DROP COLUMN was_of",
    ),
    (
        """INSERT INTO demands ("group", school, asked_by, lines, asked_at, was)
  SELECT min("group"), min(school), min(booked_by), greatest(max(wish_rank), 2), min(created_at), wish
  FROM reservations WHERE wish IS NOT NULL GROUP BY wish ORDER BY min(id)""",
        NOTHING,
    ),
    (
        """INSERT INTO demands ("group", school, asked_by, lines, asked_at, was)
  SELECT min("group"), min(school), min(booked_by), 1, min(created_at), halves
  FROM reservations WHERE halves IS NOT NULL GROUP BY halves ORDER BY min(id)""",
        NOTHING,
    ),
    (
        """INSERT INTO demands ("group", school, asked_by, lines, asked_at, was_of, opening, number, weight, rank, result,
    shown_slot)
  SELECT r."group", r.school, r.booked_by, 1, r.created_at, r.id, d.opening, d.number, d.weight, d.rank,
    CASE WHEN d.result = '' AND r.state <> 'in_draw' THEN 'gone' ELSE d.result END, d.slot
  FROM draw_demands d JOIN reservations r ON r.id = d.reservation ORDER BY d.id""",
        NOTHING,
    ),
    (
        """INSERT INTO demands ("group", school, asked_by, lines, asked_at, was_of)
  SELECT r."group", r.school, r.booked_by, 1, r.created_at, r.id
  FROM reservations r WHERE r.state = 'waiting' AND r.wish IS NULL AND r.halves IS NULL
    AND NOT EXISTS (SELECT FROM draw_demands d WHERE d.reservation = r.id) ORDER BY r.id""",
        NOTHING,
    ),
    (
        """UPDATE reservations r SET demand = d.id, line = CASE WHEN r.wish = d.was THEN r.wish_rank ELSE 1 END
  FROM demands d WHERE d.was = coalesce(r.wish, r.halves) OR d.was_of = r.id""",
        NOTHING,
    ),
    ("ALTER TABLE demands DROP COLUMN was, DROP COLUMN was_of", "ALTER TABLE demands ADD COLUMN was uuid, ADD COLUMN was_of int"),
    (DROP, _free("uuid_hash_extended(halves, 0)").replace("ADD CONSTRAINT", "ADD CONSTRAINT")),
    (_free("(demand::int8 * 16 + line)"), DROP),
    (NO_TRIGGER, HALVES_TRIGGER.format("halves")),
    (
        _come_in_two("demand = NEW.demand AND line = NEW.line"),
        _come_in_two("halves = NEW.halves"),
    ),
    (HALVES_TRIGGER.format("half"), NO_TRIGGER),
    ("DROP INDEX reservations_each_half", EACH_HALF.format("halves, half")),
    (EACH_HALF.format("demand, line, half"), "DROP INDEX reservations_each_half"),
    (
        "DROP INDEX reservations_of_halves",
        "CREATE INDEX reservations_of_halves ON reservations (halves) WHERE (halves IS NOT NULL)",
    ),
    (
        "DROP INDEX reservations_of_wish",
        "CREATE INDEX reservations_of_wish ON reservations (wish) WHERE (wish IS NOT NULL)",
    ),
    "CREATE INDEX reservations_of_demand ON reservations (demand) WHERE (demand IS NOT NULL)",
    "CREATE INDEX demands_of_group ON demands (\"group\")",
    ("DROP INDEX reservations_one_in_draw", IN_DRAW),
    """CREATE UNIQUE INDEX demands_one_in_draw ON demands ("group")
  WHERE ((opening IS NOT NULL) AND ((result)::text = ''::text))""",
    ("ALTER TABLE reservations DROP CONSTRAINT reservations_half_of_two", NOTHING),
    """ALTER TABLE reservations ADD CONSTRAINT reservations_half_of_two
  CHECK (half IS NULL OR (demand IS NOT NULL AND half BETWEEN 1 AND 2))""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
