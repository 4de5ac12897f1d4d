"""What the papers of a visit say, read in two statements whatever its size, and four for half of a class; once it is
closed, what teaches the objects that it built in two more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import fields, replace

from booking.visits.asking.choices import choice_line, to_sign
from booking.visits.asking.pairs import halves_of
from booking.visits.draws.halves import object_words
from booking.visits.reservation_states import State
from booking.words.wording import counted, day, paper_visa, span
from workshops.builds.queries import BuildLine, builds_of
from workshops.catalogue.queries import diplomas_for
from workshops.catalogue.rules import Diploma, SafetySheet
from workshops.database import row
from workshops.database.row_types import columns_of, part_of
from workshops.schools.queries import KILOMETRES
from workshops.schools.rules import Arrival

EARLY = timedelta(minutes=15)
# What a sheet to hang in a class holds below the object.
DIPLOMAS_MOST = 3

VISIT = f"""
SELECT r.id, r.slot, r.state, r.demand, r.line, r.half, r.pupils, r.adults, r.needs, r.needed, r.mark,
  r.starts_at, r.ends_at, r.opinion_given, r.thanks, r.visa_note, r.visa_paper_on,
  g.name AS group_name, g.level, g.section, g.first_names,
  c.name AS college, c.address AS college_address, c.postcode AS college_postcode, c.commune AS college_commune,
  c.phone AS college_phone, c.principal_name AS principal,
  coalesce((SELECT d.academie FROM departments d WHERE d.code = c.department), '') AS academie,
  h.name AS lycee, h.address, h.postcode, h.commune, h.phone, h.mail, h.lat, h.lon,
  {columns_of(Arrival, "h")}, h.signatory,
  {KILOMETRES.format(school="h", lat="c.lat", lon="c.lon")} AS kilometres,
  r.school, w.id AS workshop_id, w.title AS workshop, w.summary, w.access, {columns_of(SafetySheet, "w")}, w.bring,
  coalesce(m.name, '') AS room, coalesce(a.name, '') AS teacher, coalesce(a.email, '') AS teacher_email,
  ARRAY(SELECT o.name FROM workshop_objects k JOIN tech_objects o ON o.id = k.tech_object
        WHERE k.workshop = w.id AND (s.only_objects IS NULL OR o.id = ANY (s.only_objects))
        ORDER BY o.name)::text[] AS objects,
  ARRAY(SELECT o.id FROM builds b JOIN tech_objects o ON o.id = b.tech_object
        WHERE b.slot = r.slot AND b.group_ref = r.id ORDER BY o.id)::int[] AS built,
  ARRAY(SELECT o.summary FROM builds b JOIN tech_objects o ON o.id = b.tech_object
        WHERE b.slot = r.slot AND b.group_ref = r.id ORDER BY o.id)::text[] AS summaries,
  ARRAY(SELECT k.name FROM company_turnouts k
        WHERE k.slot = r.slot AND k.people > 0 ORDER BY k.name)::text[] AS companies,
  s.closed_at, t.counted, t.adults AS adults_counted, t.announced, t.scanned, t.declared
