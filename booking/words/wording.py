"""The French words that pages, mails and papers share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from workshops.school_calendar.rules import first_day_of, year_words
from workshops.school_calendar.rules import school_year_of as school_year
from workshops.schools.rules import LEVELS, Arrival

PARIS = ZoneInfo("Europe/Paris")
_BREAKS = re.compile(r"(?<=\d) (?=h\b)|(?<=\d h) (?=\d)|(?<=«) | (?=[:;?!»](?:\s|[<.,]|$))")

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
SECTIONS = {"": "Classe ordinaire", "SEGPA": "SEGPA", "Club": "Club, de plusieurs classes"}
PROGRAMMES = {"technilab": "TECHNILAB", "ptech": "P-TECH", "bts1": "BTS+1"}
ROLES = {
    "teacher": "Enseignant",
    "principal": "Chef d'établissement",
    "host": "Accueil au lycée",
    "company": "Entreprise",
    "coordinator": "Coordination",
    "inspector": "Inspection",
    "consortium": "Membre du consortium",
}
# In this order: each browser also claims to be the ones after it.
BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# As whom somebody acted on a visit.
WHO = {
    "clock": "Technilab",
    "company": "l'entreprise",
    "coordinator": "la coordination",
    "gone": "une personne qui n'a plus de rôle ici",
    "host": "le lycée",
    "principal": "le chef d'établissement",
    "teacher": "le collège",
}
COMPANY_ROLES = {"temoignage": "Témoignage", "demonstration": "Démonstration", "mentorat": "Mentorat"}
# Why a company takes a coming back; nothing where it said nothing, by the API.
WITHDRAWN_WHY = {
    "no_group": "Aucun groupe ne vient",
    "last_minute": "Empêchement de dernière minute",
    "too_far": "Trop loin",
    "mistake": "Erreur d'inscription",
    "other": "Autre raison",
}
WORKSHOP_STATES = {"draft": "Brouillon", "published": "Publié", "withdrawn": "Retiré"}


class Mark(Struct, frozen=True):
    """A group's sign on badges and at the desk: a colour and a shape together, never colour alone."""

    colour: str
    shape: str
    hex: str

    @property
    def words(self) -> str:
        """« cercle bleu », « étoile verte »"""
        return f"{self.shape} {FEMININE.get(self.colour, self.colour) if self.shape == 'étoile' else self.colour}"


# After a visit: each question by its name in short, and its answers.
OPINIONS = {
    "built": ("Fabrication", "Les élèves ont-ils fabriqué ce qui était annoncé ?"),
    "level": ("Niveau", "Le niveau convenait-il à la classe ?"),
    "again": ("Retour", "Reviendriez-vous avec une autre classe ?"),
}
OPINION_ANSWERS = {"yes": "Oui", "partly": "En partie", "no": "Non"}

SHAPES = ("cercle", "triangle", "carré", "losange", "étoile", "hexagone")
COLOURS = {
    "bleu": "#1d4e89",
    "ocre": "#9a6b12",
    "vert": "#17683f",
    "rouge": "#a3231c",
    "violet": "#5b3a8c",
    "ardoise": "#3f4a5a",
}
FEMININE = {"bleu": "bleue", "vert": "verte", "violet": "violette"}
# Six in a row share neither shape nor colour; the next six turn the colours by one.
MARKS = tuple(
    Mark(colour, shape, COLOURS[colour])
    for turn in range(len(COLOURS))
    for place, shape in enumerate(SHAPES)
    for colour in (list(COLOURS)[(place + turn) % len(COLOURS)],)
)


def mark(number: int) -> Mark:
    """The sign of the nth group of a slot: 36 of them, the first six apart by shape and by colour."""
    return MARKS[number % len(MARKS)]


def paris(instant: datetime) -> datetime:
    """The wall time of the school."""
    return instant.astimezone(PARIS)


def day(when: datetime | date) -> str:
    """« jeudi 25 mars 2027 »"""
    on = paris(when).date() if isinstance(when, datetime) else when
    first = "1er" if on.day == 1 else str(on.day)
    return f"{DAYS[on.weekday()]} {first} {MONTHS[on.month - 1]} {on.year}"


def plain_day(when: datetime | date) -> str:
    """« jeudi 25 mars »"""
    return day(when).rpartition(" ")[0]


def month(on: date) -> str:
    """« mars 2027 »"""
    return f"{MONTHS[on.month - 1]} {on.year}"


def dates_words(from_on: date | None, to_on: date | None) -> str:
    """« du 3 au 15 décembre », « le jeudi 25 mars », « dès le 3 décembre », « jusqu'au 15 décembre », or nothing."""
    if from_on and to_on:
        if from_on == to_on:
            return f"le {plain_day(from_on)}"
        since = nth(from_on) if (from_on.month, from_on.year) == (to_on.month, to_on.year) else _in_month(from_on)
        return f"du {since} au {_in_month(to_on)}"
    if to_on:
        return f"jusqu'au {_in_month(to_on)}"
    return f"dès le {_in_month(from_on)}" if from_on else ""


