"""BTS+1 courses, their steps and their yearly intake: counts only, never a student."""

from piccolo.columns import Boolean, Date, ForeignKey, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.companies.tables import Company
from workshops.partners.tables import Partner
from workshops.schools.tables import School


class Course(Table, tablename="bts1_courses"):
    """A course of one year after the BTS, of bachelor level, that a lycée carries with its partners.

    `note` is what the lycée adds in its own words, written `noted_at`. `ects` and `language` once they are known.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    title = Varchar(length=120)
    field = Varchar(length=120, default="")
    note = Text(default="")
    noted_at = Timestamptz(default=TimestamptzNow())
    example = Boolean(default=False)
    ects = SmallInt(null=True, default=None)
    language = Varchar(length=60, default="")

    bts1_courses_once = Unique(["school", "title"])
    bts1_courses_ects = Check("ects BETWEEN 0 AND 180")


class Step(Table, tablename="bts1_steps"):
    """A step of a course and its day: reached, or only `planned`."""

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    step = Varchar(length=18)
    step_on = Date(default=None)
    planned = Boolean(default=False)

    bts1_steps_once = Unique(["course", "step"])
    bts1_steps_known_step = Check(
        "step IN ('idee', 'montage', 'habilitee', 'ouverte', 'premiere_promotion', 'suspendue')"
    )


class CoursePartner(Table, tablename="bts1_partners"):
    """Who makes a course with the lycée: a member of the consortium, a company that is known, or another body.

    One abroad has a `country`.
    """

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    kind = Varchar(length=12)
    name = Varchar(length=160)
    company = ForeignKey(
        Company, null=True, default=None, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    partner = ForeignKey(
        Partner, null=True, default=None, index=True, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    country = Varchar(length=60, default="")

    bts1_partners_once = Unique(["course", "name"])
    bts1_partners_known_kind = Check("kind IN ('universite', 'cnam', 'uimm', 'entreprise', 'autre')")
    bts1_partners_known_company = Check("company IS NULL OR kind = 'entreprise'")


class Feeder(Table, tablename="bts1_feeders"):
    """A BTS whose graduates may enter a course, and the lycée that teaches it when it is named."""

    id: Serial
    course = ForeignKey(Course, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    bts = Varchar(length=160)
    school = ForeignKey(School, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)


class Intake(Table, tablename="bts1_intakes"):
    """One year of a course in counts, each empty until it is known: `school_year` 2026 is 2026-2027.

    The situation at 6 months is that of the students who completed.
    """

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    places = SmallInt(null=True, default=None)
    applicants = SmallInt(null=True, default=None)
    enrolled = SmallInt(null=True, default=None)
    apprentices = SmallInt(null=True, default=None)
    girls = SmallInt(null=True, default=None)
    completed = SmallInt(null=True, default=None)
    employed_6m = SmallInt(null=True, default=None)
    studying_6m = SmallInt(null=True, default=None)
    seeking_6m = SmallInt(null=True, default=None)
    unknown_6m = SmallInt(null=True, default=None)

    bts1_intakes_once = Unique(["course", "school_year"])
    bts1_intakes_known_year = Check("school_year BETWEEN 2000 AND 2110")
    bts1_intakes_counts = Check(
        "least(places, applicants, enrolled, apprentices, girls, completed,"
        " employed_6m, studying_6m, seeking_6m, unknown_6m) >= 0"
        " AND greatest(places, enrolled) <= 500 AND applicants <= 5000"
    )
    bts1_intakes_add_up = Check(
        "greatest(apprentices, girls, completed, 0) <= coalesce(enrolled, 0)"
        " AND coalesce(employed_6m, 0) + coalesce(studying_6m, 0) + coalesce(seeking_6m, 0)"
        " + coalesce(unknown_6m, 0) <= coalesce(completed, 0)"
    )


class Mobility(Table, tablename="bts1_mobilities"):
    """How many people of a course went to a country in a school year, or came from it, and what for.

    `host_name` is the school or the company that received them, `weeks` how long, any that begins counted.
    """

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    country = Varchar(length=60)
    kind = Varchar(length=8)
    people = SmallInt()
    direction = Varchar(length=8, default="outgoing")
    host_name = Varchar(length=160, default="")
    weeks = SmallInt(null=True, default=None)

    bts1_mobilities_once = Unique(["course", "school_year", "country", "kind", "direction", "host_name"])
    bts1_mobilities_known_kind = Check("kind IN ('stage', 'etudes', 'visite')")
    bts1_mobilities_counts = Check("people BETWEEN 1 AND 500 AND school_year BETWEEN 2000 AND 2110")
    bts1_mobilities_known_direction = Check("direction IN ('outgoing', 'incoming')")
    bts1_mobilities_weeks = Check("weeks BETWEEN 1 AND 104")
