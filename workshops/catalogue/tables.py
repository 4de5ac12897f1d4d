"""Workshops, the objects built in them, and the rooms they take place in."""

from __future__ import annotations

from piccolo.columns import Array, Boolean, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.schools.tables import School


class TechObject(Table, tablename="tech_objects"):
    """An object a group takes from plan to bench."""

    id: Serial
    name = Varchar(length=120, unique=True)
    summary = Text(default="")
    minutes = SmallInt(default=120)
    example = Boolean(default=False)

    tech_objects_lasts = Check("minutes BETWEEN 10 AND 600")


class Room(Table, tablename="rooms"):
    """A room or a machine hall of a lycée; two slots never overlap in it."""

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    name = Varchar(length=80)
    seats = SmallInt(default=24)
    closed = Boolean(default=False)

    rooms_named_once = Unique(["school", "name"])
    rooms_holds_people = Check("seats BETWEEN 1 AND 200")


class Workshop(Table, tablename="workshops"):
    """What a lycée proposes to collège groups; it is published only with a complete safety sheet.

    `diploma` is what teaches what is built there, `diploma_school` the lycée that prepares it where it is not this one,
    `diploma_link` its page at Onisep.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    title = Varchar(length=140)
    summary = Text(default="")
    state = Varchar(length=10, default="draft")
    levels = Array(base_column=Varchar(length=2), default=list)
    minutes = SmallInt(default=180)
    seats = SmallInt(default=24)
    groups_max = SmallInt(default=1)
    access = Text(default="")
    pupils_do = Text(default="")
    shown_only = Text(default="")
    protective_equipment = Text(default="")
    responsible = Varchar(length=120, default="")
    offers = Array(base_column=Varchar(length=12), default=list)
    bring = Text(default="")
    diploma = Varchar(length=140, default="")
    diploma_school = ForeignKey(
        School, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    diploma_link = Varchar(length=300, default="")
    example = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())

    workshops_known_state = Check("state IN ('draft', 'published', 'withdrawn')")
    workshops_holds_pupils = Check("seats BETWEEN 1 AND 200 AND groups_max BETWEEN 1 AND 20")
    workshops_known_levels = Check("levels <@ ARRAY['6e', '5e', '4e', '3e']::varchar[]")
    workshops_known_offers = Check(
        "offers <@ ARRAY['step_free', 'chairs', 'loop', 'quiet', 'interpreter', 'meal']::varchar[]",
    )
    workshops_diploma_named = Check("diploma <> '' OR (diploma_school IS NULL AND diploma_link = '')")
    workshops_diploma_at_onisep = Check("diploma_link = '' OR diploma_link ~ '^https://([a-z0-9-]+[.])*onisep[.]fr/'")
    workshops_published_is_safe = Check(
        "state <> 'published' OR (trim(pupils_do) <> '' AND trim(shown_only) <> ''"
        " AND trim(protective_equipment) <> '' AND trim(responsible) <> '' AND cardinality(levels) > 0)",
    )


class WorkshopObject(Table, tablename="workshop_objects"):
    """An object that groups may build in a workshop."""

    id: Serial
    workshop = ForeignKey(Workshop, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    tech_object = ForeignKey(TechObject, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)

    workshop_objects_once = Unique(["workshop", "tech_object"])


class WorkshopPicture(Table, tablename="workshop_pictures"):
    """The picture that a lycée shows of a workshop: `name` is that of its files, `alt` says what it shows."""

    id: Serial
    workshop = ForeignKey(Workshop, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    name = Varchar(length=32)
    alt = Varchar(length=140)

    workshop_pictures_one = Unique(["workshop"])
    workshop_pictures_told = Check("name ~ '^[0-9a-f]{32}$' AND trim(alt) <> ''")


class Opinion(Table, tablename="opinions"):
    """How many visits to a workshop, in a school year (2026 is 2026-2027), gave this answer to this question.

    Neither who answered nor when: a sum is all that is kept.
    """

    id: Serial
    workshop = ForeignKey(Workshop, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    question = Varchar(length=8)
    answer = Varchar(length=8)
    visits = Integer(default=0)

    opinions_once = Unique(["workshop", "school_year", "question", "answer"])
    opinions_known_question = Check("question IN ('built', 'level', 'again')")
    opinions_known_answer = Check("answer IN ('yes', 'partly', 'no')")