def _in_month(on: date) -> str:
    return f"{nth(on)} {MONTHS[on.month - 1]}"


def nth(on: date) -> str:
    """« 1er », « 25 »: the day of a month."""
    return "1er" if on.day == 1 else str(on.day)


def short_day(when: datetime | date) -> str:
    """« jeu. 25 mars »"""
    on = paris(when).date() if isinstance(when, datetime) else when
    return f"{DAYS[on.weekday()][:3]}. {nth(on)} {MONTHS[on.month - 1]}"


def brief_day(when: datetime) -> str:
    """« jeu. 25 mars », « mar. 8 déc. »"""
    on = paris(when).date()
    return f"{DAYS[on.weekday()][:3]}. {brief_date(on)}"


def brief_date(on: date) -> str:
    """« 25 mars », « 1er déc. »"""
    return f"{nth(on)} {SHORT_MONTHS[on.month - 1]}"


def hour(when: datetime) -> str:
    """« 8 h 30 »"""
    at = paris(when)
    return f"{at.hour} h {at.minute:02}"


def opening_hour(when: datetime) -> str:
    """« lundi 7 décembre à 10 h », « mardi 8 décembre à 8 h 30 »"""
    return f"{plain_day(when)} à {hour(when).removesuffix(' 00')}"


def moment(when: datetime) -> str:
    """« jeudi 25 mars 2027, 14 h 00 »"""
    return f"{day(when)}, {hour(when)}"


def paper_visa(signed_by: str, signed_on: date | None) -> str:
    """« Mme Perrin, mardi 12 janvier 2027 »: who signed on paper, and when; an older note says its own words."""
    return ", ".join(part for part in (signed_by, day(signed_on) if signed_on else "") if part)


def span(starts_at: datetime, ends_at: datetime) -> str:
    """« jeudi 25 mars 2027, de 8 h 30 à 12 h 00 »"""
    return f"{day(starts_at)}, de {hour(starts_at)} à {hour(ends_at)}"


def spaced(text: str) -> str:
    """The same text with no-break spaces: an hour, or a colon and its word, stay on one line."""
    return _BREAKS.sub("\u00a0", text)


def unbroken(text: str) -> str:
    """The same, on a page: the two halves of P-TECH stay on one line too. A mail or a paper might draw the joiner."""
    return spaced(text).replace("P-TECH", "P-\u2060TECH")


def number(count: int | float) -> str:
    """« 1 842 », with a thin no-break space."""
    return f"{count:,.0f}".replace(",", "\u202f")


def arrival_lines(arrival: Arrival) -> tuple[tuple[str, str], ...]:
    """« Arrêt : Temis, à 6 minutes à pied », « Dépose du car : rue Labbé »; what the lycée has not said is left out."""
    walk = f"à {counted(arrival.walk_minutes, 'minute')} à pied" if arrival.walk_minutes else ""
    stop = ", ".join(part for part in (arrival.stop, walk) if part)
    return tuple(line for line in (("Arrêt", stop), ("Dépose du car", arrival.coach_drop)) if line[1])


def counted(count: int, one: str, many: str | None = None) -> str:
    """« 1 élève », « 24 élèves »; zero is singular in French."""
    return f"{number(count)} {one if abs(count) < 2 else (many or one + 's')}"


def school_year_began(when: datetime | date) -> date:
    """1 August of the school year under way."""
    on = paris(when).date() if isinstance(when, datetime) else when
    return first_day_of(school_year(on))


def school_year_of(when: datetime | date) -> str:
    """« 2026-2027 »; a school year turns on 1 August, before the teachers come back."""
    return year_words(school_year_began(when).year)


def of_school(name: str) -> str:
    """« du Collège Stendhal », « de l'École d'horlogerie »: what is a school's."""
    if name.casefold().startswith(("collège", "college", "lycée", "lycee")):
        return f"du {name}"
    return f"de l'{name}" if name[:1].casefold() in "aâeéèêiîoôuh" else f"de {name}"


def dialled(phone: str) -> str:
    """« 0381355870 »: a number of the annuaire as a `tel:` link takes it."""
    return re.sub(r"[^0-9+]", "", phone)


def levels_words(levels: Sequence[str]) -> str:
    """« 6e », « 5e et 4e », « 6e à 3e »: a workshop's levels as a teacher says them."""
    kept = [level for level in LEVELS if level in levels]
    if kept == list(LEVELS):
        return "6e à 3e"
    return kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} et {kept[-1]}" if kept else ""


def browser_words(agent: str) -> str:
    """« Chrome sur Android », from the long name that a browser gives itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "Navigateur inconnu")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} sur {system}" if system else browser
