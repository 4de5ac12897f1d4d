"""The sums of closed visits."""

from piccolo.columns import Date, Integer, Serial, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Tally(Table, tablename="tallies"):
    """What the closed visits of a day, a month, a school year or ever amount to, in all (`whole`) or under one heading.

    `span` and `begins` say when: a month's first day, 1 August for a school year; only the whole is kept by day. `by`
    says under what: a lycée that received, a collège that came, a `class` of it (its level), a `trip` from this to
    that, a département, a level, an object, a company; `lycee` and `college` are schools' numbers, `key` the rest, 0
    and empty where they do not apply.
    `ulis` of the pupils are of ULIS, `apart` are the pupils of the groups whose girls were counted, `people` those of
    companies. Past visits, declared afterwards, count like the others: `declared_visits` and `declared_pupils` say how
    much of `visits` and `pupils`.
    """

    id: Serial
    span = Varchar(length=5)
    begins = Date(default=None)
    by = Varchar(length=10)
    lycee = Integer(default=0)
    college = Integer(default=0)
    key = Varchar(length=14, default="")
    visits = Integer(default=0)
    groups = Integer(default=0)
    pupils = Integer(default=0)
    apart = Integer(default=0)
    girls = Integer(default=0)
    made = Integer(default=0)
    finished = Integer(default=0)
    working = Integer(default=0)
    taken_home = Integer(default=0)
    people = Integer(default=0)
    declared_visits = Integer(default=0)
    declared_pupils = Integer(default=0)
    ulis = Integer(default=0)

    tallies_once = Unique(["span", "begins", "by", "lycee", "college", "key"])
    tallies_spans = Check("CASE WHEN by = 'whole' THEN span = 'day' ELSE span IN ('month', 'year', 'ever') END")
