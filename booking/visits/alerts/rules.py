"""What is kept of a search, how long, and how many of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from booking.words.wording import counted, dates_words
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of
from workshops.schools.rules import LEVELS, is_uai

ALERTS_MOST = 5
# As long as the mail that tells it may be tried again, and is kept.
MET_LASTS = timedelta(days=30)
OWN_ZONE = "moi"
PUPILS_MOST = 60
FARTHEST = timedelta(days=400)
DEPARTMENT_MOST = 3


class TooManyAlerts(Refusal):
    kind = "too-many-alerts"
    title = "Cinq alertes à la fois"
    sentence = "Vous avez déjà cinq alertes. Retirez-en une dans « Mes visites », puis demandez celle-ci."


class ClassUntold(Refusal):
    kind = "class-untold"
    status = 422
    title = "Pour quelle classe ?"
    sentence = "Dites d'abord le niveau et le nombre d'élèves dans la phrase de recherche."


@dataclass(frozen=True)
class AlertSearch:
    """A search as it is kept: a class, a distance, dates, where; never what the class needs."""

    group: int | None
    level: str
    pupils: int
    km: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    away: str = ""
    department: str = ""
    lycee: str = ""
    tech_object: int | None = None
    companies: bool = False

    @property
    def answers(self) -> str:
        """The end of an address that searches the same: « ?niveau=4e&eleves=27&km=40 »."""
        said = {
            "groupe": self.group,
            "niveau": self.level,
            "eleves": self.pupils,
            "km": self.km,
            "du": self.from_on,
            "au": self.to_on,
            "vacances": self.away,
            "departement": self.department,
            "lycee": self.lycee,
            "objet": self.tech_object,
            "entreprises": "oui" if self.companies else "",
        }
        asked = {name: told for name, told in said.items() if told}
        # A search that says its group alone opens near its collège: this one was kept for any distance and any day.
        everywhere = {"vue": "liste"} if asked.keys() <= {"groupe", "niveau", "eleves"} and self.group else {}
        return f"?{urlencode(asked | everywhere)}"

    def ends_at(self, now: datetime) -> datetime:
        """After its last day; without one, with the school year that it asks for."""
        if self.to_on:
            return paris_instant(self.to_on + timedelta(days=1), time())
        year = school_year_of(max(self.from_on or date.min, paris_day(now)))
        return paris_instant(first_day_of(year + 1), time())

    def words(self, *, group: str = "", place: str = "", built: str = "") -> str:
        """« 4e B, 27 élèves, à moins de 40 km, du 3 au 15 décembre, hors vacances »."""
        pupils = counted(self.pupils, "élève")
        off = f" de la zone {self.away}" if self.away and self.away != OWN_ZONE else ""
        said = (
            f"{group}, {pupils}" if group else f"{pupils} de {self.level}",
            f"à moins de {self.km} km" if self.km else "",
            dates_words(self.from_on, self.to_on),
            f"hors vacances{off}" if self.away else "",
            place or (f"dans le {self.department}" if self.department else ""),
            built,
            "avec une place pour une entreprise" if self.companies else "",
        )
        return ", ".join(filter(None, said))


def refuse_wish(wish: AlertSearch, *, today: date) -> None:
    """Raise Invalid for a search that nothing could meet."""
    errors = {}
    if wish.level not in LEVELS:
        errors["level"] = f"Niveau : {', '.join(LEVELS)}."
    if not 1 <= wish.pupils <= PUPILS_MOST:
        errors["pupils"] = f"Élèves : de 1 à {PUPILS_MOST}."
    if wish.from_on and not today <= wish.from_on <= today + FARTHEST:
        errors["from_on"] = "Premier jour : d'aujourd'hui à dans un an."
    if wish.to_on and not max(today, wish.from_on or today) <= wish.to_on <= today + FARTHEST:
        errors["to_on"] = "Dernier jour : après le premier, dans un an au plus."
    if wish.lycee and not is_uai(wish.lycee):
        errors["lycee"] = "Lycée : son UAI."
    if len(wish.department) > DEPARTMENT_MOST:
        errors["department"] = "Département : son code."
    if errors:
        raise Invalid(errors)
