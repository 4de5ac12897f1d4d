"""What closed visits received, for those who are thanked for them: counts, never a pupil."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.company_years.queries import WITH_PUPILS
from booking.programme.figures.rules import counted_or_few
from booking.words.wording import counted
from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.refusals import NotFound
from workshops.scope import Scope, within

RECEIVED = f"""
SELECT s.id AS slot, s.school AS lycee, s.starts_at, s.ends_at, w.title AS workshop, h.name AS lycee_name, h.commune,
  came.groups, came.pupils
FROM slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school CROSS JOIN LATERAL (
  SELECT count(*)::int AS groups, sum(t.counted)::int AS pupils FROM turnouts t WHERE t.slot = s.id AND t.counted > 0
) came
WHERE s.id = ANY ($1::int[]) AND s.state = 'done' AND {WITH_PUPILS} ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
OBJECTS = """
SELECT b.slot, o.name, sum(b.finished)::int AS finished FROM builds b JOIN tech_objects o ON o.id = b.tech_object
WHERE b.slot = ANY ($1::int[]) GROUP BY b.slot, o.id, o.name ORDER BY b.slot, o.name
"""
PHOTOS = """
SELECT b.slot, b.id, o.name FROM builds b JOIN tech_objects o ON o.id = b.tech_object
WHERE b.slot = ANY ($1::int[]) AND b.photo <> '' AND b.photo_alone ORDER BY o.name, b.id
"""
THANKS = """
SELECT r.slot, r.id AS reservation, c.name AS college, r.thanks AS words
FROM reservations r JOIN schools c ON c.id = r.school
WHERE r.slot = ANY ($1::int[]) AND r.state = 'attended' AND r.thanks <> '' ORDER BY c.name, r.id
"""
# $1 the attendances: what the company gave at their slots.
GAVE = f"""
SELECT a.id AS attendance, a.slot, t.people, (s.ends_at - s.starts_at) * t.people AS given
FROM attendances a JOIN companies c ON c.id = a.company JOIN slots s ON s.id = a.slot AND s.state = 'done'
JOIN company_turnouts t ON t.slot = a.slot AND t.siret = c.siret AND t.people > 0
WHERE a.id = ANY ($1::int[]) AND a.state = 'announced' AND {WITH_PUPILS} ORDER BY s.starts_at, a.id
"""  # noqa: S608 - constants only
PHOTO = f"""
SELECT b.photo FROM attendances a JOIN companies c ON c.id = a.company
JOIN company_turnouts t ON t.slot = a.slot AND t.siret = c.siret AND t.people > 0
JOIN builds b ON b.slot = a.slot AND b.photo <> '' AND b.photo_alone
WHERE a.id = $1 AND b.id = $2 AND a.state = 'announced' AND {within("a.company", 3)}
"""  # noqa: S608 - constants only


class ObjectFinished(Struct, frozen=True):
    """How many of one object were finished at a visit."""

    slot: int
    name: str
    finished: int

    @property
    def words(self) -> str:
        """« Horloge (22 terminés) »"""
        return f"{self.name} ({counted_or_few(self.finished, 'terminé')})"


class ObjectPhoto(Struct, frozen=True):
    """The photo of an object on which nobody is, by the number of its record."""

    slot: int
    id: int
    name: str


class Thanks(Struct, frozen=True):
    """The line that a collège's teacher wrote after a visit."""

    slot: int
    reservation: int
    college: str
    words: str


class Received(Struct, frozen=True):
    """What one closed visit received: `groups`, their `pupils`, what they finished, and what was written of it."""

    slot: int
    lycee: int
    starts_at: datetime
    ends_at: datetime
    workshop: str
    lycee_name: str
    commune: str
    groups: int
    pupils: int
    objects: tuple[ObjectFinished, ...] = ()
    photos: tuple[ObjectPhoto, ...] = ()
    thanks: tuple[Thanks, ...] = ()

    @property
    def words(self) -> str:
        """« 2 groupes, 48 élèves », « 1 groupe, moins de 5 élèves »"""
        return f"{counted(self.groups, 'groupe')}, {counted_or_few(self.pupils, 'élève')}"

    @property
    def objects_words(self) -> str:
        """« Horloge (22 terminés), Lampe (moins de 5 terminés) »; empty where nothing was noted."""
        return ", ".join(made.words for made in self.objects)


class Gave(Struct, frozen=True):
    """What a company gave at one visit: how many people came, and their hours together."""

    attendance: int
    slot: int
    people: int
    given: timedelta


async def received(slots: Collection[int]) -> list[Received]:
    """What these visits received, the first one first; one that is not closed, or that nobody came to, is left out."""
    visits = await rows_as(Received, RECEIVED, list(slots))
    objects = await rows_as(ObjectFinished, OBJECTS, list(slots))
    photos = await rows_as(ObjectPhoto, PHOTOS, list(slots))
    lines = await thanks_at(slots)
    return [
        replace(
            visit,
            objects=tuple(made for made in objects if made.slot == visit.slot),
            photos=tuple(photo for photo in photos if photo.slot == visit.slot),
            thanks=tuple(line for line in lines if line.slot == visit.slot),
        )
        for visit in visits
    ]


async def thanks_at(slots: Collection[int]) -> list[Thanks]:
    """What teachers wrote after these visits."""
    return await rows_as(Thanks, THANKS, list(slots))


async def gave(attendances: Collection[int]) -> list[Gave]:
    """What a company gave at each of these comings; one where it did not come, or met nobody, is left out."""
    return await rows_as(Gave, GAVE, list(attendances))


async def photo_for_company(build: int, *, attendance: int, scope: Scope) -> str:
    """The file that shows an object alone, where the scope's company came to the visit that built it. Raises
    NotFound."""
    found: str | None = await value(PHOTO, attendance, build, scope.companies)
    if found is None:
        raise NotFound()
    return found


# $1 the notice: the slots that one mail to a lycée tells of, or the comings that one mail to a company does.
OF_LYCEE = """
SELECT o.about FROM notices n JOIN events e ON e.id = n.event JOIN slots own ON own.id = e.about
JOIN events o ON o.at = e.at AND o.about_kind = 'slot' AND o.act IN ('slot_thanked', 'slot_thanked_also')
JOIN slots s ON s.id = o.about AND s.school = own.school WHERE n.id = $1 AND e.about_kind = 'slot'
"""
OF_COMPANY = """
SELECT o.about FROM notices n JOIN events e ON e.id = n.event
JOIN attendances own ON own.id = e.about JOIN slots mine ON mine.id = own.slot
JOIN events o ON o.at = e.at AND o.about_kind = 'attendance' AND o.act IN ('coming_thanked', 'coming_thanked_also')
JOIN attendances a ON a.id = o.about AND a.company = own.company
JOIN slots s ON s.id = a.slot AND s.school = mine.school
WHERE n.id = $1 AND e.about_kind = 'attendance'
"""


async def told_in(notice: int, *, of_company: bool) -> list[int]:
    """The slots of which one mail thanks a lycée, or the comings of which one thanks a company."""
    return [other["about"] for other in await rows(OF_COMPANY if of_company else OF_LYCEE, notice)]
