"""What machines send about P-TECH."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from booking.api.bodies import Count, Line, Lines, Whole


class ToldScheme(msgspec.Struct, forbid_unknown_fields=True):
    """A scheme; `bts_school_id` is the lycée that hosts the BTS."""

    title: Line
    field: Line
    opens_on: date
    bts_school_id: Whole | None = None
    bts_title: Line = ""
    agreement_on: date | None = None
    agreement_ref: Line = ""


class NewScheme(ToldScheme, forbid_unknown_fields=True):
    """A coordinator names the lycée; a host's is its own."""

    school_id: Whole | None = None


class Closure(msgspec.Struct, forbid_unknown_fields=True):
    """The last day on which a scheme takes a cohort; null opens it again."""

    closed_on: date | None


class NewCohort(msgspec.Struct, forbid_unknown_fields=True):
    """The pupils of one rentrée: 2026 is September 2026."""

    scheme_id: Whole
    entry_year: Count
    label: Line = ""


class Label(msgspec.Struct, forbid_unknown_fields=True):
    """Another name of a cohort."""

    label: Line


class NewCensus(msgspec.Struct, forbid_unknown_fields=True):
    """The counts of October or June (`october`, `june`) of a school year (2026 is 2026-2027).

    `entered` and `left_...` since the census before; `note` explains a flow that does not add up.
    """

    school_year: Count
    term: Line
    present: Count
    girls: Count = 0
    entered: Count = 0
    left_reoriented: Count = 0
    left_moved: Count = 0
    left_work: Count = 0
    left_dropout: Count = 0
    left_other: Count = 0
    note: Lines = ""


class NewMentor(msgspec.Struct, forbid_unknown_fields=True):
    """A company mentors a cohort between two days, both included; without an end it still does."""

    company_id: Whole
    from_on: date
    to_on: date | None = None


class MentorEnd(msgspec.Struct, forbid_unknown_fields=True):
    """The last day of a mentor; null takes it back. `call_off_actions` calls off what is planned after that day."""

    to_on: date | None
    call_off_actions: bool = False


class ToldAction(msgspec.Struct, forbid_unknown_fields=True):
    """A mentoring action: `minutes` is what one pupil lives in all, `starts_at` carries its offset.

    A day off of the lycée, a Sunday, an hour before 7 or after 20 is refused (unusual-time) unless
    `unusual_time_meant`.
    """

    kind: Line
    title: Line
    starts_at: datetime
    minutes: Count
    people: Count = 1
    place: Line = ""
    unusual_time_meant: bool = False


class NewAction(ToldAction, forbid_unknown_fields=True):
    """A lycée or a coordinator names the company that leads it, or none; a company leads its own."""

    company_id: Whole | None = None


class Pupils(msgspec.Struct, forbid_unknown_fields=True):
    """The pupils who were there; `held_at`, with its offset, when it was held at another moment than planned.

    `unusual_time_meant`: that moment is a day off or an odd hour, and is right.
    """

    pupils: Count
    held_at: datetime | None = None
    unusual_time_meant: bool = False


class NewOutcome(msgspec.Struct, forbid_unknown_fields=True):
    """What became of so many pupils: bac_pro, bts_entered, bts_passed, employed, studying, other."""

    kind: Line
    school_year: Count
    pupils: Count
