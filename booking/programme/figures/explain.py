"""What each column of a file of figures is, and by which rule it is counted: in the dictionary's own words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from booking.presentation.spreadsheet import ColumnSays
from booking.programme.figures.define import EQUITY, PACE, VISITS
from booking.programme.figures.define_schemes import BTS1, PTECH
from booking.programme.figures.rules import Definition
from workshops.coverage.rules import LEVELS_COUNTED

_DEFINED: Mapping[str, Definition] = {
    label: one for one in (*VISITS, *PACE, *EQUITY) for label in (one.name, *one.shown)
}
_OF_SCHEMES = {"bts1": BTS1, "ptech": PTECH}
COVERAGE_RULE = (
    "Élèves reçus depuis leur 5e sur élèves inscrits ; qui vient deux fois compte deux fois : la part est un maximum."
)
_OF_LEVEL = {
    "inscrits": ("Élèves inscrits en {}, d'après les effectifs du ministère", ""),
    "reçus depuis la 5e": ("Élèves de ces classes de {} déjà accueillis", COVERAGE_RULE),
    "part au plus (%)": ("Part des élèves de {} déjà accueillis", COVERAGE_RULE),
    "sans visite, au moins": ("Élèves de {} qui ne sont jamais venus", COVERAGE_RULE),
}
ABOUT_LEVEL = tuple(_OF_LEVEL)
# What is no figure, and figures whose words the dictionary uses of another.
_PLAIN = {
    "Année scolaire": "D'août à juillet",
    "Atelier": "Nom de l'atelier, ou du groupe d'une visite reprise",
    "Cohorte": "Dispositif, rentrée, lycée",
    "Code": "Ce qui désigne la ligne : UAI, département, niveau, mois, SIRET",
    "Collège": "Le collège qui vient : nom et commune",
    "Commune": "Commune de l'établissement",
    "Commune rurale": "Oui ou non, d'après la grille de densité de l'Insee ; vide si ce n'est pas connu",
    "Compté": "Le chiffre du jour",
    "Corrigé depuis la clôture": "Année close, chiffre de sa clôture, chiffre corrigé, raison",
    "Date": "Jour de la visite, ou jour du chiffre",
    "Dernier jour": "Dernier jour compté",
    "Dispositif": "TECHNILAB, P-TECH ou BTS+1",
    "Dont déclaré": "Ce que les visites reprises apportent au chiffre compté",
    "Département": "Département du collège",
    "Effectifs": "Officiels, manquants, ou inventés pour l'essai",
    "Entreprise": "Entreprise venue à une visite",
    "Entreprises": "SIRET ou noms des entreprises venues, séparés par des points-virgules",
    "Formations qui les ont notés": "Formations qui ont noté leurs diplômés",
    "Groupe": "Le nom que le collège donne au groupe",
    "Libellé": "Nom de la ligne",
    "Lycée": "Le lycée qui reçoit",
    "Mains levées": "Nouveaux élèves qui disent être venus au collège",
    "Mois": "Mois de la visite",
    "Niveau": "6e, 5e, 4e ou 3e",
    "Note de la coordination": "Ce que la coordination dit du chiffre",
    "Objectif": "Nom de l'objectif",
    "Objet": "Objet technologique fabriqué",
    "Origine": "Close par le lycée, ou reprise et déclarée",
    "Part (%)": "Mains levées sur présents",
    "Places encore libres ou en préparation": "Places qui se réservent encore, dispositifs, formations en préparation",
    "Premier jour": "Premier jour compté",
    "Présents": "Nouveaux élèves présents ce jour-là",
    "Présence jusqu'ici (%)": "Élèves comptés sur élèves annoncés, aux 1 000 dernières visites closes",
    "Règle de comptage": "Comment le chiffre est compté",
    "Réalisé": "Le chiffre atteint à la fin de ce jour",
    "Référence": "Ce qui désigne la ligne, pour ne pas la compter deux fois",
    "Répartition": "Ce que la ligne compte : un lycée, un collège, un mois…",
    "Section": "Section de seconde professionnelle",
    "Sens": "Départ ou arrivée",
    "Source": "D'où vient une visite reprise",
    "UAI": "Numéro de l'établissement dans l'annuaire",
    "Unité": "Ce que compte l'objectif",
    "À atteindre": "L'objectif au dernier jour",
    "À côté": "Une autre façon de compter la même chose, qui n'entre pas dans l'objectif",
    "État": "Figé, ou provisoire",
}
_COUNTED = {
    "Collèges publics connus": "Collèges venus, pas venus, jamais venus",
    "Part des élèves (%)": "Élèves accueillis",
    "Prévision au dernier jour : compté, engagé, espéré": "Prévision",
}
_PARTLY = {"Part des élèves (%)": "Part de tous les élèves accueillis"}


def explain(columns: Sequence[str], *, figure: str = "", rule: str = "", scheme: str = "") -> list[ColumnSays]:
    """Each column in words, those of P-TECH (`ptech`) and BTS+1 (`bts1`) in their own. One that no page of figures has
    is the file's own `figure`, counted by its `rule`."""
    return [_of_scheme(name, scheme) or _explained(name, figure, rule) for name in columns]


def _of_scheme(name: str, scheme: str) -> ColumnSays | None:
    for one in _OF_SCHEMES.get(scheme, ()):
        # « Places, candidats, inscrits » explains « Inscrits », « Durée moyenne » that in weeks.
        parts = {part.capitalize() for part in one.name.split(", ")} if ", " in one.name else {one.name}
        if name in parts or any(name == shown or name.startswith(f"{shown} (") for shown in one.shown):
            return ColumnSays(name, one.words, one.rule)
    return None


def _explained(name: str, figure: str, rule: str) -> ColumnSays:
    if name in _PLAIN:
        return ColumnSays(name, _PLAIN[name])
    if one := _DEFINED.get(_COUNTED.get(name, name)):
        return ColumnSays(name, _PARTLY.get(name, one.words), one.rule)
    level, _, says = name.partition(" : ")
    if level in LEVELS_COUNTED and says in _OF_LEVEL:
        words, counted_by = _OF_LEVEL[says]
        return ColumnSays(name, words.format(level), counted_by)
    if not figure:
        raise LookupError(name)
    return ColumnSays(name, figure, rule)