FROM reservations r
JOIN slots s ON s.id = r.slot JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
LEFT JOIN rooms m ON m.id = s.room LEFT JOIN accounts a ON a.id = r.booked_by
LEFT JOIN turnouts t ON t.slot = r.slot AND t.group_ref = r.id
WHERE r.id = $1
"""  # noqa: S608 - constants only


class PaperVisit(Struct, frozen=True):
    """A visit as its papers tell it. `kilometres` is as the crow flies, None where a school has no position.

    `closed_at`, `counted`, `adults_counted`, and beside them how many were `announced`, their badges `scanned` or
    their presence `declared`, are None until the lycée has closed the visit; `builds` are this group's, `summaries` say
    what each of their objects is, by its number. `companies` are those that came; `diplomas` teach what was built, the
    nearest to the collège first.
    `choices` are what one visa is asked for while it is: the visit, and the other lines of its demand.
    `academie` is the collège's, empty where it is not known.
    `visa_note` says who signed its visa on paper, `visa_paper_on` when.
    `opinion_given`: it answered the three questions of afterwards; `thanks` is the line of its teacher.
    `halves` are the two of a class that await one visa, the first one first; `halves_build` what both build.
    `site` is the address of this Technilab, for families to read more.
    `first_names` says that the group chose a first name on its badges; no paper prints one.
    """

    id: int
    slot: int
    school: int
    state: str
    pupils: int
    adults: int
    needs: str
    needed: tuple[str, ...]
    mark: int
    starts_at: datetime
    ends_at: datetime
    opinion_given: bool
    thanks: str
    visa_note: str
    visa_paper_on: date | None
    group_name: str
    level: str
    section: str
    first_names: bool
    college: str
    college_address: str
    college_postcode: str
    college_commune: str
    college_phone: str
    principal: str
    academie: str
    lycee: str
    address: str
    postcode: str
    commune: str
    phone: str
    mail: str
    lat: float | None
    lon: float | None
    arrival: Arrival
    signatory: str
    kilometres: float | None
    workshop_id: int
    workshop: str
    summary: str
    access: str
    sheet: SafetySheet
    bring: str
    room: str
    teacher: str
    teacher_email: str
    objects: tuple[str, ...]
    companies: tuple[str, ...]
    summaries: dict[int, str]
    closed_at: datetime | None
    counted: int | None
    adults_counted: int | None
    announced: int | None
    scanned: int | None
    declared: int | None
    builds: tuple[BuildLine, ...] = ()
    diplomas: tuple[Diploma, ...] = ()
    choices: tuple[str, ...] = ()
    halves_build: str = ""
    halves: tuple[PaperVisit, ...] = ()
    site: str = ""

    @property
    def arrives_at(self) -> datetime:
        """When the group is advised to be at the door."""
        return self.starts_at - EARLY

    @property
    def where(self) -> str:
        """The lycée's address on one line."""
        return ", ".join(part for part in (self.lycee, self.address, f"{self.postcode} {self.commune}".strip()) if part)

    @property
    def from_where(self) -> str:
        """The collège's address on one line."""
        town = f"{self.college_postcode} {self.college_commune}".strip()
        return ", ".join(part for part in (self.college, self.college_address, town) if part)

    @property
    def group(self) -> str:
        """« 4e B (4e) », « Les curieux (6e, SEGPA) »"""
        section = f", {self.section}" if self.section else ""
        return f"{self.group_name} ({self.level}{section})"

    @property
    def paper_visa(self) -> str:
        """« Mme Perrin, mardi 12 janvier 2027 »; empty where no visa was noted from paper."""
        return paper_visa(self.visa_note, self.visa_paper_on)

    @property
    def people(self) -> str:
        """« 24 élèves et 2 adultes »"""
        return f"{counted(self.pupils, 'élève')} et {counted(self.adults, 'adulte')}"

    @property
    def when(self) -> str:
        """« jeudi 25 mars 2027, de 8 h 30 à 12 h 00 »"""
        return span(self.starts_at, self.ends_at)

    @property
    def line(self) -> str:
        """The visit in a few words, at the foot of each page."""
        return f"{self.group_name}, {self.college} · {self.workshop} · {day(self.starts_at)}"


async def visit_on_paper(
    reservation: int, *, needs: bool = True, alone: bool = False, site: str = ""
) -> PaperVisit | None:
    """What the papers of this reservation hold, whatever its state; the caller has checked whose it is.

    `needs`: whether the reader is of one of its two schools, who alone read what the group needs; `alone`: of half a
    class, the other half is not read; `site` is the address that the families' sheet names.
    """
    found = await row(VISIT, reservation)
    if found is None:
        return None
    arrival, sheet = part_of(Arrival, found), part_of(SafetySheet, found)
    in_parts = {field.name for field in (*fields(arrival), *fields(sheet))}
    facts = {name: fact for name, fact in found.items() if name not in in_parts}
    facts |= {"arrival": arrival, "sheet": sheet}
    facts |= {name: tuple(facts[name]) for name in ("objects", "needed", "companies")}
    facts["summaries"] = dict(zip(facts.pop("built"), facts["summaries"], strict=True))
    if not needs:
        facts |= {"needs": "", "needed": ()}
    builds = [one for one in await builds_of(found["slot"]) if one.group_ref == reservation]
    diplomas: list[Diploma] = []
    if found["state"] == State.ATTENDED:
        built = {one.tech_object for one in builds}
        diplomas = await diplomas_for(found["school"], workshop=found["workshop_id"], objects=built, most=DIPLOMAS_MOST)
    demand, line, half = (facts.pop(name) for name in ("demand", "line", "half"))
    choices = await to_sign(reservation, demand) if found["state"] == "requested" else []
    both = await halves_of(None if half is None else (demand, line))
    seen = PaperVisit(
        **facts,
        site=site,
        builds=tuple(builds),
        diplomas=tuple(diplomas),
        choices=tuple(choice_line(one) for one in choices),
        halves_build=object_words(both[0].objects, both[1].objects) if len(both) > 1 else "",
    )
    if alone or len(both) < 2 or {one.state for one in both} != {"requested"}:
        return seen
    other = await visit_on_paper(next(one.id for one in both if one.id != reservation), needs=needs, alone=True)
    halves = (seen,) if other is None else (seen, other)
    return replace(seen, halves=halves if both[0].id == reservation else halves[::-1])
