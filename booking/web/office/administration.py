"""What a coordinator needs now and then: one page that leads to each."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may


@renders("office/administration.html")
class Administration(Page, frozen=True):
    """Pages with their addresses, and what each is for."""

    pages: tuple[tuple[str, str, str], ...]


PAGES = (
    ("Messages", "/gestion/messages", "Les mails qui attendent, ceux qui ont échoué et pourquoi ; relancer."),
    ("Réglages", "/gestion/reglages", "L'académie, ses départements, le contact, les domaines de mail reconnus."),
    ("Ouvertures", "/gestion/ouvertures", "Le jour et l'heure à partir desquels une période se réserve."),
    ("Années scolaires", "/gestion/annees", "Clore une année : les chiffres sont figés, puis les prénoms effacés."),
    ("Objectifs", "/gestion/objectifs", "Combien, jusqu'à quand, compté comment ; déclarer un chiffre."),
    (
        "Imports",
        "/gestion/imports",
        "L'annuaire, le calendrier, les effectifs, les visites passées, P-TECH, BTS+1.",
    ),
    ("Objets technologiques", "/gestion/objets", "Ce que les élèves fabriquent, et son dessin."),
    ("Partenaires", "/gestion/partenaires", "Les membres du consortium qui ne sont ni un lycée ni une entreprise."),
    ("Visites reprises", "/gestion/visites-reprises/nouvelle", "Déclarer une visite tenue avant Technilab."),
    ("Journal", "/gestion/journal", "Qui a fait quoi, et quand."),
)


@get("/gestion/administration", opt=may("settings.change"))
async def administration_page() -> Template:
    return page(Administration(PAGES))
