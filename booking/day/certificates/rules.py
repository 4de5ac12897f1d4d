"""What a certificate counts, and how it says so. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from msgspec import Struct

from workshops.academie.rules import Served
from workshops.school_calendar.rules import first_day_of

COUNTING_RULE = (
    "Sont comptées les séances closes par le lycée où l'entreprise est venue et où des élèves étaient présents. Les"
    " personnes sont celles que le lycée a vues venir. La durée est celle de la séance ; les heures données sont la"
    " durée multipliée par les personnes."
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


class Certificate(Struct, frozen=True):
    """What a company filed for one school year is made of, in the name of the académie `served`.

    `number` is the company's here.
    """

    number: int
    company: str
    siret: str
    commune: str
    year: str
    attended: tuple[Attended, ...]
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
