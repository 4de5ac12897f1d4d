"""When the weekly mail leaves, what it looks at, and what the coordination has to do. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import asdict

from booking.programme.coordination.rules import Delayed
from booking.words.wording import counted, paris

LEAVES_AT = time(7, 0)
EMPTY_WITHIN = timedelta(days=21)
UNCONFIRMED_WITHIN = timedelta(days=15)
# A visit that is closed is told once; one that is left open, until it is closed or too old to be remembered well.
DONE_WITHIN = timedelta(days=7)
LEFT_WITHIN = timedelta(days=60)

TITLES = {
    "empty": "Créneaux sans groupe, à moins de trois semaines",
    "unconfirmed": "Visas attendus, à moins de quinze jours",
    "unscanned": "Visites passées sans pointage",
    "unbuilt": "Visites passées sans objet noté",
    "undelivered": "Mails qui n'ont pas pu être remis",
}


class WaitingAtLycee(Struct, frozen=True):
    """One thing that waits for a lycée: `kind` is a key of TITLES, `detail` the group or the person."""

    kind: str
    slot: int
    school: int
    school_name: str
    workshop: str
    starts_at: datetime
    detail: str


class WaitingPoint(Struct, frozen=True):
    """One thing that waits for the coordination; `address` is the page that tells it.

    `act` are the words of what to do. It is done on the page `way`, or at once by a POST to `post`.
    """

    title: str
    told: str
    address: str
    act: str = ""
    way: str = ""
    post: str = ""


class SubjectPoints(Struct, frozen=True):
    """What waits of one subject: its points, what several of them mean together, and how many things they tell of.

    `lines_in_all` where only the first points were asked for; `more` is then the page that has the others. `amount`:
    how many things they are, where points tell of several.
    """

    points: tuple[WaitingPoint, ...]
    told: str = ""
    amount: int = 0
    lines_in_all: int = 0
    more: str = ""

    @property
    def number(self) -> int:
        """How many things wait."""
        return self.amount or self.lines or 0

    @property
    def lines(self) -> int:
        """How many points there are, those that were not asked for included."""
        return max(self.lines_in_all, len(self.points))


def one_of(amount: int, point: WaitingPoint) -> SubjectPoints:
    """So many things that one point tells together, and whose page lists them."""
    return SubjectPoints((point,) * bool(amount), amount=amount)


class SubjectToDo(WaitingPoint, frozen=True):
    """The one line of a subject; `lasts`: it may be put off, `delayed`: it was, and asks nothing before that day."""

    kind: str = ""
    lasts: bool = True
    delayed: Delayed | None = None


def told_in_one(
    kind: str, found: SubjectPoints, *, one: str, several: str, lasts: bool, delayed: Delayed | None
) -> SubjectToDo:
    """All of a subject in one line: the point itself where there is one, else how many, and the way to their list."""
    if found.lines == 1 and (not one or found.number == 1):
        return SubjectToDo(**asdict(found.points[0]), kind=kind, lasts=lasts, delayed=delayed)
    page = f"/gestion/a-faire/{kind}"
    title = counted(found.number, one, several)
    return SubjectToDo(title, found.told, page, "Voir la liste", way=page, kind=kind, lasts=lasts, delayed=delayed)


def monday_of(now: datetime) -> date | None:
    """The Monday whose mail is due: that day from 7 h 00 in Paris until midnight, and no other day."""
    here = paris(now)
    return here.date() if here.weekday() == 0 and here.time() >= LEAVES_AT else None
