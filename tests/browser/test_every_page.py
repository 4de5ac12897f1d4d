"""Every page of every role, looked at by axe in both schemes and at both widths; no route is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from litestar.handlers import HTTPRouteHandler

from booking.words.wording import school_year_of
from tests.application import assembled
from tests.browser.judge import everything_wrong, take_axe_along
from tests.browser.world import LYCEE_UAI, a_whole_world

pytestmark = pytest.mark.browser


PAGES = {
    "nobody": [
        "/",
        "/accessibilite",
        "/accueil/hors-ligne",
        "/accueil/exercice",
        "/aide",
        "/aide/{name:str}",
        "/confidentialite",
        "/connexion",
        "/consortium",
        "/connexion/{token:str}",
        "/inscription",
        "/inscription/college/{token:str}",
        "/inscription/{token:str}",
        "/rejoindre",
        "/creneaux",
        "/creneaux?eleves=60&vacances=B&entreprises=oui",
        "/creneaux?vue=mois",
        "/creneaux/carte",
        "/creneaux/{slot:int}",
        "/lycees/{uai:str}",
        "/lycees/{uai:str}/cadre",
        "/demo/courrier",
        "/donnees",
        "/mentions",
        "/objets",
        "/objets?niveau=4e&eleves=24",
        "/problems",
        "/problems/{kind:str}",
        "/programme",
        "/tirages/{opening:int}",
        "/programme/definitions",
    ],
    "teacher": [
        "/compte",
        "/connexion/preuve",
        "/compte/effacement",
        "/compte/logiciels",
        "/logiciels",
        "/logiciels/nouveau",
        "/compte/roles/{membership:int}/depart",
        "/compte/telephone",
        "/creneaux",
        "/creneaux/carte?km=40&niveau=4e",
        "/creneaux/{slot:int}",
        "/creneaux/{slot:int}/reserver",
        "/creneaux/{slot:int}/moities/{other:int}",
        "/lycees/{uai:str}/question",
        "/mes-questions",
        "/mes-groupes",
        "/mes-groupes/{group:int}",
        "/mes-visites",
        "/mes-visites/{reservation:int}/papiers",
        "/mes-visites/{reservation:int}/papiers/{kind:str}",
        "/mon-college",
        "/mon-college/collegues",
        "/mon-college/sans-enseignant",
        "/reservations/{reservation:int}",
        "/reservations/{reservation:int}/autre-date",
        "/reservations/{reservation:int}/autre-date/{slot:int}",
        "/reservations/{reservation:int}/badges",
        "/reservations/{reservation:int}/prenoms",
        "/reservations/{reservation:int}/question",
    ],
    "host": [
        "/accueil/{slot:int}",
        "/accueil/{slot:int}/cloture",
        "/accueil/{slot:int}/liens",
        "/accueil/{slot:int}/departs",
        "/accueil/jour",
        "/accueil/{slot:int}/consignes",
        "/accueil/{slot:int}/presents",
        "/bts1/nouvelle",
        "/bts1/{course:int}",
        "/bts1/{course:int}/effectifs/{school_year:int}",
        "/bts1/{course:int}/fiche",
        "/lycee",
        "/lycee/annee",
        "/lycee/mains-levees",
        "/lycee/ateliers",
        "/lycee/ateliers/nouveau",
        "/lycee/ateliers/{number:int}",
        "/lycee/ateliers/{number:int}/image",
        "/lycee/badges",
        "/lycee/bts1",
        "/lycee/collegues",
        "/logiciels",
        "/lycee/creneaux",
        "/lycee/creneaux/nouveau",
        "/lycee/creneaux?quand=passes",
        "/lycee/creneaux?quand=semaine",
        "/lycee/creneaux/serie",
        "/lycee/creneaux/series",
        "/lycee/creneaux/series/{series:int}",
        "/lycee/creneaux/series/{series:int}/annulation",
        "/lycee/creneaux/series/{series:int}/copie",
        "/lycee/creneaux/series/{series:int}/modification",
        "/lycee/creneaux/series/{series:int}/suite",
        "/lycee/creneaux/{slot:int}",
        "/lycee/creneaux/{slot:int}/annulation",
        "/lycee/creneaux/{slot:int}/modification",
        "/lycee/donnees",
        "/lycee/fermetures",
        "/lycee/fermetures/{number:int}",
        "/lycee/ptech",
        "/entreprises",
        "/lycee/ptech/actions/{number:int}",
        "/lycee/ptech/cohortes/{number:int}",
        "/lycee/ptech/cohortes/{number:int}/actions",
        "/lycee/ptech/cohortes/{number:int}/devenir",
        "/lycee/ptech/cohortes/{number:int}/entreprises",
        "/lycee/ptech/cohortes/{number:int}/recensement",
        "/lycee/ptech/dispositifs/nouveau",
        "/lycee/ptech/dispositifs/{scheme:int}",
        "/lycee/questions",
        "/lycee/salles",
        "/lycee/salles/{number:int}",
        "/lycee/venir",
    ],
    "company": [
        "/creneaux/{slot:int}/venue",
        "/entreprise",
        "/logiciels",
        "/entreprise/actions/{number:int}",
        "/entreprise/cohortes",
        "/entreprise/cohortes/{number:int}",
        "/entreprises/{number:int}/attestations/{year:str}",
        "/seances",
        "/venues/{attendance:int}",
    ],
    "coordinator": [
        "/entreprises",
        "/entreprises?metier=horlogers&km=40",
        "/gestion",
        "/gestion/accueillis",
        "/gestion/a-faire",
        "/gestion/a-faire/{kind:str}",
        "/gestion/administration",
        "/gestion/couverture",
        "/gestion/dossier",
        "/gestion/demandes",
        "/gestion/lettres?qui=jamais-venus",
        "/gestion/annees",
        "/gestion/annees/{year:str}",
        "/bts1/nouvelle",
        "/bts1/{course:int}",
        "/gestion/bts1",
        "/gestion/comptes",
        "/gestion/comptes/invitation",
        "/gestion/comptes/roles",
        "/gestion/comptes/logiciels",
        "/logiciels",
        "/logiciels/nouveau?pour=departements",
        "/gestion/comptes/invitations",
        "/gestion/comptes/invitations/liste",
        "/gestion/inscriptions",
        "/gestion/creneaux",
        "/gestion/creneaux?etat=attendues",
        "/gestion/creneaux/{slot:int}",
        "/gestion/apports",
        "/gestion/apports/taux/{year:str}/{giver:str}",
        "/gestion/apports/sommes/{kind:str}",
        "/gestion/dictionnaire",
        "/gestion/equite",
        "/gestion/venues",
        "/gestion/mains-levees",
        "/gestion/entreprises/{number:int}",
        "/gestion/etablissements/{number:int}",
        "/gestion/imports",
        "/gestion/imports/dernier",
        "/gestion/imports/donnees",
        "/gestion/journal",
        "/gestion/messages",
        "/gestion/ouvertures",
        "/gestion/jalons",
        "/gestion/jalons/nouveau",
        "/gestion/jalons/{number:int}",
        "/gestion/objectifs",
        "/gestion/objectifs/nouveau",
        "/gestion/objectifs/{programme:str}/{metric:str}",
        "/gestion/objets",
        "/gestion/objets/nouveau",
        "/gestion/objets/{number:int}",
        "/gestion/reglages",
        "/gestion/reglages/marques",
        "/gestion/repertoire",
        "/gestion/repertoire/nouveau",
        "/gestion/repertoire/nouveau/partenaire",
        "/gestion/ptech",
        "/gestion/ptech/actions/{number:int}",
        "/gestion/ptech/cohortes/{number:int}",
        "/gestion/ptech/cohortes/{number:int}/actions",
        "/gestion/ptech/cohortes/{number:int}/devenir",
        "/gestion/ptech/cohortes/{number:int}/entreprises",
        "/gestion/ptech/cohortes/{number:int}/recensement",
        "/gestion/ptech/dispositifs/nouveau",
        "/gestion/ptech/dispositifs/{scheme:int}",
        "/gestion/partenaires/{number:int}",
        "/gestion/visites-reprises/nouvelle",
        "/gestion/visites-reprises/{number:int}",
    ],
    "inspector": [
        "/compte",
        "/gestion/accueillis",
        "/gestion/couverture",
    ],
    "consortium": [
        "/compte",
        "/gestion",
        "/gestion/dossier",
        "/gestion/jalons",
        "/gestion/jalons/{number:int}",
        "/gestion/apports",
        "/partenaire",
    ],
}
HANDFUL = 8
# Where a script fills the page, it is there once it has its heading.
HEADED = """async () => {
  const headed = () => [...document.querySelectorAll("h1")].some((one) => one.checkVisibility());
  for (let n = 0; n < 500 && !headed(); n += 1) await new Promise((soon) => setTimeout(soon, 20));
  return headed();
}"""
NOT_PAGES = (
    *(
        "/agenda/",
        "/api",
        "/fabrications/",
        "/images/",
        "/static",
        "/health",
        "/metrics",
        "/demo/comptes.json",
        "/etablissements/proposes",
    ),
    *("/accueil/{slot:int}/presence", "/accueil/{slot:int}/telephone", "/accueil/lien/"),
    # It leads to a search.
    "/reservations/{reservation:int}/revenir",
    # They lead to the list of visits, and to that of a lycée's slots.
    "/gestion/creneaux/attendus",
    # They lead to the workbook that has all tables.
    *(f"{base}/{{name:str}}/{{file:str}}" for base in ("/lycee/donnees", "/gestion/imports/donnees")),
    *(f"/lycee/creneaux/{which}" for which in ("passes", "semaine")),
    # They lead to the page on which a slot, or a series, is changed.
    *(f"/lycee/creneaux/{{slot:int}}/{act}" for act in ("deplacement", "places", "conditions")),
    *(f"/lycee/creneaux/series/{{series:int}}/{act}" for act in ("deplacement", "places")),
    # They lead to where a chart and what makes a figure stand.
    *("/gestion/equite/colleges", "/gestion/entreprises/nouvelle", "/gestion/partenaires/nouveau"),
    *("/gestion/graphiques/{chart:str}", "/gestion/objectifs/{programme:str}/{metric:str}/detail"),
    *("/accueil/manifeste.webmanifest", "/accueil/travailleur.js", "/robots.txt", "/sitemap.xml", "/.well-known/"),
    *("/dessins/", "/donnees/", "/gestion/jalons/{number:int}/preuves/"),
    "/venues/{attendance:int}/photos/",
)
NUMBERS = {
    "/autre-date/{slot:int}": "beside",
    "{slot:int}": "slot",
    "{series:int}": "series",
    "{other:int}": "beside",
    "{opening:int}": "opening",
    "{group:int}": "group",
    "{membership:int}": "membership",
    "{attendance:int}": "attendance",
    "{reservation:int}": "reservation",
    "/ateliers/{number:int}": "workshop",
    "/salles/{number:int}": "room",
    "/fermetures/{number:int}": "closure",
    "/entreprises/{number:int}": "firm",
    "/etablissements/{number:int}": "lycee",
    "/equite/colleges/{number:int}": "college_to_come",
    "/objets/{number:int}": "object",
    "/jalons/{number:int}": "milestone",
    "/partenaires/{number:int}": "partner",
    "/visites-reprises/{number:int}": "past_visit",
    "/actions/{number:int}": "mentoring",
    "/cohortes/{number:int}": "cohort",
    "/dispositifs/{scheme:int}": "scheme",
    "{course:int}": "course",
}


def _address(path: str, world: dict[str, int]) -> str:
    if path.startswith("/accueil/"):
        path = path.replace("{slot:int}", str(world["under_way"]))
    for place, name in NUMBERS.items():
        path = path.replace(place, place.split("{")[0] + str(world[name]))
    return (
        path.replace("{token:str}", "un-lien")
        .replace("/aide/{name:str}", "/aide/enseignant")
        .replace("/problems/{kind:str}", "/problems/slot-full")
        .replace("/api/{subject:str}", "/api/slots")
        .replace("/a-faire/{kind:str}", "/a-faire/visa")
        .replace("/sommes/{kind:str}", "/sommes/spent")
        .replace("{giver:str}", "companies")
        .replace("{kind:str}", "familles")
        .replace("{uai:str}", LYCEE_UAI)
        .replace("{school_year:int}", "2026")
        .replace("{year:str}", school_year_of(datetime.now(UTC) - timedelta(days=20)))
        .replace("{programme:str}/{metric:str}", "technilab/pupils")
    )


# In handfuls, so that the workers of a run share them.
HANDFULS = [
    pytest.param(role, paths[first : first + HANDFUL], id=f"{role}-{first // HANDFUL + 1}")
    for role, paths in PAGES.items()
    for first in range(0, len(paths), HANDFUL)
]


@pytest.mark.parametrize(("role", "paths"), HANDFULS)
async def test_axe_finds_nothing_and_nothing_stands_out(db, browse, role, paths):
    world = await a_whole_world()
    page = await browse("about:blank", signed_in=world.get(role))
    await take_axe_along(page)
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = await page.goto(_address(path, world))
        wrong = [] if answer.status == 200 else [f"answered {answer.status}"]
        wrong += [] if await page.evaluate(HEADED) else ["no heading"]
        found[path] = wrong + await everything_wrong(page)
    assert found == {path: [] for path in paths}


@pytest.mark.parametrize("role", [role for role in PAGES if role != "nobody"])
async def test_a_phone_shows_the_menu_of_each_role_in_one_row(db, browse, role):
    world = await a_whole_world()
    page = await browse("/aide", width=390, signed_in=world[role])
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 844})
        links = [await link.bounding_box() for link in await page.locator(".nav-main > li:visible").all()]
        assert (width, len({link["y"] for link in links})) == (width, 1)


# Lists that lead to the register; what stands below each of these addresses is a page.
MOVED = {"/gestion/etablissements", "/gestion/entreprises", "/gestion/partenaires"}


def test_no_page_is_forgotten():
    app = assembled()
    served = {
        route.path
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }
    downloads = (".pdf", ".docx", ".ics", ".csv", ".xlsx", ".svg", ".png", ".json")
    pages = {path for path in served if not path.startswith(NOT_PAGES) and not path.endswith(downloads)} - MOVED
    looked_at = {path.split("?")[0] for paths in PAGES.values() for path in paths}
    assert pages - looked_at == {  # see test_rare_pages.py and test_papers.py
        "/accueil/{slot:int}/pointages/{scan:uuid}/annulation",
        "/compte/ce-n-etait-pas-moi/{token:str}",
        "/connexion/code",
        "/demandes/{demand:int}",
        "/demo/courrier/{name:str}",
        "/invitations/{token:str}",
        "/mes-visites/{reservation:int}/attestation",
        "/mes-visites/{reservation:int}/bilan",
        "/mes-visites/{reservation:int}/cartes",
        "/lettres/une-par-acte/{token:str}",
        "/offre/{token:str}",
        "/questions/{token:str}",
        "/reprise/{token:str}",
        "/seances/alerte/arret/{token:str}",
        "/sorties/{token:str}",
        "/venez-vous/{token:str}",
        "/visa/adresse/{token:str}",
        "/visa/fin/{token:str}",
        "/visa/papier/{token:str}",
        "/visa/{token:str}",
    }
    assert looked_at - pages == set()
