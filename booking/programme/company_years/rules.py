"""A company's school year: what it announced, what it did, in counts that point at nobody. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from msgspec import Struct

from booking.programme.figures.rules import counted_or_few, is_few, number_or_few
from booking.visits.attendance.rules import LIVE
from booking.words.wording import paris
from workshops.academie.rules import Served
from workshops.programmes.ptech.rules import OUTCOMES, ActionState
from workshops.school_calendar.rules import first_day_of

COUNTING_RULE = (
    "Sont comptées les séances closes par le lycée où l'entreprise est venue et où des élèves étaient présents. Les"
    " personnes sont celles que le lycée a vues venir. La durée est celle de la séance ; les heures données sont la"
    " durée multipliée par les personnes. Un nombre d'élèves sous cinq n'est pas dit."
)


class Attended(Struct, frozen=True):
    """A session to which the company came, as the lycée closed it: counts, no name."""

    starts_at: datetime
    ends_at: datetime
    host: str
    commune: str
    workshop: str
    role: str
    people: int

    @property
    def lasts(self) -> timedelta:
        """How long the session was."""
        return self.ends_at - self.starts_at

    @property
    def given(self) -> timedelta:
        """The hours that its people gave together."""
        return self.lasts * self.people


class ObjectsBuilt(Struct, frozen=True):
    """How many of an object groups finished at the sessions that the company attended."""

    name: str
    finished: int


class CohortMentored(Struct, frozen=True):
    """A P-TECH cohort that the company mentored: what it did with it that year, and what became of it until then.

    `entered` ever, `present` at the last census; empty before the first one. `kinds` and `outcomes` go together.
    """

    scheme_title: str
    entry_year: int
    school_name: str
    commune: str
    actions: int
    minutes: int
    entered: int | None
    present: int | None
    kinds: tuple[str, ...]
    outcomes: tuple[int, ...]

    @property
    def named(self) -> str:
        """« MEI Jules Haag, rentrée 2026 »"""
        return f"{self.scheme_title}, rentrée {self.entry_year}"

    @property
    def became(self) -> tuple[str, ...]:
        """« Élèves entrés : 24 », « Présents au dernier recensement : 21 », « Baccalauréat professionnel : 18 »."""
        counts = (
            ("Élèves entrés", self.entered),
            ("Présents au dernier recensement", self.present),
            *((OUTCOMES[kind], pupils) for kind, pupils in zip(self.kinds, self.outcomes, strict=True)),
        )
        return tuple(f"{name} : {number_or_few(pupils)}" for name, pupils in counts if pupils is not None)


class CompanyYear(Struct, frozen=True):
    """What a company did in one school year, in the name of the académie `served`.

    `number` is the company's here; `met` the pupils of the sessions, each once a session.
    """

    number: int
    company: str
    siret: str
    commune: str
    year: str
    attended: tuple[Attended, ...]
    met: int
    objects: tuple[ObjectsBuilt, ...]
    cohorts: tuple[CohortMentored, ...]
    served: Served

    @property
    def people(self) -> int:
        """The people who came, once for each session."""
        return sum(one.people for one in self.attended)

    @property
    def lasts(self) -> timedelta:
        """The length of all its sessions together."""
        return sum((one.lasts for one in self.attended), timedelta())

    @property
    def given(self) -> timedelta:
        """The hours that its people gave in all."""
        return sum((one.given for one in self.attended), timedelta())

    @property
    def pupils_met(self) -> str:
        """« 312 élèves », or that they are too few to be said."""
        return counted_or_few(self.met, "élève")

    @property
    def built(self) -> int | None:
        """How many objects the groups finished; None where so few pupils did."""
        return None if is_few(self.met) else sum(one.finished for one in self.objects)


STATES = {
    "asked": ("wait", "Demandée"),
    "announced": ("ok", "Annoncée"),
    "withdrawn": ("off", "Retirée"),
    "declined": ("bad", "Déclinée par le lycée"),
    "called_off": ("bad", "Annulée"),
    "lapsed": ("off", "Restée sans réponse"),
    "planned": ("wait", "Prévue"),
    "held": ("ok", "Tenue"),
}


class PlanLine(Struct, frozen=True):
    """One thing that a company announced: a coming to a session (a `slot`), or an action with a cohort. `reason` is why
    it will not be."""

    number: int
    slot: int | None
    starts_at: datetime
    ends_at: datetime
    title: str
    host: str
    commune: str
    people: int
    state: str
    reason: str

    def shown(self, now: datetime) -> tuple[str, str]:
        """How it stands, as its shape and its words."""
        return ("off", "Passée") if self.state == "announced" and self.ends_at <= now else STATES[self.state]

    def page(self, now: datetime) -> str:
        """Where its company changes it, or reads what it was; empty where there is nothing of either."""
        if self.slot is not None and self.state == "announced" and self.ends_at <= now:
            return f"/venues/{self.number}"
        if self.starts_at <= now or self.state not in LIVE | {ActionState.PLANNED}:
            return ""
        return f"/entreprise/actions/{self.number}" if self.slot is None else f"/venues/{self.number}"


class PlanMonth(Struct, frozen=True):
    """What a company announced in one month, in time."""

    month: date
    lines: tuple[PlanLine, ...]


def by_month(lines: Sequence[PlanLine]) -> list[PlanMonth]:
    """What is announced, month by month."""
    months = groupby(lines, key=lambda line: paris(line.starts_at).date().replace(day=1))
    return [PlanMonth(month, tuple(of_month)) for month, of_month in months]


def days_of_year(year: str) -> tuple[date, date] | None:
    """The first day of a school year written « 2026-2027 » and that of the next; None when it is none."""
    known = re.fullmatch(r"(20\d{2})-(20\d{2})", year, re.ASCII)
    if known is None or int(known[2]) != int(known[1]) + 1:
        return None
    return first_day_of(int(known[1])), first_day_of(int(known[2]))


def hours_words(lasting: timedelta) -> str:
    """« 3 h 00 », « 126 h 30 »"""
    hours, minutes = divmod(int(lasting.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02}"
