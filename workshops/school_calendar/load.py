"""Load the school calendar: holidays of the zones, and the public holidays of the same years, from two known shapes of
file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from workshops.acts.days import FIRST_DAY, LAST_DAY, far_away
from workshops.acts.plain_words import one_line
from workshops.database import rows, transaction, value
from workshops.events.record import record_by
from workshops.imports.remember import remember
from workshops.school_calendar.rules import DayOff, autumn_of, paris_day
from workshops.school_calendar.tables import Closure
from workshops.schools.rules import FileRefused, text_of

ADD_HOLIDAYS = """
INSERT INTO closures (kind, label, zone, first_on, last_on, source)
SELECT 'holiday', label, zone, first_on, last_on, $5
FROM unnest($1::varchar[], $2::varchar[], $3::date[], $4::date[]) AS off (label, zone, first_on, last_on)
"""
ADD_PUBLIC_HOLIDAYS = """
INSERT INTO closures (kind, label, first_on, last_on, source)
SELECT 'public_holiday', label, day, day, $3
FROM unnest($1::varchar[], $2::date[]) AS off (label, day)
WHERE NOT EXISTS (SELECT 1 FROM closures known WHERE known.kind = 'public_holiday' AND known.first_on = day)
RETURNING 1
"""

STORED = """SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM (
  SELECT kind, label, zone, first_on, last_on, source FROM closures WHERE school IS NULL
  ORDER BY first_on, kind, zone, label, id) c"""
RESTORE = """INSERT INTO closures (kind, label, zone, first_on, last_on, source)
SELECT kind, label, zone, first_on, last_on, source FROM jsonb_populate_recordset(NULL::closures, $1::jsonb)"""

# Holidays are decreed year by year; public holidays are known in advance.
FURTHER_YEARS = 3


class Loaded(Struct, frozen=True):
    """What a calendar file brought: runs of holidays, public holidays that were not known yet."""

    holidays: int
    public_holidays: int


async def load_calendar(
    content: bytes,
    *,
    source: str = "",
    progress: Callable[[int, int], None] | None = None,
    by: int | None,
    now: datetime,
) -> Loaded:
    """Store the holidays of a calendar file; it is the truth for each zone and school year that it covers.

    One line in error, and nothing is stored. Public holidays of the same years, and of three more, are completed
    from the package `holidays`. Raises FileRefused.
    """
    found = read_calendar(content)
    off = [one for one in found if one.kind == "holiday"]
    years = [year for one in found for year in (one.first_on.year, one.last_on.year)]
    named = public_holidays(min(years), max(years) + FURTHER_YEARS) | {
        one.first_on: one.label for one in found if one.kind == "public_holiday"
    }
    async with transaction():
        before = await stored()
        await _replace(off, source)
        if progress is not None:
            progress(len(off), len(off) + len(named))
        added = await rows(ADD_PUBLIC_HOLIDAYS, list(named.values()), list(named), source)
        if progress is not None:
            progress(len(off) + len(named), len(off) + len(named))
        await remember("calendar", made=(), before=before, after=await stored(), by=by, now=now)
        detail = f"{len(off)} période{'s' if len(off) > 1 else ''}"
        await record_by(by, "calendar_imported", about_kind="calendar", about=None, detail=detail, now=now)
    return Loaded(holidays=len(off), public_holidays=len(added))


async def _replace(off: Sequence[DayOff], source: str) -> None:
    for zone, autumn in sorted({(one.zone, autumn_of(one.first_on)) for one in off}):
        known = Closure.delete().where(Closure.kind == "holiday", Closure.zone == zone)
        await known.where(Closure.first_on >= date(autumn, 9, 1), Closure.first_on <= date(autumn + 1, 8, 31))
    await rows(
        ADD_HOLIDAYS,
        [one.label for one in off],
        [one.zone for one in off],
        [one.first_on for one in off],
        [one.last_on for one in off],
        source,
    )


async def stored() -> str:
    """The holidays and public holidays as they stand, as JSON; not what schools declare themselves."""
    return str(await value(STORED))


async def take_back_calendar(before: str) -> None:
    """The calendar is again as it was; inside the caller's transaction."""
    await Closure.delete().where(Closure.school.is_null())
    await rows(RESTORE, before)


