"""What a coordinator sets while Technilab runs: one row."""

from piccolo.columns import Array, Boolean, Bytea, Integer, Serial, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Academie(Table, tablename="academie"):
    """The académie served: set by the first import of its schools, then on the coordinators' page.

    Without `departments`, all those of the académie's schools are offered. The schools of `neighbours` are kept too.
    A teacher whose mail is of a trusted domain may sign up by herself. `college_mailbox` holds {uai}.
    `networks` are those of whole schools, each with its words. `carriers` and `funder` are lines of text, `cost` and
    `coach` answer whether a visit is free and who pays the coach.
    """

    id: Serial
    name = Varchar(length=60)
    zone = Varchar(length=1, default="")
    departments = Array(base_column=Varchar(length=3), default=list)
    neighbours = Array(base_column=Varchar(length=60), default=list)
    project = Varchar(length=80, default="")
    operator = Varchar(length=200, default="")
    contact = Varchar(length=254, default="")
    signatory = Varchar(length=120, default="")
    cost = Varchar(length=120, default="")
    coach = Varchar(length=120, default="")
    college_mailbox = Varchar(length=120, default="")
    trusted_domains = Array(base_column=Varchar(length=120), default=list)
    networks = Array(base_column=Varchar(length=140), default=list)
    carriers = Varchar(length=120, default="")
    funder = Varchar(length=120, default="")

    academie_alone = Check("id = 1")
    academie_known_zone = Check("zone IN ('', 'A', 'B', 'C')")


class AcademieMark(Table, tablename="academie_marks"):
    """A mark under which the académie speaks, its own or its funder's, as a PNG drawn anew.

    An `example` until another one takes its place.
    """

    id: Serial
    which = Varchar(length=8)
    alternative = Varchar(length=120)
    width = Integer()
    height = Integer()
    picture = Bytea()
    example = Boolean(default=False)

    academie_marks_once = Unique(["which"])
    academie_marks_known = Check("which IN ('academie', 'funder')")
