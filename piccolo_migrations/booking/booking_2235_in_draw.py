"""A reservation may be in a draw: of one slot, and of one draw at a time for a group."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T18:00:35:002235"
VERSION = "1.38.0"
DESCRIPTION = "Reservations in a draw"

STATES = """'requested', 'confirmed', 'locked', 'attended', 'no_show', 'waiting', 'offered', 'lapsed',
  'cancelled_by_teacher', 'refused_by_principal', 'refused_by_host', 'called_off'"""
ADD = "ALTER TABLE reservations ADD CONSTRAINT reservations_known_state CHECK (state IN ({}))"
LIVE = "'requested', 'confirmed', 'locked', 'waiting', 'offered'"
INDEX = """CREATE UNIQUE INDEX reservations_one_live ON reservations (slot, "group") WHERE state IN ({})"""

STEPS = (
    ("ALTER TABLE reservations DROP CONSTRAINT reservations_known_state", ADD.format(STATES)),
    ADD.format(f"{STATES}, 'in_draw'"),
    ("DROP INDEX reservations_one_live", INDEX.format(LIVE)),
    INDEX.format(f"{LIVE}, 'in_draw'"),
    """CREATE UNIQUE INDEX reservations_one_in_draw ON reservations ("group") WHERE ((state)::text = 'in_draw'::text)""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
