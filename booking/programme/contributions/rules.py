"""What hours given are worth, year by year, with what exactly is in each figure. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from booking.programme.company_years.rules import hours_words
from booking.words.wording import counted, number
from workshops.contributions.rules import GIVERS, Giver, Rate, rate_in
from workshops.school_calendar.rules import year_words

ACCOUNTS = "Technilab ne tient pas de comptes : ceux de l'établissement support font foi."
ROUNDING = (
    "Chaque valeur est arrondie à l'euro, par ligne et par année scolaire ; les totaux additionnent ces valeurs"
    " arrondies. Une même heure n'est comptée que dans une ligne."
)
NO_RATE = "à fixer"
# As a lycée reads of its own, in the order of HostHours.
OWN_GIVERS = ("Lycéens", "Enseignants et personnels", "Personnes mobilisées en plus")
_MINUTES, _CENTS = 60, 100


class HostHours(Struct, frozen=True, kw_only=True):
    """What those who received gave at so many closed visits: minutes of lycéens, of staff, of those whom `lycees`
    mobilise besides; and for how many of the visits each is told."""

    visits: int
    lyceens: int
    lyceens_told: int
    staff: int
    staff_told: int
    lycees: int
    lycees_told: int

    @property
    def minutes(self) -> tuple[int | None, ...]:
        """Of each of the three; None where nobody said how many they were, which is not none."""
        pairs = zip((self.lyceens, self.staff, self.lycees), self.told, strict=True)
        return tuple(its if told else None for its, told in pairs)

    @property
    def hours(self) -> tuple[str, ...]:
        """« 36 h 00 » of each of the three; empty where nobody said how many they were."""
        return tuple("" if its is None else hours_words(timedelta(minutes=its)) for its in self.minutes)

    @property
    def told(self) -> tuple[int, ...]:
        """For how many visits each of the three is told."""
        return self.lyceens_told, self.staff_told, self.lycees_told


class YearHours(HostHours, frozen=True, kw_only=True):
    """What the closed visits of a school year were given, by companies too."""

    school_year: int
    companies: int
    companies_told: int


class LyceeGiven(HostHours, frozen=True, kw_only=True):
    """What a lycée gave."""

    lycee: int
    uai: str
    name: str
    commune: str


class OwnLine(Struct, frozen=True):
    """What people of one kind gave at a lycée's visits: `hours` are empty where nobody said how many they were."""

    who: str
    hours: str
    told: str


class OwnHours(Struct, frozen=True):
    """What a lycée's own people gave in a year, at so many closed visits with pupils."""

    visits: int
    lines: tuple[OwnLine, ...]


class GivenLine(Struct, frozen=True):
    """What one giver gave: its minutes, its hourly rates in cents from the first year to the last, what it is worth.

    `value` is None where no rate is set; `unrated` are the school years that have hours and no rate, which it lacks.
    `rule` says what exactly is counted.
    """

    giver: Giver
    minutes: int
    cents: tuple[int, ...]
    sources: tuple[str, ...]
    value: int | None
    unrated: tuple[int, ...]
    rule: str

    @property
    def who(self) -> str:
        """« Entreprises »"""
        return GIVERS[self.giver]

    @property
    def hours(self) -> str:
        """« 126 h 30 »"""
        return hours_words(timedelta(minutes=self.minutes))

    @property
    def rate(self) -> str:
        """« 24,50 € », « de 24,50 € à 26 € selon l'année », or that it is to be set."""
        if not self.cents:
            return NO_RATE
        least, most = min(self.cents), max(self.cents)
        if least == most:
            return rate_words(least)
        return f"de {rate_words(least)} à {rate_words(most)} selon l'année"

    @property
    def worth(self) -> str:
        """« 3 099 € »; empty where no rate is set."""
        return "" if self.value is None else euros(self.value)

    @property
    def lacks(self) -> str:
        """« Sans taux en 2024-2025 : ces heures n'ont pas de valeur. »; empty where every hour has one."""
        years = ", ".join(map(year_words, self.unrated))
        return f"Sans taux en {years} : ces heures n'ont pas de valeur." if years else ""


