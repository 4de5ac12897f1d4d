"""The places of a slot: how many there are, and how they change hands.

The acts of those who come are composed of these fragments, in one statement each. Every argument is SQL of the act's
own statement: a parameter, or a column of what it has just changed (`of`).
"""

from __future__ import annotations

from msgspec import Struct

from workshops.slots.rules import TO_COME_SQL

# The slots are locked in the order of their numbers, so that two acts of the same ones wait instead of deadlocking.
LOCK_SEATS = "SELECT id FROM slots WHERE id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE"
# $2 more seats, of the pupils of a group that is there, where the slot has them.
RESEAT = "UPDATE slots SET seats_taken = seats_taken + $2 WHERE id = $1 AND seats_taken + $2 <= seats RETURNING id"


class GroupPlaces(Struct, frozen=True):
    """How many pupils and groups a slot takes, and how many of each have their place."""

    seats: int
    seats_taken: int
    groups_max: int
    groups_taken: int

    @property
    def seats_free(self) -> int:
        """Seats that another group may have: none once as many groups come as the slot takes."""
        return self.seats - self.seats_taken if self.groups_free > 0 else 0

    @property
    def groups_free(self) -> int:
        """Groups that may still come."""
        return self.groups_max - self.groups_taken


class SlotPlaces(GroupPlaces, frozen=True):
    """The same, and how many people of companies."""

    company_places: int
    company_places_taken: int

    @property
    def company_places_free(self) -> int:
        """People of companies that may still come."""
        return self.company_places - self.company_places_taken

    @property
    def taken(self) -> dict[str, int]:
        """How many of each have their place, by the name of how many there are."""
        return {
            "seats": self.seats_taken,
            "groups_max": self.groups_taken,
            "company_places": self.company_places_taken,
        }


class SlotConditions(SlotPlaces, frozen=True):
    """The same, with what the lycée says of the companies that it takes."""

    one_per_trade: bool
    on_agreement: bool


def seats_taken(slot: str, *, pupils: str, now: str, kept: str = "false", passed: str = "0") -> str:
    """A group sits down where there is room, in an open slot or where its place is `kept`: its mark is the next one,
    after those that are `passed` over."""
    return f"""UPDATE slots SET seats_taken = seats_taken + {pupils}, groups_taken = groups_taken + 1,
    groups_ever = groups_ever + 1 + {passed}
  WHERE id = {slot} AND ({kept} OR state = 'open' AND booking_closes_at > {now})
    AND seats_taken + {pupils} <= seats AND groups_taken < groups_max
  RETURNING id, starts_at, ends_at, groups_ever"""  # noqa: S608 - the acts' own words


def seats_taken_together(of: str, *, among: str) -> str:
    """Groups sit down that come at once: the slot of each line (its pupils, groups and marks) takes all or none.
    The slots, which are `among` these numbers, are locked in order."""
    # They are found by their numbers, however many are open and whatever PostgreSQL knows of the table.
    return f"""UPDATE slots SET seats_taken = seats_taken + sitting.pupils,
    groups_taken = groups_taken + sitting.groups, groups_ever = groups_ever + sitting.marks
  FROM (SELECT {of}.* FROM slots JOIN {of} ON {of}.slot = slots.id WHERE slots.id = ANY ({among}) ORDER BY slots.id
    FOR NO KEY UPDATE OF slots) sitting
  WHERE slots.id = ANY ({among}) AND slots.id = sitting.slot
    AND (slots.state = 'open') IS TRUE AND slots.booking_closes_at > sitting.now
    AND slots.seats_taken + sitting.pupils <= slots.seats AND slots.groups_taken + sitting.groups <= slots.groups_max
  RETURNING slots.id, slots.starts_at, slots.ends_at, slots.groups_ever, slots.seats_taken, slots.groups_taken,
    sitting.marks"""  # noqa: S608 - as above


def joined(slot: str, *, pupils: str, now: str, full: bool, unless: str = "false") -> str:
    """A slot that a group joins without a seat, to wait where it is `full` for it, or for a draw; nothing once that has
    changed. `unless`: the group waits there whether it is full or not. Its seats may change hands meanwhile, its hours
    and its state may not."""
    room = f"AND ({unless} OR seats_taken + {pupils} > seats OR groups_taken >= groups_max)" if full else ""
    return f"""SELECT id, starts_at, ends_at FROM slots WHERE id = {slot} AND state = 'open'
    AND booking_closes_at > {now} AND list_locks_at > {now} AND {pupils} <= seats {room} FOR KEY SHARE"""  # noqa: S608


def seats_kept(of: str, *, passed: str = "0") -> str:
    """The places of a group to which they are offered; its mark comes after those that are `passed` over."""
    return f"""UPDATE slots SET seats_taken = seats_taken + {of}.pupils, groups_taken = groups_taken + 1,
    groups_ever = groups_ever + 1 + {passed}
  FROM {of} WHERE slots.id = {of}.slot"""  # noqa: S608 - as above


def seats_given(of: str, *, ever: str, slots: str) -> str:
    """The places that several groups get at once in slots that are locked: `ever` is the last mark that each of these
    `slots` has given."""
    return f"""UPDATE slots SET seats_taken = seats_taken + got.pupils, groups_taken = groups_taken + got.groups,
    groups_ever = groups_ever + 1 + (marked.last - groups_ever % 36 + 36) % 36
  FROM (SELECT slot, sum(pupils)::int AS pupils, count(*)::int AS groups FROM {of} GROUP BY slot) got
  JOIN unnest({ever}, {slots}) AS marked (last, slot) USING (slot)
  WHERE slots.id = got.slot"""  # noqa: S608 - as above


def seats_shifted(of: str, *, slot: str, pupils: str, groups: str) -> str:
    """More or fewer seats for a group, all of them given back when it leaves."""
    return f"""UPDATE slots SET seats_taken = seats_taken + {pupils}, groups_taken = groups_taken + {groups}
  FROM {of} WHERE slots.id = {slot}"""  # noqa: S608 - as above


def company_places_taken(slot: str, *, people: str, now: str) -> str:
    """A company finds room for its people in a slot that has not begun; `state` is how it comes there,
    `warned_of` how many groups it has had where none comes, `warned_on` its day where none may come any more."""
    return f"""UPDATE slots SET company_places_taken = company_places_taken + {people}
  WHERE id = {slot} AND state IN {TO_COME_SQL} AND starts_at > {now}
    AND company_places_taken + {people} <= company_places
  RETURNING id, one_per_trade, CASE WHEN groups_taken = 0 THEN groups_ever ELSE 0 END AS warned_of,
    CASE WHEN groups_taken = 0 AND (state = 'closed' OR booking_closes_at <= {now})
      THEN (starts_at AT TIME ZONE 'Europe/Paris')::date END AS warned_on,
    CASE WHEN on_agreement THEN 'asked' ELSE 'announced' END AS state"""  # noqa: S608 - as above


def company_places_shifted(of: str, *, people: str) -> str:
    """More or fewer places for a company, all of them given back when it does not come."""
    return f"""UPDATE slots SET company_places_taken = company_places_taken + {people}
  FROM {of} WHERE slots.id = {of}.slot"""  # noqa: S608 - as above
