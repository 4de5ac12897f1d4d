"""Whether one slot suits a search that was kept: the conditions of the list, read from a row."""

from __future__ import annotations

import re

from workshops.offer.narrow import CONDITIONS, together
from workshops.schools.queries import KILOMETRES
from workshops.slots.queries import BUILT, SEATS_FREE

_OFF = """EXISTS (SELECT FROM closures off_day WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN off_day.first_on AND off_day.last_on
    AND (off_day.zone = CASE {wish}.away WHEN 'moi' THEN {home}.zone ELSE {wish}.away END
      OR (off_day.school = {home}.id AND {wish}.away = 'moi')
      OR (off_day.zone IS NULL AND off_day.school IS NULL)))"""
# What is asked of a slot whatever its size, then what is asked of its lycée.
_ITSELF = """s.starts_at > $1 AND {open} AND {level}
  AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN coalesce({wish}.from_on, '-infinity') AND coalesce({wish}.to_on, 'infinity')
  AND ({wish}.tech_object IS NULL OR ({built}))
  AND (NOT {wish}.companies OR ({companies})) AND ({wish}.away = '' OR NOT {off})"""
_THERE = """({wish}.km IS NULL OR round(({km})::numeric, 1) <= {wish}.km)
  AND ({wish}.department = '' OR h.department = {wish}.department) AND ({wish}.lycee = '' OR h.uai = {wish}.lycee)"""
_ROOM = """(SELECT {free} AS room, s.seats, s.starts_at AT TIME ZONE 'Europe/Paris' AS at,
    {built} AS built) {half}"""
# The other half of the class, in another slot of the lycée that suits as well.
_HALVED = """EXISTS (SELECT FROM slots sibling, LATERAL {one}, LATERAL {another}
    WHERE sibling.school = s.school AND sibling.id <> s.id AND {itself} AND {together}
    AND here.at BETWEEN beside.at - interval '21 days' AND beside.at + interval '21 days')"""


def suits(wish: str, home: str) -> str:
    """SQL: at the instant $1, the slot `s` of the lycée `h` suits the row `wish` of the collège `home`, as the list
    would show it to that class, whole or in two halves."""
    itself = _ITSELF.format(
        wish=wish,
        open=CONDITIONS["only_open"].format("$1"),
        level=CONDITIONS["level"].format(f"{wish}.level"),
        built=CONDITIONS["tech_object"].format(f"{wish}.tech_object"),
        companies=CONDITIONS["company_places"].format("1"),
        off=_OFF.format(wish=wish, home=home),
    )
    there = _THERE.format(wish=wish, km=KILOMETRES.format(school="h", lat=f"{home}.lat", lon=f"{home}.lon"))
    halved = _HALVED.format(
        one=_ROOM.format(free=SEATS_FREE, built=BUILT, half="here"),
        another=_of_other(_ROOM.format(free=SEATS_FREE, built=BUILT, half="beside")),
        itself=_of_other(itself),
        together=together("here", "beside", pupils=f"{wish}.pupils"),
    )
    return f"{itself} AND {there} AND ({takes_whole(wish)} OR {halved})"


def takes_whole(wish: str) -> str:
    """SQL: the slot `s` has room for the whole class of the row `wish`."""
    return CONDITIONS["pupils"].format(f"{wish}.pupils")


def _of_other(of_slot: str) -> str:
    """The same said of the slot `sibling`."""
    return re.sub(r"\bs\.", "sibling.", of_slot)
