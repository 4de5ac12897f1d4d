"""The links of the header, and which of them is open."""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec import Struct

VISITORS = (("Créneaux", "/creneaux"),)
# What a place leads to besides the addresses below its own; with a slash at the end, what stands below it alone.
LEADS_TO = {
    "/mes-visites": ("/reservations/", "/demandes", "/mes-questions"),
    "/seances": ("/creneaux",),
    "/gestion": (
        "/gestion/accueillis",
        "/gestion/apports",
        "/gestion/equite",
        "/gestion/couverture",
        "/gestion/dossier",
        "/gestion/lettres",
        "/gestion/mains-levees",
        "/gestion/demandes",
        "/gestion/objectifs",
        "/gestion/jalons",
        "/gestion/creneaux",
        "/gestion/dictionnaire",
        "/gestion/repartition",
    ),
    "/gestion/bts1": ("/bts1",),
    "/gestion/repertoire": ("/gestion/etablissements", "/gestion/entreprises", "/gestion/partenaires"),
    "/gestion/comptes": ("/gestion/inscriptions",),
    "/gestion/administration": (
        *("/gestion/messages", "/gestion/imports", "/gestion/objets", "/gestion/reglages"),
        *("/gestion/ouvertures", "/gestion/annees", "/gestion/journal", "/gestion/visites-reprises"),
        "/logiciels",
    ),
    "/lycee": ("/lycee/annee", "/lycee/donnees", "/lycee/questions"),
    "/lycee/ateliers": (
        *("/lycee/salles", "/lycee/fermetures", "/lycee/venir", "/lycee/collegues", "/lycee/mains-levees"),
        "/logiciels",
    ),
    "/lycee/bts1": ("/bts1",),
    "/mon-college": ("/logiciels",),
    "/entreprise": ("/venues", "/logiciels"),
}
# The first page of a role: what stands below its address is not part of it.
HOMES = {"/lycee", "/gestion", "/entreprise"}
NEAR = 3


class Way(Struct, frozen=True):
    """A link of the header; `current` as a browser is told: "page", "true" for a page below it, otherwise empty."""

    label: str
    path: str
    current: str


class Navigation(Struct, frozen=True):
    """`near` stands in sight, `far` behind « Plus » on a phone."""

    near: list[Way]
    far: list[Way]


def navigation(menu: Sequence[tuple[str, str]] | None, path: str) -> Navigation:
    """The links of the header for a person's menu, None for a visitor, on the page at `path`: seven at most."""
    links = VISITORS if menu is None else menu
    own = {to for _, to in links}
    ways = [Way(label, to, _current(to, path, own)) for label, to in links]
    return Navigation(ways[:NEAR], ways[NEAR:])


def _current(to: str, path: str, own: Set[str]) -> str:
    """What has a link of its `own` stands below no other."""
    if to == path:
        return "page"
    below = [*(one for one in LEADS_TO.get(to, ()) if one not in own), *([] if to in HOMES else [to])]
    return "true" if any(path == one or path.startswith(f"{one.removesuffix('/')}/") for one in below) else ""
