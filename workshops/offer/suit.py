"""Whether one slot suits a search that was kept: the conditions of the list, read from a row."""

from __future__ import annotations

from workshops.offer.narrow import CONDITIONS
from workshops.schools.queries import KILOMETRES

_OFF = """EXISTS (SELECT FROM closures off_day WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN off_day.first_on AND off_day.last_on
    AND (off_day.zone = CASE {wish}.away WHEN 'moi' THEN {home}.zone ELSE {wish}.away END
      OR (off_day.school = {home}.id AND {wish}.away = 'moi')
      OR (off_day.zone IS NULL AND off_day.school IS NULL)))"""
_SUITS = """s.starts_at > $1 AND {open} AND {level} AND {pupils}
  AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN coalesce({wish}.from_on, '-infinity') AND coalesce({wish}.to_on, 'infinity')
  AND ({wish}.km IS NULL OR round(({km})::numeric, 1) <= {wish}.km)
  AND ({wish}.department = '' OR h.department = {wish}.department) AND ({wish}.lycee = '' OR h.uai = {wish}.lycee)
  AND ({wish}.tech_object IS NULL OR ({built}))
  AND (NOT {wish}.companies OR ({companies})) AND ({wish}.away = '' OR NOT {off})"""


def suits(wish: str, home: str) -> str:
    """SQL: at the instant $1, the slot `s` of the lycée `h` suits the row `wish` of the collège `home`, as the list
    would show it to that class."""
    return _SUITS.format(
        wish=wish,
        open=CONDITIONS["only_open"].format("$1"),
        level=CONDITIONS["level"].format(f"{wish}.level"),
        pupils=CONDITIONS["whole_or_halves"].format(f"{wish}.pupils"),
        km=KILOMETRES.format(school="h", lat=f"{home}.lat", lon=f"{home}.lon"),
        built=CONDITIONS["tech_object"].format(f"{wish}.tech_object"),
        companies=CONDITIONS["company_places"].format("1"),
        off=_OFF.format(wish=wish, home=home),
    )
