"""A lycée's part of a target, to whom its year may be sent, where its collèges lie. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, hypot

from msgspec import Struct

from booking.presentation.contours import Frame, Outline, frame_around, outlines
from booking.words.wording import counted, number
from workshops.coverage.rules import PUPILS_A_CLASS
from workshops.refusals import Invalid, Refusal
from workshops.results.rules import A_DAY, due

SENT_A_DAY = 5
# In units of a drawing.
TOO_CLOSE = 28.0


def not_direction(domains: Sequence[str]) -> Invalid:
    """The refusal of an address that is nobody's of whom we know that she may read it."""
    known = f" : {', '.join(domains)}" if domains else ""
    refused = "Cette adresse n'est ni la boîte officielle du lycée, ni d'un domaine de confiance de l'académie"
    return Invalid({"email": f"{refused}{known}. Écrivez l'une ou l'autre."})


class SentOftenToday(Refusal):
    kind = "sent-often-today"
    title = "Déjà envoyée cinq fois"
    sentence = f"L'année de votre lycée est partie {SENT_A_DAY} fois aujourd'hui : renvoyez-la demain."


class NothingHeld(Refusal):
    kind = "nothing-held"
    title = "Rien à envoyer"
    sentence = "Aucune visite n'est close cette année-là : il n'y a rien à envoyer."


class YearCounts(Struct, frozen=True):
    """What the closed visits of a lycée amount to; `girls` are some of `apart`, the pupils of groups counted girls
    apart, `given` the hours of the companies' people together."""

    visits: int
    groups: int
    pupils: int
    apart: int
    girls: int
    colleges: int
    priority: int
    companies: int
    given: timedelta


class Share(Struct, frozen=True):
    """A lycée's part of the target of pupils in a school year: as much as each of the `lycees` that are to receive.

    `due` is where it should stand today, None once the year is over.
    """

    pupils: int
    whole: int
    due: int | None
    lycees: int

    @property
    def words(self) -> str:
        """« 312 élèves sur 700 attendus ; il en faudrait 364 aujourd'hui, soit 3 classes de plus. »"""
        reached = f"{counted(self.pupils, 'élève')} sur {counted(self.whole, 'attendu')}"
        if self.pupils >= self.whole:
            return f"{reached} : la part de l'année est atteinte."
        if self.due is None:
            return f"{reached}."
        if self.pupils >= self.due:
            return f"{reached} ; il en faut {number(self.due)} aujourd'hui, le rythme est tenu."
        classes = counted(ceil((self.due - self.pupils) / PUPILS_A_CLASS), "classe")
        return f"{reached} ; il en faudrait {number(self.due)} aujourd'hui, soit {classes} de plus."

    @property
    def rule(self) -> str:
        """How it is counted."""
        between = f"ses {self.lycees} lycées et ses années" if self.lycees > 1 else "ses années"
        return f"L'objectif du programme, à parts égales entre {between}."


def share_of_year(
    target: int, *, from_on: date, to_on: date, year: tuple[date, date], today: date, lycees: int, pupils: int
) -> Share | None:
    """The part of one of some lycées in a target between two days, for the days of it that a school year has; `year`
    is its first and its last day. None where that is nothing."""
    first, last = year

    def reached(on: date) -> int:
        return due(target, from_on=from_on, to_on=to_on, on=on)

    before = reached(first - A_DAY)
    whole = round((reached(last) - before) / lycees) if lycees else 0
    if not whole:
        return None
    now = round((reached(today) - before) / lycees) if first <= today < last else None
    return Share(pupils, whole, now, lycees)


class CollegeCame(Struct, frozen=True):
    """A collège of which some came in a year, and what it was in that year."""

    id: int
    name: str
    commune: str
    department: str
    priority: str
    lat: float | None
    lon: float | None
    groups: int
    pupils: int


class CollegeMap(Struct, frozen=True):
    """Where the collèges of a year lie around their lycée, in a drawing; it stands above one that it would cover."""

    frame: Frame
    ground: Sequence[Outline]
    colleges: Sequence[tuple[float, float]]
    home: tuple[float, float]


def map_around(
    home: tuple[float | None, float | None], colleges: Sequence[CollegeCame], *, department: str
) -> CollegeMap | None:
    """The map of the collèges that came; None where the lycée has no place that is known."""
    lat, lon = home
    if lat is None or lon is None:
        return None
    ground = outlines({department, *(college.department for college in colleges)})
    places = [(college.lat, college.lon) for college in colleges if college.lat is not None and college.lon is not None]
    frame = frame_around(ground, [(lat, lon), *places])
    x, y = frame.spot(lat, lon)
    spots = [frame.spot(*place) for place in places]
    covers = any(hypot(left - x, top - y) < TOO_CLOSE for left, top in spots)
    return CollegeMap(frame, ground, spots, (x, y - TOO_CLOSE if covers else y))
