"""The evening of a visit: who received it and the companies that came are thanked, with what it was in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.mails.draft import Draft, Item, Lines, Listing
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.programme.company_years.queries import WITH_PUPILS
from booking.programme.company_years.rules import hours_words
from booking.programme.evening.queries import Received, gave, received, told_in
from booking.programme.figures.rules import is_few
from booking.words.wording import counted, hour, short_day
from workshops.database import rows, transaction
from workshops.events.record import REMINDED
from workshops.school_calendar.rules import OFFICE_CLOSES, paris_day, paris_instant
from workshops.slots.queries import slot_card

# A worker that was away for longer says nothing of what is over.
LOOKS_BACK = timedelta(days=3)
ALONE = "SELECT pg_advisory_xact_lock(hashtext('slot_thanked'))"
# $1 now, $2 since when it may have been closed, $3 the beginning of this evening. A lycée is thanked in one mail for
# all that it has closed until then, a company in one for all that it was at there; what is closed after that mail waits
# for the next evening. Of each the first one is told, the others with it.
ASK = f"""
WITH over AS MATERIALIZED (
  SELECT s.id, s.starts_at, s.school, row_number() OVER (PARTITION BY s.school ORDER BY s.starts_at, s.id) AS nth
  FROM slots s
  WHERE s.closed_at > $2 AND s.closed_at <= $1 AND s.ends_at <= $1 AND s.state = 'done' AND {WITH_PUPILS}
    AND NOT EXISTS (SELECT FROM events thanked WHERE thanked.about_kind = 'slot' AND thanked.about = s.id
      AND thanked.act IN ('slot_thanked', 'slot_thanked_also'))
    AND NOT EXISTS (SELECT FROM events tonight JOIN slots other ON other.id = tonight.about
      WHERE tonight.act = 'slot_thanked' AND tonight.at >= $3 AND other.school = s.school)
), came AS (
  SELECT a.id, row_number() OVER (PARTITION BY a.company, over.school ORDER BY over.starts_at, a.id) AS nth
  FROM over JOIN company_turnouts t ON t.slot = over.id AND t.people > 0 JOIN companies c ON c.siret = t.siret
  JOIN attendances a ON a.slot = over.id AND a.company = c.id AND a.state = 'announced'
), due AS (
  SELECT CASE nth WHEN 1 THEN 'slot_thanked' ELSE 'slot_thanked_also' END AS act, 'slot' AS about_kind, id AS about,
    0 AS day FROM over
  UNION ALL
  SELECT CASE nth WHEN 1 THEN 'coming_thanked' ELSE 'coming_thanked_also' END, 'attendance', id, 0 FROM came
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def ask_for_thanks(*, now: datetime) -> int:
    """From 18 h 00 on, thank for the visits that were closed since the evening before; returns how many events say it.

    Each visit once, however many workers ask.
    """
    evening = paris_instant(paris_day(now), OFFICE_CLOSES)
    if now < evening:
        return 0
    async with transaction():
        await rows(ALONE)
        return len(await rows(ASK, now, now - LOOKS_BACK, evening))


async def thanked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the hosts of a lycée: thanks, and what the visits of the day were; dropped where the figures were taken back
    meanwhile."""
    visits = await received(await told_in(notice.id, of_company=False))
    slot = await slot_card(visits[0].slot) if visits else None
    if slot is None:
        return None
    photos = [(photo.name, f"/fabrications/{photo.id}/photo") for visit in visits for photo in visit.photos]
    page = f"creneaux/{slot.id}" if len(visits) == 1 else "creneaux?quand=passes"
    return Draft(
        words={"slot": slot, "visits": visits, "pupils": _pupils(visits), "own": ""},
        link=f"{settings.base_url}/lycee/{page}",
        lines=_lines(visits),
        lists=_photos(photos, settings),
        typed=_thanks(visits),
    )


async def company_thanked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company that came: thanks, and the hours that it gave."""
    comings = await gave(await told_in(notice.id, of_company=True))
    visits = await received([coming.slot for coming in comings])
    if not visits:
        return None
    own = {coming.slot: coming.attendance for coming in comings}
    photos = [
        (photo.name, f"/venues/{own[visit.slot]}/photos/{photo.id}") for visit in visits for photo in visit.photos
    ]
    hours = hours_words(sum((coming.given for coming in comings), timedelta()))
    people = counted(comings[0].people, "personne") if len(comings) == 1 else counted(len(comings), "séance")
    return Draft(
        words={"visits": visits, "pupils": _pupils(visits), "own": hours},
        link=f"{settings.base_url}/venues/{comings[0].attendance}",
        lines=(
            ("Lycée", f"{visits[0].lycee_name}, {visits[0].commune}"),
            *_lines(visits),
            ("Heures données", f"{hours} ({people})"),
        ),
        lists=_photos(photos, settings),
        typed=_thanks(visits),
    )


def _pupils(visits: Sequence[Received]) -> int | None:
    """All pupils; None where this would tell a count that is masked."""
    return None if any(is_few(visit.pupils) for visit in visits) else sum(visit.pupils for visit in visits)


def _lines(visits: Sequence[Received]) -> Lines:
    lines = []
    for visit in visits:
        lines.append((f"{short_day(visit.starts_at)}, {hour(visit.starts_at)}", f"{visit.workshop}, {visit.words}"))
        if visit.objects:
            lines.append(("Objets", visit.objects_words))
    return tuple(lines)


def _photos(shown: Sequence[tuple[str, str]], settings: Settings) -> tuple[Listing, ...]:
    items = tuple(Item(name, f"{settings.base_url}{page}") for name, page in shown)
    return (Listing("En photo", items),) if items else ()


def _thanks(visits: Sequence[Received]) -> str:
    return "\n".join(f"{line.college} : « {line.words} »" for visit in visits for line in visit.thanks)
