"""Halves come in two, each once; a class is nowhere twice, but for the two halves of one act, who may be at one hour.

Who of the class is away is a set of numbers. The whole class is all of them. The first half of an act is the number of
that act, and one that all first halves share; its second half is every other number. So the two halves of an act have
nothing in common, and whatever else is booked for the class meets both.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-27T12:01:02:001302"
VERSION = "1.38.0"
DESCRIPTION = "Halves of a class, guarded"

FIRST = "int8multirange(int8range(0, 0, '[]'), {act})".format(
    act="int8range(uuid_hash_extended(halves, 0), uuid_hash_extended(halves, 0), '[]')"
)
HELD = "WHERE ((state IN ('requested', 'confirmed', 'locked', 'offered') AND (replaces IS NULL)))"
ADD = "ALTER TABLE reservations ADD CONSTRAINT reservations_group_free"
DROP = "ALTER TABLE reservations DROP CONSTRAINT reservations_group_free"
GROUP, TIME = """int8range("group", "group", '[]') WITH &&""", "tstzrange(starts_at, ends_at) WITH &&"

STEPS = (
    (DROP, f"{ADD} EXCLUDE USING gist ({GROUP}, {TIME}) {HELD}"),
    (
        f"""{ADD} EXCLUDE USING gist ({GROUP}, (CASE half WHEN 1 THEN {FIRST}
  WHEN 2 THEN int8multirange(int8range(NULL, NULL)) - {FIRST} ELSE int8multirange(int8range(NULL, NULL)) END) WITH &&,
  {TIME}) {HELD}""",
        DROP,
    ),
    "CREATE INDEX reservations_of_halves ON reservations (halves) WHERE (halves IS NOT NULL)",
    """CREATE UNIQUE INDEX reservations_each_half ON reservations (halves, half)
  WHERE state IN ('requested', 'confirmed', 'locked', 'offered') AND (replaces IS NULL)""",
    """CREATE FUNCTION halves_come_in_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT half) FROM reservations
      WHERE halves = NEW.halves AND "group" = NEW."group" AND replaces IS NULL) <> 2 THEN
    RAISE EXCEPTION 'a half without the other' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$""",
    (
        """CREATE CONSTRAINT TRIGGER reservations_halves_come_in_two AFTER INSERT ON reservations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.halves IS NOT NULL AND NEW.replaces IS NULL)
  EXECUTE FUNCTION halves_come_in_two()""",
        "DROP TRIGGER reservations_halves_come_in_two ON reservations",
    ),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
