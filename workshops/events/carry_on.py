"""Going on with the turns of events in another PostgreSQL: its transactions are numbered anew."""

from __future__ import annotations

from workshops.database import rows, value

# Events that came with a copy have turns which this server's transactions may not have reached: from now on they are
# counted from there, so that what is there is read and what comes is read after it. By a name each, as a restoration,
# which looks no name up, says it too.
CARRY_ON = """DO $carry$
DECLARE behind bigint;
BEGIN
  IF to_regprocedure('public.event_turn(xid8)') IS NOT NULL THEN
    behind := (SELECT max(turn) FROM public.events) - public.event_turn(pg_current_xact_id());
    IF behind >= 0 THEN
      EXECUTE format('CREATE OR REPLACE FUNCTION public.event_turn(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE '
        'AS $turn$ SELECT $1::text::bigint + %s $turn$', public.event_turn('0') + behind + 1);
    END IF;
  END IF;
END $carry$;"""

# Of a server's own events none has a turn that is still to come.
CAME = "SELECT coalesce(max(turn) >= event_turn(pg_snapshot_xmax(pg_current_snapshot())), false) FROM events"


async def must_carry_on() -> bool:
    """Whether the events came from a server that had counted further: what is done now would be told to nobody."""
    return bool(await value(CAME))


async def carry_on() -> None:
    """Events written from now on are read after all that are there; done twice, it changes nothing."""
    await rows(CARRY_ON)
