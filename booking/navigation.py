"""Which pages the header leads each role to, and which of them is open."""

from __future__ import annotations

from dataclasses import dataclass

# What a visitor sees has no role.
PLACES: dict[str | None, tuple[tuple[str, str], ...]] = {
    None: (("Créneaux", "/creneaux"),),
    "teacher": (("Créneaux", "/creneaux"), ("Mes visites", "/mes-visites"), ("Mes groupes", "/mes-groupes")),
    "principal": (("Créneaux", "/creneaux"),),
    "host": (
        ("Aujourd'hui", "/lycee"),
        ("Créneaux", "/lycee/creneaux"),
        ("Ateliers", "/lycee/ateliers"),
        ("P-TECH", "/lycee/ptech"),
        ("BTS+1", "/lycee/bts1"),
    ),
    "company": (("Séances", "/seances"), ("Mes venues", "/entreprise"), ("P-TECH", "/entreprise/cohortes")),
    "coordinator": (
        ("Bilan", "/gestion"),
        ("P-TECH", "/gestion/ptech"),
        ("BTS+1", "/gestion/bts1"),
        ("Établissements", "/gestion/etablissements"),
        ("Entreprises", "/gestion/entreprises"),
        ("Comptes", "/gestion/comptes"),
        ("Messages", "/gestion/messages"),
    ),
}
MORE = {
    "coordinator": (
        ("Inscriptions", "/gestion/inscriptions"),
        ("Équité", "/gestion/equite"),
        ("Couverture", "/gestion/couverture"),
        ("Objectifs", "/gestion/objectifs"),
        ("Visites comptées", "/gestion/creneaux"),
        ("Partenaires", "/gestion/partenaires"),
        ("Objets", "/gestion/objets"),
        ("Imports", "/gestion/imports"),
        ("Réglages", "/gestion/reglages"),
        ("Années scolaires", "/gestion/annees"),
        ("Journal", "/gestion/journal"),
    ),
}
# The first page of a role: what stands below its address is not part of it.
HOMES = {"/lycee", "/gestion", "/entreprise"}
NEAR = 3


@dataclass(frozen=True)
class Way:
    """A link of the header; `current` as a browser is told: "page", "true" for a page below it, otherwise empty."""

    label: str
    path: str
    current: str


@dataclass(frozen=True)
class Navigation:
    """`near` stands in sight, `far` behind « Plus » on a phone, `more` always behind it."""

    near: list[Way]
    far: list[Way]
    more: list[Way]


def navigation(role: str | None, path: str) -> Navigation:
    """The links of the header for a role, None for a visitor, on the page at `path`."""
    places, more = PLACES[role], MORE.get(role or "", ())
    ways = [Way(label, to, _current(to, path)) for label, to in places]
    return Navigation(ways[:NEAR], ways[NEAR:], [Way(label, to, _current(to, path)) for label, to in more])


def _current(to: str, path: str) -> str:
    if to == path:
        return "page"
    return "true" if to not in HOMES and path.startswith(f"{to}/") else ""
