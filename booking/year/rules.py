"""How long each thing is kept, in one place, and when a school year may be closed. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from workshops.acts import MOST_NUMBER, Act, typed
from workshops.closed_years.rules import REASON_MOST
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of, year_words

# RGPD: as short as the visit allows. What follows is what the daily work does and what /confidentialite prints.
FIRST_NAMES_LAST = timedelta(days=30)
NEEDS_LAST = timedelta(days=1)
DESK_LASTS = timedelta(days=30)
MAILS_LAST = timedelta(days=30)
PHOTOS_LAST = timedelta(days=365)
JOURNAL_LASTS = timedelta(days=365)
KEYS_LAST = timedelta(days=365)
ACCOUNTS_LAST = timedelta(days=2 * 365)
COMPANY_ACCOUNTS_LAST = timedelta(days=3 * 365)
PRINCIPALS_LAST = timedelta(days=365)
INVITED_LAST = timedelta(days=365)
RESPONSIBLES_LAST = timedelta(days=365)
DEMANDS_LAST = timedelta(days=30)
FIRST_ANSWERS_LAST = timedelta(days=2)
DELIVERIES_LAST = timedelta(days=30)
PROOFS_LAST = timedelta(days=1)
DRAW_FILES_LAST = timedelta(days=60)
WARNED_BEFORE = timedelta(days=30)

# What Technilab writes itself is no one's words: it is not erased with the others'.
ERASED = "Texte effacé"
NOBODY = "Aucun groupe ne s'est inscrit"
FROM_BADGES = "Compté d'après les badges, à la clôture de l'année"
FROM_DECLARED = "Compté d'après les présences déclarées par l'accueil, à la clôture de l'année"
FROM_BOTH = "Compté d'après les badges et les présences déclarées par l'accueil, à la clôture de l'année"
FROM_ZERO = "Aucun badge lu : compté 0 à la clôture de l'année"
OUR_WORDS = (ERASED, NOBODY, FROM_BADGES, FROM_DECLARED, FROM_BOTH, FROM_ZERO)

_YEAR = re.compile(r"(20\d\d)-(20\d\d)")


class CloseYear(Act, frozen=True, kw_only=True):
    """The closing of a school year that is over."""

    nobody_came: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=MOST_NUMBER)], ...],
        Meta(
            max_length=1_000_000,
            description="The slots that count 0, of those that no lycée closed.",
            extra={"label": "Visites où personne n'est venu", "choice": True},
        ),
    ] = ()


class ReopenYear(Act, frozen=True, kw_only=True):
    """Why the figures of a closed year are to be corrected."""

    reason: Annotated[
        str,
        typed(
            "Raison", "Why, without a name: it is published beside each figure that changes.", most=REASON_MOST, least=1
        ),
    ]


class YearNotOver(Refusal):
    """Figures of a year under way still change."""

    kind = "year-not-over"
    title = "Année en cours"


class YearNotClosed(Refusal):
    """There are no frozen figures to reopen."""

    kind = "year-not-closed"
    title = "Année non close"
    sentence = "Cette année n'est pas close : il n'y a rien à rouvrir."


class YearNotSettled(Refusal):
    """Visits that nobody closed and where no badge was read: somebody has to say that nobody came."""

    kind = "year-not-settled"
    title = "Visites à confirmer"

    def __init__(self, slots: Sequence[int]) -> None:
        self.slots = list(slots)
        late = "visite passée n'est pas close" if len(self.slots) < 2 else "visites passées ne sont pas closes"
        super().__init__(
            f"{len(self.slots)} {late} et aucun badge n'y a été lu :"
            " faites-les clore par le lycée, ou acceptez de les compter 0."
        )


def refuse_unsettled(slots: Sequence[int], *, accepted: Collection[int]) -> None:
    """Raise YearNotSettled for the visits of which nobody accepted that nobody came."""
    if unsettled := [slot for slot in slots if slot not in accepted]:
        raise YearNotSettled(unsettled)


class StillExpected(Refusal):
    """An account whose owner is expected somewhere."""

    kind = "still-expected"
    title = "Des visites vous attendent"

    def __init__(self, expected: Sequence[str]) -> None:
        self.expected = list(expected)
        super().__init__(f"Annulez d'abord ce qui est à venir : {' ; '.join(expected)}.")


class OnlyCoordinator(Refusal):
    kind = "last-coordinator"
    title = "Vous êtes seul à coordonner"
    sentence = "Vous êtes la seule personne de la coordination. Invitez-en une autre avant d'effacer votre compte."


class SchoolYear(Struct, frozen=True):
    """A school year by its first calendar year: 2026 is 2026-2027. It turns on 1 August."""

    first: int

    @property
    def name(self) -> str:
        return year_words(self.first)

    @property
    def begins(self) -> datetime:
        return paris_instant(first_day_of(self.first), time())

    @property
    def ends(self) -> datetime:
        """The first instant of the next one."""
        return SchoolYear(self.first + 1).begins

    def refuse_unless_over(self, now: datetime) -> None:
        """Raise YearNotOver until 1 August."""
        if now < self.ends:
            raise YearNotOver(
                f"L'année {self.name} n'est pas finie : elle se clôt à partir du 1er août {self.first + 1}."
            )


def school_year_named(name: str) -> SchoolYear:
    """« 2026-2027 » read; raises Invalid."""
    found = _YEAR.fullmatch(name.strip())
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise Invalid({"year": "Écrivez l'année scolaire ainsi : 2026-2027."})
    return SchoolYear(int(found[1]))


def year_under_way(now: datetime) -> SchoolYear:
    """The school year of this day."""
    return SchoolYear(school_year_of(paris_day(now)))


def needs_before(now: datetime) -> datetime:
    """The needs of the visits that ended before this instant are erased: the night after the visit."""
    return paris_instant(paris_day(now), time()) - NEEDS_LAST + timedelta(days=1)


def counted_from(*, badges: int, declared: int) -> str:
    """What the note of a group says that nobody counted: from how many badges read, and how many declared present."""
    if not declared:
        return FROM_BADGES
    return FROM_BOTH if badges else FROM_DECLARED


def notes_before(now: datetime) -> datetime:
    """The notes of records written before this instant are erased: at the end of the school year that followed."""
    return SchoolYear(year_under_way(now).first - 1).begins


# The lines of a closing's report, in their order: what is stored as, under which heading, in which words.
FROZEN, ERASED_THEN, KEPT = "Figé", "Effacé", "Gardé"
LINES = {
    "visits": (FROZEN, "Visites où un groupe est venu"),
    "from_badges": (FROZEN, "dont comptées d'après les badges ou les présences déclarées, à la clôture de l'année"),
    "from_zero": (FROZEN, "Visites comptées 0, sans aucun badge lu"),
    "called_off": (FROZEN, "Créneaux annulés"),
    "nobody": (FROZEN, "dont créneaux où personne ne s'était inscrit"),
    "pupils": (FROZEN, "Élèves comptés"),
    "declared_visits": (FROZEN, "Visites reprises, déclarées"),
    "declared_pupils": (FROZEN, "Élèves des visites reprises, déclarés"),
    "company_people": (FROZEN, "Personnes d'entreprises"),
    "made": (FROZEN, "Objets fabriqués"),
    "ptech_records": (FROZEN, "P-TECH : recensements, devenirs, entreprises mentores, actions tenues, cohortes"),
    "bts1_records": (FROZEN, "BTS+1 : étapes franchies, rentrées, mobilités"),
    "hands": (FROZEN, "Sections de 2de professionnelle, à la main levée de septembre"),
    "schools": (FROZEN, "Établissements, tels que l'année les compte : département, priorité, commune, position"),
    "given": (FROZEN, "Apports : visites où l'on sait qui a reçu, personnels mobilisés, taux horaires"),
    "head_counts": (FROZEN, "Effectifs des collèges, par niveau"),
    "first_names": (ERASED_THEN, "Prénoms sur les badges"),
    "needs": (ERASED_THEN, "Besoins d'accueil"),
    "texts": (ERASED_THEN, "Remarques, raisons et messages écrits"),
    "photos": (ERASED_THEN, "Photos d'objets"),
    "badges": (ERASED_THEN, "Badges"),
    "presences": (ERASED_THEN, "Présences"),
    "scans": (ERASED_THEN, "Pointages"),
    "desk_links": (ERASED_THEN, "Liens d'accueil"),
    "reservations": (KEPT, "Réservations : classe, niveau, effectif, dates"),
    "turnouts": (KEPT, "Effectifs par groupe et par visite"),
    "company_turnouts": (KEPT, "Venues d'entreprises"),
    "builds": (KEPT, "Fabrications par groupe"),
}
