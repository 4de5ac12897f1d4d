"""P-TECH schemes, their cohorts and what became of them: counts only, never a pupil."""

from piccolo.columns import Boolean, Date, ForeignKey, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.companies.tables import Company
from workshops.schools.tables import School


class Scheme(Table, tablename="ptech_schemes"):
    """A lycée and a filière that lead to a BTS, under a framework agreement; `closed_on` once it takes nobody more."""

    id: Serial
    school = ForeignKey(School, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    title = Varchar(length=120)
    field = Varchar(length=120)
    bts_school = ForeignKey(School, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    bts_title = Varchar(length=120, default="")
    agreement_on = Date(null=True, default=None)
    agreement_ref = Varchar(length=80, default="")
    opens_on = Date(default=None)
    closed_on = Date(null=True, default=None)
    example = Boolean(default=False)

    ptech_schemes_ordered = Check("closed_on IS NULL OR closed_on >= opens_on")


class Cohort(Table, tablename="ptech_cohorts"):
    """The pupils who enter a scheme one autumn: `entry_year` 2026 is the rentrée of September 2026."""

    id: Serial
    scheme = ForeignKey(Scheme, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    entry_year = SmallInt()
    label = Varchar(length=80, default="")

    ptech_cohorts_once = Unique(["scheme", "entry_year"])
    ptech_cohorts_known_year = Check("entry_year BETWEEN 2000 AND 2100")


class Census(Table, tablename="ptech_censuses"):
    """How many are present in October or June, and who came and left since the census before. Counts only.

    `school_year` 2026 is 2026-2027. `note` explains why the flow does not add up, when it does not.
    """

    id: Serial
    cohort = ForeignKey(Cohort, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    term = Varchar(length=7)
    present = SmallInt()
    girls = SmallInt(default=0)
    entered = SmallInt(default=0)
    left_reoriented = SmallInt(default=0)
    left_moved = SmallInt(default=0)
    left_work = SmallInt(default=0)
    left_dropout = SmallInt(default=0)
    left_other = SmallInt(default=0)
    note = Text(default="")
    recorded_at = Timestamptz(default=TimestamptzNow())

    ptech_censuses_once = Unique(["cohort", "school_year", "term"])
    ptech_censuses_known_term = Check("term IN ('october', 'june') AND school_year BETWEEN 2000 AND 2110")
    ptech_censuses_counts = Check(
        "present BETWEEN 0 AND 500 AND girls BETWEEN 0 AND present AND entered BETWEEN 0 AND 500"
        " AND least(left_reoriented, left_moved, left_work, left_dropout, left_other) >= 0"
        " AND greatest(left_reoriented, left_moved, left_work, left_dropout, left_other) <= 500",
    )


class Mentor(Table, tablename="ptech_mentors"):
    """A company that mentors a cohort from one day to another, both included; without an end it still does."""

    id: Serial
    cohort = ForeignKey(Cohort, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    company = ForeignKey(Company, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    from_on = Date(default=None)
    to_on = Date(null=True, default=None)

    ptech_mentors_ordered = Check("to_on IS NULL OR to_on >= from_on")


class Action(Table, tablename="mentoring_actions"):
    """Something that a company does with a cohort; without a company, something that the lycée does with several.

    `minutes` is what one pupil lives, in all. `pupils` were there: empty until it is held. One calendar UID for its
    whole life, `sequence` + 1 at each change, which `changed_at` dates.
    """

    id: Serial
    cohort = ForeignKey(Cohort, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    company = ForeignKey(
        Company, null=True, default=None, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    kind = Varchar(length=12)
    title = Varchar(length=120)
    place = Varchar(length=160, default="")
    starts_at = Timestamptz(default=None)
    minutes = SmallInt()
    people = SmallInt(default=1)
    pupils = SmallInt(null=True, default=None)
    state = Varchar(length=10, default="planned")
    reason = Text(default="")
    uid = Varchar(length=255, unique=True)
    sequence = SmallInt(default=0)
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())

    mentoring_actions_known_kind = Check("kind IN ('visite', 'stage', 'projet', 'temoignage', 'simulation', 'autre')")
    mentoring_actions_known_state = Check("state IN ('planned', 'held', 'called_off')")
    mentoring_actions_counts = Check(
        "minutes BETWEEN 5 AND 12000 AND people BETWEEN 0 AND 100 AND (pupils IS NULL OR pupils BETWEEN 0 AND 500)"
    )
    mentoring_actions_held_counts = Check("(state = 'held') = (pupils IS NOT NULL)")
    mentoring_actions_says_why = Check("state <> 'called_off' OR trim(reason) <> ''")


class Outcome(Table, tablename="ptech_outcomes"):
    """What became of the pupils of a cohort, in a school year: counts by kind."""

    id: Serial
    cohort = ForeignKey(Cohort, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    kind = Varchar(length=12)
    pupils = SmallInt()
    school_year = SmallInt()

    ptech_outcomes_once = Unique(["cohort", "kind", "school_year"])
    ptech_outcomes_known_kind = Check(
        "kind IN ('bac_pro', 'bts_entered', 'bts_passed', 'employed', 'studying', 'other')"
    )
    ptech_outcomes_counts = Check("pupils BETWEEN 0 AND 500 AND school_year BETWEEN 2000 AND 2110")
