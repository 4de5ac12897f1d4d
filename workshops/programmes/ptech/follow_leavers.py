"""What became of the pupils who were there when the three years of the bac ended: each cohort's, and all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import astuple

from workshops.database.row_types import columns_of, rows_as
from workshops.programmes.ptech.all_cohorts import counted_cohorts
from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.queries import ITS_LYCEE, CohortNamed
from workshops.programmes.ptech.rules import OutcomeKind
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope, within

# Seconde, première, terminale: who is there in their last June leaves for a BTS, another course, work.
LAST_YEAR = 2
DESTINATIONS: dict[str, str] = {
    OutcomeKind.BTS_ENTERED: "Entrés en BTS",
    OutcomeKind.STUDYING: "Autre formation",
    OutcomeKind.EMPLOYED: "Emploi",
    OutcomeKind.OTHER: "Autre situation",
}
LEAVERS_RULE = (
    "Les élèves présents au dernier recensement de terminale, une fois cette année finie ou son mois de juin compté."
    " L'entrée en BTS compte quelle que soit l'année ; une autre formation, un emploi, une autre situation, l'année du"
    " bac ou la suivante. Inconnu : ceux dont rien n'est noté."
)


class OutcomeCount(Struct, frozen=True):
    """What became of so many pupils, in a school year."""

    kind: str
    pupils: int
    school_year: int


class Leavers(Struct, frozen=True):
    """The pupils of a cohort at the end of its bac, by what became of them; `counted_in` which census.

    `unknown` are those of whom nothing is told; `too_many`: how many more are told of than left, to be corrected.
    """

    counted_in: str
    leavers: int
    bts_entered: int
    studying: int
    employed: int
    other: int
    unknown: int
    too_many: int

    @property
    def by_destination(self) -> list[tuple[str, int]]:
        """Each destination in words with its pupils: together with the unknown, less those beyond, all who left."""
        return [(words, getattr(self, kind)) for kind, words in DESTINATIONS.items()]

    @property
    def sentence(self) -> str:
        """« Devenir noté de 26 élèves, pour 24 présents en juin 2026 : corrigez l'un ou l'autre. »; empty when it adds
        up."""
        if not self.too_many:
            return ""
        told = self.leavers + self.too_many
        return (
            f"Devenir noté de {told} élève{'s' if told > 1 else ''}, pour {self.leavers}"
            f" présent{'s' if self.leavers > 1 else ''} en {self.counted_in} : corrigez l'un ou l'autre."
        )


class LeavingCohort(CohortNamed, frozen=True):
    """A cohort whose bac is over, and what became of its pupils."""

    scheme: int
    leavers: Leavers


class LeavingCohorts(Struct, frozen=True):
    """The cohorts whose bac is over, the oldest first."""

    cohorts: list[LeavingCohort]

    def __bool__(self) -> bool:
        return bool(self.cohorts)

    @property
    def together(self) -> Leavers | None:
        """All of them as one, where there are several; what is beyond in one makes up for nobody unknown in another."""
        if len(self.cohorts) < 2:
            return None
        names = [name for name in Leavers.__struct_fields__ if name != "counted_in"]
        return Leavers("", **{name: sum(getattr(one.leavers, name) for one in self.cohorts) for name in names})

    @property
    def wrong(self) -> list[LeavingCohort]:
        """Those of which more pupils are told of than left."""
        return [one for one in self.cohorts if one.leavers.too_many]


class _Became(OutcomeCount, frozen=True):
    """What became of pupils of a cohort."""

    cohort: int


BECAME = f"""
SELECT o.cohort, {columns_of(OutcomeCount, "o")}
FROM {ITS_LYCEE} JOIN ptech_outcomes o ON o.cohort = c.id WHERE {within("s.school", 1)}
"""  # noqa: S608 - constants only


def leavers_of(
    censuses: Sequence[CensusCount], outcomes: Sequence[OutcomeCount], *, entry_year: int, today: date
) -> Leavers | None:
    """What became of a cohort at the end of its bac; None while it is there, and where nobody counted it."""
    last_year = entry_year + LAST_YEAR
    counted = max((one for one in censuses if one.school_year <= last_year), key=lambda one: one.rank, default=None)
    if counted is None or (counted.rank != (last_year, 1) and today < date(last_year + 1, 9, 1)):
        return None
    told: dict[str, int] = dict.fromkeys(map(str, DESTINATIONS), 0)
    for one in outcomes:
        if one.kind == OutcomeKind.BTS_ENTERED or (one.kind in told and last_year <= one.school_year <= last_year + 1):
            told[one.kind] += one.pupils
    left = counted.present - sum(told.values())
    return Leavers(counted.name, counted.present, **told, unknown=max(0, left), too_many=max(0, -left))


async def leaving_cohorts(*, scope: Scope, now: datetime, scheme: int | None = None) -> LeavingCohorts:
    """The cohorts of the scope's lycées, or of one `scheme` of them, whose bac is over: two statements."""
    today = paris_day(now)
    became: dict[int, list[OutcomeCount]] = defaultdict(list)
    for one in await rows_as(_Became, BECAME, scope.schools):
        became[one.cohort].append(one)
    found = []
    for cohort in await counted_cohorts(scope=scope):
        *named, censuses = astuple(cohort)
        left = leavers_of(censuses, became[cohort.cohort], entry_year=cohort.entry_year, today=today)
        if left is not None and scheme in {None, cohort.scheme}:
            found.append(LeavingCohort(*(*named, left)))
    return LeavingCohorts(found)