SATURDAY = 5
PLAIN = ("type", "libelle", "premier_jour", "dernier_jour", "zone")
OFFICIAL = ("Description", "Population", "Date de début", "Date de fin", "Zones")
EVERYONE = "France métropolitaine"
ZONES = {"Zone A": "A", "Zone B": "B", "Zone C": "C"}


def read_calendar(content: bytes) -> list[DayOff]:
    """The days off of a file in UTF-8 or CP1252.

    Lines for teachers alone and zones outside A, B and C are left out. Raises FileRefused with every line in error.
    """
    reader = csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";")
    header = next(reader, [])
    read = _reading_of(header)
    found: dict[DayOff, None] = {}
    errors: list[str] = []
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            errors.append(f"ligne {reader.line_num} : {len(cells)} colonnes au lieu de {len(header)}")
            continue
        try:
            off = read({name: one_line(text) for name, text in zip(header, cells, strict=True)})
        except ValueError as why:
            errors.append(f"ligne {reader.line_num} : {why}")
            continue
        if off is not None:
            found[off] = None
    if errors:
        raise FileRefused(*errors)
    if not found:
        raise FileRefused("le fichier ne contient aucun jour de congé des zones A, B et C")
    return list(found)


def public_holidays(first_year: int, last_year: int) -> dict[date, str]:
    """The public holidays of metropolitan France, from the package `holidays`, with their French names."""
    from holidays import country_holidays  # noqa: PLC0415 - slow to load, and only an import of a calendar needs it

    return dict(country_holidays("FR", years=range(first_year, last_year + 1), language="fr"))


def _reading_of(header: list[str]) -> Callable[[dict[str, str]], DayOff | None]:
    if set(PLAIN) <= set(header):
        return _plain
    if set(OFFICIAL) <= set(header):
        return _official
    raise FileRefused("ligne 1 : ces colonnes ne sont pas celles d'un calendrier scolaire")


def _plain(cell: dict[str, str]) -> DayOff | None:
    first_on, last_on = _date(cell["premier_jour"]), _date(cell["dernier_jour"])
    label = _label(cell["libelle"])
    if cell["type"] == "ferie" and cell["zone"] == EVERYONE:
        return _ordered(DayOff("public_holiday", label, first_on, last_on))
    if cell["type"] not in {"vacances", "pont"}:
        raise ValueError(f"le type « {cell['type']} » n'est ni vacances, ni pont, ni ferie")
    if cell["zone"] not in ZONES:
        return None
    return _ordered(DayOff("holiday", label, first_on, last_on, zone=ZONES[cell["zone"]]))


def _official(cell: dict[str, str]) -> DayOff | None:
    starts, ends = _paris_date(cell["Date de début"]), _paris_date(cell["Date de fin"])
    label = _label(cell["Description"])
    if cell["Population"] == "Enseignants" or cell["Zones"] not in ZONES:
        return None
    last_on = ends - timedelta(days=1)
    if label.startswith("Début des Vacances d'Été"):
        label, last_on = "Vacances d'Été", date(starts.year, 8, 31)
    return _ordered(DayOff("holiday", label, _first_whole_day(starts), last_on, zone=ZONES[cell["Zones"]]))


def _first_whole_day(published: date) -> date:
    """Holidays start after the lessons of the published day; a Saturday or a public holiday has none."""
    no_lessons = published.weekday() >= SATURDAY or published in public_holidays(published.year, published.year)
    return published if no_lessons else published + timedelta(days=1)


def _ordered(off: DayOff) -> DayOff:
    if far_away(off.first_on) or far_away(off.last_on):
        raise ValueError(f"{off.label} n'est pas entre {FIRST_DAY.year} et {LAST_DAY.year}")
    if off.first_on > off.last_on:
        raise ValueError(f"{off.label} finit avant de commencer")
    return off


def _label(text: str) -> str:
    if not text or len(text) > 120:
        raise ValueError("le nom des congés manque ou dépasse 120 caractères")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date (attendu : 2027-03-25)") from None


def _paris_date(text: str) -> date:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date") from None
    return paris_day(instant) if instant.tzinfo else instant.date()
