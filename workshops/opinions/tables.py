"""What teachers say of a workshop after their visit: numbers, and nobody's answer."""

from piccolo.columns import ForeignKey, Integer, Serial, SmallInt, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.catalogue.tables import Workshop


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
