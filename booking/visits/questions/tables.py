"""Questions to lycées, and their lines."""

from piccolo.columns import UUID, Bytea, Date, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account
from booking.visits.reservations.tables import Reservation
from workshops.catalogue.tables import Workshop
from workshops.schools.tables import School
from workshops.slots.tables import Slot


class Question(Table, tablename="questions"):
    """A conversation of a teacher with a lycée, about a slot, a workshop or neither, or about a visit of her collège.

    `state`: asked while the lycée is waited for, answered, closed. The link of each side is made of `salt` and the
    site's key; its SHA-256 is kept. A teacher has one at a time with a lycée about each visit,
    and one about none (a unique index).
    """

    id: Serial
    college = ForeignKey(School, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    lycee = ForeignKey(School, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    asked_by = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    slot = ForeignKey(Slot, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    workshop = ForeignKey(Workshop, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    reservation = ForeignKey(
        Reservation, null=True, default=None, index=True, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    state = Varchar(length=10, default="asked")
    lines = SmallInt(default=1)
    salt = UUID(default=None)
    teacher_hash = Bytea(unique=True)
    lycee_hash = Bytea(unique=True)
    asked_at = Timestamptz(default=None)
    last_at = Timestamptz(default=None)

    questions_known_state = Check("state IN ('asked', 'answered', 'closed')")
    questions_ten_lines = Check("lines BETWEEN 1 AND 10")


class QuestionLine(Table, tablename="question_lines"):
    """One line of it: words, a date that the teacher wishes, or a slot that the lycée proposes."""

    id: Serial
    question = ForeignKey(Question, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    side = Varchar(length=10)
    text = Varchar(length=600, default="")
    wished_on = Date(null=True, default=None)
    slot = ForeignKey(Slot, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    at = Timestamptz(default=None)

    question_lines_known_side = Check("side IN ('teacher', 'lycee')")
    question_lines_say_something = Check("text <> '' OR wished_on IS NOT NULL OR slot IS NOT NULL")