class Given(Struct, frozen=True):
    """What was given in kind in a period, of which `words` tell, line by line; `visits` were held, those `declared` of
    before Technilab bring no hour."""

    words: str
    lines: tuple[GivenLine, ...]
    visits: int
    declared: int

    @property
    def hours(self) -> str:
        """The hours of all lines."""
        return hours_words(timedelta(minutes=sum(line.minutes for line in self.lines)))

    @property
    def value(self) -> int | None:
        """What all lines are worth; None where none has a rate."""
        known = [line.value for line in self.lines if line.value is not None]
        return sum(known) if known else None

    @property
    def worth(self) -> str:
        """« 98 310 € »; empty where nothing is valued."""
        return "" if self.value is None else euros(self.value)

    @property
    def declared_words(self) -> str:
        """Why visits of before Technilab are in no figure; empty without any."""
        if not self.declared:
            return ""
        held = counted(self.declared, "visite reprise n'a", "visites reprises n'ont")
        return f"{held} ni durée ni personnes connues : aucune heure n'en est comptée."


def euros(amount: int) -> str:
    """« 1 234 € », with thin no-break spaces."""
    return f"{number(amount)}\u202f€"


def rate_words(cents: int) -> str:
    """« 24,50 € », « 25 € »"""
    whole, rest = divmod(cents, _CENTS)
    return f"{number(whole)},{rest:02}\u202f€" if rest else euros(whole)


def worth_of(minutes: int, cents: int) -> int:
    """What so many minutes are worth at a rate of an hour, to the nearest euro, half an euro upwards."""
    parts = _MINUTES * _CENTS
    return (minutes * cents + parts // 2) // parts


def own_hours(year: HostHours | None) -> OwnHours:
    """The lines of a lycée's own people in a year; None is one without a visit."""
    if year is None:
        return OwnHours(0, ())
    lines = [
        OwnLine(who, hours, _told(told, year.visits))
        for who, hours, told in zip(OWN_GIVERS, year.hours, year.told, strict=True)
    ]
    return OwnHours(year.visits, tuple(lines))


def given_of(
    years: Sequence[YearHours],
    rates: Sequence[Rate],
    *,
    closed: Collection[int],
    of_year: int | None,
    words: str,
    declared: int,
) -> Given:
    """What was given in a period, from the hours of its school years; `of_year` where it is one of them, `closed` those
    that are."""
    # A year without hours shows its rate alone; the whole life, those of the years that count in it.
    held = {one.school_year for one in years} | ({of_year} if of_year is not None else set())
    found = {(giver, year): rate_in(rates, giver, year, closed=closed) for giver in Giver for year in held}
    visits = sum(one.visits for one in years)
    return Given(words, tuple(_line(giver, years, found, of_year, visits) for giver in Giver), visits, declared)


def _line(
    giver: Giver,
    years: Sequence[YearHours],
    rates: Mapping[tuple[Giver, int], Rate | None],
    of_year: int | None,
    visits: int,
) -> GivenLine:
    minutes = {one.school_year: int(getattr(one, giver)) for one in years}
    asked = [of_year] if of_year is not None else sorted(year for year, its in minutes.items() if its)
    shown = [rate for year in asked if (rate := rates[giver, year]) is not None]
    valued = [worth_of(its, rate.cents) for year, its in minutes.items() if (rate := rates[giver, year]) is not None]
    return GivenLine(
        giver=giver,
        minutes=sum(minutes.values()),
        cents=tuple(rate.cents for rate in shown),
        sources=tuple(dict.fromkeys(rate.source for rate in shown)),
        value=sum(valued) if valued or shown else None,
        unrated=tuple(year for year, its in sorted(minutes.items()) if its and rates[giver, year] is None),
        rule=RULES[giver].format(told=_told(sum(getattr(one, f"{giver}_told") for one in years), visits)),
    )


def _told(told: int, visits: int) -> str:
    """« pour 34 visites sur 51 », « pour aucune des 51 visites »"""
    if not visits:
        return "aucune visite close"
    return f"dit pour {number(told)} sur {counted(visits, 'visite close', 'visites closes')}"


RULES: Mapping[Giver, str] = {
    Giver.COMPANIES: "Durée de la visite × personnes de l'entreprise que le lycée a vues venir. Ni préparation, ni"
    " trajet, ni mentorat P-TECH.",
    Giver.LYCEENS: "Durée de la visite × lycéens qui ont reçu la classe ({told}). Sans nombre dit, aucune heure.",
    Giver.STAFF: "Durée de la visite × enseignants et personnels qui ont reçu la classe ({told}). Sans nombre dit,"
    " aucune heure.",
    Giver.LYCEES: "Durée de la visite × personnes que le lycée dit mobiliser en plus de celles qui reçoivent ({told})."
    " Sans nombre dit, aucune heure.",
}
