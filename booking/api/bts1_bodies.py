"""What machines send about BTS+1 courses."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from booking.api.bodies import Count, Whole
from workshops.plain_words import A_LINE, SOME_LINES

Words = Annotated[str, msgspec.Meta(max_length=160, pattern=A_LINE)]
Note = Annotated[str, msgspec.Meta(max_length=1000, pattern=SOME_LINES)]


class CourseCardBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a course is."""

    title: Words
    field: Words
    note: Note = ""


class NewCourse(CourseCardBody, forbid_unknown_fields=True):
    """A course of a lycée: `school_id` for a coordinator; a host's own lycée otherwise. `idea_on` dates its idea."""

    school_id: Whole | None = None
    idea_on: date | None = None


class NewStep(msgspec.Struct, forbid_unknown_fields=True):
    """A step (idee, montage, habilitee, ouverte, premiere_promotion, suspendue), reached on a day or planned."""

    step: Words
    step_on: date
    planned: bool = False


class NewIntake(msgspec.Struct, forbid_unknown_fields=True):
    """The counts of a school year (2026 is 2026-2027), null until known; the situation is that of graduates."""

    school_year: Count
    places: Count | None = None
    applicants: Count | None = None
    enrolled: Count | None = None
    apprentices: Count | None = None
    girls: Count | None = None
    completed: Count | None = None
    employed_6m: Count | None = None
    studying_6m: Count | None = None
    seeking_6m: Count | None = None
    unknown_6m: Count | None = None


class NewMobility(msgspec.Struct, forbid_unknown_fields=True):
    """How many people went to a country in a school year, and what for (stage, etudes, visite)."""

    school_year: Count
    country: Words
    kind: Words
    people: Count


class NewCoursePartner(msgspec.Struct, forbid_unknown_fields=True):
    """Who makes the course: a member of the consortium, a company, or another body by its name."""

    kind: Words
    name: Words = ""
    company_id: Whole | None = None
    partner_id: Whole | None = None


class NewFeeder(msgspec.Struct, forbid_unknown_fields=True):
    """A BTS that leads to the course: of the lycée that teaches it, or of any."""

    bts: Words
    school_id: Whole | None = None
