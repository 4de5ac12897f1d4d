"""What the dictionary says of one figure, and what narrows the lists behind it: its words in an address, and in a
sentence. Pure."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import Struct

from booking.words.wording import counted, number

CLOSING = "À la clôture de la visite par le lycée. La coordination peut la rouvrir ; le journal le dit."
NEVER = "Jamais : c'est l'état du jour."
PERIOD = "À la clôture de chaque année ; ensuite, une correction dit sa raison, à côté du chiffre."
FEW = 5
KEPT_OPEN = "À la clôture de chaque année ; ensuite, une correction dit sa raison, sur la fiche."


def is_few(pupils: int) -> bool:
    """Whether a count could point at somebody."""
    return 0 < pupils < FEW


def number_or_few(pupils: int) -> str:
    """« 24 », « moins de 5 »."""
    return f"moins de {FEW}" if is_few(pupils) else number(pupils)


def counted_or_few(pupils: int, one: str) -> str:
    """« 24 élèves », « moins de 5 élèves »."""
    return f"{number_or_few(pupils)} {one}s" if is_few(pupils) else counted(pupils, one)


class Definition(Struct, frozen=True):
    """One figure in words; `shown`: the other words under which pages show it, or with which they begin."""

    name: str
    words: str
    source: str
    rule: str
    freezes: str
    shown: tuple[str, ...] = ()


# The word in the address, then what it keeps and how a sentence says it.
PRIORITIES: dict[str, tuple[tuple[str, ...], str]] = {
    "oui": (("REP", "REP+"), "de collèges REP ou REP+"),
    "rep": (("REP",), "de collèges REP"),
    "rep-plus": (("REP+",), "de collèges REP+"),
    "hors": (("",), "de collèges hors éducation prioritaire"),
}
COMMUNES = {
    "rurale": ("rural", "de communes rurales"),
    "urbaine": ("urban", "de communes urbaines"),
    "inconnue": ("unknown", "de communes dont on ignore si elles sont rurales"),
}
DISTANCES = {
    "0-10": ("0-10", "à moins de 10 km du lycée"),
    "10-25": ("10-25", "de 10 à 25 km du lycée"),
    "25-50": ("25-50", "de 25 à 50 km du lycée"),
    "50": ("50", "à 50 km ou plus du lycée"),
    "inconnue": ("unknown", "à une distance inconnue du lycée"),
}
PRIORITY_WORDS = {"REP": "rep", "REP+": "rep-plus", "": "hors"}
COMMUNE_WORDS = {kept: word for word, (kept, _) in COMMUNES.items()}
DISTANCE_WORDS = {kept: word for word, (kept, _) in DISTANCES.items()}
# What a figure counts beside pupils: its column, then one and several of it in a sentence.
ALSO_WORDS = {
    "girls": ("Filles", "fille", "filles"),
    "boys": ("Garçons", "garçon", "garçons"),
    "made": ("Fabriqués", "objet fabriqué", "objets fabriqués"),
    "finished": ("Terminés", "terminé", "terminés"),
    "working": ("Fonctionnent", "qui fonctionne", "qui fonctionnent"),
    "taken_home": ("Emportés", "emporté", "emportés"),
    "builders": ("Groupes", "groupe", "groupes"),
    "people": ("Personnes", "personne", "personnes"),
}


# The programme's whole life, where a list of collèges is otherwise of this school year.
WHOLE_LIFE = "objectif"


class ListAddresses(Struct, frozen=True):
    """The addresses of the lists behind the figures of one school year, or of the whole life when it is empty."""

    year: str
    priorities = PRIORITY_WORDS
    communes = COMMUNE_WORDS
    distances = DISTANCE_WORDS

    def visits(self, **asked: str) -> str:
        """The closed visits that a figure counts; `asked` by the names of the page's own questions."""
        told = asked | ({"annee": self.year} if self.year else {})
        return "/gestion/creneaux" + "?" * bool(told) + urlencode(told)

    def colleges(self, **asked: str) -> str:
        """The public collèges that a figure counts."""
        told = asked | {"annee": self.year or WHOLE_LIFE}
        return f"/gestion/couverture?{urlencode(told)}"

    def of_line(self, asked: str, word: str) -> tuple[str, str, str]:
        """Where the visits of a line are, the collèges of it that came, and all of them."""
        line = {asked: word}
        return self.visits(**line), self.colleges(**line, qui="venus"), self.colleges(**line)
