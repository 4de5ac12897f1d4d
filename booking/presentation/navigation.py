"""Which pages the header leads each role to, and which of them is open."""

from __future__ import annotations

from dataclasses import dataclass

# What a visitor sees has no role.
PLACES: dict[str | None, tuple[tuple[str, str], ...]] = {
    None: (("Créneaux", "/creneaux"),),
    "teacher": (
        ("Créneaux", "/creneaux"),
        ("Mes visites", "/mes-visites"),
        ("Mes groupes", "/mes-groupes"),
        ("Mon collège", "/mon-college"),
    ),
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
        ("À faire", "/gestion/a-faire"),
        ("Bilan", "/gestion"),
        ("P-TECH", "/gestion/ptech"),
        ("BTS+1", "/gestion/bts1"),
        ("Établissements", "/gestion/etablissements"),
        ("Entreprises", "/gestion/entreprises"),
        ("Comptes", "/gestion/comptes"),
        ("Administration", "/gestion/administration"),
    ),
}
# What a place leads to besides the addresses below its own.
LEADS_TO = {
    "/gestion": (
        "/gestion/accueillis",
        "/gestion/equite",
        "/gestion/couverture",
        "/gestion/demandes",
        "/gestion/objectifs",
        "/gestion/creneaux",
        "/gestion/graphiques",
        "/gestion/dictionnaire",
        "/gestion/repartition",
    ),
    "/gestion/bts1": ("/bts1",),
    "/gestion/etablissements": ("/gestion/lettres",),
    "/gestion/comptes": ("/gestion/inscriptions",),
    "/gestion/administration": (
        *("/gestion/messages", "/gestion/imports", "/gestion/objets", "/gestion/partenaires", "/gestion/reglages"),
        *("/gestion/ouvertures", "/gestion/annees", "/gestion/journal", "/gestion/visites-reprises"),
    ),
    "/lycee/ptech": ("/lycee/donnees",),
    "/lycee/bts1": ("/bts1",),
    "/entreprise": ("/venues",),
}
# The first page of a role: what stands below its address is not part of it.
HOMES = {"/lycee", "/gestion", "/entreprise"}
NEAR = 3
# What opens once her collège has said that she is its teacher.
CONFIRMED = {"/mon-college"}


@dataclass(frozen=True)
class Way:
    """A link of the header; `current` as a browser is told: "page", "true" for a page below it, otherwise empty."""

    label: str
    path: str
    current: str


@dataclass(frozen=True)
class Navigation:
    """`near` stands in sight, `far` behind « Plus » on a phone."""

    near: list[Way]
    far: list[Way]


def navigation(role: str | None, path: str, *, awaiting: bool = False) -> Navigation:
    """The links of the header for a role, None for a visitor, on the page at `path`: eight at most.

    `awaiting`: a teacher of whom her collège has not said yet that she is its.
    """
    ways = [Way(label, to, _current(to, path)) for label, to in PLACES[role] if not (awaiting and to in CONFIRMED)]
    return Navigation(ways[:NEAR], ways[NEAR:])


def _current(to: str, path: str) -> str:
    if to == path:
        return "page"
    below = [*LEADS_TO.get(to, ()), *([] if to in HOMES else [to])]
    return "true" if any(path == one or path.startswith(f"{one}/") for one in below) else ""
